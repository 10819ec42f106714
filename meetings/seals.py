"""Seals and codes looked at again: whether what was sealed, or stands on a receipt, is still what the rows say.

A seal is the SHA-256 of a text (`meetings.rules.seal_text`) over the meeting, its roll, its counts and the head of the
group's chain. Checking it recomputes that text, and the chain from the seal before up to this head: the cost of one
meeting, however many there were.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.codes import read_code
from core.money import to_cents
from ledger.models import Line, Voucher
from ledger.rules import GENESIS, sha256
from ledger.verify import blocks
from meetings.models import Attendance, Meeting
from meetings.queries import shown
from meetings.queries.counts import counts
from meetings.rules import Counted, Head, Marked, Sealing, seal_text
from savings.queries import shown as vouchers_shown


class Kind(StrEnum):
    RECEIPT = "RECEIPT"
    SEAL = "SEAL"


class Verdict(StrEnum):
    """What a receipt or a seal is found to be."""

    VERIFIED = "VERIFIED"
    REVERSED = "REVERSED"
    INTACT = "INTACT"
    BROKEN = "BROKEN"


@dataclass(frozen=True)
class Match:
    """What a code is found to be: no names, and an amount in shillings; for a seal the counted cash."""

    kind: Kind
    group: str
    date: dt.date
    amount: Decimal
    entry_number: int
    status: Verdict


def matches(code: str) -> list[Match]:
    """Every posted paper and every sealed meeting with this code, papers first; nothing for a slip of the pen."""
    plain = read_code(code)
    if plain is None:
        return []
    papers = vouchers_shown().filter(code=plain, status=Voucher.Status.VERIFIED)
    seals = shown().filter(seal_code=plain, status=Meeting.Status.SEALED)
    return [*map(_of_paper, papers), *map(_of_seal, seals)]


def is_intact(meeting: Meeting) -> bool:
    """Whether a sealed meeting is what was sealed: its roll, its counts, and every entry since the seal before.

    Six queries, and as many rows as the meeting has.
    """
    if meeting.status != Meeting.Status.SEALED or digest(meeting) != meeting.seal_hash:
        return False
    number, head = (since := seal_before(meeting)).entries, since.hash
    for block in blocks(meeting.group, after=since.entries, upto=meeting.entries):
        if not block.follows(number, head):
            return False
        number, head = block.number, block.hash
    return (number, head) == (meeting.entries, meeting.head_hash)


def digest(meeting: Meeting) -> str:
    """The SHA-256 of a meeting's canonical text, from its rows as they are now."""
    if meeting.sealed_by_id is None or meeting.sealed_at is None or meeting.entries is None:
        raise ValueError("only what is sealed has a seal")
    sealing = Sealing(
        meeting=meeting.pk,
        group=meeting.group_id,
        on=meeting.meeting_date,
        by=meeting.sealed_by_id,
        at=meeting.sealed_at,
        head=Head(meeting.entries, meeting.head_hash),
        since=seal_before(meeting),
        counted=meeting.counted_cash,
        book=meeting.book_cash,
        notes=meeting.notes,
    )
    marks = Attendance.objects.filter(meeting=meeting).values_list("member_id", "status", "has_confirmed")
    return sha256(seal_text(sealing, [Marked(*row) for row in marks], _counts(meeting)))


def seal_before(meeting: Meeting) -> Head:
    """Where the last seal that stood at an earlier entry left the chain; its beginning where there is none."""
    earlier = Meeting.objects.filter(group=meeting.group_id, status=Meeting.Status.SEALED, entries__lt=meeting.entries)
    last = earlier.order_by("-entries").values_list("entries", "head_hash").first()
    return Head(last[0] or 0, last[1]) if last else Head(0, GENESIS)


def _counts(meeting: Meeting) -> list[Counted]:
    return [
        Counted(
            id=count.pk,
            moment=count.moment,
            on=count.counted_on,
            counted=count.counted,
            book=count.book,
            voucher=count.voucher_id,
            explanation=count.explanation,
            pieces={row.worth: row.pieces for row in count.denominations.all()},
        )
        for count in counts().filter(meeting=meeting)
    ]


def _of_seal(meeting: Meeting) -> Match:
    return Match(
        kind=Kind.SEAL,
        group=meeting.group.name,
        date=meeting.meeting_date,
        amount=meeting.counted_cash,
        entry_number=meeting.entries or 0,
        status=Verdict.INTACT if is_intact(meeting) else Verdict.BROKEN,
    )


def _of_paper(voucher: Voucher) -> Match:
    return Match(
        kind=Kind.RECEIPT,
        group=voucher.group.name,
        date=voucher.booked_on,
        amount=voucher.amount,
        entry_number=voucher.entry.number if voucher.entry else 0,
        status=_verdict(voucher),
    )


def _verdict(voucher: Voucher) -> Verdict:
    if not _says_what_was_posted(voucher):
        return Verdict.BROKEN
    return Verdict.REVERSED if getattr(voucher, "is_reversed", False) else Verdict.VERIFIED


def _says_what_was_posted(voucher: Voucher) -> bool:
    """The entry's hashes recompute from its lines, and the paper shows the day and the amount of that entry."""
    entry = voucher.entry
    if entry is None or (voucher.kind, voucher.booked_on) != (entry.kind, entry.booked_on):
        return False
    found = list(blocks(voucher.group, after=entry.number - 1, upto=entry.number))
    debits = Line.objects.filter(entry=entry, amount__gt=0).values_list("amount", flat=True)
    is_whole = len(found) == 1 and found[0].follows(entry.number - 1, entry.previous_hash)
    return is_whole and sum(map(to_cents, debits)) == to_cents(voucher.amount)
