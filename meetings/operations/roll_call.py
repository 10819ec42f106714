"""The roll: who is here, late, excused or absent; put right until the seal, with the fines that follow from it."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, MakerIsChecker, NotFound
from core.periods import business_day
from groups.models import BankingGroup
from ledger.operations import DateInFuture
from meetings import rules
from meetings.models import Attendance, Meeting
from meetings.operations.holding import log, must_not_be_sealed, rows
from meetings.operations.scheduling import opened
from members.models import Member
from members.operations import MemberInactive
from savings.models import Fine
from savings.operations import cancel_for_roll_call, impose_for_roll_call
from savings.operations.doors import must_be_open
from savings.queries import names
from users.models import User


class NotYourOwnMark(MakerIsChecker):
    detail = _("You are fined for how you were marked. Somebody else puts your mark right.")


@dataclass(frozen=True)
class Mark:
    """How one member is marked: PRESENT, LATE, EXCUSED or ABSENT."""

    member: Member
    status: str


@transaction.atomic
def mark(*, group: BankingGroup, meeting_date: dt.date, marks: Sequence[Mark], by: User, at: dt.datetime) -> Meeting:
    """The roll of a day, whole or in parts; who is not named stays as she was. Fines of the rules follow, once.

    What is planned for the day is opened; a day without a meeting gets an extraordinary one. Who is marked otherwise
    than before loses the unpaid fine of the first mark. Refused: `date_in_future`, `meeting_sealed`, `not_found` for
    a member of another group, `member_inactive` for who did not belong to it on that day, `fine_paid`, `invalid` for
    no marks or two of one member, `group_suspended` and `period_closed` where the meeting is opened by this,
    `maker_is_checker` where a change of one's own mark would cancel a fine.
    """
    _must_name_each_once(marks)
    if meeting_date > business_day(at):
        raise DateInFuture(field="meeting_date")
    meeting = _open_on(group, meeting_date, by, at)
    for each in marks:
        _must_belong(each.member, meeting)
    known = {row.member_id: row for row in Attendance.objects.filter(meeting=meeting)}
    changed = [each for each in marks if _is_new(each, known.get(each.member.pk))]
    for each in changed:
        _follow(each, known.get(each.member.pk), meeting, by, at)
    if changed:
        log("roll.called", meeting, by, at, marked=dict(Counter(each.status for each in changed)))
    return meeting


def _must_name_each_once(marks: Sequence[Mark]) -> None:
    if not marks:
        raise Invalid(_("Mark at least one member."), field="records")
    if any(each.status not in Attendance.Status.values for each in marks):
        raise Invalid(_("Say PRESENT, LATE, EXCUSED or ABSENT."), field="records")
    if len({each.member.pk for each in marks}) < len(marks):
        raise Invalid(_("Mark each member once."), field="records")


def _open_on(group: BankingGroup, day: dt.date, by: User, at: dt.datetime) -> Meeting:
    """The meeting of a day, held and open. Of two who call the first roll of a day one opens the meeting."""
    of_day = rows().filter(group=group, meeting_date=day)
    meeting = of_day.first() or _extraordinary(group, day, by, at) or of_day.get()
    must_not_be_sealed(meeting)
    return opened(meeting, by, at) if meeting.status == Meeting.Status.SCHEDULED else meeting


def _extraordinary(group: BankingGroup, day: dt.date, by: User, at: dt.datetime) -> Meeting | None:
    """A meeting that nobody planned; None where somebody was faster."""
    must_be_open(group, day, at)
    meeting = Meeting(
        group=group,
        meeting_date=day,
        venue=group.meeting_venue,
        status=Meeting.Status.OPEN,
        is_extraordinary=True,
        opened_by=by,
        opened_at=at,
        data_key=group.data_key,
    )
    Meeting.objects.bulk_create([meeting], ignore_conflicts=True)
    born = rows().filter(pk=meeting.pk).first()
    if born is not None:
        log("meeting.opened", born, by, at, extraordinary=True)
    return born


def _must_belong(member: Member, meeting: Meeting) -> None:
    if member.group_id != meeting.group_id:
        raise NotFound
    day = meeting.meeting_date
    was_there = member.is_active or (member.left_on is not None and member.left_on >= day)
    if member.joined_on > day or not was_there:
        said = _("%(name)s did not belong to the group on that day.")
        raise MemberInactive(said % {"name": member.person.name}, field="records")


def _is_new(each: Mark, row: Attendance | None) -> bool:
    return row is None or row.status != each.status


def _follow(each: Mark, row: Attendance | None, meeting: Meeting, by: User, at: dt.datetime) -> None:
    """The fine first, so that a refusal leaves the mark as it was; then the row."""
    member, status = each.member, each.status
    if names(member, by):
        _must_cancel_no_fine(member, meeting)
    if status in rules.FINED:
        day = meeting.meeting_date
        impose_for_roll_call(member=member, meeting_id=meeting.pk, cause=status, on=day, by=by, at=at)
    elif row is not None and row.status in rules.FINED:
        cancel_for_roll_call(member=member, meeting_id=meeting.pk, by=by, at=at)
    if row is None:
        Attendance.objects.create(meeting=meeting, member=member, status=status, marked_by=by, marked_at=at)
    else:
        row.status, row.marked_by, row.marked_at = status, by, at
        row.save(update_fields=["status", "marked_by", "marked_at"])


def _must_cancel_no_fine(member: Member, meeting: Meeting) -> None:
    """Whoever is fined for how she was marked does not take that back alone, nor make it a smaller fine."""
    fines = Fine.objects.filter(member=member, meeting_id=meeting.pk, cause__in=rules.FINED)
    if fines.filter(status=Fine.Status.OUTSTANDING).exists():
        raise NotYourOwnMark
