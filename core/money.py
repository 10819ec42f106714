"""Money: Kenya shillings as Decimal with two places, one door in, one way to round, loss-free splits.

Floats never come near; the database keeps whole cents.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
MAX_AMOUNT = Decimal("999999999.99")


class NotMoney(ValueError):
    """What was given is not an amount of shillings and cents."""


def kes(value: str | int | Decimal) -> Decimal:
    """The one door in: shillings from text, whole numbers or decimals, exact to the cent, of either sign.

    Refused (`NotMoney`): floats, booleans, NaN, infinities, more than two places, more than 999,999,999.99.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise NotMoney(f"{type(value).__name__} is not money")
    if isinstance(value, str) and len(value) > 40:
        raise NotMoney("too long")
    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise NotMoney("not a number") from error
    if not amount.is_finite():
        raise NotMoney("not finite")
    if abs(amount) > MAX_AMOUNT:
        raise NotMoney("too large")
    if amount != amount.quantize(CENT):
        raise NotMoney("more than two decimal places")
    return amount.quantize(CENT) + ZERO


def round_half_up(amount: Decimal, unit: Decimal = CENT) -> Decimal:
    """The one way to round: half away from zero, to a multiple of `unit` (a cent unless the rule says otherwise)."""
    return ((amount / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit).quantize(CENT) + ZERO


def to_cents(amount: Decimal) -> int:
    """Whole cents of an exact amount; raises `NotMoney` rather than drop a fraction of a cent."""
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise NotMoney("more than two decimal places")
    return int(cents)


def from_cents(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2).quantize(CENT)


def share(whole: Decimal, by: Sequence[Decimal | int]) -> list[Decimal]:
    """Split an amount in the proportions `by` so that the parts sum to the whole, to the cent.

    Largest remainder: each part is first cut down to the cent, then the cents left over go to the parts that lost
    most; ties go to the earliest. Weights are zero or more and not all zero; the whole is zero or more.
    """
    weights = [Decimal(weight) for weight in by]
    total = sum(weights, Decimal(0))
    if whole < 0 or total <= 0 or min(weights) < 0:
        raise NotMoney("a split needs a whole of zero or more and weights that are not all zero")
    scale = to_cents(whole)
    # Integers throughout: numerator / total is exact, whatever the weights.
    shift = max(0, -min(int(weight.as_tuple().exponent) for weight in weights))
    units = [int(weight.scaleb(shift)) for weight in weights]
    all_units = sum(units)
    floors = [scale * unit // all_units for unit in units]
    rests = [scale * unit % all_units for unit in units]
    order = sorted(range(len(units)), key=lambda place: (-rests[place], place))
    for place in order[: scale - sum(floors)]:
        floors[place] += 1
    return [from_cents(cents) for cents in floors]


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """`percent` per cent of an amount, rounded half-up to the cent."""
    return round_half_up(amount * percent / 100)


def shown(amount: Decimal) -> str:
    """For people: thousands separated, two places, a real minus sign."""
    return f"{amount:,.2f}".replace("-", "\N{MINUS SIGN}")


def floor_to_cent(amount: Decimal) -> Decimal:
    """Down to the cent: for limits, where rounding up would let through more than the rule allows."""
    return amount.quantize(CENT, rounding=ROUND_FLOOR) + ZERO
