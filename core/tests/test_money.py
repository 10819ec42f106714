"""Money: the one door in, the one rounding, splits that lose nothing."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import (
    MAX_AMOUNT,
    NotMoney,
    floor_to_cent,
    from_cents,
    kes,
    percent_of,
    round_half_up,
    share,
    shown,
    to_cents,
)

cents = st.integers(min_value=-99_999_999_999, max_value=99_999_999_999)


@pytest.mark.parametrize(
    ("given_value", "amount"),
    [("137.50", "137.50"), (137, "137.00"), (Decimal("0.1"), "0.10"), ("-5", "-5.00"), ("1e2", "100.00")],
)
def test_amounts_come_in_exactly(given_value: str | int | Decimal, amount: str) -> None:
    assert kes(given_value) == Decimal(amount)
    assert str(kes(given_value)) == amount


@pytest.mark.parametrize(
    "wrong",
    [1.5, True, None, "", "abc", "NaN", "Infinity", "-Infinity", "1.005", "1e400", "1e-400", "1000000000", "9" * 41],
)
def test_what_is_not_money_stays_outside(wrong: object) -> None:
    with pytest.raises(NotMoney):
        kes(wrong)  # type: ignore[arg-type]  # the point of the test


def test_the_largest_amount_is_still_money() -> None:
    assert kes("999999999.99") == MAX_AMOUNT


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("-0.005", "-0.01"), ("1.234", "1.23"), ("1.235", "1.24")],
)
def test_halves_go_away_from_zero(exact: str, rounded: str) -> None:
    assert round_half_up(Decimal(exact)) == Decimal(rounded)


def test_rounding_to_whole_shillings() -> None:
    assert round_half_up(Decimal("1666.67"), Decimal(1)) == Decimal("1667.00")


def test_a_fraction_of_a_cent_is_never_dropped() -> None:
    with pytest.raises(NotMoney):
        to_cents(Decimal("0.001"))


@given(cents)
def test_cents_and_shillings_are_the_same_money(amount: int) -> None:
    assert to_cents(from_cents(amount)) == amount


def test_a_hundred_among_three_loses_nothing() -> None:
    assert share(kes("100.00"), by=[1, 1, 1]) == [kes("33.34"), kes("33.33"), kes("33.33")]


def test_the_dividend_of_the_rule_book() -> None:
    parts = share(kes("199232.00"), by=[31675, 373390 - 31675])
    assert parts[0] == kes("16901.02")


@given(
    st.integers(min_value=0, max_value=10**12),
    st.lists(st.decimals(min_value=0, max_value=10**9, places=2), min_size=1, max_size=50).filter(lambda w: sum(w) > 0),
)
def test_parts_sum_to_the_whole_and_each_is_within_a_cent(amount: int, weights: list[Decimal]) -> None:
    parts = share(from_cents(amount), by=weights)
    assert sum(parts) == from_cents(amount)
    total = sum(Fraction(weight) for weight in weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) * 100 - amount * Fraction(weight) / total) < 1
        assert part >= 0


@pytest.mark.parametrize(("whole", "by"), [("1.00", []), ("1.00", [0, 0]), ("1.00", [1, -1]), ("-1.00", [1])])
def test_a_split_without_sense_is_refused(whole: str, by: list[int]) -> None:
    with pytest.raises((NotMoney, ValueError)):
        share(kes(whole), by=by)


def test_percent_and_limits() -> None:
    assert percent_of(kes("333.33"), Decimal(10)) == kes("33.33")
    assert floor_to_cent(Decimal("10.999")) == kes("10.99")


def test_amounts_for_people() -> None:
    assert shown(kes("-1234567.8")) == "\N{MINUS SIGN}1,234,567.80"
