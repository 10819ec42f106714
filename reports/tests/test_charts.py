"""Charts are drawings from amounts alone: what stands where, and that no word covers a line."""

from decimal import Decimal

import pytest

from core.money import ZERO, kes
from reports.charts import at, nice_step, savings_line, short, waterfall, whole


def months(*amounts: str) -> list[tuple[str, Decimal]]:
    return [(f"m{place}", kes(amount)) for place, amount in enumerate(amounts)]


def test_a_coordinate_never_carries_a_thousands_separator() -> None:
    assert at(Decimal("1234.56")) == "1234.6"
    assert at(100) == "100"


def test_amounts_on_charts_are_whole_shillings_with_a_real_minus() -> None:
    assert whole(kes("1234.40")) == "1,234"
    assert whole(kes("-500")) == "−500"
    assert whole(kes("500"), signed=True) == "+500"
    assert whole(ZERO, signed=True) == "0"


@pytest.mark.parametrize(
    ("amount", "said"), [("2400000", "2.4 M"), ("250000", "250 K"), ("800", "800"), ("0", "0"), ("1500", "1.5 K")]
)
def test_an_axis_says_amounts_shortly(amount: str, said: str) -> None:
    assert short(kes(amount)) == said


@pytest.mark.parametrize(
    ("span", "step"), [("400", "100"), ("212400", "100000"), ("90", "25"), ("0", "1"), ("-3", "1"), ("17", "5")]
)
def test_an_axis_is_divided_at_round_numbers(span: str, step: str) -> None:
    assert nice_step(Decimal(span)) == Decimal(step)


def test_a_line_rises_to_the_right_and_names_its_ends() -> None:
    chart = savings_line(months("111700", "150000", "324100"))
    heights = [Decimal(point.y) for point in chart.points]
    assert heights == sorted(heights, reverse=True)
    assert [point.label for point in chart.points] == ["111,700", "", "324,100"]
    assert len(chart.path.split()) == 3


def test_every_point_of_a_line_lies_between_its_first_and_last_tick() -> None:
    for amounts in (("111700", "324100"), ("5", "5"), ("0", "0"), ("100", "90"), ("999999", "1000001")):
        chart = savings_line(months(*amounts))
        top, bottom = Decimal(chart.ticks[-1].y), Decimal(chart.ticks[0].y)
        assert all(top <= Decimal(point.y) <= bottom for point in chart.points), amounts


def test_the_first_word_of_a_rising_line_stands_below_it_and_of_a_falling_one_above() -> None:
    rising, falling = savings_line(months("100", "200")), savings_line(months("200", "100"))
    assert Decimal(rising.points[0].label_y) > Decimal(rising.points[0].y)
    assert Decimal(falling.points[0].label_y) < Decimal(falling.points[0].y)


def test_a_line_of_one_month_and_of_none_can_be_drawn() -> None:
    assert len(savings_line(months("500")).points) == 1
    assert savings_line([]).area == ""


def test_a_waterfall_goes_from_the_first_total_to_the_last_by_its_steps() -> None:
    chart = waterfall(
        ("1 Nov", kes("386150")), [("Savings", kes("32800")), ("Costs", kes("-470"))], ("20 Nov", kes("418480"))
    )
    assert [bar.label for bar in chart.bars] == ["386,150", "+32,800", "−470", "418,480"]
    assert [bar.kind for bar in chart.bars] == ["whole", "up", "down", "whole"]
    assert [bool(bar.step_to) for bar in chart.bars] == [True, True, True, False]


def test_totals_are_cut_only_where_the_steps_would_vanish_beside_them() -> None:
    small_steps = waterfall(("a", kes("400000")), [("b", kes("1000"))], ("c", kes("401000")))
    large_steps = waterfall(("a", kes("1000")), [("b", kes("4000"))], ("c", kes("5000")))
    assert small_steps.is_cut
    assert small_steps.bars[0].tear
    assert not small_steps.bars[1].tear
    assert not large_steps.is_cut
    assert not any(bar.tear for bar in large_steps.bars)


def test_bars_keep_their_proportions_where_nothing_is_cut() -> None:
    chart = waterfall(("a", kes("1000")), [("b", kes("1000"))], ("c", kes("2000")))
    first, step, last = (Decimal(bar.height) for bar in chart.bars)
    assert abs(first - step) <= Decimal("0.2")
    assert abs(last - 2 * first) <= Decimal("0.3")


def test_a_step_too_small_to_see_is_still_two_units_high() -> None:
    chart = waterfall(("a", kes("1000000")), [("b", kes("300000")), ("c", kes("0.01"))], ("d", kes("1300000.01")))
    assert Decimal(chart.bars[2].height) == 2


def test_a_fund_of_nothing_can_be_drawn() -> None:
    chart = waterfall(("a", ZERO), [], ("b", ZERO))
    assert [bar.label for bar in chart.bars] == ["0", "0"]
    assert not chart.is_cut


def test_a_fund_below_zero_stands_on_its_own_floor() -> None:
    chart = waterfall(("a", kes("100")), [("b", kes("-300"))], ("c", kes("-200")))
    assert all(Decimal(bar.y) + Decimal(bar.height) <= Decimal("228.1") for bar in chart.bars)
