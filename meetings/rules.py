"""The words and the arithmetic of a meeting: notes and coins, who is enough, the steps at the table, the seal's text.

Pure: no database, no clock. Amounts are shillings as Decimal; a difference below zero is cash that is missing.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from uuid import UUID

from core.money import CENT, ZERO, to_cents
from ledger.places import Place
from ledger.rules import Leg, credit, debit, instant_text, sha256

# The notes and coins of Kenya, and what is counted with them.
DENOMINATIONS = tuple(
    Decimal(worth) for worth in ("1000", "500", "200", "100", "50", "40", "20", "10", "5", "1", "0.50")
)

PRESENT, LATE, EXCUSED, ABSENT = "PRESENT", "LATE", "EXCUSED", "ABSENT"
HERE = frozenset({PRESENT, LATE})
# What the rules of the group may fine.
FINED = frozenset({LATE, ABSENT})

COUNT, CASH_SHORT, CASH_OVER = "COUNT", "CASH_SHORT", "CASH_OVER"
FEE, REGISTRATION, OTHER_FEE = "FEE", "REGISTRATION", "OTHER"


# Counting


def worth_of(pieces: Mapping[Decimal, int]) -> Decimal:
    """What so many of each note and coin are worth together."""
    return sum((worth * count for worth, count in pieces.items()), ZERO).quantize(CENT)


def detail_of(difference: Decimal) -> str:
    """What a difference is called: cash that is short, or over."""
    return CASH_SHORT if difference < 0 else CASH_OVER


def count_legs(detail: str, amount: Decimal, place: Place) -> list[Leg]:
    """A counted difference is an entry of its own: what is missing is a cost, what is over an income."""
    if detail == CASH_SHORT:
        return [debit("5090", amount), credit(place.account, amount, head="cash_short", officer=place.officer)]
    return [debit(place.account, amount, head="cash_over", officer=place.officer), credit("4090", amount)]


def fee_legs(amount: Decimal, place: Place, member: UUID) -> list[Leg]:
    """A fee that a member brings to the table."""
    cash = debit(place.account, amount, head="other_fee", officer=place.officer)
    return [cash, credit("4070", amount, member=member)]


# Who came


def rate(marks: Mapping[str, int]) -> Decimal | None:
    """Attendance in percent, one decimal: (PRESENT + LATE) of all who were not excused; None where nobody is left."""
    counted = sum(marks.values()) - marks.get(EXCUSED, 0)
    if counted == 0:
        return None
    here = sum(marks.get(status, 0) for status in HERE)
    return (Decimal(here) * 100 / counted).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def quorum(members: int, percent: Decimal) -> int:
    """How many must be at the table: more than `percent` of the members."""
    return int((members * percent / 100).to_integral_value(rounding=ROUND_FLOOR)) + 1


# The order at the table


class Step(StrEnum):
    ROLL_CALL = "ROLL_CALL"
    OPENING_COUNT = "OPENING_COUNT"
    WELFARE = "WELFARE"
    SAVINGS = "SAVINGS"
    FINES = "FINES"
    REPAYMENTS = "REPAYMENTS"
    EXPENSES = "EXPENSES"
    LOANS = "LOANS"
    CLOSING_COUNT = "CLOSING_COUNT"
    READ_ALOUD = "READ_ALOUD"
    SEAL = "SEAL"


class Progress(StrEnum):
    OPEN = "OPEN"
    DONE = "DONE"
    SKIPPED = "SKIPPED"


MONEY_STEPS = (Step.WELFARE, Step.SAVINGS, Step.FINES, Step.REPAYMENTS, Step.EXPENSES, Step.LOANS)
_STEPS: dict[str, Step] = {
    "CONTRIBUTION": Step.SAVINGS,
    "CAMPAIGN": Step.SAVINGS,
    "FINE_PAYMENT": Step.FINES,
    FEE: Step.FINES,
    "REPAYMENT": Step.REPAYMENTS,
    "EXPENSE": Step.EXPENSES,
    "PAYOUT": Step.EXPENSES,
    "DISBURSEMENT": Step.LOANS,
}
# The columns of what members brought, and the steps they are taken at.
BROUGHT = {Step.WELFARE: "welfare", Step.SAVINGS: "savings", Step.FINES: "fine", Step.REPAYMENTS: "loan"}


def step_of(kind: str, detail: str) -> Step | None:
    """The step at which a paper of this kind is written; None for what has no step of its own."""
    if (kind, detail) == ("CONTRIBUTION", "WELFARE"):
        return Step.WELFARE
    # What is given back from a campaign is nothing that anybody brought.
    return None if (kind, detail) == ("CAMPAIGN", "RETURN") else _STEPS.get(kind)


# The seal


@dataclass(frozen=True)
class Head:
    """Where a group's chain stood: how many entries, the hash of the last."""

    entries: int
    hash: str


@dataclass(frozen=True)
class Marked:
    """One row of the roll call."""

    member: UUID
    status: str
    has_confirmed: bool


@dataclass(frozen=True)
class Counted:
    """One count of the box, with its pieces by what one of them is worth."""

    id: UUID
    moment: str
    on: dt.date
    counted: Decimal
    book: Decimal
    voucher: UUID | None
    explanation: str
    pieces: Mapping[Decimal, int]


@dataclass(frozen=True)
class Sealing:
    """Who sealed which meeting when, what lay in the box, where the chain stood now and at the seal before."""

    meeting: UUID
    group: UUID
    on: dt.date
    by: UUID
    at: dt.datetime
    head: Head
    since: Head
    counted: Decimal
    book: Decimal
    notes: str


def seal_text(sealing: Sealing, marks: Iterable[Marked], counts: Sequence[Counted]) -> str:
    """The canonical text that a seal is the SHA-256 of; one fact a line, ids in the order of their bytes:

    seal1 <meeting> <group> <day> <who sealed> <instant>
    head <entries> <hash>
    since <entries> <hash>                                  of the seal before, or 0 and sixty-four noughts
    cash <counted, in cents> <book, in cents>
    notes <sha-256 of the notes>
    mark <member> <status> <1 when she confirmed, else 0>   one for each row of the roll call
    count <id> <moment> <day> <counted> <book> <voucher or -> <sha-256 of the explanation>
    pieces <worth of one, in cents> <how many>              under their count, the largest first
    """
    lines = [
        f"seal1 {sealing.meeting} {sealing.group} {sealing.on.isoformat()} {sealing.by} {instant_text(sealing.at)}",
        f"head {sealing.head.entries} {sealing.head.hash}",
        f"since {sealing.since.entries} {sealing.since.hash}",
        f"cash {to_cents(sealing.counted)} {to_cents(sealing.book)}",
        f"notes {sha256(sealing.notes)}",
        *(
            f"mark {mark.member} {mark.status} {int(mark.has_confirmed)}"
            for mark in sorted(marks, key=lambda each: each.member)
        ),
        *(line for count in sorted(counts, key=lambda each: each.id) for line in _count_lines(count)),
    ]
    return "".join(f"{line}\n" for line in lines)


def _count_lines(count: Counted) -> list[str]:
    said = f"{to_cents(count.counted)} {to_cents(count.book)} {count.voucher or '-'} {sha256(count.explanation)}"
    pieces = sorted(count.pieces.items(), reverse=True)
    return [
        f"count {count.id} {count.moment} {count.on.isoformat()} {said}",
        *(f"pieces {to_cents(worth)} {number}" for worth, number in pieces),
    ]
