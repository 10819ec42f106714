"""The organisation's cap on what a loan may cost in a year, fees included: of one loan, and of a whole constitution.

A constitution has no amounts of its own, so it is judged by a loan of 10,000.00 for the shortest and the longest term
of each type.
"""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.money import shown
from groups.charter import Charter, loan_word
from groups.charter import Terms as Clauses
from groups.models import BankingGroup, Organisation
from loans.rules import lending
from loans.rules.lending import SAMPLE, Asked, Clause, Fees, Offer


class RateAboveCap(Refusal):
    code = "rate_above_cap"
    detail = _("With its fees this costs more in a year than the organisation allows.")


def must_be_within_cap(offer: Offer, organisation: Organisation) -> None:
    """Refuses `rate_above_cap`, with both figures."""
    cap = organisation.interest_cap_yearly_percent
    if cap is not None and offer.exceeds(cap):
        rate = offer.effective_yearly_rate
        if rate is None:
            raise RateAboveCap(_("The fees take all of the loan. Lower them, or ask for more."))
        said = gettext("With its fees this costs %(rate)s percent in a year; the organisation allows %(cap)s percent.")
        raise RateAboveCap(said % {"rate": shown(rate), "cap": shown(cap)})


def charter_within_cap(group: BankingGroup, charter: Charter, on: dt.date) -> None:
    """Refuses `rate_above_cap` for rules by which a loan would cost more than the group's organisation allows."""
    cap = group.organisation.interest_cap_yearly_percent
    if cap is None:
        return
    for terms in charter.terms:
        for months in sorted({terms.shortest_months, terms.longest_months}):
            priced = _sample(charter, terms, months, on)
            if priced.exceeds(cap):
                raise RateAboveCap(_too_dear(terms, months, priced, cap))


def _sample(charter: Charter, terms: Clauses, months: int, on: dt.date) -> Offer:
    clause = Clause(
        loan_type=terms.loan_type,
        method=terms.method,
        rate=terms.rate_percent,
        shortest=terms.shortest_months,
        longest=terms.longest_months,
        unit=terms.rounding_unit,
    )
    rules = {name: Decimal(charter.rules[name]) for name in _FEES}
    fees = Fees(
        application=lending.fee(SAMPLE, rules["application_fee"], rules["application_fee_percent"]),
        appreciation=lending.fee(SAMPLE, rules["appreciation_fee"], rules["appreciation_fee_percent"]),
    )
    return lending.offer(lending.terms_for(Asked(SAMPLE, terms.loan_type, months), clause, on), fees)


_FEES = ("application_fee", "application_fee_percent", "appreciation_fee", "appreciation_fee_percent")


def _too_dear(terms: Clauses, months: int, priced: Offer, cap: Decimal) -> str:
    term = ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    words = {"type": loan_word(terms.loan_type), "months": term, "amount": shown(SAMPLE), "cap": shown(cap)}
    if priced.effective_yearly_rate is None:
        return gettext("%(type)s: the fees take all of a loan of KES %(amount)s. Lower them.") % words
    said = gettext(
        "%(type)s, KES %(amount)s for %(months)s: with fees this costs %(rate)s percent in a year. The "
        "organisation allows %(cap)s percent. Lower the rate or the fees."
    )
    return said % {**words, "rate": shown(priced.effective_yearly_rate)}
