"""What the calendar does for meetings: plans the next one of every group, and reminds of tomorrow's."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import override

from groups.models import BankingGroup, GroupRole, RoleName
from meetings.models import Meeting
from meetings.operations.scheduling import plan_ahead
from notifications.operations import write
from users.models import User

log = logging.getLogger(__name__)


class MeetingsFailed(Exception):
    """Something went wrong with some groups; the others were served."""


def plan_all(*, on: dt.date) -> int:
    """The next meeting of every active group, where it does not stand yet; how many were planned. A group at a time."""
    planned, failed = 0, 0
    for group in BankingGroup.objects.filter(status=BankingGroup.Status.ACTIVE).order_by("pk").iterator():
        try:
            planned += plan_ahead(group=group, on=on) is not None
        except Exception:
            log.exception("the next meeting of group %s could not be planned", group.pk)
            failed += 1
    if failed:
        raise MeetingsFailed(f"the meetings of {failed} groups could not be planned")
    return planned


def remind_all(*, on: dt.date) -> int:
    """Active members and field officers hear, once, of the meeting on the day after `on`; how many messages."""
    told, failed = 0, 0
    tomorrow = Meeting.objects.filter(meeting_date=on + dt.timedelta(days=1), status=Meeting.Status.SCHEDULED)
    for meeting in tomorrow.filter(group__status=BankingGroup.Status.ACTIVE).select_related("group").order_by("pk"):
        for user in awaited(meeting.group):
            try:
                told += _tell(meeting, user)
            except Exception:
                log.exception("user %s could not be reminded of meeting %s", user.pk, meeting.pk)
                failed += 1
    if failed:
        raise MeetingsFailed(f"{failed} people could not be reminded")
    return told


def awaited(group: BankingGroup) -> list[User]:
    """Who is expected at the table: active members who sign in, and the field officers."""
    officers = GroupRole.objects.filter(group=group, role=RoleName.FIELD_OFFICER, until__isnull=True)
    members = Q(people__memberships__group=group, people__memberships__is_active=True)
    people = User.objects.filter(members | Q(pk__in=officers.values("user")), is_active=True)
    return list(people.select_related("data_key").distinct().order_by("pk"))


@transaction.atomic
def _tell(meeting: Meeting, user: User) -> bool:
    venue = meeting.venue or meeting.group.meeting_venue
    with override(user.language):
        day = date_format(meeting.meeting_date)
    message = write(
        user=user,
        template="meeting_tomorrow_at" if venue else "meeting_tomorrow",
        once=f"meeting:{meeting.pk}:tomorrow:{user.pk}",
        group_id=meeting.group_id,
        group=meeting.group.name,
        day=day,
        venue=venue,
    )
    return message is not None
