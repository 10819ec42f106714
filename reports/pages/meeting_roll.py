"""The roll of a meeting: who is marked how, what the rules fine, and whose mark cannot be changed any more."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import ZERO, shown
from groups.clauses import clause_for
from groups.models import Constitution
from groups.queries import constitution_on
from meetings import operations
from meetings.models import Attendance, Meeting
from meetings.queries import members_on
from members.models import Member
from reports.meeting_forms import RollForm, mark_name
from reports.pages import meeting_words
from reports.pages.loan_words import Pill
from savings import fines
from savings.models import Fine
from users.models import User

ROLL_FINES = (Fine.Cause.LATE, Fine.Cause.ABSENT)
Mark = Attendance.Status


@dataclass(frozen=True)
class Row:
    name: str
    mark: Pill | None


@dataclass(frozen=True)
class RollPage:
    """With a form for whoever runs the meeting while it is open, otherwise with the marks."""

    title: str
    counts: str
    rule: str
    form: RollForm | None
    begin_href: str
    rows: tuple[Row, ...]


def members_of(meeting: Meeting) -> list[Member]:
    return list(members_on(meeting.group, meeting.meeting_date))


def marks_of(meeting: Meeting) -> dict[UUID, Attendance]:
    return {mark.member_id: mark for mark in Attendance.objects.filter(meeting=meeting)}


def fines_of(meeting: Meeting) -> list[Fine]:
    """What this roll call imposed and what was not put right since."""
    return list(fines.shown().filter(group=meeting.group_id, meeting_id=meeting.pk, cause__in=ROLL_FINES))


def form_for(members: Iterable[Member], marks: Mapping[UUID, Attendance], *, all_here: bool) -> RollForm:
    """The form as it begins: with the marks that stand, and on demand everybody else as here."""
    listed = list(members)
    usual = Mark.PRESENT.value if all_here else ""
    first = {mark_name(one.pk): marks[one.pk].status if one.pk in marks else usual for one in listed}
    return RollForm(members=choices(listed), marks=mark_choices(), initial=first)


def mark_choices() -> list[tuple[str, str]]:
    return [(mark, str(word)) for mark, word in meeting_words.MARK_WORDS.items()]


def choices(members: Iterable[Member]) -> list[tuple[str, str]]:
    return [(str(member.pk), member.person.name) for member in members]


def page_of(
    meeting: Meeting,
    members: Iterable[Member],
    marks: Mapping[UUID, Attendance],
    imposed: Iterable[Fine],
    form: RollForm | None,
) -> RollPage:
    listed = list(members)
    taken = min((mark.marked_at for mark in marks.values()), default=None)
    return RollPage(
        title=_title(taken),
        counts=_counts(marks.values(), imposed),
        rule=rule_words(constitution_on(meeting.group, meeting.meeting_date)),
        form=form,
        begin_href=""
        if form is None or all(form[mark_name(one.pk)].value() for one in listed)
        else f"{reverse('meeting-page', args=[meeting.pk])}?step=roll&begin=here#roll",
        rows=tuple(
            Row(one.person.name, meeting_words.mark(marks[one.pk].status) if one.pk in marks else None)
            for one in listed
        ),
    )


def _title(taken: dt.datetime | None) -> str:
    return _("Roll call, taken %(time)s") % {"time": meeting_words.clock(taken)} if taken else _("Who is here?")


def _counts(marks: Iterable[Attendance], imposed: Iterable[Fine]) -> str:
    """9 here, 1 late (fine 50.00), 1 excused, 1 absent (fine 100.00)."""
    times = Counter(str(mark.status) for mark in marks)
    fined = dict.fromkeys(ROLL_FINES, ZERO)
    for fine in imposed:
        fined[Fine.Cause(fine.cause)] += fine.amount
    said = [
        _("%(count)d here") % {"count": times[Mark.PRESENT]},
        _fined(_("%(count)d late") % {"count": times[Mark.LATE]}, fined[Fine.Cause.LATE]),
        _("%(count)d excused") % {"count": times[Mark.EXCUSED]},
        _fined(_("%(count)d absent") % {"count": times[Mark.ABSENT]}, fined[Fine.Cause.ABSENT]),
    ]
    return ", ".join(said) if times else ""


def _fined(said: str, amount: Decimal) -> str:
    return _("%(marked)s (fine %(amount)s)") % {"marked": said, "amount": shown(amount)} if amount else said


def rule_words(rules: Constitution) -> str:
    """What saving the roll call imposes, before it is saved."""
    imposed = [
        _("%(mark)s: fine %(amount)s (rule %(clause)s)")
        % {"mark": mark, "amount": shown(amount), "clause": clause_for(name).number}
        for mark, amount, name in (
            (str(meeting_words.MARK_WORDS[Mark.LATE]), rules.fine_late, "fine_late"),
            (str(meeting_words.MARK_WORDS[Mark.ABSENT]), rules.fine_absent, "fine_absent"),
        )
        if amount
    ]
    if not imposed:
        return _("The rules of this group fine neither coming late nor staying away.")
    return _("Saving it imposes what the rules say, once: %(fines)s. Who is excused pays nothing.") % {
        "fines": "; ".join(imposed)
    }


# Saving


def save(meeting: Meeting, said: Mapping[UUID, str], *, by: User, at: dt.datetime) -> None:
    """The marks as they were typed, of members of this meeting. Refused: whatever the verb refuses."""
    members = {member.pk: member for member in members_of(meeting)}
    marks = [operations.Mark(members[one], status) for one, status in said.items() if one in members]
    operations.mark(group=meeting.group, meeting_date=meeting.meeting_date, marks=marks, by=by, at=at)


def stuck(meeting: Meeting, said: Mapping[UUID, str]) -> list[UUID]:
    """Whose mark was to change although something of the fine it imposed is paid."""
    marks, imposed = marks_of(meeting), fines_of(meeting)
    paid = fines.paid_of(fine.pk for fine in imposed)
    held = {fine.member_id for fine in imposed if fine.pk in paid}
    return [one for one, mark in said.items() if one in held and one in marks and marks[one].status != mark]
