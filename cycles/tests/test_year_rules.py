"""When a fiscal year begins and ends, also where a group has moved the beginning."""

import datetime as dt

import pytest

from core.ids import new_id
from core.money import kes
from cycles.rules.closing import Part, amount_of, closing_legs
from cycles.rules.years import FIRST_YEAR, LAST_YEAR, BeginsIn, FiscalYear, fiscal_year, year_of


def always(month: int) -> BeginsIn:
    return lambda _day: month


def moved(first: int, on: dt.date, then: int) -> BeginsIn:
    return lambda day: then if day >= on else first


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        (1, dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        (7, dt.date(2026, 7, 1), dt.date(2027, 6, 30)),
        (12, dt.date(2026, 12, 1), dt.date(2027, 11, 30)),
        (3, dt.date(2026, 3, 1), dt.date(2027, 2, 28)),
    ],
)
def test_a_year_runs_to_the_day_before_the_next(month: int, first: dt.date, last: dt.date) -> None:
    assert fiscal_year(2026, always(month)) == FiscalYear(2026, first, last)


def test_every_day_lies_in_one_year() -> None:
    assert year_of(dt.date(2026, 6, 30), always(7)).year == 2025
    assert year_of(dt.date(2026, 7, 1), always(7)).year == 2026
    assert year_of(dt.date(1900, 1, 1), always(7)).year == FIRST_YEAR
    assert dt.date(2026, 12, 31) in year_of(dt.date(2026, 1, 1), always(1))


def test_a_year_that_begins_later_makes_the_one_before_longer() -> None:
    july = moved(1, dt.date(2026, 3, 1), 7)
    assert fiscal_year(2026, july) == FiscalYear(2026, dt.date(2026, 1, 1), dt.date(2027, 6, 30))
    assert fiscal_year(2027, july) == FiscalYear(2027, dt.date(2027, 7, 1), dt.date(2028, 6, 30))
    assert year_of(dt.date(2027, 5, 1), july).year == 2026


def test_a_calendar_year_in_which_no_year_begins_has_none() -> None:
    january = moved(7, dt.date(2026, 3, 1), 1)
    assert fiscal_year(2026, january) is None
    assert fiscal_year(2025, january) == FiscalYear(2025, dt.date(2025, 7, 1), dt.date(2026, 12, 31))


@pytest.mark.parametrize("year", [0, 26, FIRST_YEAR - 1, LAST_YEAR + 1, 10**9])
def test_what_is_no_year_is_none(year: int) -> None:
    assert fiscal_year(year, always(1)) is None


def test_the_last_year_of_all_ends_with_the_calendar() -> None:
    """Nothing begins after it: the rules would begin in a month that never comes."""
    never_again = lambda day: 1 if day.year <= LAST_YEAR else 13  # noqa: E731 - one line says it
    assert fiscal_year(LAST_YEAR, never_again) == FiscalYear(LAST_YEAR, dt.date(LAST_YEAR, 1, 1), dt.date(9999, 12, 30))


def test_a_day_before_all_years_has_none() -> None:
    with pytest.raises(ValueError, match="no fiscal year"):
        year_of(dt.date(1899, 2, 1), always(7))


def test_each_balance_is_emptied_and_the_surplus_takes_the_rest() -> None:
    alice, loan = new_id(), new_id()
    parts = [
        Part("4010", alice, None, kes("-120.00")),
        Part("4050", alice, None, kes("0.00")),
        Part("5010", None, None, kes("50.00")),
        Part("5030", None, loan, kes("30.00")),
    ]
    legs = closing_legs(parts)
    assert [(leg.account, leg.amount, leg.member, leg.subject) for leg in legs] == [
        ("4010", kes("120.00"), alice, None),
        ("5010", kes("-50.00"), None, None),
        ("5030", kes("-30.00"), None, loan),
        ("3010", kes("-40.00"), None, None),
    ]
    assert amount_of(legs) == kes("120.00")


def test_a_year_that_earned_what_it_cost_leaves_the_surplus_alone() -> None:
    legs = closing_legs([Part("4090", None, None, kes("-5.00")), Part("5090", None, None, kes("5.00"))])
    assert [leg.account for leg in legs] == ["4090", "5090"]
    assert closing_legs([]) == []
