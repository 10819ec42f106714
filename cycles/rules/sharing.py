"""The arithmetic of sharing a surplus: what there is to share, by what each member is measured, and what she gets.

Pure: no database, no clock. Shares are by largest remainder to the cent, ties by the order in which members are given
(their numbers), so the parts sum to the whole; percentages are for the eye.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core.money import ZERO, percent_of, round_half_up, share
from core.periods import add_months, month_end
from ledger.places import Place
from ledger.rules import Leg, credit, debit
from savings.rules import left

CLOSING, AVERAGE = "CLOSING_BALANCE", "AVERAGE_BALANCE"
SURPLUS, PAYABLE, SAVINGS = "3010", "2060", "2010"
CHAIR, TREASURER = "CHAIR", "TREASURER"
CAPACITIES = (CHAIR, TREASURER)
DECLARED, PAID, KEPT = "DECLARED", "PAID", "KEPT"
DIVIDEND_HEAD = "dividend"
HUNDRED = Decimal(100)


# What there is to share


@dataclass(frozen=True)
class Result:
    """What a year brought: `profit` is income except appreciation fees less costs, below zero a loss.

    Fees that were given back outweigh those of the year where `fees` would be below zero: they are a loss like others.
    """

    profit: Decimal
    fees: Decimal


def result_of(*, profit: Decimal, fees: Decimal) -> Result:
    return Result(profit + min(fees, ZERO), max(fees, ZERO))


def dividend_of(result: Result, percent: Decimal, holds: Decimal) -> Decimal:
    """Percent of a profit and the fees in full, or what a loss leaves of them; never more than the surplus `holds`."""
    earned = percent_of(result.profit, percent) if result.profit > 0 else result.profit
    return max(ZERO, min(earned + result.fees, holds))


def share_out_of(holds: Decimal) -> Decimal:
    """All of the surplus, where there is one."""
    return max(ZERO, holds)


# By what each is measured


def month_ends(first: dt.date, last: dt.date, today: dt.date) -> list[dt.date]:
    """The ends of a year's months that have come; before the first of them, the day itself."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    ends = [month_end(add_months(first, number)) for number in range(months)]
    return [end for end in ends if end <= today] or [min(today, last)]


def average(balances: Sequence[Decimal]) -> Decimal:
    """Rounded to the cent before anything is divided by it, so that she can recompute her part."""
    return round_half_up(sum(balances, ZERO) / len(balances))


def balances_on(now: Decimal, moved: Mapping[dt.date, Decimal], days: Sequence[dt.date]) -> list[Decimal]:
    """What was held at the end of each of these days: what is held now less what moved after it."""
    return [now - sum((amount for on, amount in moved.items() if on > day), ZERO) for day in days]


# What each gets


@dataclass(frozen=True)
class Part:
    """One member's part: what she is measured by, and what she gets."""

    member: UUID
    basis: Decimal
    amount: Decimal


def parts_of(distributable: Decimal, bases: Iterable[tuple[UUID, Decimal]]) -> tuple[Part, ...]:
    """Each member's part, in the given order. Whoever has no positive basis gets none and is no part of the divisor."""
    measured = [(member, basis) for member, basis in bases if basis > 0]
    if not measured:
        return ()
    amounts = share(distributable, by=[basis for _, basis in measured])
    return tuple(Part(*pair, amount) for pair, amount in zip(measured, amounts, strict=True))


def percentage(basis: Decimal, total: Decimal) -> Decimal:
    """A member's share of the whole in percent, for the eye: two decimals."""
    return round_half_up(basis * HUNDRED / total) if total > 0 else ZERO


# What a share-out pays


@dataclass(frozen=True)
class Reckoning:
    """What one member would be paid at a share-out: all that is her own and her share, less what she owes."""

    savings: Decimal
    ecd: Decimal
    project: Decimal
    dividends: Decimal
    share: Decimal
    fines: Decimal
    loans: Decimal

    @property
    def owned(self) -> Decimal:
        return self.savings + self.ecd + self.project + self.dividends + self.share

    @property
    def cash(self) -> Decimal:
        return max(ZERO, self.owned - self.fines - self.loans)

    @property
    def still_owed(self) -> Decimal:
        """What stays owed when all that she has went to her debts."""
        return max(ZERO, self.fines + self.loans - self.owned)


# The yeses


@dataclass(frozen=True)
class Seated:
    """Somebody who may say yes in these capacities."""

    user: UUID
    name: str
    capacities: frozenset[str]


@dataclass(frozen=True)
class Panel:
    """Who decides about a run: the people, and who of them said yes in which capacity.

    One person fills one capacity. Where one alone stands in for both offices, her one yes is for both.
    """

    people: tuple[Seated, ...]
    said: Mapping[str, UUID]

    @property
    def standing(self) -> dict[str, UUID]:
        """The yeses of those who still sit where they said them."""
        seats = {(capacity, one.user) for one in self.people for capacity in one.capacities}
        return {capacity: user for capacity, user in self.said.items() if (capacity, user) in seats}

    @property
    def is_one_for_both(self) -> bool:
        return len(self.people) == 1 and self.people[0].capacities >= set(CAPACITIES)

    @property
    def missing(self) -> tuple[str, ...]:
        said = self.standing
        if said and self.is_one_for_both:
            return ()
        return tuple(capacity for capacity in CAPACITIES if capacity not in said)

    def open_to(self, user: UUID) -> str | None:
        """The capacity in which a yes of hers would count now."""
        if user in self.standing.values():
            return None
        return next((capacity for capacity in self.missing if user in self.called(capacity)), None)

    def called(self, capacity: str) -> dict[UUID, str]:
        """User id → name of those who may still say yes in a capacity."""
        said = set(self.standing.values())
        return {one.user: one.name for one in self.people if capacity in one.capacities and one.user not in said}


# Lines


def declaring_legs(distributable: Decimal, parts: Iterable[tuple[UUID, Decimal]]) -> list[Leg]:
    """The surplus owes each member her part from now on; a part of nothing has no line."""
    owed: Iterator[Leg] = (credit(PAYABLE, amount, member=member) for member, amount in parts if amount)
    return [debit(SURPLUS, distributable), *owed]


def paying_legs(amount: Decimal, source: Place, member: UUID) -> list[Leg]:
    return [debit(PAYABLE, amount, member=member), left(source, amount, DIVIDEND_HEAD)]


def keeping_legs(amount: Decimal, member: UUID) -> list[Leg]:
    return [debit(PAYABLE, amount, member=member), credit(SAVINGS, amount, member=member)]
