"""Places and weeks of field officers: words and arithmetic only."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

# Six decimals of a degree are about eleven centimetres.
PLACES_OF_A_DEGREE = Decimal("0.000001")
PLACES_OF_A_METRE = Decimal("0.01")
WIDEST_METRES = 100_000
MOST_AT_ONCE = 500
# A phone's clock may run ahead of ours by this much.
AHEAD = dt.timedelta(minutes=5)
DAYS_OF_A_WEEK = 7


def degrees(value: Decimal) -> Decimal:
    """A latitude or longitude as it is kept: six decimals, half up."""
    return value.quantize(PLACES_OF_A_DEGREE, ROUND_HALF_UP)


def metres(value: Decimal) -> Decimal:
    """An accuracy as it is kept: centimetres, half up."""
    return value.quantize(PLACES_OF_A_METRE, ROUND_HALF_UP)


def first_day_of_week(today: dt.date) -> dt.date:
    """The first of the last seven days, today among them."""
    return today - dt.timedelta(days=DAYS_OF_A_WEEK - 1)


def kept_since(at: dt.datetime, days_kept: int) -> dt.datetime:
    """The instant before which positions are forgotten."""
    return at - dt.timedelta(days=days_kept)


def fresh_since(at: dt.datetime, minutes: int) -> dt.datetime:
    """The instant before which a position says nothing about now."""
    return at - dt.timedelta(minutes=minutes)
