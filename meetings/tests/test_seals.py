"""A seal looked at again: whatever is changed under it shows, and a look costs one meeting, however many there were."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.money import kes
from core.tests.lasting import lasting
from ledger.models import Entry, Line, Voucher
from ledger.rules import entry_text, sha256
from ledger.verify import blocks
from meetings import seals
from meetings.models import Attendance, CashCount, Denomination, Meeting
from meetings.seals import Kind, Verdict
from meetings.tests.gathering import DAY, Gathering, regular, welfare
from meetings.tests.round_the_guards import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def sealed(gathering: Gathering) -> Gathering:
    """Two meetings: at the newer one Alice brought 500.00 and Peter came late."""
    before = gathering.on(gathering.chama.today - 7 * DAY)
    before.brings("alice", regular("300"), welfare("40"))
    before.is_over()
    gathering.brings("alice", regular("500"), welfare("60"))
    gathering.all_here(peter="LATE")
    gathering.counts("OPENING", "0")
    gathering.counts("CLOSING", "-50", "A note was torn")
    gathering.seals("mary", notes="The roof leaks")
    return gathering


def last_entry(gathering: Gathering) -> Entry:
    return Entry.objects.filter(group=gathering.group).latest("number")


def line_amounts(gathering: Gathering) -> None:
    """Both sides of an entry inside, so that it stays balanced."""
    for line in Line.objects.filter(entry__voucher__detail="WELFARE", entry__voucher__meeting_id=gathering.id):
        Line.objects.filter(pk=line.pk).update(amount=line.amount * 2)


def entry_hashed_anew(gathering: Gathering) -> None:
    """As careful as can be: the line is changed, and its entry's hashes say so."""
    line_amounts(gathering)
    entry = Entry.objects.get(voucher__detail="WELFARE", voucher__meeting_id=gathering.id)
    [block] = blocks(gathering.group, after=entry.number - 1, upto=entry.number)
    Entry.objects.filter(pk=entry.pk).update(payload_hash=sha256(block.payload), hash=sha256(block.text))


def chain_hashed_anew(gathering: Gathering) -> None:
    """To the end of the books; only the head that was sealed still says what was."""
    line_amounts(gathering)
    first = Entry.objects.get(voucher__detail="WELFARE", voucher__meeting_id=gathering.id)
    previous = first.previous_hash
    for entry in Entry.objects.filter(group=gathering.group, number__gte=first.number).order_by("number"):
        [block] = blocks(gathering.group, after=entry.number - 1, upto=entry.number)
        text = entry_text(entry.number, entry.posted_at, previous, block.payload)
        Entry.objects.filter(pk=entry.pk).update(
            previous_hash=previous, payload_hash=sha256(block.payload), hash=sha256(text)
        )
        previous = sha256(text)


CHANGES: dict[str, Callable[[Gathering], object]] = {
    "a mark": lambda at: Attendance.objects.filter(meeting=at.id, status="LATE").update(status="PRESENT"),
    "a mark less": lambda at: Attendance.objects.filter(meeting=at.id, status="LATE")._raw_delete("default"),
    "who confirmed": lambda at: Attendance.objects.filter(meeting=at.id).update(has_confirmed=True),
    "what was counted": lambda at: CashCount.objects.filter(meeting=at.id).update(counted=kes("560")),
    "what the book said": lambda at: CashCount.objects.filter(meeting=at.id).update(book=kes("1")),
    "a note": lambda at: Denomination.objects.filter(count__meeting=at.id, worth=kes("200")).update(pieces=9),
    "an explanation": lambda at: CashCount.objects.filter(meeting=at.id, moment="CLOSING").update(
        explanation_sealed=b""
    ),
    "the counted cash": lambda at: Meeting.objects.filter(pk=at.id).update(counted_cash=kes("1")),
    "the notes": lambda at: Meeting.objects.filter(pk=at.id).update(notes_sealed=b""),
    "the head": lambda at: Meeting.objects.filter(pk=at.id).update(entries=2),
    "the day": lambda at: Meeting.objects.filter(pk=at.id).update(meeting_date=at.chama.today + DAY),
    "a line": line_amounts,
    "an entry with its hashes": entry_hashed_anew,
    "the chain to its end": chain_hashed_anew,
}


@pytest.mark.parametrize("what", list(CHANGES))
def test_a_change_under_the_seal_shows(sealed: Gathering, what: str) -> None:
    assert seals.is_intact(sealed.meeting)
    with unguarded():
        assert CHANGES[what](sealed) != 0
    assert not seals.is_intact(sealed.meeting)
    [match] = seals.matches(sealed.meeting.seal_code)
    assert match.status == Verdict.BROKEN


def test_an_entry_that_is_gone_shows(sealed: Gathering) -> None:
    entry = Entry.objects.get(voucher__detail="WELFARE", voucher__meeting_id=sealed.id)
    with unguarded():
        Line.objects.filter(entry=entry)._raw_delete("default")
    assert not seals.is_intact(sealed.meeting)


def test_a_seal_before_that_is_bent_shows_in_both(sealed: Gathering) -> None:
    """Nobody moves the beginning of what a seal covers."""
    before = Meeting.objects.exclude(pk=sealed.id).get()
    last = last_entry(sealed)
    with unguarded():
        line_amounts(sealed)
        Meeting.objects.filter(pk=before.pk).update(entries=last.number - 1, head_hash=last.previous_hash)
    assert not seals.is_intact(sealed.meeting)
    before.refresh_from_db()
    assert not seals.is_intact(before)


def test_a_change_before_the_last_seal_leaves_the_newer_one_whole(sealed: Gathering) -> None:
    """Each seal answers for its own meeting; the whole chain is proved elsewhere."""
    before = Meeting.objects.exclude(pk=sealed.id).get()
    with unguarded():
        Line.objects.filter(entry__voucher__meeting_id=before.pk, amount__gt=0).update(head="ecd")
    assert not seals.is_intact(before)
    assert seals.is_intact(sealed.meeting)


def test_what_is_posted_later_is_none_of_the_seals_business(sealed: Gathering) -> None:
    sealed.chama.brings("peter", "70")
    assert seals.is_intact(sealed.meeting)


def test_a_look_costs_one_meeting_however_many_there_were(gathering: Gathering) -> None:
    def cost(at: Gathering) -> tuple[int, int]:
        meeting = at.meeting
        with CaptureQueriesContext(connection) as seen:
            assert seals.is_intact(meeting)
        since = seals.seal_before(meeting)
        return len(seen), sum(1 for _ in blocks(at.group, after=since.entries, upto=meeting.entries))

    costs = []
    for week in range(4, 0, -1):
        other = gathering.on(gathering.chama.today - week * 7 * DAY)
        other.brings("alice", regular("500"), welfare("50"))
        other.is_over()
        costs.append(cost(other))
    assert costs == [(costs[0][0], 2)] * 4


# Codes


def test_a_code_finds_the_seal_however_it_is_written(sealed: Gathering) -> None:
    code = sealed.meeting.seal_code
    [match] = seals.matches(f" {code[:4].lower()}-{code[4:]} ")
    assert (match.kind, match.group, match.date) == (Kind.SEAL, "Umoja", sealed.chama.today)
    assert (match.amount, match.entry_number, match.status) == (kes("850"), sealed.meeting.entries, Verdict.INTACT)


def test_a_code_finds_the_receipt(sealed: Gathering) -> None:
    paper = Voucher.objects.get(meeting_id=sealed.id, detail="REGULAR")
    [match] = seals.matches(paper.code)
    assert paper.entry is not None
    assert (match.kind, match.group, match.date, match.amount) == (
        Kind.RECEIPT,
        "Umoja",
        sealed.chama.today,
        kes("500"),
    )
    assert (match.entry_number, match.status) == (paper.entry.number, Verdict.VERIFIED)
    sealed.chama.reverses("mary", paper)
    assert [match.status for match in seals.matches(paper.code)] == [Verdict.REVERSED]


def test_no_code_finds_what_is_not_posted(gathering: Gathering) -> None:
    waiting = gathering.chama.brings("alice", "100", by="alice")
    assert seals.matches(waiting.code) == []
    assert seals.matches("UMJ") == []
    assert seals.matches("") == []


@pytest.mark.parametrize("what", ["a line", "the amount on the paper", "the day on the paper"])
def test_a_receipt_that_is_not_what_was_posted_is_broken(sealed: Gathering, what: str) -> None:
    paper = Voucher.objects.get(meeting_id=sealed.id, detail="WELFARE")
    with unguarded():
        if what == "a line":
            line_amounts(sealed)
        elif what == "the amount on the paper":
            Voucher.objects.filter(pk=paper.pk).update(amount=kes("6000"))
        else:
            Voucher.objects.filter(pk=paper.pk).update(booked_on=sealed.chama.today - DAY)
    assert [match.status for match in seals.matches(paper.code)] == [Verdict.BROKEN]
