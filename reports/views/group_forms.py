"""Pages that found a group, set its particulars right, suspend and activate it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Refusal
from core.ids import new_id
from core.periods import now, today
from groups.access import group_for, must_speak
from groups.models import BankingGroup
from reports.group_forms import CONFIRM, PLACE_STEP, REVIEW, GroupForm, NewGroupForm, StatusForm
from reports.pages import group as pages
from reports.pages import group_edit as editing
from reports.views.doors import PageRequest, page

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def new_group(request: PageRequest) -> HttpResponse:
    must_speak(request.user, request.may)
    organisations = editing.organisations_to_found_in(request.user, request.may)
    if request.method == "GET":
        return _new(request, editing.blank(organisations, request.GET.get("organisation", ""), today()))
    if request.POST.get("step") == PLACE_STEP:
        return _new(request, NewGroupForm(initial=request.POST.dict(), organisations=organisations))
    form = NewGroupForm(request.POST, organisations=organisations)
    if form.is_valid():
        try:
            return _founded(request, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _new(request, form, status=UNFIT)


def _founded(request: PageRequest, form: NewGroupForm) -> HttpResponse:
    group = editing.found(form, by=request.user, may=request.may, at=now())
    said = _("%(name)s is founded. Its code is %(code)s.")
    messages.success(request, said % {"name": group.name, "code": group.group_code})
    return redirect("group-page", group_id=group.pk)


def _new(request: PageRequest, form: NewGroupForm, status: int = 200) -> HttpResponse:
    template = "reports/groups/_place.html" if request.htmx else "reports/groups/new.html"
    return render(request, template, {"form": form.focused()}, status=status)


@require_http_methods(["GET", "POST"])
@page
def edit_group(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    if request.method == "GET":
        first = {"offline_sync_id": new_id()} | editing.particulars_of(group)
        return _edit(request, group, GroupForm(initial=first))
    if request.POST.get("step") == PLACE_STEP:
        return _edit(request, group, GroupForm(initial=request.POST.dict()))
    form = GroupForm(request.POST)
    if form.is_valid():
        try:
            return _edited(request, group, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _edit(request, group, form, status=UNFIT)


def _edited(request: PageRequest, group: BankingGroup, form: GroupForm) -> HttpResponse:
    editing.edit(group, form, by=request.user, at=now())
    messages.success(request, _("The particulars are saved."))
    return redirect("group-page", group_id=group.pk)


def _edit(request: PageRequest, group: BankingGroup, form: GroupForm, status: int = 200) -> HttpResponse:
    if request.htmx:
        return render(request, "reports/groups/_place.html", {"form": form}, status=status)
    frame = pages.frame(group, request.user, here="particulars", here_name=_("Particulars"), on=today())
    return render(request, "reports/groups/edit.html", {"frame": frame, "form": form.focused()}, status=status)


@require_http_methods(["GET", "POST"])
@page
def status(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    step = request.POST.get("step", "")
    if step not in {REVIEW, CONFIRM}:
        first = {"offline_sync_id": new_id(), **request.POST.dict()}
        return _status(request, group, StatusForm(initial=first))
    form = StatusForm(request.POST)
    if not form.is_valid():
        return _status(request, group, form, answer=UNFIT)
    if step == REVIEW:
        return _status(request, group, form, template="status_review")
    try:
        return _turned(request, group, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _status(request, group, form, answer=refusal.status)


def _turned(request: PageRequest, group: BankingGroup, form: StatusForm) -> HttpResponse:
    suspends = request.POST.get("turn") == "suspend"
    messages.success(request, editing.turn(group, form, suspends=suspends, by=request.user, at=now()))
    return redirect("group-page", group_id=group.pk)


def _status(
    request: PageRequest, group: BankingGroup, form: StatusForm, *, template: str = "status", answer: int = 200
) -> HttpResponse:
    turn = editing.turn_of(group, today())
    here = _("Suspend") if turn.suspends else _("Activate")
    shown = {
        "frame": pages.frame(group, request.user, here="status", here_name=here, on=today()),
        "form": form.focused(),
        "turn": turn,
        "past": list(editing.past_turns(group)),
    }
    return render(request, f"reports/groups/{template}.html", shown, status=answer)
