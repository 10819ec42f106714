"""Taking what one member brings, in two steps; then straight on to the next in the roll."""

from dataclasses import dataclass
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
from members.models import Member
from reports.meeting_forms import CHANGE, CONFIRM, CollectForm
from reports.pages import group as frames
from reports.pages import meeting_collect as collecting
from reports.pages.loan_seen import FiguresMoved
from reports.pages.meeting_head import head_of
from reports.pages.meeting_seal import must_be_open
from reports.views.doors import PageRequest, page
from reports.views.meeting_doors import refused_form

UNFIT = 422


@dataclass(frozen=True)
class _At:
    """Who stands at which table, and what may be asked of her."""

    meeting: Meeting
    member: Member
    asked: collecting.Asked


@require_http_methods(["GET", "POST"])
@page
def collect(request: PageRequest, meeting_id: UUID, member_id: UUID) -> HttpResponse:
    meeting = meeting_for(request.user, meeting_id, request.may)
    must_be_open(meeting)
    member = collecting.member_of(meeting, member_id)
    here = _At(meeting, member, collecting.asked_of(meeting, member))
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        return _ask(request, here, _begun(request, here))
    form = CollectForm(request.POST, asked=here.asked.fields)
    if not form.is_valid():
        return _ask(request, here, form, UNFIT)
    try:
        return _taken(request, here, form) if request.POST.get("step") == CONFIRM else _review(request, here, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, here, refused_form(form, refusal), refusal.status)


def _begun(request: PageRequest, here: _At) -> CollectForm:
    names = ("payment_method", "transaction_id", *(name for name, _word, _hint in here.asked.fields))
    kept = {name: request.POST[name] for name in names if name in request.POST}
    key = request.POST.get("offline_sync_id") or str(new_id())
    return CollectForm(initial={"offline_sync_id": key, "payment_method": "CASH", **kept}, asked=here.asked.fields)


def _bringing(form: CollectForm) -> collecting.Bringing:
    given = form.cleaned_data
    return collecting.Bringing(form.amounts(), given["payment_method"], given["transaction_id"])


def _review(request: PageRequest, here: _At, form: CollectForm, moved: FiguresMoved | None = None) -> HttpResponse:
    review = collecting.review(here.meeting, here.member, here.asked, _bringing(form), by=request.user, at=now())
    typed = request.POST.copy()
    typed["seen"] = review.seen
    shown = {"form": CollectForm(typed, asked=here.asked.fields), "review": review}
    status, said = (moved.status, moved.detail) if moved else (200, "")
    return _show(request, here, "collect_review", status, moved=said, **shown)


def _taken(request: PageRequest, here: _At, form: CollectForm) -> HttpResponse:
    given = form.cleaned_data
    once = {"seen": given["seen"], "key": given["offline_sync_id"]}
    try:
        done = collecting.take(
            here.meeting, here.member, here.asked, _bringing(form), by=request.user, at=now(), **once
        )
    except FiguresMoved as moved:
        return _review(request, here, form, moved)
    messages.success(request, collecting.taken_words(here.member, done.row))
    coming = collecting.onward(here.meeting, here.member)
    if coming is None:
        return redirect("meeting-page", meeting_id=here.meeting.pk)
    return redirect("meeting-collect-page", meeting_id=here.meeting.pk, member_id=coming.pk)


def _ask(request: PageRequest, here: _At, form: CollectForm, status: int = 200) -> HttpResponse:
    later = collecting.onward(here.meeting, here.member)
    return _show(request, here, "collect", status, form=form.focused(), later=later)


def _show(request: PageRequest, here: _At, name: str, status: int = 200, **shown: object) -> HttpResponse:
    word = _("What %(name)s brings") % {"name": here.member.person.name}
    frame = frames.frame(here.meeting.group, request.user, here="collect", here_name=word, on=today())
    about = {"frame": frame, "meeting": head_of(here.meeting), "member": here.member, **shown}
    return render(request, f"reports/meetings/{name}.html", about, status=status)
