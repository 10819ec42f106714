"""The roll call: one form for everybody, saved as often as it is put right."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, Refusal
from core.periods import now, today
from meetings.access import meeting_for
from meetings.models import Meeting
from reports.meeting_forms import RollForm, mark_name
from reports.pages import group as frames
from reports.pages import meeting_roll as rolls
from reports.pages.meeting_head import head_of
from reports.pages.meeting_seal import must_be_open
from reports.views.doors import PageRequest, page

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def roll(request: PageRequest, meeting_id: UUID) -> HttpResponse:
    meeting = meeting_for(request.user, meeting_id, request.may)
    must_be_open(meeting)
    if request.method == "GET":
        members, marks = rolls.members_of(meeting), rolls.marks_of(meeting)
        return _ask(request, meeting, rolls.form_for(members, marks, all_here="begin" in request.GET))
    form = RollForm(request.POST, members=rolls.choices(rolls.members_of(meeting)), marks=rolls.mark_choices())
    return _save(request, meeting, form) if form.is_valid() else _ask(request, meeting, form, UNFIT)


def _save(request: PageRequest, meeting: Meeting, form: RollForm) -> HttpResponse:
    try:
        rolls.save(meeting, form.marks(), by=request.user, at=now())
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, meeting, _refused(meeting, form, refusal), refusal.status)
    messages.success(request, _("The roll call is saved. It can be put right until the seal."))
    return redirect("meeting-page", meeting_id=meeting.pk)


def _refused(meeting: Meeting, form: RollForm, refusal: Refusal) -> RollForm:
    """A payment that holds a mark is said at the member whose mark it is."""
    held = rolls.stuck(meeting, form.marks()) if refusal.code == "fine_paid" else []
    for member in held:
        form.refuse(Refusal(refusal.detail, field=mark_name(member)))
    if not held:
        form.refuse(refusal)
    return form


def _ask(request: PageRequest, meeting: Meeting, form: RollForm, status: int = 200) -> HttpResponse:
    members, marks = rolls.members_of(meeting), rolls.marks_of(meeting)
    shown = rolls.page_of(meeting, members, marks, rolls.fines_of(meeting), form.focused())
    frame = frames.frame(meeting.group, request.user, here="roll", here_name=_("Roll call"), on=today())
    about = {"frame": frame, "meeting": head_of(meeting, "roll"), "roll": shown}
    return render(request, "reports/meetings/roll.html", about, status=status)
