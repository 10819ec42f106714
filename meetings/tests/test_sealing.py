"""The seal: what it needs, what it says, whom it tells, and that nothing of a sealed meeting is done any more."""

import datetime as dt
from collections.abc import Callable

import pytest

from audit.models import Act
from core.codes import short_code
from core.errors import Invalid, NotFound
from core.money import kes
from ledger.models import Book, Voucher
from meetings import operations, queries, seals
from meetings.models import Meeting
from meetings.operations import CountMissing, MeetingNotOpen, MeetingSealed, RollCallMissing
from meetings.tests.gathering import DAY, Gathering, regular, welfare
from notifications.models import Message
from savings import operations as savings

pytestmark = pytest.mark.django_db


def test_a_seal_binds_the_cash_to_the_head_of_the_books(gathering: Gathering) -> None:
    gathering.brings("alice", regular("500"))
    gathering.all_here(peter="LATE")
    gathering.counts("CLOSING", "-50", "Change was given twice")
    sealed = gathering.seals("mary", "peter", notes="  The roof leaks  ")
    book = Book.objects.get(group=gathering.group)
    assert (sealed.status, sealed.sealed_by, sealed.seal_code) == (
        "SEALED",
        gathering.chama.grace,
        short_code(sealed.pk),
    )
    assert (sealed.entries, sealed.head_hash) == (book.entries, book.last_hash)
    assert (sealed.book_cash, sealed.counted_cash) == (kes("500"), kes("450"))
    assert gathering.meeting.notes == "The roof leaks"
    assert [each.name.split()[0] for each in gathering.view.confirmed_by] == ["Mary", "Peter"]
    assert seals.is_intact(gathering.meeting)
    act = Act.objects.get(verb="meeting.sealed")
    assert (act.subject_id, act.facts["counted"]) == (sealed.pk, "450.00")


def test_every_active_member_is_told_the_code_once(gathering: Gathering) -> None:
    sealed = gathering.is_over()
    told = Message.objects.filter(template="meeting_sealed")
    # Lucy does not sign in.
    assert told.count() == 6
    assert sealed.seal_code in told[0].body
    assert {message.group_id for message in told} == {gathering.group.pk}


def test_without_a_roll_or_a_closing_count_there_is_no_seal(gathering: Gathering) -> None:
    gathering.counts("CLOSING")
    with pytest.raises(RollCallMissing):
        gathering.seals()
    other = gathering.on(gathering.chama.today - DAY)
    other.all_here()
    other.counts("OPENING")
    with pytest.raises(CountMissing):
        other.seals()
    assert not Message.objects.filter(template="meeting_sealed").exists()


def test_a_meeting_that_has_not_begun_is_not_sealed(gathering: Gathering) -> None:
    chama = gathering.chama
    ahead = operations.schedule(group=chama.umoja, meeting_date=chama.today + DAY, by=chama.grace, at=chama.at)
    with pytest.raises(MeetingNotOpen):
        operations.seal(meeting=ahead, by=chama.grace, at=chama.at)


def test_a_meeting_is_sealed_once(gathering: Gathering) -> None:
    sealed = gathering.is_over()
    with pytest.raises(MeetingSealed):
        gathering.seals()
    assert gathering.meeting.seal_hash == sealed.seal_hash


def test_who_was_not_here_confirms_nothing(gathering: Gathering) -> None:
    gathering.all_here(peter="ABSENT", lucy="EXCUSED")
    gathering.counts("CLOSING")
    for name in ("peter", "lucy"):
        with pytest.raises(Invalid):
            gathering.seals("mary", name)
    with pytest.raises(NotFound):
        gathering.seals("jane")
    assert gathering.view.confirmed_by == ()


def test_what_else_is_missing_stands_on_the_minutes(gathering: Gathering) -> None:
    assert gathering.lacks() == ["ROLL_CALL", "CLOSING_COUNT", "NOT_CONFIRMED"]
    gathering.brings("alice", regular("500"))
    gathering.marks(mary="PRESENT", grace="LATE", ruth="PRESENT", peter="ABSENT")
    gathering.counts("CLOSING", "-50")
    gathering.brings("peter", regular("20"))
    gathering.chama.asks("alice", "100", meeting_id=gathering.id)
    said = {missing.code: missing.text for missing in gathering.view.missing}
    assert said == {
        "QUORUM": "The quorum was not reached: 3 of 4 members were here.",
        "NOT_MARKED": "3 members were not marked.",
        "NOT_EXPLAINED": "Nobody explained the difference of KES −50.00.",
        "AFTER_COUNT": "After the last count KES 20.00 came into the box or left it.",
        "PAPERS_WAIT": "1 paper of this meeting waits for somebody's yes.",
        "NOT_CONFIRMED": "Nobody confirmed that the figures were read aloud.",
    }
    gathering.seals()
    assert gathering.lacks() == list(said)


def test_a_meeting_with_everything_lacks_nothing(gathering: Gathering) -> None:
    gathering.brings("alice", regular("500"))
    gathering.all_here()
    gathering.counts("CLOSING", "-50", "A note was torn")
    gathering.seals("alice")
    assert gathering.lacks() == []


def test_a_planned_meeting_lacks_nothing_until_its_day_has_passed(gathering: Gathering) -> None:
    chama = gathering.chama
    ahead = operations.schedule(group=chama.umoja, meeting_date=chama.today + DAY, by=chama.grace, at=chama.at)
    assert queries.view_of(ahead, chama.today).missing == ()
    [late] = queries.view_of(ahead, chama.today + 2 * DAY).missing
    assert late.code == "NOT_HELD"


# After the seal


def test_a_sealed_meeting_takes_no_more_entries(gathering: Gathering) -> None:
    gathering.brings("alice", regular("5000"))
    gathering.is_over()
    chama, table = gathering.chama, savings.Table(gathering.id)
    acts: list[Callable[[], object]] = [
        lambda: gathering.brings("peter", regular("5")),
        lambda: chama.moves("EXPENSE", "10", meeting_id=gathering.id),
        lambda: chama.brings("alice", "5", table=table),
        lambda: chama.asks("alice", "10", meeting_id=gathering.id),
    ]
    for act in acts:
        with pytest.raises(MeetingSealed):
            act()
    assert Voucher.objects.count() == 1


def test_a_paper_that_waited_at_the_seal_is_only_rejected(gathering: Gathering) -> None:
    gathering.brings("alice", regular("5000"))
    waiting = gathering.chama.asks("alice", "100", meeting_id=gathering.id)
    gathering.is_over()
    with pytest.raises(MeetingSealed):
        gathering.chama.verifies("mary", waiting)
    savings.reject(voucher=waiting, by=gathering.chama.mary, at=gathering.chama.at + DAY, reason="The meeting is over")
    assert "PAPERS_WAIT" in gathering.lacks(), "the minutes go on saying what was so when they were sealed"
    assert seals.is_intact(gathering.meeting)


def test_a_mistake_is_taken_back_at_a_later_meeting_or_at_none(gathering: Gathering) -> None:
    saved, social = gathering.brings("alice", regular("500"), welfare("100"))
    gathering.is_over()
    chama = gathering.chama
    chama.at += DAY
    assert chama.reverses("mary", saved).meeting_id is None
    later = gathering.on(chama.today)
    assert chama.reverses("mary", social).meeting_id == later.id
    # Its minutes stand.
    assert (gathering.step("SAVINGS"), gathering.step("WELFARE")) == (("DONE", kes("500")), ("DONE", kes("100")))
    assert (later.step("SAVINGS"), later.box) == (("OPEN", kes("0")), kes("0"))
    assert seals.is_intact(gathering.meeting)
    later.is_over()
    assert seals.is_intact(later.meeting)
    assert chama.books_are_proven


def test_a_difference_taken_back_later_stays_on_the_minutes(gathering: Gathering) -> None:
    gathering.brings("alice", regular("500"))
    gathering.all_here()
    count = gathering.counts("CLOSING", "-50", "Nobody knows")
    gathering.seals("mary")
    assert count.voucher is not None
    gathering.chama.at += DAY
    gathering.chama.reverses("grace", count.voucher)
    view = gathering.view
    assert (view.difference, view.book_cash, view.counted_cash) == (kes("-50"), kes("500"), kes("450"))
    assert seals.is_intact(gathering.meeting)


def test_meetings_may_be_sealed_in_any_order(gathering: Gathering) -> None:
    earlier = gathering.on(gathering.chama.today - 7 * DAY)
    earlier.brings("alice", regular("100"))
    gathering.brings("alice", regular("500"))
    gathering.is_over()
    # Nothing is posted between these two.
    earlier.is_over()
    first = gathering.on(gathering.chama.today - 14 * DAY)
    first.brings("peter", regular("30"))
    first.is_over()
    for meeting in Meeting.objects.all():
        assert seals.is_intact(meeting)
    assert queries.newest_sealed(gathering.group) == first.meeting


def test_an_empty_book_is_sealed_too(gathering: Gathering) -> None:
    sealed = gathering.is_over()
    assert (sealed.entries, sealed.head_hash) == (0, "0" * 64)
    assert seals.is_intact(gathering.meeting)


def test_an_open_meeting_has_no_seal(gathering: Gathering) -> None:
    assert not seals.is_intact(gathering.meeting)
    with pytest.raises(ValueError, match="sealed"):
        seals.digest(gathering.meeting)
    assert isinstance(gathering.meeting.meeting_date, dt.date)
