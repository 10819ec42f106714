"""The meetings of a group, planning one, and one meeting with its opening."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Forbidden, Refusal
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from meetings import operations
from meetings.access import meeting_for
from meetings.models import Meeting
from reports.meeting_forms import PlanForm
from reports.pages import group as frames
from reports.pages import meeting as one
from reports.pages import meetings as listed
from reports.views.doors import PageRequest, page

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def meetings(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    if request.method == "GET":
        return _list(request, group)
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _list(request, group, form, UNFIT)
    try:
        made = operations.schedule(group=group, by=request.user, at=now(), **form.cleaned_data)
    except Forbidden:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _list(request, group, form, refusal.status)
    messages.success(request, _("The meeting is planned."))
    return redirect("meeting-page", meeting_id=made.pk)


def _list(request: PageRequest, group: BankingGroup, form: PlanForm | None = None, status: int = 200) -> HttpResponse:
    on = today()
    shown = listed.page_of(group, request.user, on, request.GET.get("page", "1"))
    if form is None and shown.may_plan:
        form = PlanForm(initial={"meeting_date": shown.first_day, "venue": shown.venue})
    frame = frames.frame(group, request.user, here="meetings", here_name=_("Meetings"), on=on)
    about = {"frame": frame, "page": shown, "form": form.focused() if form else None}
    return render(request, "reports/meetings/meetings.html", about, status=status)


@require_safe
@page
def meeting(request: PageRequest, meeting_id: UUID) -> HttpResponse:
    return _show(request, meeting_for(request.user, meeting_id, request.may))


@require_POST
@page
def open_it(request: PageRequest, meeting_id: UUID) -> HttpResponse:
    asked = meeting_for(request.user, meeting_id, request.may)
    try:
        operations.open_meeting(meeting=asked, by=request.user, at=now())
        messages.success(request, _("The meeting is open. Call the roll."))
    except Forbidden:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
    return redirect("meeting-page", meeting_id=asked.pk)


def _show(request: PageRequest, asked: Meeting) -> HttpResponse:
    on = today()
    shown = one.page_of(asked, request.user, on, request.GET)
    frame = frames.frame(asked.group, request.user, here="meeting", here_name=shown.day_words, on=on)
    return render(request, "reports/meetings/meeting.html", {"frame": frame, "meeting": shown})
