"""Reading ends: who left, with what, and what stands in the way."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Sum

from core.money import ZERO
from cycles.models import Leaving
from cycles.rules import leaving as rules
from cycles.rules.leaving import Claim
from ledger.models import Line, Voucher
from ledger.queries import member_balances
from loans.models import Loan, Status
from loans.operations.netting import Owed, loans_paid_out, owed_by
from loans.queries import booked
from loans.rules.postings import SHELVES
from members.models import Member
from savings.queries import LEAVING, unreversed


def shown() -> QuerySet[Leaving]:
    """Leavings with what an answer says of them."""
    return Leaving.objects.select_related("voucher__entry", "member", "recorded_by", "data_key")


def that_stand() -> QuerySet[Leaving]:
    """Leavings that were not taken back: what became of the voucher became of them."""
    return shown().filter(Q(voucher__isnull=True) | Q(voucher__in=unreversed().values("pk")))


def leaving_by_id(leaving_id: UUID) -> Leaving:
    """One leaving as answers show it; for ids that this program has kept itself."""
    return shown().get(pk=leaving_id)


def held_for(member: Member) -> dict[str, Decimal]:
    """Account code → what the books hold for her, or of her debts, now."""
    return member_balances(member.group, [member])[member.pk]


def papers_waiting(member: Member) -> QuerySet[Voucher]:
    """The papers that name her and wait for somebody's yes; that of her leaving waits for nobody."""
    waiting = Voucher.objects.filter(group=member.group_id, member=member, status=Voucher.Status.PENDING)
    return waiting.exclude(detail=LEAVING)


def loans_waiting(member: Member) -> QuerySet[Loan]:
    """Her loans that are asked for or approved, and not paid out."""
    return Loan.objects.filter(group=member.group_id, member=member, status__in=[Status.PENDING, Status.APPROVED])


def claims(owed: Sequence[Owed]) -> list[Claim]:
    """What her loans claim of what she owns, in the order in which they are settled."""
    return [Claim(each.amount, each.must_be_paid) for each in owed]


@dataclass(frozen=True)
class Standing:
    """What she would leave with on a day: her balances, what her loans take, and what is paid to her.

    `short` is what she owes more than she has; nothing is paid out then.
    """

    parts: dict[str, Decimal]
    owed: tuple[Owed, ...]
    unsettled: Decimal
    short: Decimal
    paid_out: Decimal


def standing_on(member: Member, on: dt.date) -> Standing:
    """As it would be settled by an act of a day, without holding anything: for those who only look."""
    balances = held_for(member)
    parts = rules.owned(balances)
    loans = list(loans_paid_out(member))
    owed = owed_by(loans, on)
    unsettled = not_of_loans(balances, loans)
    short = rules.short_by(rules.total(parts), claims(owed)) + unsettled
    settled = rules.settling(rules.total(parts), claims(owed))
    return Standing(parts, tuple(owed), unsettled, short, settled.paid_out if settled and not unsettled else ZERO)


def not_of_loans(held: Mapping[str, Decimal], loans: Sequence[Loan]) -> Decimal:
    """Principal the books hold in her name that no loan here knows of, as taken over with the opening balances."""
    known = sum((booked(loan).get(SHELVES[loan.loan_type].principal, ZERO) for loan in loans), ZERO)
    return rules.owing(held) - known


def netted(leaving: Leaving) -> Decimal:
    """What her loans took of what she owned."""
    if leaving.voucher is None:
        return ZERO
    taken: Decimal | None = leaving.voucher.loan_repayments.aggregate(total=Sum("amount"))["total"]
    return taken or ZERO


def settled_by(leaving: Leaving) -> list[tuple[Loan, Decimal]]:
    """Her loans that took something of what she owned, and how much."""
    if leaving.voucher is None:
        return []
    rows = leaving.voucher.loan_repayments.select_related("loan").order_by("loan__number")
    return [(row.loan, row.amount) for row in rows]


def paid_out(leaving: Leaving) -> Decimal:
    """What was paid to her, or to her next of kin."""
    return leaving.voucher.amount - netted(leaving) if leaving.voucher else ZERO


def last_day_of_hers(member: Member) -> dt.date:
    """The latest business day on which money moved for her; before any did, the day she joined."""
    latest: dt.date | None = Line.objects.filter(member=member).aggregate(day=Max("entry__booked_on"))["day"]
    return max(latest, member.joined_on) if latest else member.joined_on
