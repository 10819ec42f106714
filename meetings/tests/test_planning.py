"""A meeting is planned by hand or by the calendar, once a day, and opened on its day."""

import datetime as dt

import pytest

from audit.models import Act
from core.errors import Invalid, NotFound
from core.ids import new_id
from groups.models import BankingGroup
from ledger.operations import DateInFuture
from meetings import operations
from meetings.keeper import KEEPER
from meetings.models import Meeting
from meetings.operations import AlreadyOpen, MeetingExists, MeetingNotOpen, MeetingSealed
from meetings.tests.gathering import DAY, Gathering, regular
from savings.tests.chama import AT, TODAY, Chama

pytestmark = pytest.mark.django_db
THURSDAY = dt.date(2026, 3, 26)


def planned(chama: Chama, day: dt.date = THURSDAY, **more: object) -> Meeting:
    return operations.schedule(group=chama.umoja, meeting_date=day, by=chama.grace, at=AT, **more)  # type: ignore[arg-type]  # words of the verb


def test_grace_plans_a_meeting_at_another_place(chama: Chama) -> None:
    meeting = planned(chama, venue="Mary's home")
    assert (meeting.status, meeting.venue, meeting.is_extraordinary) == ("SCHEDULED", "Mary's home", False)
    assert Act.objects.get(verb="meeting.scheduled").subject_id == meeting.pk


def test_a_day_has_one_meeting(chama: Chama) -> None:
    planned(chama)
    with pytest.raises(MeetingExists):
        planned(chama)
    assert Meeting.objects.count() == 1


def test_a_phone_that_plans_twice_gets_the_first_answer_again(chama: Chama) -> None:
    own = new_id()
    assert planned(chama, id=own).pk == planned(chama, id=own).pk == own
    with pytest.raises(Invalid):
        planned(chama, THURSDAY + 7 * DAY, id=own)
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(("on", "day"), [(TODAY, THURSDAY), (THURSDAY, THURSDAY), (THURSDAY + DAY, THURSDAY + 7 * DAY)])
def test_the_calendar_plans_the_next_thursday_once(chama: Chama, on: dt.date, day: dt.date) -> None:
    meeting = operations.plan_ahead(group=chama.umoja, on=on)
    assert meeting is not None
    assert (meeting.meeting_date, meeting.status) == (day, "SCHEDULED")
    assert operations.plan_ahead(group=chama.umoja, on=on) is None
    assert Act.objects.get(verb="meeting.scheduled").actor_id is None


def test_the_calendar_plans_nothing_for_a_group_at_rest(chama: Chama) -> None:
    chama.umoja.status = BankingGroup.Status.SUSPENDED
    assert operations.plan_ahead(group=chama.umoja, on=TODAY) is None


def test_a_meeting_is_opened_once_and_on_its_day(chama: Chama) -> None:
    today, later = planned(chama, TODAY), planned(chama)
    opened = operations.open_meeting(meeting=today, by=chama.grace, at=AT)
    assert (opened.status, opened.opened_by, opened.opened_at) == ("OPEN", chama.grace, AT)
    with pytest.raises(AlreadyOpen):
        operations.open_meeting(meeting=today, by=chama.mary, at=AT)
    with pytest.raises(DateInFuture):
        operations.open_meeting(meeting=later, by=chama.grace, at=AT)


def test_a_sealed_meeting_is_not_opened_again(gathering: Gathering) -> None:
    sealed = gathering.is_over()
    with pytest.raises(MeetingSealed):
        operations.open_meeting(meeting=sealed, by=gathering.chama.grace, at=AT)


def test_nothing_is_brought_to_a_table_that_is_not_open(gathering: Gathering) -> None:
    chama = gathering.chama
    ahead = planned(chama)
    with pytest.raises(MeetingNotOpen):
        operations.collect(
            meeting=ahead, member=chama.members["alice"], lines=[regular("100")], method="CASH", by=chama.grace, at=AT
        )


def test_the_keeper_tells_the_rooms_below_which_table_is_open(gathering: Gathering) -> None:
    chama = gathering.chama
    older = gathering.on(TODAY - DAY)
    assert KEEPER.open_now(chama.umoja) == gathering.id
    gathering.is_over()
    assert KEEPER.open_now(chama.umoja) == older.id
    older.is_over()
    assert KEEPER.open_now(chama.umoja) is None
    assert KEEPER.day_of(chama.umoja, older.id) == TODAY - DAY
    for stranger in (chama.groups["Baraka"], chama.groups["Neema"]):
        with pytest.raises(NotFound):
            KEEPER.day_of(stranger, gathering.id)
        with pytest.raises(NotFound):
            KEEPER.hold(stranger, gathering.id)
