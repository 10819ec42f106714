"""Many groups at a glance: savings, cash and the fund from both sides, for the home page and the admin's figures.

Read from the stored balances, all groups at once: the number of queries does not grow with the number of groups.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import TruncMonth

from core.money import ZERO
from core.periods import add_months, month_start
from groups.models import BankingGroup
from groups.queries import constitutions_on
from ledger.models import Balance, DayTotal, Entry
from ledger.queries import both_sides
from ledger.queries.balances import in_own_sense
from ledger.rules import CHART, PLACES
from members.queries import headcounts

SAVINGS = "2010"


@dataclass(frozen=True)
class GroupFigures:
    """One group now. The fund is counted twice, as assets (`trf`) and as claims; the difference is always 0.00."""

    group: BankingGroup
    members_count: int
    savings: Decimal
    cash: Decimal
    trf: Decimal
    claims: Decimal
    last_entry_on: dt.date | None

    @property
    def difference(self) -> Decimal:
        return self.trf - self.claims


@dataclass(frozen=True)
class Totals:
    """Several groups together; `agreeing` counts those whose difference is 0.00."""

    groups_count: int
    agreeing: int
    members_count: int
    savings: Decimal
    cash: Decimal
    trf: Decimal
    claims: Decimal

    @property
    def difference(self) -> Decimal:
        return self.trf - self.claims


@dataclass(frozen=True)
class MonthOfSavings:
    """Members' savings in one calendar month: what came in less what left, and what was held when it ended."""

    month: dt.date
    net: Decimal
    balance: Decimal


def group_figures(groups: Iterable[BankingGroup], on: dt.date) -> list[GroupFigures]:
    """The figures of each group, in the given order, by the constitutions in force on `on`. Four queries."""
    listed = list(groups)
    counts, held, rules = headcounts(listed), _held(listed), constitutions_on(listed, on)
    newest = _last_entry_days(listed)
    return [
        _figures(group, counts[group.pk], held[group.pk], rules[group.pk].pool_project_fund, newest.get(group.pk))
        for group in listed
    ]


def totals(figures: Sequence[GroupFigures]) -> Totals:
    """What the groups hold together."""
    return Totals(
        groups_count=len(figures),
        agreeing=sum(one.difference == 0 for one in figures),
        members_count=sum(one.members_count for one in figures),
        savings=sum((one.savings for one in figures), ZERO),
        cash=sum((one.cash for one in figures), ZERO),
        trf=sum((one.trf for one in figures), ZERO),
        claims=sum((one.claims for one in figures), ZERO),
    )


def savings_by_month(groups: Iterable[BankingGroup], on: dt.date, months: int = 12) -> list[MonthOfSavings]:
    """The last months up to that of `on`, oldest first, months without entries included. Two queries.

    Balances are today's, less what came later: the cost does not grow with the length of the history.
    """
    ids = [group.pk for group in groups]
    first = add_months(month_start(on), 1 - months)
    net = _net_savings(ids, first)
    balance, course = _savings_now(ids), []
    for month in reversed([add_months(first, place) for place in range(months)]):
        # What was booked after this month, none of it when the month is the newest with entries.
        later = sum((amount for booked, amount in net.items() if booked > month), ZERO)
        course.append(MonthOfSavings(month, net.get(month, ZERO), balance - later))
    return course[::-1]


def _figures(
    group: BankingGroup, members: int, held: dict[str, Decimal], pooled: bool, last: dt.date | None
) -> GroupFigures:
    trf, claims = both_sides(held, pooled=pooled)
    cash = sum((held[place] for place in PLACES), ZERO)
    return GroupFigures(group, members, held[SAVINGS], cash, trf, claims, last)


def _held(groups: Sequence[BankingGroup]) -> dict[UUID, dict[str, Decimal]]:
    """Group id → account code → what it holds now, in its own sense."""
    held: dict[UUID, dict[str, Decimal]] = {group.pk: dict.fromkeys(CHART, ZERO) for group in groups}
    kept = Balance.objects.filter(account__group__in=list(held)).values_list("account__group", "account__code")
    for group, code, amount in kept.annotate(total=Sum("amount")):
        held[group][code] = in_own_sense(code, amount)
    return held


def _last_entry_days(groups: Sequence[BankingGroup]) -> dict[UUID, dt.date | None]:
    """Group id → the newest business date in its books; each found at the end of the index."""
    newest = Entry.objects.filter(group=OuterRef("pk")).order_by("-booked_on").values("booked_on")[:1]
    chosen = BankingGroup.objects.filter(pk__in=[group.pk for group in groups])
    return dict(chosen.annotate(last=Subquery(newest)).values_list("pk", "last"))


def _savings_now(groups: Sequence[UUID]) -> Decimal:
    kept = Balance.objects.filter(account__group__in=groups, account__code=SAVINGS)
    return in_own_sense(SAVINGS, kept.aggregate(total=Sum("amount"))["total"] or ZERO)


def _net_savings(groups: Sequence[UUID], first: dt.date) -> dict[dt.date, Decimal]:
    """First of month → what came into savings less what left them, from `first` on."""
    days = DayTotal.objects.filter(account__group__in=groups, account__code=SAVINGS, booked_on__gte=first)
    rows = days.annotate(month=TruncMonth("booked_on")).values("month").order_by("month")
    net: dict[dt.date, Decimal] = defaultdict(lambda: ZERO)
    for row in rows.annotate(came=Sum("credit"), went=Sum("debit")):
        net[row["month"]] += row["came"] - row["went"]
    return net
