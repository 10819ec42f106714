"""Charts as drawings: where each line, bar and word stands, from amounts alone. Pure; templates only write them down.

Coordinates leave as text, so that no language's thousands separator gets into a drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from core.money import ZERO, shown

WIDTH = 620
TENTH = Decimal("0.1")
NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def at(value: Decimal | int) -> str:
    """A coordinate, to a tenth of a unit."""
    return format(Decimal(value).quantize(TENTH).normalize(), "f")


def whole(value: Decimal, *, signed: bool = False) -> str:
    """An amount on a chart: whole shillings, a real minus, a plus where direction is the point."""
    text = shown(value.quantize(Decimal(1))).removesuffix(".00")
    return f"+{text}" if signed and value > 0 else text


@dataclass(frozen=True)
class Point:
    word: str
    amount: Decimal
    x: str
    y: str
    label: str
    label_x: str
    label_y: str


@dataclass(frozen=True)
class Tick:
    y: str
    text_y: str
    word: str


@dataclass(frozen=True)
class LineChart:
    """Amounts over months: one line, its first and last point labelled."""

    points: tuple[Point, ...]
    path: str
    area: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Bar:
    word: str
    amount: Decimal
    label: str
    kind: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    label_y: str
    step_to: str
    step_y: str
    tear: str


@dataclass(frozen=True)
class Waterfall:
    """From one total to the next by the steps between them; the first and last bar may be cut short."""

    bars: tuple[Bar, ...]
    is_cut: bool
    floor: str


def nice_step(span: Decimal, parts: int = 4) -> Decimal:
    """The round number whose multiples divide a span in about `parts`."""
    if span <= 0:
        return Decimal(1)
    rough = span / parts
    magnitude = Decimal(1).scaleb(rough.adjusted())
    return next(magnitude * step for step in NICE if magnitude * step >= rough)


def savings_line(months: Sequence[tuple[str, Decimal]]) -> LineChart:
    """A line over the given month ends, oldest first; the axis starts at a round number, not always at zero."""
    left, right, top, bottom = Decimal(62), Decimal(530), Decimal(18), Decimal(184)
    amounts = [amount for _, amount in months]
    low, high = min(amounts, default=ZERO), max(amounts, default=ZERO)
    step = nice_step(high - low if high > low else max(high, Decimal(4)))
    first, last = _multiple(low, step, ROUND_FLOOR), _multiple(high, step, ROUND_CEILING)
    if low - first < step / 3 and first > 0:
        # Room below the first point for its words.
        first -= step
    last = last if last > first else first + step
    pitch = (right - left) / max(len(months) - 1, 1)

    def height(amount: Decimal) -> Decimal:
        return bottom - (amount - first) / (last - first) * (bottom - top)

    spots = [(left + pitch * place, height(amount)) for place, amount in enumerate(amounts)]
    ends = {0, len(months) - 1}
    is_rising = bool(amounts) and amounts[-1] >= amounts[0]
    points = tuple(
        Point(
            word,
            amount,
            at(x),
            at(y),
            whole(amount) if place in ends else "",
            at(x + 10 if place == 0 else x + 12),
            at(y + 18 if place == 0 and is_rising else y - 10 if place == 0 else y + 5),
        )
        for place, ((word, amount), (x, y)) in enumerate(zip(months, spots, strict=True))
    )
    path = " ".join(f"{at(x)},{at(y)}" for x, y in spots)
    area = f"{at(left)},{at(bottom)} {path} {at(spots[-1][0])},{at(bottom)}" if spots else ""
    ticks = []
    mark = first
    while mark <= last:
        ticks.append(Tick(at(height(mark)), at(height(mark) + 5), short(mark)))
        mark += step
    return LineChart(points, path, area, tuple(ticks))


def _multiple(amount: Decimal, step: Decimal, rounding: str) -> Decimal:
    """The multiple of a step at or beyond an amount."""
    return (amount / step).to_integral_value(rounding=rounding) * step


def short(amount: Decimal) -> str:
    """A round amount for an axis: 2.4 M, 250 K, 800."""
    for size, letter in ((Decimal(1_000_000), "M"), (Decimal(1_000), "K")):
        if abs(amount) >= size:
            return f"{format((amount / size).normalize(), 'f')} {letter}"
    return format(amount.normalize(), "f") if amount else "0"


def waterfall(start: tuple[str, Decimal], steps: Sequence[tuple[str, Decimal]], end: tuple[str, Decimal]) -> Waterfall:
    """Bars from `start` by each step to `end`; where the steps are small beside the totals, the totals are cut."""
    top, floor = Decimal(34), Decimal(228)
    levels = [start[1]]
    for _, amount in steps:
        levels.append(levels[-1] + amount)
    low, high = min(levels), max(levels)
    span = high - low
    is_cut = low > 0 and span < high / 2
    base = low - max(span / 2, high / 50) if is_cut else min(low, ZERO)
    scale = (floor - top) / max(high - base, Decimal(1))
    width = min(Decimal(84), Decimal(WIDTH) / (len(steps) + 2) * Decimal("0.72"))
    pitch = (WIDTH - width) / (len(steps) + 1)

    def height(level: Decimal) -> Decimal:
        return floor - (level - base) * scale

    bars = []
    columns = [(start[0], base if is_cut else ZERO, start[1], "whole")]
    columns += [(word, levels[i], levels[i + 1], "") for i, (word, _) in enumerate(steps)]
    columns += [(end[0], base if is_cut else ZERO, levels[-1], "whole")]
    for place, (word, before, after, kind) in enumerate(columns):
        bars.append(
            _bar(
                word,
                (height(before), height(after)),
                (pitch * place, width, pitch),
                after if kind else after - before,
                kind or ("down" if after < before else "up"),
                tear_at=floor - 20 if kind and is_cut else None,
                is_last=place == len(columns) - 1,
            )
        )
    return Waterfall(tuple(bars), is_cut, at(floor))


def _bar(
    word: str,
    levels: tuple[Decimal, Decimal],
    spot: tuple[Decimal, Decimal, Decimal],
    amount: Decimal,
    kind: str,
    *,
    tear_at: Decimal | None,
    is_last: bool,
) -> Bar:
    x, width, pitch = spot
    upper, lower = min(levels), max(levels)
    return Bar(
        word=word,
        amount=amount,
        label=whole(amount, signed=kind != "whole"),
        kind=kind,
        x=at(x),
        y=at(upper),
        width=at(width),
        height=at(max(lower - upper, Decimal(2))),
        middle=at(x + width / 2),
        label_y=at(upper - 9),
        step_to="" if is_last else at(x + pitch),
        step_y=at(levels[1]),
        tear=_tear(x, width, tear_at) if tear_at is not None else "",
    )


def _tear(x: Decimal, width: Decimal, y: Decimal) -> str:
    """A torn edge across a bar: up and down in eight, six units thick."""
    teeth = 8
    step = (width + 2) / teeth
    upper = [f"{at(x - 1 + step * i)},{at(y - (i % 2) * 6)}" for i in range(teeth + 1)]
    lower = [f"{at(x - 1 + step * i)},{at(y + 6 - (i % 2) * 6)}" for i in range(teeth, -1, -1)]
    return " ".join(upper + lower)
