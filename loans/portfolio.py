"""The running loans of groups together: how late they are, what is at risk, what is overdue.

Two measures that are often taken for each other stand side by side. *PAR-n* is the whole principal still out on loans
that have an instalment more than n days late; the *arrears rate* counts only the part that is overdue (domain,
"Arrears"). How late a loan is comes from the figures that every act leaves beside it; amounts come from the telling.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from core.money import ZERO, round_half_up
from groups.models import BankingGroup, LoanType
from loans.models import Loan, Status
from loans.queries import shown, states
from loans.rules.life import State

# From and to how many days late; nothing bounds the last.
BUCKETS: tuple[tuple[int, int | None], ...] = (
    (0, 0),
    (1, 30),
    (31, 60),
    (61, 90),
    (91, 180),
    (181, 360),
    (361, None),
)
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Bucket:
    """Loans that are from `first` to `last` days late, and the principal out on them."""

    first: int
    last: int | None
    count: int
    outstanding: Decimal

    @property
    def is_late(self) -> bool:
        return self.first > 0


@dataclass(frozen=True)
class Share:
    """A part of the principal that is out, and what it is a part of."""

    amount: Decimal
    outstanding: Decimal

    @property
    def percent(self) -> Decimal:
        """To a tenth; 0.0 where nothing is out."""
        if not self.outstanding:
            return Decimal("0.0")
        return round_half_up(self.amount * 100 / self.outstanding, TENTH).quantize(TENTH)


@dataclass(frozen=True)
class Ageing:
    """The running loans of some groups by how late they are on a day."""

    on: dt.date
    buckets: tuple[Bucket, ...]

    @property
    def count(self) -> int:
        return sum(bucket.count for bucket in self.buckets)

    @property
    def outstanding(self) -> Decimal:
        return sum((bucket.outstanding for bucket in self.buckets), ZERO)

    def par(self, days: int) -> Share:
        """PAR-`days`: `days` is 0 or the end of a bucket, such as 30 or 90."""
        at_risk = sum((bucket.outstanding for bucket in self.buckets if bucket.first > days), ZERO)
        return Share(at_risk, self.outstanding)


@dataclass(frozen=True)
class Late:
    """A running loan that is late: how many days, and what is overdue of it with interest and penalties."""

    loan: Loan
    days: int
    overdue: Decimal
    overdue_principal: Decimal


def running(groups: Iterable[BankingGroup] | QuerySet[BankingGroup]) -> QuerySet[Loan]:
    """Loans that are paid out and not repaid or written off."""
    chosen = groups if isinstance(groups, QuerySet) else [group.pk for group in groups]
    return shown().filter(group__in=chosen, status=Status.DISBURSED)


def days_late(loan: Loan, on: dt.date) -> int:
    """By the figures beside the loan; 0 where nothing is overdue, and for loans that are not running."""
    if loan.status != Status.DISBURSED or loan.oldest_due_on is None:
        return 0
    return max((on - loan.oldest_due_on).days, 0)


def ageing(groups: Iterable[BankingGroup] | QuerySet[BankingGroup], on: dt.date) -> Ageing:
    """The running loans of these groups by how late they are today. One query, however many loans."""
    rows = running(groups).order_by().values_list("oldest_due_on")
    counts = [0] * len(BUCKETS)
    amounts = [ZERO] * len(BUCKETS)
    for due, count, outstanding in rows.annotate(count=Count("pk"), total=Sum("outstanding")):
        place = bucket_of(max((on - due).days, 0) if due else 0)
        counts[place] += count
        amounts[place] += outstanding
    parts = zip(BUCKETS, counts, amounts, strict=True)
    return Ageing(on, tuple(Bucket(first, last, count, amount) for (first, last), count, amount in parts))


def bucket_of(days: int) -> int:
    """The place of the bucket that a loan so many days late falls into."""
    return next(place for place, (_first, last) in enumerate(BUCKETS) if last is None or days <= last)


def par(groups: Iterable[BankingGroup] | QuerySet[BankingGroup], days: int, on: dt.date) -> Share:
    """PAR-`days`: the principal out on loans with an instalment more than `days` days late, of all that is out."""
    listed = running(groups).order_by()
    late = listed.filter(oldest_due_on__lt=on - dt.timedelta(days=days))
    return Share(_out(late), _out(listed))


def _out(loans: QuerySet[Loan]) -> Decimal:
    total: Decimal | None = loans.aggregate(total=Sum("outstanding"))["total"]
    return total or ZERO


def late_loans(groups: Iterable[BankingGroup] | QuerySet[BankingGroup], on: dt.date) -> tuple[Late, ...]:
    """Every running loan that is late, the latest first. Three queries, however many loans."""
    loans = list(running(groups).filter(oldest_due_on__lt=on).order_by("oldest_due_on", "id"))
    told = states(loans, on)
    return tuple(_late(loan, told[loan.pk]) for loan in loans if loan.pk in told)


def _late(loan: Loan, state: State) -> Late:
    return Late(loan, state.days_late, _overdue(state), state.overdue_principal)


def _overdue(state: State) -> Decimal:
    return sum((row.unpaid for row in state.rows if row.due < state.on and row.unpaid > 0), ZERO)


def arrears_rate(groups: Iterable[BankingGroup] | QuerySet[BankingGroup], on: dt.date) -> Share:
    """The principal that is overdue, of all principal that is out. Four queries."""
    chosen = list(groups)
    overdue = sum((late.overdue_principal for late in late_loans(chosen, on)), ZERO)
    return Share(overdue, _out(running(chosen).order_by()))


def overdue_by_type(group: BankingGroup, on: dt.date) -> dict[str, Decimal]:
    """Loan type → principal overdue at the close of any day, as the papers tell it now. At most three queries."""
    paid_out = [Status.DISBURSED, Status.COMPLETED, Status.WRITTEN_OFF]
    loans = list(Loan.objects.filter(group=group, status__in=paid_out, disbursed_on__lt=on))
    told = states(loans, on) if loans else {}
    overdue = dict.fromkeys(LoanType.values, ZERO)
    for loan in loans:
        overdue[loan.loan_type] += told[loan.pk].overdue_principal
    return overdue


def outstanding_by_type(groups: Iterable[BankingGroup] | QuerySet[BankingGroup]) -> dict[str, Decimal]:
    """Loan type → principal out on the running loans of these groups. One query."""
    rows = running(groups).order_by().values_list("loan_type").annotate(total=Sum("outstanding"))
    return dict.fromkeys(LoanType.values, ZERO) | dict(rows)
