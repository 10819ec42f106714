"""Fiscal years: when each begins and ends. A year is called after the calendar year in which it begins.

The constitution in force on the first day of a month says in which month a fiscal year begins; where it is that month,
a year begins there. A group that moves the beginning has one longer year in between, never two of one name.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

# Says in which month a fiscal year begins, by the rules in force on a day.
BeginsIn = Callable[[dt.date], int]
# No books are older than 1900, which may belong to a year that began before, and no calendar is longer.
FIRST_YEAR, LAST_YEAR = 1899, 9998


@dataclass(frozen=True)
class FiscalYear:
    """From the first to the last day, both within."""

    year: int
    first: dt.date
    last: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


def begin_of(year: int, begins_in: BeginsIn) -> dt.date | None:
    """The first day of the fiscal year of this name; None where none begins in that calendar year."""
    days = (dt.date(year, month, 1) for month in range(1, 13))
    return next((day for day in days if begins_in(day) == day.month), None)


def fiscal_year(year: int, begins_in: BeginsIn) -> FiscalYear | None:
    """The fiscal year of this name, to the day before the next one begins; None where there is none."""
    first = begin_of(year, begins_in) if FIRST_YEAR <= year <= LAST_YEAR else None
    if first is None:
        return None
    later = (begin_of(each, begins_in) for each in range(year + 1, dt.MAXYEAR + 1))
    following = next((day for day in later if day is not None), dt.date.max)
    return FiscalYear(year, first, following - dt.timedelta(days=1))


def year_of(day: dt.date, begins_in: BeginsIn) -> FiscalYear:
    """The fiscal year that holds a day."""
    for year in range(day.year, FIRST_YEAR - 1, -1):
        found = fiscal_year(year, begins_in)
        if found is not None and day in found:
            return found
    raise ValueError("no fiscal year holds this day")
