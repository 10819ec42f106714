"""A meeting is planned, by somebody or by the calendar, and opened at the table."""

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.ids import new_id
from core.periods import NAIROBI, business_day
from groups.models import BankingGroup
from ledger.operations import DateInFuture
from meetings.models import Meeting
from meetings.operations.holding import hold, log, must_not_be_sealed
from meetings.operations.refusals import AlreadyOpen, MeetingExists
from savings.operations.doors import must_be_open
from users.models import User

Status = Meeting.Status
_WEEKDAYS = list(BankingGroup.Weekday.values)


@transaction.atomic
def schedule(
    *, group: BankingGroup, meeting_date: dt.date, by: User, at: dt.datetime, venue: str = "", id: UUID | None = None
) -> Meeting:
    """A meeting planned for a day, at the group's usual place unless another is named.

    The same id for the same day returns the first one. Refused: `meeting_exists` where the day has its meeting,
    `invalid` for an id that is something else's.
    """
    planned = _planned(group, meeting_date, venue, id)
    if _is_born(planned):
        log("meeting.scheduled", planned, by, at)
        return planned
    stands = Meeting.objects.filter(group=group, meeting_date=meeting_date).select_related("group").first()
    if stands is None:
        raise Invalid(_("This id is already in use."), field="id")
    if stands.pk != id:
        raise MeetingExists(field="meeting_date")
    return stands


@transaction.atomic
def plan_ahead(*, group: BankingGroup, on: dt.date) -> Meeting | None:
    """The next meeting by the group's weekday, `on` itself included; None where it stands already, or the group is not
    active. It is the calendar's act, of the morning of `on`."""
    if group.status != BankingGroup.Status.ACTIVE:
        return None
    ahead = (_WEEKDAYS.index(group.meeting_day) - on.weekday()) % len(_WEEKDAYS)
    planned = _planned(group, on + dt.timedelta(days=ahead))
    if Meeting.objects.filter(group=group, meeting_date=planned.meeting_date).exists() or not _is_born(planned):
        return None
    log("meeting.scheduled", planned, None, dt.datetime.combine(on, dt.time(), tzinfo=NAIROBI))
    return planned


@transaction.atomic
def open_meeting(*, meeting: Meeting, by: User, at: dt.datetime) -> Meeting:
    """The meeting is OPEN from now on: money may be brought to its table.

    Refused: `date_in_future` before its day, `invalid_transition` when it is open, `meeting_sealed`, `group_suspended`,
    `period_closed`.
    """
    planned = hold(meeting.group, meeting.pk)
    must_not_be_sealed(planned)
    if planned.status == Status.OPEN:
        raise AlreadyOpen
    if planned.meeting_date > business_day(at):
        raise DateInFuture(_("This meeting is planned for a later day. Open it on that day."))
    return opened(planned, by, at)


def opened(planned: Meeting, by: User, at: dt.datetime) -> Meeting:
    """The caller holds the row of a meeting that was planned."""
    must_be_open(planned.group, planned.meeting_date, at)
    planned.status, planned.opened_by, planned.opened_at = Status.OPEN, by, at
    planned.save(update_fields=["status", "opened_by", "opened_at"])
    log("meeting.opened", planned, by, at)
    return planned


def _planned(group: BankingGroup, day: dt.date, venue: str = "", id: UUID | None = None) -> Meeting:
    return Meeting(
        id=id or new_id(),
        group=group,
        meeting_date=day,
        venue=venue.strip() or group.meeting_venue,
        data_key=group.data_key,
    )


def _is_born(meeting: Meeting) -> bool:
    """The unique index decides who was first."""
    try:
        with transaction.atomic():
            meeting.save(force_insert=True)
    except IntegrityError:
        return False
    return True
