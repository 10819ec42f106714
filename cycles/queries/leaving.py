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
from savings.fines import due_of, open_of, paid_by
from savings.fines import shown as shown_fines
from savings.models import Fine
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


@dataclass(frozen=True)
class FineOwed:
    """What is still due on one of her fines."""

    fine: Fine
    amount: Decimal


def fines_owed(member: Member) -> list[FineOwed]:
    """Her outstanding fines, the oldest first."""
    fines = open_of(member)
    dues = due_of(fines)
    return [FineOwed(fine, dues[fine.pk]) for fine in fines]


def claims(fines: Sequence[FineOwed], owed: Sequence[Owed]) -> list[Claim]:
    """What her fines and then her loans claim of what she owns, in the order in which they are settled."""
    return [*(Claim(each.amount, True) for each in fines), *(Claim(each.amount, each.must_be_paid) for each in owed)]


@dataclass(frozen=True)
class Standing:
    """What she would leave with on a day: her balances, what her fines and loans take, and what is paid to her.

    `short` is what she owes more than she has; nothing is paid out then.
    """

    parts: dict[str, Decimal]
    fines: tuple[FineOwed, ...]
    owed: tuple[Owed, ...]
    unsettled: Decimal
    short: Decimal
    paid_out: Decimal


def standing_on(member: Member, on: dt.date) -> Standing:
    """As it would be settled by an act of a day, without holding anything: for those who only look."""
    balances = held_for(member)
    parts = rules.owned(balances)
    loans = list(loans_paid_out(member))
    fines, owed = fines_owed(member), owed_by(loans, on)
    unsettled = not_of_loans(balances, loans)
    owned, claimed = rules.total(parts), claims(fines, owed)
    short, settled = rules.short_by(owned, claimed) + unsettled, rules.settling(owned, claimed)
    paid = settled.paid_out if settled and not unsettled else ZERO
    return Standing(parts, tuple(fines), tuple(owed), unsettled, short, paid)


def not_of_loans(held: Mapping[str, Decimal], loans: Sequence[Loan]) -> Decimal:
    """Principal the books hold in her name that no loan here knows of, as taken over with the opening balances."""
    known = sum((booked(loan).get(SHELVES[loan.loan_type].principal, ZERO) for loan in loans), ZERO)
    return rules.owing(held) - known


def netted(leaving: Leaving) -> Decimal:
    """What her fines and loans took of what she owned."""
    if leaving.voucher is None:
        return ZERO
    taken: Decimal | None = leaving.voucher.loan_repayments.aggregate(total=Sum("amount"))["total"]
    return sum(paid_by(leaving.voucher).values(), taken or ZERO)


def fines_settled_by(leaving: Leaving) -> list[FineOwed]:
    """Her fines that were paid of what she owned, and with how much."""
    taken = paid_by(leaving.voucher) if leaving.voucher else {}
    return [FineOwed(fine, taken[fine.pk]) for fine in shown_fines().filter(pk__in=taken).order_by("imposed_on", "id")]


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
