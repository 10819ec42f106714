"""The arithmetic of leaving: what a member owns, what her fines and loans take of it, and the lines of it.

Pure: no database, no clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core.money import ZERO
from ledger.places import Place
from ledger.rules import Leg, debit
from savings.rules import FINES, LOAN_ACCOUNTS, OWNED, left

HEAD = "share_out"
# Of what she owes, what is settled first: 4050, 4040, 40x0, 11x0, and then 5030.
ORDER = (FINES, "4040", "4010", "4020", "4030", *LOAN_ACCOUNTS, "5030")


def owned(held: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Account → what it holds of her own, from her balances; empty where she owns nothing."""
    return {code: held[code] for code in OWNED if held[code] > 0}


def owing(held: Mapping[str, Decimal]) -> Decimal:
    """The principal she still owes on loans, as the books say."""
    return sum((held[code] for code in LOAN_ACCOUNTS), ZERO)


@dataclass(frozen=True)
class Claim:
    """What one fine or loan claims of what she owns: all of it, or of a loan written off as much as there is."""

    amount: Decimal
    must_be_paid: bool


@dataclass(frozen=True)
class Settling:
    """What she owns, what her fines and loans take of it (one sum a claim, in their order), and what is paid to her."""

    owned: Decimal
    taken: tuple[Decimal, ...]

    @property
    def netted(self) -> Decimal:
        return sum(self.taken, ZERO)

    @property
    def paid_out(self) -> Decimal:
        return self.owned - self.netted


def settling(owned: Decimal, claims: Sequence[Claim]) -> Settling | None:
    """How her debts are settled when she leaves; None where those that must be paid are more than she owns."""
    return as_far_as_it_goes(owned, claims) if short_by(owned, claims) == 0 else None


def as_far_as_it_goes(owned: Decimal, claims: Sequence[Claim]) -> Settling:
    """Each claim takes what it asks for, in their order, until nothing is left."""
    taken, left_over = [], owned
    for claim in claims:
        taken.append(min(claim.amount, left_over))
        left_over -= taken[-1]
    return Settling(owned, tuple(taken))


def short_by(owned: Decimal, claims: Sequence[Claim]) -> Decimal:
    """What she owes more than she has; zero where it is enough."""
    must = sum((claim.amount for claim in claims if claim.must_be_paid), ZERO)
    return max(must - owned, ZERO)


def total(parts: Mapping[str, Decimal]) -> Decimal:
    return sum(parts.values(), ZERO)


def leaving_legs(parts: Mapping[str, Decimal], source: Place, member: UUID, settled: Sequence[Leg] = ()) -> list[Leg]:
    """Each of her balances goes down to nothing; what she owes is settled, and the rest leaves as one sum of cash.

    Fines first, then penalties, then interest, then principal, then what is recovered of a loan written off.
    """
    paid_out = total(parts) + sum((leg.amount for leg in settled), ZERO)
    return [
        *(debit(code, amount, member=member) for code, amount in parts.items()),
        *sorted(settled, key=lambda leg: ORDER.index(leg.account)),
        *([left(source, paid_out, HEAD)] if paid_out else ()),
    ]
