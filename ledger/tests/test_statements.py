"""Trial balance, income statement and balance sheet: by hand for a small year, and for any history."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import ZERO, kes
from core.tests.lasting import lasting
from ledger.queries.statements import Figure, balance_sheet, income_statement, trial_balance
from ledger.rules import CHART, credit, debit
from ledger.tests.builders import TODAY
from ledger.tests.reading import DAYS, Books, Step, histories, live, sums_of_lines

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - dt.timedelta(days=1)
NEW_YEAR = dt.date(2026, 1, 1)


@pytest.fixture
@lasting
def books(db: None) -> Books:
    return Books()


def small_year(books: Books) -> Books:
    """Alice saves 1,000, pays a fine of 100 and appreciation of 25; a register costs 40."""
    for act, amount in (
        ("saves", "1000.00"),
        ("pays a fine", "100.00"),
        ("pays appreciation", "25.00"),
        ("buys a register", "40.00"),
    ):
        books.does(act, amount, YESTERDAY)
    return books


def close_year(books: Books, on: dt.date = YESTERDAY) -> object:
    return books.post(
        [
            debit("4050", kes("100.00")),
            debit("4060", kes("25.00")),
            credit("5010", kes("40.00")),
            credit("3010", kes("85.00")),
        ],
        kind="YEAR_CLOSE",
        on=on,
    )


def told(figures: tuple[Figure, ...]) -> dict[str, str]:
    return {figure.code: str(figure.amount) for figure in figures if figure.amount}


def test_each_balance_stands_on_one_side_of_the_trial_balance(books: Books) -> None:
    trial = trial_balance(small_year(books).group, TODAY)
    sides = {line.code: (str(line.debit), str(line.credit)) for line in trial.accounts}
    assert list(sides) == list(CHART)
    assert {code: both for code, both in sides.items() if both != ("0.00", "0.00")} == {
        "1010": ("1085.00", "0.00"),
        "2010": ("0.00", "1000.00"),
        "4050": ("0.00", "100.00"),
        "4060": ("0.00", "25.00"),
        "5010": ("40.00", "0.00"),
    }
    assert (trial.debits, trial.credits, trial.difference) == (kes("1125.00"), kes("1125.00"), ZERO)
    assert str(trial.accounts[0].name) == "Cash box"


def test_an_account_on_its_unusual_side_is_shown_there(books: Books) -> None:
    small_year(books)
    books.post([debit("3010", kes("10.00")), credit("2060", kes("10.00"), member=books.alice.pk)], kind="DIVIDEND")
    surplus = next(line for line in trial_balance(books.group, TODAY).accounts if line.code == "3010")
    assert (surplus.debit, surplus.credit) == (kes("10.00"), ZERO)


def test_the_trial_balance_of_a_past_day_is_of_that_day(books: Books) -> None:
    small_year(books)
    books.save("500.00")
    assert trial_balance(books.group, YESTERDAY).debits == kes("1125.00")
    assert trial_balance(books.group, NEW_YEAR).debits == ZERO


def test_appreciation_fees_stand_on_a_line_of_their_own(books: Books) -> None:
    statement = income_statement(small_year(books).group, NEW_YEAR, TODAY)
    assert told(statement.income) == {"4050": "100.00"}
    assert "4060" not in {figure.code for figure in statement.income}
    assert statement.appreciation_fees == kes("25.00")
    assert told(statement.expenses) == {"5010": "40.00"}
    assert (statement.income_total, statement.expenses_total) == (kes("125.00"), kes("40.00"))
    assert (statement.profit, statement.difference) == (kes("85.00"), ZERO)


def test_closing_the_year_leaves_its_income_statement_as_it_was(books: Books) -> None:
    small_year(books)
    before = income_statement(books.group, NEW_YEAR, TODAY)
    entry = close_year(books)
    assert income_statement(books.group, NEW_YEAR, TODAY) == before
    assert trial_balance(books.group, TODAY).debits == kes("1085.00")
    books.take_back(entry)  # type: ignore[arg-type]
    assert income_statement(books.group, NEW_YEAR, TODAY) == before
    assert income_statement(books.group, TODAY, TODAY).profit == ZERO


def test_income_counts_on_its_days_only(books: Books) -> None:
    small_year(books)
    books.does("pays a fine", "50.00", member=books.beth)
    assert income_statement(books.group, TODAY, TODAY).profit == kes("50.00")
    assert income_statement(books.group, YESTERDAY, YESTERDAY).profit == kes("85.00")


def test_what_goes_straight_into_the_surplus_is_not_profit(books: Books) -> None:
    small_year(books)
    books.post([debit("1010", kes("70.00"), head="opening"), credit("3010", kes("70.00"))], kind="OPENING")
    statement = income_statement(books.group, NEW_YEAR, TODAY)
    assert (statement.profit, statement.difference) == (kes("85.00"), ZERO)


def test_the_balance_sheet_shows_the_result_until_the_year_is_closed(books: Books) -> None:
    small_year(books)
    sheet = balance_sheet(books.group, TODAY)
    assert (told(sheet.assets), told(sheet.liabilities)) == ({"1010": "1085.00"}, {"2010": "1000.00"})
    assert (told(sheet.equity), sheet.result) == ({}, kes("85.00"))
    assert [sheet.assets_total, sheet.liabilities_total, sheet.equity_total] == [kes(1085), kes(1000), kes(85)]
    close_year(books)
    closed = balance_sheet(books.group, TODAY)
    assert (told(closed.equity), closed.result, closed.equity_total) == ({"3010": "85.00"}, ZERO, kes("85.00"))
    assert (sheet.difference, closed.difference) == (ZERO, ZERO)


@pytest.mark.no_cover  # Hundreds of days of books: being watched, they take twice as long.
@settings(max_examples=12)
@given(history=histories, first=st.sampled_from(DAYS), days=st.integers(0, 9))
def test_the_statements_of_any_history_prove_themselves(history: list[Step], first: dt.date, days: int) -> None:
    books = Books()
    live(books, history)
    last = min(first + dt.timedelta(days=days), TODAY)
    for day in DAYS:
        trial = trial_balance(books.group, day)
        lines = sums_of_lines(books, day)
        assert trial.debits == trial.credits == sum((amount for amount in lines.values() if amount > 0), ZERO)
        assert balance_sheet(books.group, day).difference == trial.difference == ZERO
    statement = income_statement(books.group, first, last)
    moved = sums_of_lines(books, last, first)
    assert statement.profit == -sum((amount for code, amount in moved.items() if code[0] in "45"), ZERO)
    assert statement.difference == ZERO
