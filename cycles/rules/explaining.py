"""A member's part said as one sum that she can do again on the back of an envelope. Words and arithmetic, pure."""

from decimal import Decimal

from django.utils.translation import gettext as _

from core.money import round_half_up, shown
from cycles.rules.sharing import AVERAGE


def explanation(*, basis: Decimal, measured: Decimal, pool: Decimal, amount: Decimal, by: str) -> str:
    """ "31,675.00 of 373,390.00 savings: 199,232.00 × 31,675.00 ÷ 373,390.00 = 16,901.02".

    Where the sum to the cent is not what she gets, it is said which way the last cent went, and why.
    """
    if not basis:
        return _("She had no savings in that year, so she gets no share of the surplus")
    of_what = (
        _("%(basis)s of %(measured)s average savings: %(pool)s × %(basis)s ÷ %(measured)s = %(sum)s")
        if by == AVERAGE
        else _("%(basis)s of %(measured)s savings: %(pool)s × %(basis)s ÷ %(measured)s = %(sum)s")
    )
    exact = round_half_up(pool * basis / measured)
    said = of_what % {
        "basis": shown(basis),
        "measured": shown(measured),
        "pool": shown(pool),
        "sum": shown(exact),
    }
    if amount == exact:
        return said
    return _("%(sum)s; she gets %(amount)s, so that all parts together are the whole") % {
        "sum": said,
        "amount": shown(amount),
    }
