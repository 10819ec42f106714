"""Reading loans: what happened to one, what it is on a day, and the lists that pages and programs show."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from core.money import ZERO
from groups.access import groups_where
from ledger.models import Entry, Line, Voucher
from loans.models import Loan, LoanChange, Repayment
from loans.rules.life import Happening, History, Payment, Reschedule, State, WriteOff, told
from loans.rules.plan import Terms
from users.models import User


def shown() -> QuerySet[Loan]:
    """Loans with what a list shows of them, newest first."""
    joined = Loan.objects.select_related(
        "group__organisation", "member__person__data_key", "recorded_by", "decided_by", "data_key", "constitution"
    )
    return joined.order_by("-id")


def visible_to(user: User | AnonymousUser) -> QuerySet[Loan]:
    """Every loan of the groups whose loans she may read, and her own elsewhere."""
    if isinstance(user, AnonymousUser):
        return Loan.objects.none()
    whole = groups_where(user, "loans:read").values("pk")
    partly = groups_where(user, "loans:read", own=True).values("pk")
    return shown().filter(Q(group__in=whole) | Q(group__in=partly, member__person__user=user))


def own_loans(user: User | AnonymousUser) -> QuerySet[Loan]:
    """The loans of the signed-in person, in all her groups; those she witnesses are not hers."""
    if isinstance(user, AnonymousUser):
        return Loan.objects.none()
    return shown().filter(member__person__user=user)


def loan_by_id(loan_id: UUID) -> Loan:
    """One loan as lists show it; for ids that this program has kept itself."""
    return shown().get(pk=loan_id)


def repayment_by_id(repayment_id: UUID) -> Repayment:
    """One repayment with its loan and its paper; for ids that this program has kept itself."""
    return Repayment.objects.select_related("loan", "voucher").get(pk=repayment_id)


def standing_repayments() -> QuerySet[Repayment]:
    """Money that came to loans and was not taken back."""
    undone = Voucher.objects.filter(reverses=OuterRef("voucher"))
    posted = Repayment.objects.filter(voucher__status=Voucher.Status.VERIFIED)
    return posted.filter(~Exists(undone)).order_by("paid_on", "at", "id")


def histories(loans: Iterable[Loan]) -> dict[UUID, History]:
    """Loan id → all that decides what it is; of loans that were paid out. Two queries, however many loans."""
    running = {loan.pk: loan for loan in loans if loan.disbursed_on is not None}
    happened: dict[UUID, list[Happening]] = defaultdict(list)
    for paid in standing_repayments().filter(loan__in=running):
        happened[paid.loan_id].append(Payment(paid.paid_on, paid.at, paid.pk, paid.amount))
    for change in LoanChange.objects.filter(loan__in=running, state=LoanChange.State.DONE):
        happened[change.loan_id].append(_happening(change))
    return {
        loan.pk: History(terms_of(loan), happened[loan.pk], loan.penalty_percent or ZERO, loan.in_duplum)
        for loan in running.values()
    }


def _happening(change: LoanChange) -> Happening:
    if change.done_on is None or change.done_at is None:
        raise ValueError("a change that is done says when")
    if change.kind == LoanChange.Kind.WRITE_OFF:
        return WriteOff(change.done_on, change.done_at)
    return Reschedule(change.done_on, change.done_at, change.months or 1)


def terms_of(loan: Loan, *, start: dt.date | None = None) -> Terms:
    """What was agreed; of a loan not paid out yet, as if on `start`."""
    day = loan.disbursed_on or start
    if day is None or loan.rate_percent is None:
        raise ValueError("a loan has a schedule from a day on, by terms that were agreed")
    return Terms(
        method=loan.method,
        principal=loan.amount,
        rate=loan.rate_percent,
        months=loan.months,
        start=day,
        unit=loan.rounding_unit,
        grace=loan.grace_months,
        extra=loan.extra_payment,
    )


def states(loans: Iterable[Loan], on: dt.date) -> dict[UUID, State]:
    """Loan id → what it is at the close of a day; of loans that were paid out by then. Two queries."""
    return {pk: told(history, on) for pk, history in histories(loans).items() if history.terms.start <= on}


def state_of(loan: Loan, on: dt.date) -> State | None:
    """What one loan is on a day; None before it was paid out."""
    return states([loan], on).get(loan.pk)


def booked(loan: Loan) -> dict[str, Decimal]:
    """Account code → what the journal holds under this loan's name, debits above zero."""
    lines = of_loans([loan.pk]).filter(entry__group=loan.group_id)
    return dict(lines.values_list("account__code").annotate(total=Sum("amount")).order_by())


def of_loans(loans: Iterable[UUID]) -> QuerySet[Line]:
    """The lines under these loans' names. What was written off stays so when its year is closed into the surplus."""
    return Line.objects.filter(subject_id__in=loans).exclude(entry__kind=Entry.Kind.YEAR_CLOSE)
