"""The calendar plans the next meeting of every group, and tells those who are awaited, once, the day before."""

import datetime as dt

import pytest
from django.db import connection

from groups.models import BankingGroup
from meetings import tasks
from meetings.models import Meeting
from meetings.operations import plan_ahead, schedule
from meetings.operations.calendar import MeetingsFailed, plan_all, remind_all
from members.models import Member
from notifications.models import Message
from savings.tests.chama import TODAY, Chama
from users.models import DataKey, User

pytestmark = pytest.mark.django_db

# These groups meet on Thursdays.
THURSDAY = dt.date(2026, 3, 26)
WEDNESDAY = dt.date(2026, 3, 25)


def told(chama: Chama) -> dict[str, str]:
    """Who was told, and what."""
    names = {user.pk: name for name, user in chama.users.items()}
    rows = Message.objects.filter(template__startswith="meeting_tomorrow").select_related("data_key")
    return {names[message.user_id]: message.body for message in rows}


@pytest.fixture
def planned(chama: Chama) -> Meeting:
    meeting = plan_ahead(group=chama.umoja, on=TODAY)
    assert meeting is not None
    return meeting


def test_every_active_group_gets_its_next_meeting_once(chama: Chama) -> None:
    BankingGroup.objects.filter(pk=chama.groups["Neema"].pk).update(status=BankingGroup.Status.SUSPENDED)
    assert [plan_all(on=TODAY), plan_all(on=TODAY), plan_all(on=TODAY + dt.timedelta(days=3))] == [2, 0, 0]
    assert set(Meeting.objects.values_list("group", "meeting_date", "status")) == {
        (chama.umoja.pk, THURSDAY, "SCHEDULED"),
        (chama.groups["Baraka"].pk, THURSDAY, "SCHEDULED"),
    }
    assert plan_all(on=THURSDAY + dt.timedelta(days=1)) == 2


def test_the_day_before_members_and_field_officers_hear_of_it(chama: Chama, planned: Meeting) -> None:
    assert remind_all(on=WEDNESDAY) == 8
    said = told(chama)
    assert set(said) == {"mary", "grace", "ruth", "esther", "alice", "peter", "joseph", "brian"}
    assert set(said.values()) == {"Umoja meets tomorrow, 26 March 2026."}


def test_nobody_hears_twice_and_on_no_other_day(chama: Chama, planned: Meeting) -> None:
    days = (WEDNESDAY - dt.timedelta(days=1), WEDNESDAY, WEDNESDAY, THURSDAY)
    assert [remind_all(on=day) for day in days] == [0, 8, 0, 0]


def test_who_has_left_or_is_not_active_is_not_called(chama: Chama, planned: Meeting) -> None:
    Member.objects.filter(pk=chama.members["alice"].pk).update(is_active=False, left_on=TODAY)
    Member.objects.filter(pk=chama.members["peter"].pk).update(is_active=False)
    User.objects.filter(pk=chama.users["esther"].pk).update(is_active=False)
    assert remind_all(on=WEDNESDAY) == 5


def test_the_place_is_named_where_there_is_one_and_the_language_is_hers(chama: Chama) -> None:
    schedule(group=chama.umoja, meeting_date=THURSDAY, by=chama.mary, at=chama.at, venue="the chief's camp")
    User.objects.filter(pk=chama.alice.pk).update(language="sw")
    remind_all(on=WEDNESDAY)
    said = told(chama)
    assert said["mary"] == "Umoja meets tomorrow, 26 March 2026, at the chief's camp."
    assert "Machi 2026" in said["alice"]
    assert max(map(len, said.values())) <= 160


@pytest.mark.parametrize("status", ["open", "suspended"])
def test_a_meeting_that_is_open_or_of_a_suspended_group_calls_nobody(
    chama: Chama, planned: Meeting, status: str
) -> None:
    if status == "open":
        Meeting.objects.filter(pk=planned.pk).update(status="OPEN", opened_by=chama.mary, opened_at=chama.at)
    else:
        BankingGroup.objects.filter(pk=chama.umoja.pk).update(status=BankingGroup.Status.SUSPENDED)
    assert remind_all(on=WEDNESDAY) == 0


def test_one_who_cannot_be_told_keeps_no_other(
    chama: Chama, planned: Meeting, caplog: pytest.LogCaptureFixture
) -> None:
    """Alice's key is broken: nothing can be sealed for her."""
    DataKey.objects.filter(pk=chama.alice.data_key_id).update(wrapped=b"no key")
    with pytest.raises(MeetingsFailed, match="1 people"):
        remind_all(on=WEDNESDAY)
    assert set(told(chama)) == {"mary", "grace", "ruth", "esther", "peter", "joseph", "brian"}
    assert f"user {chama.alice.pk}" in caplog.text


def test_one_group_that_fails_keeps_no_other(chama: Chama, caplog: pytest.LogCaptureFixture) -> None:
    connection.check_constraints()
    BankingGroup.objects.filter(pk=chama.umoja.pk).update(meeting_day="NEVER")
    with pytest.raises(MeetingsFailed, match="1 groups"):
        plan_all(on=TODAY)
    assert Meeting.objects.count() == 2
    assert str(chama.umoja.pk) in caplog.text


def test_the_jobs_take_their_day(chama: Chama) -> None:
    assert tasks.plan_meetings(TODAY.isoformat()) == 3
    assert tasks.remind_meetings(WEDNESDAY.isoformat()) == 10
    assert tasks.remind_meetings(WEDNESDAY.isoformat()) == 0
