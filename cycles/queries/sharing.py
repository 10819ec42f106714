"""What a year has to share out, as the books say: the pool, by what each member is measured, and her part of it.

What a member held on a past day is what she holds now less what moved since: one query for the balances of a whole
group and one for the movements since the earliest day asked about, so that the cost follows the distance of that day
and the number of members, never the length of the history.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from core.money import ZERO
from cycles.models import Run
from cycles.queries.leaving import that_stand
from cycles.queries.years import closed_year, fiscal_year
from cycles.rules import sharing as rules
from cycles.rules.sharing import Part
from cycles.rules.years import FiscalYear
from groups.models import BankingGroup
from groups.queries import constitution_on
from ledger.models import Balance, Line
from ledger.queries import account_balances, income_statement
from ledger.queries.balances import in_own_sense
from ledger.rules import CHART
from members.models import Member
from savings.rules import OWNED

_RESULT = tuple(code for code in CHART if code[0] in "45")
_SURPLUS = (rules.SURPLUS, *_RESULT)


@dataclass(frozen=True)
class Figures:
    """All that a run says: two of them are the same when nobody would be paid another cent."""

    days: FiscalYear
    profit: Decimal
    fees: Decimal
    distributable: Decimal
    percent: Decimal
    basis: str
    parts: tuple[Part, ...]

    @property
    def shares(self) -> "Figures":
        """Without the parts of those who only own something: that changes from day to day, and takes from nobody."""
        return replace(self, parts=tuple(part for part in self.parts if part.basis))


def days_of(group: BankingGroup, year: int) -> FiscalYear | None:
    """The days of a fiscal year; of a closed one as it was closed."""
    closed = closed_year(group, year)
    return FiscalYear(year, closed.starts_on, closed.ends_on) if closed else fiscal_year(group, year)


def figures(group: BankingGroup, days: FiscalYear, kind: str, on: dt.date) -> Figures:
    """What a year would share out as the books say on a day, by the rules of its end (while it runs, of today)."""
    last = min(days.last, on)
    rule = constitution_on(group, last)
    statement = income_statement(group, days.first, last)
    fees = statement.appreciation_fees
    result = rules.result_of(profit=statement.profit - fees, fees=fees)
    holds = surplus_held(group, days, on)
    if kind == Run.Kind.SHARE_OUT:
        percent, distributable = rules.HUNDRED, rules.share_out_of(holds)
        parts = parts_of_all(group, days, distributable, rule.dividend_basis, on)
        distributable = sum((part.amount for part in parts), ZERO)
    else:
        percent = rule.dividend_percent
        distributable = rules.dividend_of(result, percent, holds)
        parts = rules.parts_of(distributable, bases(group, days, rule.dividend_basis, on))
    return Figures(days, result.profit, result.fees, distributable, percent, rule.dividend_basis, parts)


def parts_of_all(
    group: BankingGroup, days: FiscalYear, distributable: Decimal, basis: str, on: dt.date
) -> tuple[Part, ...]:
    """The parts of a share-out, by number: who saved gets a share, and whoever else owns something is paid her own."""
    shares = {part.member: part for part in rules.parts_of(distributable, bases(group, days, basis, on))}
    members = Member.objects.filter(Q(pk__in=_owners(group), is_active=True) | Q(pk__in=list(shares)), group=group)
    return tuple(shares.get(pk, Part(pk, ZERO, ZERO)) for pk in members.order_by("number").values_list("pk", flat=True))


def _owners(group: BankingGroup) -> list[UUID]:
    """Member ids of those for whom the books hold something of their own now."""
    kept = Balance.objects.filter(account__group=group, account__code__in=OWNED)
    return [
        holder
        for holder, code, amount in kept.values_list("holder", "account__code", "amount")
        if in_own_sense(code, amount) > 0
    ]


def surplus_held(group: BankingGroup, days: FiscalYear, on: dt.date) -> Decimal:
    """The most that a year may share out: what the surplus holds at its end once it is closed, and holds now.

    What was earned since may make up for nothing here, since it is not yet the surplus's; what was lost since counts.
    """
    then = sum(_in_the_surplus(account_balances(group, min(days.last, on), _SURPLUS)), ZERO)
    surplus, running = _in_the_surplus(account_balances(group, None, _SURPLUS))
    now = surplus + (min(running, ZERO) if closed_year(group, days.year) else running)
    return min(then, now)


def _in_the_surplus(held: dict[str, Decimal]) -> tuple[Decimal, Decimal]:
    """The retained surplus, and the result that is not closed into it yet."""
    running = sum((held[code] if code[0] == "4" else ZERO - held[code] for code in _RESULT), ZERO)
    return held[rules.SURPLUS], running


def receivers(group: BankingGroup, day: dt.date) -> QuerySet[Member]:
    """Who was a member on a day, by number: also who left after it, and who of those joined again since.

    Who rests is known as of now only, and gets no part while she rests.
    """
    was_one = Q(joined_on__lte=day) & (Q(left_on__gt=day) | Q(left_on__isnull=True, is_active=True))
    was_there = Q(joined_on__lte=day) | Q(joined_on__isnull=True)
    since = that_stand().filter(was_there, group=group, left_on__gt=day)
    came_back = Q(joined_on__gt=day, pk__in=since.values("member"))
    return Member.objects.filter(was_one | came_back, group=group).order_by("number")


def bases(group: BankingGroup, days: FiscalYear, basis: str, on: dt.date) -> list[tuple[UUID, Decimal]]:
    """Member id and what she is measured by, in the order of numbers, of those who are members on the last day."""
    last = min(days.last, on)
    ends = rules.month_ends(days.first, days.last, on) if basis == rules.AVERAGE else [last]
    now, moved = _savings_of(group), _savings_moved(group, ends[0])
    return [
        (member, rules.average(rules.balances_on(now.get(member, ZERO), moved[member], ends)))
        for member in receivers(group, last).values_list("pk", flat=True)
    ]


def _savings_of(group: BankingGroup) -> dict[UUID, Decimal]:
    kept = Balance.objects.filter(account__group=group, account__code=rules.SAVINGS)
    return {holder: in_own_sense(rules.SAVINGS, amount) for holder, amount in kept.values_list("holder", "amount")}


def _savings_moved(group: BankingGroup, after: dt.date) -> dict[UUID, dict[dt.date, Decimal]]:
    """Member id → month → what her savings grew by in it, for days after one."""
    lines = Line.objects.filter(
        account__group=group, account__code=rules.SAVINGS, entry__group=group, entry__booked_on__gt=after
    )
    sums = lines.values_list("member", TruncMonth("entry__booked_on")).annotate(total=Sum("amount")).order_by()
    moved: dict[UUID, dict[dt.date, Decimal]] = defaultdict(dict)
    for member, month, total in sums:
        if member is not None:
            moved[member][month] = in_own_sense(rules.SAVINGS, total)
    return moved
