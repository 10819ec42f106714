"""Loans in lists: what waits for a yes or for its payment, what is running, and what is late."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import ZERO, shown
from groups.access import groups_where, standing
from groups.models import BankingGroup, LoanType
from groups.permissions import Reach
from loans import portfolio, queries
from loans.models import Loan, LoanChange, Status
from loans.portfolio import Ageing, Late, Share
from members.models import Member
from reports.loan_charts import Segment, meter, segments
from reports.pages import loan_asks, loan_words
from reports.pages.loan_words import Pill
from reports.pages.people_who import phone_words
from users.models import User

ROWS_A_PAGE = 25
WAITING_SHOWN = 50
READ = "loans:read"
QUEUE = (Status.PENDING, Status.APPROVED)
# What the filter of the list offers: a word for the address, what it finds.
CHOICES: dict[str, Q] = {
    "running": Q(status=Status.DISBURSED),
    "late": Q(status=Status.DISBURSED),
    "ended": Q(status__in=[Status.COMPLETED, Status.WRITTEN_OFF]),
    "refused": Q(status__in=[Status.REJECTED, Status.CANCELLED]),
}


@dataclass(frozen=True)
class Asked:
    """A loan, or a change of one, that waits: for yeses, or to be paid out."""

    href: str
    sentence: str
    group_name: str
    why: str
    lacks: tuple[str, ...]
    amount: Decimal
    is_hers: bool
    verb: str


@dataclass(frozen=True)
class LoanRow:
    href: str
    number: str
    name: str
    group_name: str
    kind: str
    since: dt.date
    amount: Decimal
    outstanding: Decimal
    due_on: dt.date | None
    due_amount: Decimal
    state: Pill


@dataclass(frozen=True)
class Choice:
    value: str
    word: str
    is_chosen: bool


@dataclass(frozen=True)
class Wanted:
    """What the address bar asks of the list."""

    status: str = "running"
    group: str = ""
    page: str = "1"

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Wanted":
        status = asked.get("status", "running")
        return cls(status if status in CHOICES else "running", asked.get("group", ""), asked.get("page", "1"))


@dataclass(frozen=True)
class Figures:
    """What is out, by type, and how much of it is at risk."""

    outstanding: Decimal
    count: int
    by_type: tuple[tuple[str, Decimal], ...]
    par30: Share
    par90: Share


@dataclass(frozen=True)
class LoansPage:
    queue: tuple[Asked, ...]
    figures: Figures
    rows: tuple[LoanRow, ...]
    statuses: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    page: int
    pages: int
    newer: str
    older: str
    apply_href: str
    arrears_href: str
    names_group: bool


@dataclass(frozen=True)
class BucketRow:
    word: str
    kind: str
    count: int
    outstanding: Decimal
    width: str


@dataclass(frozen=True)
class LateRow:
    href: str
    number: str
    name: str
    phone: str
    phone_href: str
    kind: str
    days: int
    since: dt.date | None
    overdue: Decimal
    outstanding: Decimal


@dataclass(frozen=True)
class ArrearsPage:
    outstanding: Decimal
    overdue: Decimal
    overdue_principal: Decimal
    buckets: tuple[BucketRow, ...]
    bar: tuple[Segment, ...]
    bar_words: str
    par30: Share
    par90: Share
    rate: Share
    rows: tuple[LateRow, ...]


# The list


def everywhere(user: User, wanted: Wanted, on: dt.date) -> LoansPage:
    """Loans of all groups whose loans she may read, and her own elsewhere."""
    whole = groups_where(user, READ)
    loans = queries.visible_to(user)
    chosen = next((group for group in whole.order_by("name") if str(group.pk) == wanted.group), None)
    if chosen is not None:
        loans = loans.filter(group=chosen)
    figures = figures_of(BankingGroup.objects.filter(pk=chosen.pk) if chosen else whole, on)
    return _page(loans, user, wanted, on, figures=figures, groups=list(whole.order_by("name")))


def in_group(group: BankingGroup, user: User, wanted: Wanted, on: dt.date) -> LoansPage:
    """The loans of one group, as far as she may read them."""
    loans = queries.visible_to(user).filter(group=group)
    return _page(loans, user, wanted, on, figures=figures_of([group], on), group=group)


def _page(
    loans: QuerySet[Loan],
    user: User,
    wanted: Wanted,
    on: dt.date,
    *,
    figures: Figures,
    groups: Sequence[BankingGroup] = (),
    group: BankingGroup | None = None,
) -> LoansPage:
    listed = loans.filter(CHOICES[wanted.status])
    if wanted.status == "late":
        listed = listed.filter(oldest_due_on__lt=on)
    ordered = listed.order_by("oldest_due_on", "-id") if wanted.status in {"running", "late"} else listed
    page = Paginator(ordered, ROWS_A_PAGE).get_page(wanted.page)
    may = standing(user, group).may if group else None
    return LoansPage(
        queue=queue_of(loans, user, on, names_group=group is None),
        figures=figures,
        rows=tuple(_row(loan, on, names_group=group is None) for loan in page.object_list),
        statuses=tuple(_statuses(wanted.status)),
        groups=tuple(_groups(groups, wanted.group)),
        page=page.number,
        pages=page.paginator.num_pages,
        newer=_address(wanted, page.previous_page_number()) if page.has_previous() else "",
        older=_address(wanted, page.next_page_number()) if page.has_next() else "",
        apply_href=reverse("apply-loan-page", args=[group.pk]) if group and may and may("loans:apply") else "",
        arrears_href=reverse("arrears-page", args=[group.pk]) if group and may and may(READ) is Reach.ALL else "",
        names_group=group is None,
    )


def _address(wanted: Wanted, number: int) -> str:
    return f"?status={wanted.status}&group={wanted.group}&page={number}"


def _statuses(chosen: str) -> Iterable[Choice]:
    yield Choice("running", _("Running"), chosen == "running")
    yield Choice("late", _("Late"), chosen == "late")
    yield Choice("ended", _("Repaid or written off"), chosen == "ended")
    yield Choice("refused", _("Rejected or cancelled"), chosen == "refused")


def _groups(groups: Sequence[BankingGroup], chosen: str) -> Iterable[Choice]:
    if len(groups) > 1:
        yield Choice("", _("All groups"), not chosen)
        yield from (Choice(str(group.pk), group.name, str(group.pk) == chosen) for group in groups)


def _row(loan: Loan, on: dt.date, *, names_group: bool) -> LoanRow:
    return LoanRow(
        href=reverse("loan-page", args=[loan.pk]),
        number=loan.loan_number,
        name=loan.member.person.name,
        group_name=loan.group.name if names_group else "",
        kind=str(loan_words.TYPES[loan.loan_type]),
        since=loan.disbursed_on or loan.applied_on,
        amount=loan.amount,
        outstanding=loan.outstanding,
        due_on=loan.oldest_due_on if loan.status == Status.DISBURSED else None,
        due_amount=loan.oldest_due_amount,
        state=loan_words.state_of(loan, portfolio.days_late(loan, on)),
    )


def figures_of(groups: Iterable[BankingGroup] | QuerySet[BankingGroup], on: dt.date) -> Figures:
    aged = portfolio.ageing(groups, on)
    by_type = portfolio.outstanding_by_type(groups)
    named = tuple((str(loan_words.TYPES_OUT[kind]), by_type[kind]) for kind in LoanType.values)
    return Figures(aged.outstanding, aged.count, named, aged.par(30), aged.par(90))


# What waits


def queue_of(loans: QuerySet[Loan], user: User, on: dt.date, *, names_group: bool = True) -> tuple[Asked, ...]:
    """Applications and changes that wait, the oldest first, with what is missing and who may act."""
    waiting = list(_waiting(loans)[:WAITING_SHOWN])
    weighed = loan_asks.weighed(waiting, user, on)
    return tuple(_asked(loan_asks.ask_of(loan, weighed[loan.pk]), names_group=names_group) for loan in waiting)


def _waiting(loans: QuerySet[Loan]) -> QuerySet[Loan]:
    waits = Q(status__in=QUEUE) | Q(status=Status.DISBURSED, changes__state=LoanChange.State.PENDING)
    return loans.filter(waits).distinct().order_by("applied_at", "id")


def _asked(ask: loan_asks.Ask, *, names_group: bool) -> Asked:
    loan = ask.loan
    facts = [loan.loan_number, loan.group.name if names_group else "", ask.since_words]
    return Asked(
        href=reverse("loan-page", args=[loan.pk]),
        sentence=ask.sentence,
        group_name=loan.group.name if names_group else "",
        why=" · ".join(fact for fact in facts if fact),
        lacks=ask.lacks,
        amount=ask.amount,
        is_hers=ask.is_hers,
        verb=ask.verb,
    )


def waiting_for(user: User, on: dt.date) -> tuple[Asked, ...]:
    """What waits for this person, in all groups where she may decide or pay out, the oldest first."""
    hers = _hers(user, on)[:WAITING_SHOWN]
    return tuple(_asked(loan_asks.ask_of(loan, weighed), names_group=True) for loan, weighed in hers)


def _hers(user: User, on: dt.date) -> list[tuple[Loan, loan_asks.Weighed]]:
    """All that waits in her reach is judged before the list is cut, so that nothing of hers hides behind others'."""
    waiting = list(_waiting(loan_asks.in_reach(user)))
    weighed = loan_asks.weighed(waiting, user, on)
    return [(loan, weighed[loan.pk]) for loan in waiting if weighed[loan.pk].is_hers]


def waiting_in(group: BankingGroup, user: User, on: dt.date) -> tuple[Asked, ...]:
    """What waits in one group, the oldest first, for whoever reads all its loans."""
    return queue_of(queries.shown().filter(group=group), user, on, names_group=False)


def count_for(user: User, on: dt.date) -> int:
    return len(_hers(user, on))


def count_in(group: BankingGroup) -> int:
    """How many applications of a group wait."""
    return Loan.objects.filter(group=group, status__in=QUEUE).count()


# What is late


def arrears_of(group: BankingGroup, on: dt.date) -> ArrearsPage:
    """How the running loans of a group age, and whom to call first."""
    aged, late = portfolio.ageing([group], on), portfolio.late_loans([group], on)
    overdue = sum((one.overdue_principal for one in late), ZERO)
    return ArrearsPage(
        outstanding=aged.outstanding,
        overdue=sum((one.overdue for one in late), ZERO),
        overdue_principal=overdue,
        buckets=tuple(_buckets(aged)),
        bar=segments([(KINDS[place], bucket.outstanding) for place, bucket in enumerate(aged.buckets)]),
        bar_words=_bar_words(aged),
        par30=aged.par(30),
        par90=aged.par(90),
        rate=Share(overdue, aged.outstanding),
        rows=tuple(_late(one) for one in late),
    )


KINDS = ("age-0", "age-1", "age-2", "age-3", "age-4", "age-5", "age-6")


def _buckets(aged: Ageing) -> Iterable[BucketRow]:
    for kind, bucket in zip(KINDS, aged.buckets, strict=True):
        yield BucketRow(
            word=loan_words.bucket(bucket.first, bucket.last),
            kind=kind,
            count=bucket.count,
            outstanding=bucket.outstanding,
            width=meter(bucket.outstanding, aged.outstanding),
        )


def _bar_words(aged: Ageing) -> str:
    parts = [
        f"{loan_words.bucket(bucket.first, bucket.last)}: {shown(bucket.outstanding)}"
        for bucket in aged.buckets
        if bucket.outstanding
    ]
    return "; ".join(parts)


def _late(late: Late) -> LateRow:
    person = late.loan.member.person
    return LateRow(
        href=reverse("loan-page", args=[late.loan.pk]),
        number=late.loan.loan_number,
        name=person.name,
        phone=phone_words(person.phone),
        phone_href=f"tel:+{person.phone}" if person.phone else "",
        kind=str(loan_words.TYPES[late.loan.loan_type]),
        days=late.days,
        since=late.loan.oldest_due_on,
        overdue=late.overdue,
        outstanding=late.loan.outstanding,
    )


def of_member(member: Member, on: dt.date) -> tuple[LoanRow, ...]:
    """One member's loans, the newest first; whoever may read her page may read them."""
    hers = queries.shown().filter(member=member)
    return tuple(_row(loan, on, names_group=False) for loan in hers)
