"""Penalties that an act shows never to have fallen due: counted in its trace, and told to other eyes than its own."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.codes import short_code
from core.errors import MakerIsChecker
from core.money import ZERO, shown
from groups.models import RoleName
from ledger.models import Voucher
from loans.models import Loan
from loans.rules.life import State
from notifications.operations import write
from savings.queries import names, seats_of
from users.models import User

WHO_HEARS = (RoleName.CHAIR, RoleName.TREASURER)


class AnotherHandRecordsIt(MakerIsChecker):
    """Cash in his own hands, of a day on which it would take away what is owed for being late."""

    detail = _(
        "Dated back, this would cancel penalties of the loan. Cash that comes into your own hands is recorded on its "
        "day; somebody who holds an office records what came on an earlier one."
    )


@dataclass(frozen=True)
class Cancelled:
    """How many penalties fell away or became smaller, and by how many shillings together."""

    count: int
    amount: Decimal

    @property
    def facts(self) -> dict[str, object]:
        """What the audit row of the act says of it; nothing where nothing fell away."""
        return {"cancelled_penalties": self.count, "cancelled_amount": self.amount} if self.count else {}


def cancelled(before: State, after: State) -> Cancelled:
    """What the first telling charges and the second does not."""
    left = {(charge.instalment, charge.month): charge.amount for charge in after.charges}
    lost = [charge.amount - left.get((charge.instalment, charge.month), ZERO) for charge in before.charges]
    gone = [amount for amount in lost if amount > 0]
    return Cancelled(len(gone), sum(gone, ZERO))


def tell_other_eyes(loan: Loan, voucher: Voucher, gone: Cancelled) -> None:
    """Chair and treasurer hear of it, neither who recorded it nor the borrower; where neither is left, every other
    office holder."""
    seats = [seat for seat in seats_of([loan.group_id])[loan.group_id] if seat.is_office]
    others = {seat.user for seat in seats} - {voucher.recorded_by_id}
    known = User.objects.filter(pk__in=others).select_related("data_key").order_by("pk")
    readers = [user for user in known if not names(loan.member, user)]
    first = {seat.user for seat in seats if seat.role in WHO_HEARS}
    for user in [user for user in readers if user.pk in first] or readers:
        with override(user.language):
            day = date_format(voucher.booked_on)
        write(
            user=user,
            template="loan_penalties_cancelled",
            once=f"loan_penalties_cancelled:{voucher.pk}:{user.pk}",
            group_id=loan.group_id,
            group=loan.group.name,
            loan=loan.loan_number,
            paid=shown(voucher.amount),
            day=day,
            amount=shown(gone.amount),
            code=short_code(voucher.pk),
        )
