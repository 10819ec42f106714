"""A share-out before the vote: what each would be paid with other figures, and whether the cash at hand covers it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO
from cycles.queries.reckoning import Row, Simulation, simulate
from cycles.queries.sharing import days_of
from cycles.rules.sharing import Reckoning
from cycles.rules.years import FiscalYear
from groups.clauses import DIVIDEND_BASES
from groups.models import BankingGroup
from ledger.queries import cash_by_place, trf_sheet
from reports.loan_charts import meter
from reports.pages import words
from reports.pages.year_runs import years_for

AT_HAND = ("CASH_BOX", "BANK", "MPESA")


@dataclass(frozen=True)
class TrialRow:
    number: int
    name: str
    basis: Decimal
    percentage: Decimal
    width: str
    reckoning: Reckoning

    @property
    def others(self) -> Decimal:
        return others_of(self.reckoning)

    @property
    def fines(self) -> Decimal:
        return ZERO - self.reckoning.fines

    @property
    def loans(self) -> Decimal:
        return ZERO - self.reckoning.loans


@dataclass(frozen=True)
class PlaceRow:
    word: str
    amount: Decimal


@dataclass(frozen=True)
class TrialPage:
    """The trial; without anything to share it holds the figures and no rows."""

    year: str
    years: tuple[tuple[str, str], ...]
    held: Decimal
    surplus: Decimal
    percent: Decimal
    pool: Decimal
    basis: str
    measured: Decimal
    rows: tuple[TrialRow, ...]
    total: Reckoning
    cash: Decimal
    still_owed: Decimal
    at_hand: tuple[PlaceRow, ...]
    at_hand_total: Decimal
    held_for_others: Decimal
    gap: Decimal

    @property
    def others(self) -> Decimal:
        return others_of(self.total)

    @property
    def fines(self) -> Decimal:
        return ZERO - self.total.fines

    @property
    def loans(self) -> Decimal:
        return ZERO - self.total.loans

    @property
    def is_covered(self) -> bool:
        return self.gap >= 0


def others_of(reckoning: Reckoning) -> Decimal:
    """What else is her own: ECD, project money, dividends not paid yet."""
    return reckoning.ecd + reckoning.project + reckoning.dividends


def trial_page(
    group: BankingGroup, year: int | None, on: dt.date, *, surplus: Decimal | None, percent: Decimal
) -> TrialPage:
    """Without a year, the one that runs; without a surplus, what the books hold."""
    known = years_for(group, on)
    days = _days(group, year, [int(key) for key, _name in known])
    asked = simulate(group, days, on, surplus=surplus, percent=percent)
    held = asked.surplus if surplus is None else simulate(group, days, on).surplus
    places = cash_by_place(group)
    at_hand = sum((places.get(place, ZERO) for place in AT_HAND), ZERO)
    others = _held_for_others(group, on)
    return TrialPage(
        year=str(days.year),
        years=known,
        held=held,
        surplus=asked.surplus,
        percent=asked.percent,
        pool=asked.distributable,
        basis=str(DIVIDEND_BASES.get(asked.basis, asked.basis)),
        measured=asked.measured,
        rows=tuple(_rows(asked)),
        total=asked.total,
        cash=asked.cash,
        still_owed=sum((row.reckoning.still_owed for row in asked.rows), ZERO),
        at_hand=tuple(
            PlaceRow(str(words.PLACE_WORDS[place]), amount) for place, amount in places.items() if place in AT_HAND
        ),
        at_hand_total=at_hand,
        held_for_others=others,
        gap=at_hand - others - asked.cash,
    )


def _held_for_others(group: BankingGroup, on: dt.date) -> Decimal:
    """What lies there and is no member's own: welfare, campaigns, receipts without an owner."""
    held = trf_sheet(group=group, on=on, members=()).held_for_others
    return held.social + held.campaigns + held.unallocated


def _days(group: BankingGroup, year: int | None, known: list[int]) -> FiscalYear:
    """The days of a year from the list; the newest where another was asked for."""
    wanted = year if year in known else known[0]
    found = days_of(group, wanted)
    assert found is not None  # noqa: S101  # the list holds years that begin
    return found


def _rows(asked: Simulation) -> Iterable[TrialRow]:
    largest = max((row.reckoning.cash for row in asked.rows), default=ZERO)
    return (_row(row, largest) for row in asked.rows)


def _row(row: Row, largest: Decimal) -> TrialRow:
    return TrialRow(
        number=row.member_number,
        name=row.member_name,
        basis=row.basis,
        percentage=row.percentage,
        width=meter(row.reckoning.cash, largest),
        reckoning=row.reckoning,
    )
