"""What a loan is on a day: its whole life told again, in the order of business dates, from what happened to it.

Pure: no database, no clock. Nothing here is stored: a payment that arrives late, or is taken back, is simply told in
its place, and every figure follows. Rules (domain, "Repayment" and "Arrears"):

* money goes to the oldest instalment due first, in each to penalty, interest, principal; then to the running period;
  what is left goes to principal (reducing: later interest is worked out anew, the term shortens) or to the next
  instalments in order (flat); what finds no debt is savings;
* a period runs from the day after one due date to the next, the first one from the day of disbursement itself, that of
  a new plan from the day after the rescheduling;
* each month begun since an instalment's due date charges a penalty on its unpaid principal and interest, once;
* *in duplum*: from the day of default (more than 90 days late) unpaid interest and penalties, with all that accrues
  after it, never exceed the principal owing on that day, until nothing is overdue any more.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from core.money import ZERO, percent_of
from core.periods import add_months
from loans.rules import plan
from loans.rules.plan import FLAT, Terms

DEFAULT_AFTER_DAYS = 90
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Happening:
    """Something that happened to a loan on a business day; `at` orders what happened on the same day."""

    on: dt.date
    at: dt.datetime


@dataclass(frozen=True)
class Payment(Happening):
    """Money for the loan that stands, by its id."""

    id: UUID
    amount: Decimal


@dataclass(frozen=True)
class Reschedule(Happening):
    """What is owed on that day is spread over so many months from then on."""

    months: int


@dataclass(frozen=True)
class WriteOff(Happening):
    """The principal owed on that day is the group's loss; from then on nothing accrues."""


@dataclass(frozen=True)
class History:
    """All that decides what a loan is: its terms, its rules for being late, and what happened, in any order."""

    terms: Terms
    happenings: Sequence[Happening] = ()
    penalty_percent: Decimal = ZERO
    in_duplum: bool = True


@dataclass(frozen=True)
class Split:
    """Where the money of one payment went, in shillings. Of a loan written off, principal is what was recovered."""

    penalty: Decimal = ZERO
    interest: Decimal = ZERO
    principal: Decimal = ZERO
    savings: Decimal = ZERO

    def __add__(self, other: "Split") -> "Split":
        return Split(*(mine + its for mine, its in zip(self.parts, other.parts, strict=True)))

    @property
    def parts(self) -> tuple[Decimal, Decimal, Decimal, Decimal]:
        return self.penalty, self.interest, self.principal, self.savings

    @property
    def total(self) -> Decimal:
        return sum(self.parts, ZERO)


@dataclass(frozen=True)
class Charge:
    """A penalty: of which instalment, for which month since its due date (1, 2 …), and the day it fell due."""

    instalment: int
    month: int
    on: dt.date
    amount: Decimal


@dataclass(frozen=True)
class Row:
    """An instalment as it stands on the day: what it asks for and what was paid of it."""

    number: int
    due: dt.date
    principal: Decimal
    interest: Decimal
    penalty: Decimal
    balance: Decimal
    paid: Split
    settled_on: dt.date | None

    @property
    def total(self) -> Decimal:
        return self.principal + self.interest

    @property
    def unpaid(self) -> Decimal:
        return self.principal + self.interest + self.penalty - self.paid.total


@dataclass(frozen=True)
class State:
    """A loan on a day. `recoverable` is what may still come back of a loan written off."""

    on: dt.date
    rows: tuple[Row, ...]
    charges: tuple[Charge, ...]
    splits: dict[UUID, Split]
    outstanding: Decimal
    amount_due: Decimal
    overdue_principal: Decimal
    settlement: Decimal
    written_off: Decimal
    recovered: Decimal
    days_late: int

    @property
    def paid(self) -> Split:
        return sum(self.splits.values(), Split())

    @property
    def oldest_unpaid(self) -> Row | None:
        return next((row for row in self.rows if row.unpaid > 0), None)

    @property
    def is_settled(self) -> bool:
        return self.settlement == 0 and self.outstanding == 0


def told(history: History, on: dt.date) -> State:
    """The loan at the close of a day: happenings of later days are left out."""
    course = _Course(history)
    for happening in sorted(history.happenings, key=lambda each: (each.on, each.at, str(getattr(each, "id", "")))):
        if happening.on <= on:
            course.accrue(happening.on)
            course.meet(happening)
    course.accrue(on)
    return course.state(on)


@dataclass
class _Row:
    number: int
    start: dt.date
    due: dt.date
    principal: Decimal
    interest: Decimal
    penalty: Decimal = ZERO
    months_late: int = 0
    accrued: bool = False
    paid: Split = field(default_factory=Split)
    settled_on: dt.date | None = None

    @property
    def penalty_unpaid(self) -> Decimal:
        return self.penalty - self.paid.penalty

    @property
    def interest_unpaid(self) -> Decimal:
        return self.interest - self.paid.interest

    @property
    def principal_unpaid(self) -> Decimal:
        return self.principal - self.paid.principal

    @property
    def unpaid(self) -> Decimal:
        return self.penalty_unpaid + self.interest_unpaid + self.principal_unpaid

    def has_begun(self, on: dt.date) -> bool:
        return self.start < on or (self.start == on and self.number == 1)

    def take(self, money: Decimal, on: dt.date) -> Split:
        """As much as is owed: penalty, interest, principal."""
        parts = []
        for owed in (self.penalty_unpaid, self.interest_unpaid, self.principal_unpaid):
            parts.append(min(money, owed))
            money -= parts[-1]
        taken = Split(*parts)
        self.paid += taken
        if self.unpaid == 0 and self.settled_on is None:
            self.settled_on = on
        return taken


class _Course:
    """The loan while its life is told: rows that change, and the room that default leaves."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.terms = history.terms
        self.rows = _planned(history.terms, plan.schedule(history.terms))
        self.charges: list[Charge] = []
        self.splits: dict[UUID, Split] = {}
        # While the loan is in default: what may still accrue.
        self.room: Decimal | None = None
        # What the latest rescheduling carried on, and how many rows stand before its plan.
        self.carried: _Row | None = None
        self.before = 0
        self.written_off: Decimal | None = None
        self.recovered = ZERO
        self.interest_lost = ZERO

    # What time does

    def accrue(self, until: dt.date) -> None:
        """Interest falls due, penalties are charged and default begins, day by day, up to and with `until`."""
        while self.written_off is None and (step := min(self._steps(until), default=None)):
            day, rank, place = step
            if rank == 0:
                self._interest_due(self.rows[place])
            elif rank == 1:
                self._charge(self.rows[place], day)
            else:
                self._default(day)

    def _steps(self, until: dt.date) -> Iterator[tuple[dt.date, int, int]]:
        """What comes next: (day, 0 interest · 1 penalty · 2 default, place of the row)."""
        oldest = None
        for place, row in enumerate(self.rows):
            if row.due > until:
                break
            if not row.accrued:
                yield row.due, 0, place
            if row.unpaid > 0:
                oldest = oldest or row
                day = self._next_penalty(row)
                if day is not None and day <= until:
                    yield day, 1, place
        if oldest and self.history.in_duplum and self.room is None:
            day = oldest.due + dt.timedelta(days=DEFAULT_AFTER_DAYS + 1)
            if day <= until:
                yield day, 2, 0

    def _next_penalty(self, row: _Row) -> dt.date | None:
        """The day on which the row's next month begins; none where nothing would be charged."""
        if self.room == 0 or not self.history.penalty_percent or row.interest_unpaid + row.principal_unpaid == 0:
            return None
        return add_months(row.due, row.months_late) + ONE_DAY

    def _interest_due(self, row: _Row) -> None:
        """The row's interest is owed from now on; in default no more of it than there is room for."""
        row.accrued = True
        row.interest -= row.interest_unpaid - self._within_room(row.interest_unpaid)

    def _charge(self, row: _Row, day: dt.date) -> None:
        row.months_late += 1
        base = row.interest_unpaid + row.principal_unpaid
        amount = self._within_room(percent_of(base, self.history.penalty_percent))
        if amount:
            charge = Charge(row.number, row.months_late, day, amount)
            row.penalty += amount
            self.charges.append(charge)

    def _within_room(self, amount: Decimal) -> Decimal:
        if self.room is None:
            return amount
        allowed = min(amount, self.room)
        self.room -= allowed
        return allowed

    def _default(self, day: dt.date) -> None:
        owing = [row for row in self.rows if row.due <= day]
        unpaid = sum((row.penalty_unpaid + row.interest_unpaid for row in owing), ZERO)
        room = self._outstanding() - unpaid
        self.room = max(room, ZERO)
        if room < 0:
            self._forgo(owing, -room)

    def _forgo(self, owing: Sequence[_Row], excess: Decimal) -> None:
        """What is over the limit on the day of default itself is not owed: interest of the newest rows first."""
        for row in reversed(owing):
            cut = min(excess, row.interest_unpaid)
            row.interest -= cut
            excess -= cut
        for row in reversed(owing):
            cut = min(excess, row.penalty_unpaid)
            row.penalty -= cut
            excess -= cut

    # What people do

    def meet(self, happening: Happening) -> None:
        match happening:
            case Payment():
                self.splits[happening.id] = self._pay(happening.amount, happening.on)
            case Reschedule():
                self._reschedule(happening)
            case _:
                self._write_off(happening.on)

    def _pay(self, money: Decimal, on: dt.date) -> Split:
        if self.written_off is not None:
            return self._recover(money)
        went = Split()
        for row in self._until(on):
            went += row.take(money - went.total, on)
        if went.total < money:
            went += self._ahead(money - went.total, on)
        if self._is_cured(on):
            self.room = None
        return replace(went, savings=money - went.total)

    def _is_cured(self, on: dt.date) -> bool:
        """Nothing is overdue any more, nor anything left of what a rescheduling carried on. Where no principal is owed,
        interest of later rows is first cut to the room there is."""
        if self._overdue(on) or (self.carried and self.carried.unpaid):
            return False
        if self.room is not None and self._outstanding() == 0:
            for row in self.rows:
                self._accrue_early(row)
        return True

    def _ahead(self, money: Decimal, on: dt.date) -> Split:
        """What is left after all that is due: the running period, then later principal or instalments."""
        coming = [row for row in self.rows if row.due > on]
        if self.terms.method == FLAT:
            return self._next_in_order(coming, money, on)
        went = Split()
        while coming and went.total < money and (coming[0].accrued or coming[0].has_begun(on)):
            self._accrue_early(coming[0])
            went += coming.pop(0).take(money - went.total, on)
        return went + self._shorten(coming, money - went.total)

    def _next_in_order(self, coming: Sequence[_Row], money: Decimal, on: dt.date) -> Split:
        went = Split()
        for row in coming:
            if went.total < money:
                self._accrue_early(row)
                went += row.take(money - went.total, on)
        return went

    def _accrue_early(self, row: _Row) -> None:
        if not row.accrued:
            self._interest_due(row)

    def _shorten(self, later: Sequence[_Row], money: Decimal) -> Split:
        """Principal ahead of its time: it stands with the instalment before, and the later rows are worked out anew."""
        balance = sum((row.principal for row in later), ZERO)
        extra = min(money, balance)
        if extra == 0:
            return Split()
        place, first = len(self.rows) - len(later), later[0].number - self.before
        self.rows[place - 1].principal += extra
        self.rows[place - 1].paid += Split(principal=extra)
        self.rows[place:] = _planned(self.terms, plan.reducing(self.terms, balance - extra, first=first), self.before)
        return Split(principal=extra)

    def _reschedule(self, change: Reschedule) -> None:
        """One new plan for the principal owed. Unpaid penalties, and interest to the running period, are due with its
        first instalment.

        A flat loan's interest was charged once for the whole term: what is unpaid of it is spread, none is added.
        """
        on, principal = change.on, self._outstanding()
        if principal == 0:
            return
        penalty = sum((row.penalty_unpaid for row in self.rows), ZERO)
        interest = self._interest_to_settle(on)
        kept = [row for row in self.rows if row.due <= on or row.paid.total > 0]
        for row in kept:
            self._close(row, on)
        self.before = 1 + max((row.number for row in kept), default=0)
        self.terms = replace(self.terms, principal=principal, months=change.months, start=on, grace=0)
        fresh = _planned(self.terms, self._new_rows(interest), self.before)
        spread = interest if self.terms.method == FLAT else ZERO
        self.carried = _Row(self.before, on, fresh[0].due, ZERO, interest - spread, penalty, accrued=True)
        self.rows = [*kept, self.carried, *fresh]

    @staticmethod
    def _close(row: _Row, on: dt.date) -> None:
        """What was paid of it stays, the rest is part of the new plan."""
        row.penalty, row.interest, row.principal, _savings = row.paid.parts
        row.accrued, row.due = True, min(row.due, on)
        row.settled_on = row.settled_on or on

    def _new_rows(self, interest: Decimal) -> list[plan.Instalment]:
        if self.terms.method != FLAT:
            return plan.schedule(self.terms)
        parts = plan.equal_parts(interest, self.terms.months, self.terms.unit)
        bare = plan.schedule(replace(self.terms, rate=Decimal(0)))
        rows = [replace(row, interest=parts[row.number - 1]) for row in bare]
        short = interest - plan.total_interest(rows)
        return [*rows[:-1], replace(rows[-1], interest=rows[-1].interest + short)]

    def _write_off(self, on: dt.date) -> None:
        self.written_off = self._outstanding()
        self.interest_lost = sum((row.interest_unpaid for row in self._until(on)), ZERO)

    def _recover(self, money: Decimal) -> Split:
        principal = min(money, (self.written_off or ZERO) - self.recovered)
        interest = min(money - principal, self.interest_lost)
        self.recovered += principal
        self.interest_lost -= interest
        return Split(ZERO, interest, principal, money - principal - interest)

    # What it comes to

    def _until(self, on: dt.date) -> list[_Row]:
        return [row for row in self.rows if row.due <= on]

    def _overdue(self, on: dt.date) -> list[_Row]:
        return [row for row in self.rows if row.due < on and row.unpaid > 0]

    def _outstanding(self) -> Decimal:
        return sum((row.principal_unpaid for row in self.rows), ZERO)

    def _interest_to_settle(self, on: dt.date) -> Decimal:
        """Unpaid interest that ends the loan on this day: to the running period; of a flat loan all of it."""
        charged = [row for row in self.rows if row.accrued]
        coming = [row for row in self.rows if not row.accrued and row.due > on]
        if self.terms.method != FLAT:
            coming = [row for row in coming[:1] if row.has_begun(on)]
        ahead = sum((row.interest_unpaid for row in coming), ZERO)
        if self.room is not None:
            ahead = min(ahead, self.room)
        return ahead + sum((row.interest_unpaid for row in charged), ZERO)

    def state(self, on: dt.date) -> State:
        written_off = self.written_off is not None
        due, overdue = self._until(on), self._overdue(on)
        principal = self._outstanding()
        penalties = sum((row.penalty_unpaid for row in self.rows), ZERO)
        lost = (self.written_off or ZERO) - self.recovered + self.interest_lost
        settlement = lost if written_off else principal + penalties + self._interest_to_settle(on)
        return State(
            on=on,
            rows=tuple(self._rows()),
            charges=tuple(self.charges),
            splits=dict(self.splits),
            outstanding=ZERO if written_off else principal,
            amount_due=lost if written_off else sum((row.unpaid for row in due), ZERO),
            overdue_principal=ZERO if written_off else sum((row.principal_unpaid for row in overdue), ZERO),
            settlement=settlement,
            written_off=self.written_off or ZERO,
            recovered=self.recovered,
            days_late=0 if written_off or not overdue else (on - overdue[0].due).days,
        )

    def _rows(self) -> Iterator[Row]:
        balance = sum((row.principal for row in self.rows), ZERO)
        for row in self.rows:
            balance -= row.principal
            if row.principal or row.interest or row.penalty:
                yield Row(
                    row.number, row.due, row.principal, row.interest, row.penalty, balance, row.paid, row.settled_on
                )


def _planned(terms: Terms, rows: Iterable[plan.Instalment], offset: int = 0) -> list[_Row]:
    return [_Row(row.number + offset, terms.due(row.number - 1), row.due, row.principal, row.interest) for row in rows]
