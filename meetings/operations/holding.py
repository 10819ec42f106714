"""The meeting's row, held until the act ends: of two acts at one table, an act and the seal too, one comes after the
other.

It is the first lock of every act that names a meeting.
"""

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet

from audit.operations import record
from core.errors import NotFound
from groups.access import standing
from groups.models import BankingGroup
from meetings import rules
from meetings.models import Attendance, Meeting
from meetings.operations.refusals import MeetingNotOpen, MeetingSealed
from savings.queries import names
from users.models import User

Status = Meeting.Status


def rows() -> QuerySet[Meeting]:
    """Meetings with their group, to be held as they are read."""
    held = Meeting.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("group__organisation", "group__data_key", "data_key")


def hold(group: BankingGroup, meeting_id: UUID) -> Meeting:
    """A meeting of the group, whatever its state. Refused: `not_found`."""
    meeting = rows().filter(group=group, pk=meeting_id).first()
    if meeting is None:
        raise NotFound
    return meeting


def hold_open(group: BankingGroup, meeting_id: UUID) -> Meeting:
    """An open meeting of the group. Refused: `not_found`, `meeting_sealed`, `meeting_not_open`."""
    meeting = hold(group, meeting_id)
    must_not_be_sealed(meeting)
    if meeting.status != Status.OPEN:
        raise MeetingNotOpen
    return meeting


def must_not_be_sealed(meeting: Meeting) -> None:
    if meeting.status == Status.SEALED:
        raise MeetingSealed


def is_watched(meeting: Meeting, by: User) -> bool:
    """Does the roll say that anybody else than this person is here? A table where nobody else sits is no witness."""
    here = Attendance.objects.filter(meeting=meeting, status__in=rules.HERE).select_related("member__person__user")
    return any(not names(mark.member, by) for mark in here)


def log(verb: str, meeting: Meeting, by: User | None, at: dt.datetime, **facts: object) -> None:
    """The audit row of an act at a table; `by` is None for what the calendar does."""
    record(
        verb=verb,
        at=at,
        actor_id=by.pk if by else None,
        subject="meeting",
        subject_id=meeting.pk,
        group_id=meeting.group_id,
        organisation_id=meeting.group.organisation_id,
        in_place_of_office=by is not None and standing(by, meeting.group).in_place_of_office,
        meeting_date=meeting.meeting_date,
        **facts,
    )
