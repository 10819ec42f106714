"""The lines that close a year: each balance of income and costs is emptied, and the retained surplus takes the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core.money import ZERO
from ledger.rules import CHART, Leg, Nature

SURPLUS = "3010"
RESULTS = tuple(code for code, line in CHART.items() if line.nature in {Nature.INCOME, Nature.EXPENSE})


@dataclass(frozen=True)
class Part:
    """What one account holds under one name at the end of a year, debits less credits."""

    code: str
    member: UUID | None
    subject: UUID | None
    amount: Decimal


def closing_legs(parts: Iterable[Part]) -> list[Leg]:
    """The entry that leaves zero on each; none where there is nothing to close."""
    legs = [Leg(part.code, -part.amount, member=part.member, subject=part.subject) for part in parts if part.amount]
    rest = -sum((leg.amount for leg in legs), ZERO)
    return [*legs, Leg(SURPLUS, rest)] if rest else legs


def amount_of(legs: Iterable[Leg]) -> Decimal:
    """What stands on its paper: the sum of the debits."""
    return sum((leg.amount for leg in legs if leg.amount > 0), ZERO)
