"""The seal: read it aloud, say who heard it, seal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from meetings.access import meeting_for
from meetings.models import Meeting
from reports.meeting_forms import SealForm
from reports.pages import group as frames
from reports.pages import meeting_seal as sealing
from reports.pages.loan_seen import FiguresMoved
from reports.pages.meeting_head import head_of
from reports.views.doors import PageRequest, page
from reports.views.meeting_doors import refused_form

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def seal(request: PageRequest, meeting_id: UUID) -> HttpResponse:
    meeting = meeting_for(request.user, meeting_id, request.may)
    present = sealing.present(meeting)
    if request.method == "GET":
        sealing.must_be_open(meeting)
        return _ask(request, meeting, SealForm(initial={"offline_sync_id": new_id()}, present=present))
    form = SealForm(request.POST, present=present)
    return _seal(request, meeting, form) if form.is_valid() else _ask(request, meeting, form, UNFIT)


def _seal(request: PageRequest, meeting: Meeting, form: SealForm) -> HttpResponse:
    try:
        return _sealed(request, meeting, form)
    except Forbidden:
        raise
    except FiguresMoved as moved:
        return _ask(request, meeting, form, moved.status, moved=moved.detail)
    except Refusal as refusal:
        return _ask(request, meeting, refused_form(form, refusal), refusal.status)


def _sealed(request: PageRequest, meeting: Meeting, form: SealForm) -> HttpResponse:
    given = form.cleaned_data
    done = sealing.seal(
        meeting,
        form.confirming(),
        notes=given["notes"],
        seen=given["seen"],
        key=given["offline_sync_id"],
        by=request.user,
        at=now(),
        on=today(),
    ).row
    messages.success(request, _("Sealed. The code is %(code)s.") % {"code": done.seal_code})
    return redirect("meeting-page", meeting_id=done.pk)


def _ask(request: PageRequest, meeting: Meeting, form: SealForm, status: int = 200, **more: object) -> HttpResponse:
    frame = frames.frame(meeting.group, request.user, here="seal", here_name=_("Read aloud and seal"), on=today())
    about = {"frame": frame, "meeting": head_of(meeting), "page": sealing.page_of(meeting, today()), **more}
    return render(request, "reports/meetings/seal.html", {**about, "form": form.focused()}, status=status)
