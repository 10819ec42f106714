"""Places and weeks: words and arithmetic."""

import datetime as dt
from decimal import Decimal

import pytest

from officers import rules

NOON = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("0.2840005", "0.284001"), ("-1.2863894", "-1.286389"), ("-0.0000005", "-0.000001"), ("36", "36.000000")],
)
def test_six_decimals_of_a_degree_are_kept_half_up(said: str, kept: str) -> None:
    assert str(rules.degrees(Decimal(said))) == kept


@pytest.mark.parametrize(("said", "kept"), [("12.345", "12.35"), ("0.004", "0.00"), ("100000", "100000.00")])
def test_centimetres_of_accuracy_are_kept_half_up(said: str, kept: str) -> None:
    assert str(rules.metres(Decimal(said))) == kept


def test_a_week_is_seven_days_with_today() -> None:
    assert rules.first_day_of_week(dt.date(2026, 3, 20)) == dt.date(2026, 3, 14)


def test_days_kept_and_minutes_fresh_are_counted_back_from_now() -> None:
    assert rules.kept_since(NOON, 90) == dt.datetime(2025, 12, 20, 12, tzinfo=dt.UTC)
    assert rules.fresh_since(NOON, 30) == dt.datetime(2026, 3, 20, 11, 30, tzinfo=dt.UTC)
