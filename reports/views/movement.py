"""Costs, banking, payouts and outside funds: choose the kind, ask, show what changes, do it once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from reports.movement_forms import CHANGE, CONFIRM, MovementForm
from reports.pages import group as frames
from reports.pages import hand_over
from reports.pages import movement as moving
from reports.views.doors import PageRequest, page
from reports.views.meeting_doors import refused_form

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def move(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    act = moving.act_of(group, request.user, request.POST if request.method == "POST" else request.GET, today())
    if act is None:
        return _kinds(request, group, 200 if request.method == "GET" else UNFIT)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        return _ask(request, act, _begun(request, act))
    form = MovementForm(request.POST, choices=moving.choices_for(act))
    return _ask(request, act, form, UNFIT) if not form.is_valid() else _tried(request, act, form)


def _tried(request: PageRequest, act: moving.Act, form: MovementForm) -> HttpResponse:
    try:
        return _done(request, act, form) if request.POST.get("step") == CONFIRM else _review(request, act, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, act, refused_form(form, refusal), refusal.status)


def _begun(request: PageRequest, act: moving.Act) -> MovementForm:
    """Empty, or with what was typed before, for somebody who goes back to it."""
    kept = {name: request.POST[name] for name in MovementForm.base_fields if name in request.POST}
    first = {"offline_sync_id": new_id(), **moving.usual(act), **kept}
    named = {"kind": act.kind, "meeting": act.meeting_id or ""}
    return MovementForm(initial=first | named, choices=moving.choices_for(act))


def _kinds(request: PageRequest, group: BankingGroup, status: int) -> HttpResponse:
    named = request.GET.get("meeting", "")
    shown = {
        "kinds": moving.kinds_for(group, request.user, named),
        "hand_over_href": hand_over.way_to(group, request.user),
        "tables": () if named else moving.open_meetings(group),
    }
    return _show(request, group, "kinds", _("Expense, banking, payout"), status, **shown)


def _ask(request: PageRequest, act: moving.Act, form: MovementForm, status: int = 200) -> HttpResponse:
    return _show(request, act.group, "ask", act.title, status, act=act, form=form.focused())


def _review(request: PageRequest, act: moving.Act, form: MovementForm) -> HttpResponse:
    review = moving.review(act, moving.movement_of(act, form.cleaned_data), at=now())
    return _show(request, act.group, "review", act.title, act=act, form=form, review=review)


def _done(request: PageRequest, act: moving.Act, form: MovementForm) -> HttpResponse:
    movement, key = moving.movement_of(act, form.cleaned_data), form.cleaned_data["offline_sync_id"]
    voucher = moving.confirm(act, movement, key=key, at=now()).row
    if act.meeting is None:
        return redirect("receipt-page", voucher_id=voucher.pk)
    messages.success(request, moving.done_words(voucher))
    return redirect(reverse("meeting-page", args=[act.meeting.pk]))


def _show(
    request: PageRequest, group: BankingGroup, name: str, here: str, status: int = 200, **shown: object
) -> HttpResponse:
    frame = frames.frame(group, request.user, here="movement", here_name=here, on=today())
    return render(request, f"reports/movements/{name}.html", {"frame": frame, **shown}, status=status)
