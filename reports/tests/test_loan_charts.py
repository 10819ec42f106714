"""Drawings of loans from amounts alone: instalments as bars, the balance as lines, shares of a bar."""

from decimal import Decimal

import pytest

from core.money import ZERO, kes
from reports.loan_charts import balance_lines, meter, schedule_bars, segments


def rows(count: int, principal: str = "100", interest: str = "10") -> list[tuple[str, Decimal, Decimal]]:
    return [(f"m{place}", kes(principal), kes(interest)) for place in range(count)]


def test_interest_stands_on_principal_and_both_on_the_floor() -> None:
    (bar,) = schedule_bars(rows(1)).bars
    foot = Decimal(bar.principal_y) + Decimal(bar.principal_height)
    assert foot == Decimal("190")
    assert Decimal(bar.interest_y) + Decimal(bar.interest_height) == pytest.approx(
        Decimal(bar.principal_y), abs=Decimal("0.2")
    )
    assert Decimal(bar.principal_height) == pytest.approx(10 * Decimal(bar.interest_height), rel=Decimal("0.01"))


def test_the_tallest_instalment_reaches_the_top_and_none_goes_beyond() -> None:
    chart = schedule_bars([("a", kes("100"), kes("50")), ("b", kes("100"), kes("10"))])
    assert [Decimal(bar.interest_y) for bar in chart.bars] == [Decimal("30"), Decimal("72.7")]


def test_only_the_first_and_the_last_bar_say_their_total() -> None:
    chart = schedule_bars(
        [("a", kes("5000"), kes("600")), ("b", kes("5000"), kes("550")), ("c", kes("5000"), kes("50"))]
    )
    assert [bar.label for bar in chart.bars] == ["5,600", "", "5,050"]
    assert (chart.principal_words, chart.interest_words) == ("5,000", "600 → 50")


@pytest.mark.parametrize(("count", "written"), [(1, 1), (8, 8), (12, 6), (36, 6), (60, 6)])
def test_no_more_words_stand_under_the_bars_than_there_is_room_for(count: int, written: int) -> None:
    assert sum(bool(bar.word) for bar in schedule_bars(rows(count)).bars) == written


@pytest.mark.parametrize("count", [1, 3, 60])
def test_every_bar_stays_in_the_room(count: int) -> None:
    chart = schedule_bars(rows(count))
    assert all(Decimal(bar.right) <= Decimal(474) and Decimal(bar.width) > 0 for bar in chart.bars)


def test_a_schedule_without_rows_or_amounts_is_still_a_drawing() -> None:
    assert schedule_bars([]).bars == ()
    assert schedule_bars([]).interest_words == "0"
    assert schedule_bars([("a", ZERO, ZERO)]).bars[0].principal_height == "0"


def test_the_line_ends_where_time_has_come_to_and_what_was_agreed_goes_on() -> None:
    chart = balance_lines([("a", kes("300"), kes("300")), ("b", kes("200"), kes("250")), ("c", kes("100"), None)])
    assert len(chart.path.split()) == 2
    assert len(chart.agreed_path.split()) == 3
    assert chart.now_label == "250"
    assert chart.path.split()[-1] == f"{chart.now_x},{chart.now_y}"
    assert [point.was for point in chart.points] == [kes("300"), kes("250"), None]
    assert not chart.is_right


def test_every_point_lies_between_the_first_and_the_last_tick() -> None:
    chart = balance_lines([("a", kes("300"), kes("310")), ("b", ZERO, kes("280"))])
    top, bottom = Decimal(chart.ticks[-1].y), Decimal(chart.ticks[0].y)
    heights = [Decimal(spot.split(",")[1]) for spot in [*chart.path.split(), *chart.agreed_path.split()]]
    assert all(top <= height <= bottom for height in heights)
    assert chart.is_right


def test_before_anything_is_known_only_what_is_agreed_is_drawn() -> None:
    chart = balance_lines([("a", kes("300"), None), ("b", ZERO, None)])
    assert (chart.path, chart.area, chart.now_label) == ("", "", "")
    assert chart.agreed_path


def test_a_line_of_nothing_divides_by_nothing() -> None:
    assert balance_lines([]).points == ()
    assert balance_lines([("a", ZERO, ZERO)]).now_label == "0"


@pytest.mark.parametrize(
    ("part", "whole", "width"),
    [("5", "20", "25"), ("0", "20", "0"), ("30", "20", "100"), ("-1", "20", "0"), ("5", "0", "0")],
)
def test_a_meter_is_filled_by_its_share_and_never_beyond(part: str, whole: str, width: str) -> None:
    assert meter(Decimal(part), Decimal(whole)) == width


def test_the_parts_of_one_bar_follow_each_other_and_fill_it() -> None:
    first, second = segments([("a", kes("30")), ("b", ZERO), ("c", kes("10"))])
    assert (first.kind, first.x, first.width) == ("a", "0", "75")
    assert (second.kind, second.x, second.width) == ("c", "75", "25")
    assert segments([("a", ZERO)]) == ()
