"""What a check of the books finds: a difference, where it is, and how it is told to the person who asked."""

from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, shown

# Differences named one by one before the rest is only counted.
NAMED = 20


@dataclass(frozen=True)
class Difference:
    """Something in the books that is not as it must be; `amount` where it can be told in money."""

    what: str
    where: str
    amount: Decimal = ZERO


def told(difference: Difference) -> str:
    """One line for the person who runs the check."""
    amount = f": {shown(difference.amount)}" if difference.amount else ""
    return f"{difference.what}, {difference.where}{amount}"
