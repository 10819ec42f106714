"""The arithmetic of leaving: what a member is paid, and the lines of it.

Pure: no database, no clock.
"""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from core.money import ZERO
from ledger.places import Place
from ledger.rules import Leg, debit
from savings.rules import LOAN_ACCOUNTS, OWNED, left

HEAD = "share_out"


def owned(held: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Account → what it holds of her own, from her balances; empty where she owns nothing."""
    return {code: held[code] for code in OWNED if held[code] > 0}


def owing(held: Mapping[str, Decimal]) -> Decimal:
    """What she still owes on loans."""
    return sum((held[code] for code in LOAN_ACCOUNTS), ZERO)


def total(parts: Mapping[str, Decimal]) -> Decimal:
    return sum(parts.values(), ZERO)


def leaving_legs(parts: Mapping[str, Decimal], source: Place, member: UUID) -> list[Leg]:
    """Each of her balances goes down to nothing, and one sum of cash leaves."""
    return [
        *(debit(code, amount, member=member) for code, amount in parts.items()),
        left(source, total(parts), HEAD),
    ]
