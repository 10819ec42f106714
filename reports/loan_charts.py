"""The drawings on the pages of loans: instalments as stacked bars, the balance as two lines, shares as one bar.

Pure, like `reports.charts`: coordinates leave as text; templates only write them down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from core.money import ZERO
from reports.charts import Tick, at, nice_step, short, whole

# The room for the bars, the line they stand on, and how far up they reach.
ROOM, FLOOR, TOP = Decimal(474), Decimal(190), Decimal(30)
LEFT, RIGHT, LOW, HIGH = Decimal(62), Decimal(580), Decimal(184), Decimal(18)
# More words than this under a drawing run into each other; longer ones, with a year, sooner.
WORDS, LONG_WORDS = 8, 6
METER = Decimal(100)


@dataclass(frozen=True)
class Instalment:
    """One instalment as it is drawn: its word, and its two parts one on the other."""

    word: str
    label: str
    x: str
    middle: str
    right: str
    width: str
    principal_y: str
    principal_height: str
    interest_y: str
    interest_height: str
    label_y: str


@dataclass(frozen=True)
class ScheduleChart:
    """Instalments as stacked bars: principal below, interest above it."""

    bars: tuple[Instalment, ...]
    interest_words: str
    principal_words: str
    floor: str


@dataclass(frozen=True)
class BalancePoint:
    """What is left after an instalment, as agreed and as it was; None for days that have not come."""

    word: str
    agreed: Decimal
    was: Decimal | None
    x: str
    label: str


@dataclass(frozen=True)
class BalanceChart:
    points: tuple[BalancePoint, ...]
    agreed_path: str
    path: str
    area: str
    ticks: tuple[Tick, ...]
    now_x: str
    now_y: str
    now_label: str
    now_label_y: str
    is_right: bool


@dataclass(frozen=True)
class Segment:
    """A part of one bar, by its class and how much of a hundred it takes."""

    kind: str
    x: str
    width: str


def schedule_bars(rows: Sequence[tuple[str, Decimal, Decimal]]) -> ScheduleChart:
    """Bars of (word, principal, interest), oldest first; the first and the last carry their total."""
    tallest = max((principal + interest for _word, principal, interest in rows), default=ZERO) or Decimal(1)
    scale = (FLOOR - TOP) / tallest
    pitch = ROOM / max(len(rows), 1)
    width = min(pitch * Decimal("0.86"), Decimal(84))
    every = _every(len(rows))
    bars = []
    for place, (word, principal, interest) in enumerate(rows):
        base = FLOOR - principal * scale
        top = base - interest * scale
        is_end = place in {0, len(rows) - 1}
        bars.append(
            Instalment(
                word=word if place % every == 0 else "",
                label=whole(principal + interest) if is_end else "",
                x=at(pitch * place),
                middle=at(pitch * place + width / 2),
                right=at(pitch * place + width),
                width=at(width),
                principal_y=at(base),
                principal_height=at(principal * scale),
                interest_y=at(top),
                interest_height=at(interest * scale),
                label_y=at(top - 8),
            )
        )
    interest_words = _span([interest for _word, _principal, interest in rows])
    principal_words = _span([principal for _word, principal, _interest in rows])
    return ScheduleChart(tuple(bars), interest_words, principal_words, at(FLOOR))


def _every(count: int) -> int:
    """Of so many words every how manyeth is written."""
    return 1 if count <= WORDS else -(-count // LONG_WORDS)


def _span(amounts: Sequence[Decimal]) -> str:
    """600 to 50 is written 600 → 50, an amount that stays the same once."""
    if not amounts:
        return whole(ZERO)
    first, last = whole(amounts[0]), whole(amounts[-1])
    return first if first == last else f"{first} → {last}"


def balance_lines(points: Sequence[tuple[str, Decimal, Decimal | None]]) -> BalanceChart:
    """Lines over (word, agreed, was), from the day of payment on: as agreed, and as far as time has come, as it was."""
    top = max((max(agreed, was or ZERO) for _word, agreed, was in points), default=ZERO)
    step = nice_step(top)
    last = (top / step).to_integral_value(rounding=ROUND_CEILING) * step or step
    pitch = (RIGHT - LEFT) / max(len(points) - 1, 1)

    def spot(place: int, amount: Decimal) -> tuple[Decimal, Decimal]:
        return LEFT + pitch * place, LOW - amount / last * (LOW - HIGH)

    agreed = [spot(place, amount) for place, (_word, amount, _was) in enumerate(points)]
    known = [spot(place, was) for place, (_word, _agreed, was) in enumerate(points) if was is not None]
    now = known[-1] if known else (LEFT, LOW)
    every = _every(len(points))
    return BalanceChart(
        points=tuple(
            BalancePoint(word, planned, was, at(LEFT + pitch * place), word if place % every == 0 else "")
            for place, (word, planned, was) in enumerate(points)
        ),
        agreed_path=_path(agreed),
        path=_path(known),
        area=f"{at(LEFT)},{at(LOW)} {_path(known)} {at(now[0])},{at(LOW)}" if known else "",
        ticks=tuple(
            Tick(at(spot(0, mark)[1]), at(spot(0, mark)[1] + 5), short(mark))
            for mark in (step * count for count in range(int(last / step) + 1))
        ),
        now_x=at(now[0]),
        now_y=at(now[1]),
        now_label=whole(points[len(known) - 1][2] or ZERO) if known else "",
        now_label_y=at(max(now[1] - 12, HIGH)),
        is_right=now[0] > (LEFT + RIGHT) / 2,
    )


def _path(spots: Sequence[tuple[Decimal, Decimal]]) -> str:
    return " ".join(f"{at(x)},{at(y)}" for x, y in spots)


def meter(amount: Decimal | int, whole_amount: Decimal | int) -> str:
    """How wide the filled part of a bar of a hundred is."""
    if whole_amount <= 0:
        return "0"
    return at(min(max(METER * amount / Decimal(whole_amount), ZERO), METER))


def segments(parts: Sequence[tuple[str, Decimal]]) -> tuple[Segment, ...]:
    """One bar of a hundred out of (class, amount); parts of nothing take no room."""
    total = sum((amount for _kind, amount in parts), ZERO)
    drawn, left = [], ZERO
    for kind, amount in parts:
        if amount > 0:
            width = METER * amount / total
            drawn.append(Segment(kind, at(left), at(width)))
            left += width
    return tuple(drawn)
