"""What stands at the end of a month: worked out from the last proved month, and proved against what the books keep.

A closing is the last proved one and the lines since. So a month costs as much as was done in it, however old the books
are. The closing of a year is dated on its last day, whose month may have been closed before: it counts from the first
month that is closed after it was posted, and the closing before it stays what was proved then.
"""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Min, QuerySet, Sum

from core.money import ZERO
from core.periods import add_months, month_end, month_start
from groups.models import BankingGroup
from ledger.differences import NAMED, Difference
from ledger.models import Balance, ClosedPeriod, ClosingBalance, DayTotal, Entry, Line
from ledger.rules import GENESIS
from ledger.verify import chain_breaks_at

YEAR_CLOSE = Entry.Kind.YEAR_CLOSE
_ON, _CODE = "entry__booked_on", "account__code"

# Account code → debits less credits.
Sums = dict[str, Decimal]


@dataclass(frozen=True)
class Base:
    """The last proved closing: the end of its month, the head of the chain then, and what the accounts held."""

    ended_on: dt.date | None = None
    entries: int = 0
    head: str = GENESIS
    held: Sums = field(default_factory=dict)


@dataclass(frozen=True)
class Since:
    """What was posted since a closing, from the lines: by day and account, and closings of years dated before it."""

    days: dict[dt.date, Sums]
    late: Sums

    def until(self, base: Base, day: dt.date) -> Sums:
        """What the accounts held at the end of a day."""
        held: Sums = defaultdict(lambda: ZERO, base.held)
        for moved in (self.late, *(sums for on, sums in self.days.items() if on <= day)):
            for code, amount in moved.items():
                held[code] += amount
        return {code: amount for code, amount in sorted(held.items()) if amount}


def months_to_close(group: BankingGroup, month: dt.date) -> list[dt.date]:
    """The first days of the months that are closed along with this one: every open one since the first entry."""
    first: dt.date | None = Entry.objects.filter(group=group).aggregate(day=Min("booked_on"))["day"]
    closed = set(ClosedPeriod.objects.filter(group=group).values_list("month", flat=True))
    last = month_start(month)
    each, wanted = month_start(first) if first else last, []
    while each < last:
        wanted.append(each)
        each = add_months(each, 1)
    return [day for day in [*wanted, last] if day not in closed]


def base_before(group: BankingGroup, month: dt.date) -> Base:
    """The newest proved closing of an earlier month; of books that have none, their beginning."""
    proved = ClosedPeriod.objects.filter(group=group, month__lt=month, entries__isnull=False)
    period = proved.order_by("-month").first()
    if period is None or period.entries is None:
        return Base()
    held = dict(period.balances.values_list("code", "amount"))
    return Base(month_end(period.month), period.entries, period.head_hash, held)


def posted_since(group: BankingGroup, base: Base) -> Since:
    """The lines of the days after a closing, and of closings of years that were posted after it."""
    lines = Line.objects.filter(entry__group=group)
    days: dict[dt.date, Sums] = defaultdict(dict)
    after = lines.filter(entry__booked_on__gt=base.ended_on) if base.ended_on else lines
    for on, code, amount in after.values_list(_ON, _CODE).annotate(total=Sum("amount")).order_by():
        days[on][code] = amount
    return Since(days, _late(lines, base) if base.ended_on else {})


def _late(lines: QuerySet[Line], base: Base) -> Sums:
    closings = lines.filter(entry__number__gt=base.entries, entry__kind=YEAR_CLOSE)
    dated_back = closings.filter(entry__booked_on__lte=base.ended_on)
    return dict(dated_back.values_list(_CODE).annotate(total=Sum("amount")).order_by())


def differences(group: BankingGroup, base: Base, since: Since) -> Iterator[Difference]:
    """What the lines since the last closing say, against the chain, the kept balances and the kept totals of days."""
    broken = chain_breaks_at(group, after=base.entries, head=base.head)
    if broken is not None:
        yield Difference("the chain is broken", f"entry {broken}")
    if sum(since.until(base, dt.date.max).values(), ZERO):
        yield Difference("debits and credits differ", "since the last closing")
    balances = Balance.objects.filter(account__group=group).values_list(_CODE)
    kept = dict(balances.annotate(total=Sum("amount")).order_by())
    yield from _apart("a balance is not the last closing and the lines since", since.until(base, dt.date.max), kept)
    totals = DayTotal.objects.filter(account__group=group)
    after = totals.filter(booked_on__gt=base.ended_on) if base.ended_on else totals
    days: dict[dt.date, Sums] = defaultdict(dict)
    for on, code, came, went in after.values_list("booked_on", _CODE, "debit", "credit"):
        days[on][code] = came - went
    for on in sorted(days.keys() | since.days.keys()):
        yield from _apart(f"the totals of {on} are not its lines", since.days.get(on, {}), days.get(on, {}))


def _apart(what: str, lines: Sums, kept: Sums) -> Iterator[Difference]:
    for code in sorted(lines.keys() | kept.keys()):
        off = kept.get(code, ZERO) - lines.get(code, ZERO)
        if off:
            yield Difference(what, code, off)


def rows_of(period: ClosedPeriod, base: Base, since: Since) -> list[ClosingBalance]:
    """One row for each account that held something at the end of the month."""
    held = since.until(base, month_end(period.month))
    return [ClosingBalance(period=period, code=code, amount=amount) for code, amount in held.items()]


def closings_are_proved(group: BankingGroup) -> Iterator[Difference]:
    """Every closing says what the lines up to its month say, and names the head that the chain had then."""
    periods = list(ClosedPeriod.objects.filter(group=group, entries__isnull=False).order_by("month"))
    if not periods:
        return
    yield from _heads_stand(group, periods)
    kept: dict[dt.date, Sums] = defaultdict(dict)
    rows = ClosingBalance.objects.filter(period__in=periods).values_list("period__month", "code", "amount")
    for month, code, amount in rows:
        kept[month][code] = amount
    lines = Line.objects.filter(entry__group=group)
    acts = lines.exclude(entry__kind=YEAR_CLOSE).values_list(_ON, _CODE).annotate(total=Sum("amount"))
    moved = deque(acts.order_by(_ON))
    years = list(lines.filter(entry__kind=YEAR_CLOSE).values_list("entry__number", _ON, _CODE, "amount"))
    running: Sums = defaultdict(lambda: ZERO)
    for period in periods:
        end = month_end(period.month)
        while moved and moved[0][0] <= end:
            _on, code, amount = moved.popleft()
            running[code] += amount
        counted = [row for row in years if row[0] <= (period.entries or 0) and row[1] <= end]
        held = _added(running, counted)
        yield from _apart(f"a closing is not the sum of its lines in {period.month:%Y-%m}", held, kept[period.month])


def _added(held: Sums, rows: Sequence[tuple[int, dt.date, str, Decimal]]) -> Sums:
    """With closings of years that had been posted by then."""
    sums: Sums = defaultdict(lambda: ZERO, held)
    for _number, _on, code, amount in rows:
        sums[code] += amount
    return sums


def _heads_stand(group: BankingGroup, periods: Sequence[ClosedPeriod]) -> Iterator[Difference]:
    numbers = {period.entries or 0 for period in periods}
    hashes = dict(Entry.objects.filter(group=group, number__in=numbers).values_list("number", "hash")) | {0: GENESIS}
    wrong = [period for period in periods if hashes.get(period.entries or 0) != period.head_hash]
    for period in wrong[:NAMED]:
        yield Difference("a closing names a head that the chain never had", f"{period.month:%Y-%m}")
