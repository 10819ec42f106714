"""Where a group's cash is: in the box, at the bank, on the phone, in an officer's hands. Pure words, no database.

People and programs say CASH_BOX, BANK, MPESA and OFFICER; the books say 1010, 1020, 1030 and 1040.
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.rules import BANK, CASH_BOX, MPESA, OFFICER, PLACES

WORDS: dict[str, str] = (
    {word: account for account, word in PLACES.items()} | {"CASH": CASH_BOX} | {p: p for p in PLACES}
)


@dataclass(frozen=True)
class Place:
    """One place of cash: its account, and on 1040 the officer who holds it."""

    account: str
    officer: UUID | None = None

    @property
    def word(self) -> str:
        return PLACES[self.account]


BOX = Place(CASH_BOX)


@dataclass(frozen=True)
class Hands:
    """Who handles the money of an act, and whether she does so as an office holder of the group."""

    user: UUID
    holds_office: bool


def place_of(method: str, hands: Hands, *, at_the_table: bool = False) -> Place:
    """The place a payment method picks: BANK and MPESA their own; CASH the box at the table or with a group officer,
    otherwise the field officer's own hands."""
    if method == "BANK":
        return Place(BANK)
    if method == "MPESA":
        return Place(MPESA)
    return BOX if at_the_table or hands.holds_office else held_by(hands.user)


def held_by(officer: UUID) -> Place:
    return Place(OFFICER, officer)
