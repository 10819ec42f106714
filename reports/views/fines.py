"""Fines: the list of a group, imposing one in two steps, and waiving one with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.money import shown
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from members.access import member_for
from members.models import Member
from reports.fine_forms import ImposeForm, WaiveForm
from reports.forms import PageForm
from reports.loan_forms import CHANGE, CONFIRM
from reports.pages import fines as pages
from reports.pages import group as frames
from reports.pages.record import member_of
from reports.views.doors import PageRequest, page
from reports.views.meeting_doors import refused_form
from savings.models import Fine

UNFIT = 422


@require_safe
@page
def fines(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    try:
        wanted = member_of(group, UUID(request.GET["member"]))
    except (KeyError, ValueError):
        shown = pages.page_of(group, request.user, request.GET)
        return _show(request, group, "fines", here="fines", name=_("Fines"), page=shown)
    return redirect("fine-impose-page", member_id=wanted.pk)


@require_http_methods(["GET", "POST"])
@page
def impose(request: PageRequest, member_id: UUID) -> HttpResponse:
    member = member_for(request.user, member_id, request.may)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        kept = {name: request.POST[name] for name in ImposeForm.base_fields if name in request.POST}
        first = {"offline_sync_id": new_id(), "due_date": today(), **kept}
        return _ask_impose(request, member, ImposeForm(initial=first))
    form = ImposeForm(request.POST)
    if not form.is_valid():
        return _ask_impose(request, member, form, UNFIT)
    try:
        return (_imposed if request.POST.get("step") == CONFIRM else _review_imposing)(request, member, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask_impose(request, member, refused_form(form, refusal), refusal.status)


def _imposing(form: PageForm) -> pages.Imposing:
    given = form.cleaned_data
    return pages.Imposing(amount=given["amount"], reason=given["reason"], due_on=given["due_date"])


def _review_imposing(request: PageRequest, member: Member, form: PageForm) -> HttpResponse:
    review = pages.review_imposing(member, _imposing(form))
    return _show(request, member.group, "impose_review", name=_("Fine"), form=form, member=member, review=review)


def _imposed(request: PageRequest, member: Member, form: PageForm) -> HttpResponse:
    key = form.cleaned_data["offline_sync_id"]
    fine = pages.impose(member, _imposing(form), key=key, by=request.user, at=now(), on=today()).row
    said = {"name": member.person.name, "amount": shown(fine.amount)}
    messages.success(request, _("%(name)s is fined %(amount)s.") % said)
    return redirect("fines-page", group_id=member.group_id)


def _ask_impose(request: PageRequest, member: Member, form: PageForm, status: int = 200) -> HttpResponse:
    owes, asked = pages.owed_by(member), form.focused()
    return _show(request, member.group, "impose", name=_("Fine"), status=status, form=asked, member=member, owes=owes)


@require_http_methods(["GET", "POST"])
@page
def waive(request: PageRequest, fine_id: UUID) -> HttpResponse:
    fine = pages.fine_for(request.user, fine_id, request.may)
    if request.method == "GET":
        return _ask_waive(request, fine, WaiveForm(initial={"offline_sync_id": new_id()}))
    form = WaiveForm(request.POST)
    if not form.is_valid():
        return _ask_waive(request, fine, form, UNFIT)
    given = form.cleaned_data
    try:
        pages.waive(fine, reason=given["reason"], key=given["offline_sync_id"], by=request.user, at=now())
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask_waive(request, fine, refused_form(form, refusal), refusal.status)
    messages.success(request, _("The fine of %(name)s is waived.") % {"name": fine.member.person.name})
    return redirect("fines-page", group_id=fine.group_id)


def _ask_waive(request: PageRequest, fine: Fine, form: PageForm, status: int = 200) -> HttpResponse:
    review, asked = pages.review_waiving(fine), form.focused()
    return _show(request, fine.group, "waive", name=_("Waive"), status=status, form=asked, fine=fine, review=review)


def _show(
    request: PageRequest, group: BankingGroup, template: str, *, name: str, here: str = "fine", status: int = 200,
    **shown: object,
) -> HttpResponse:  # fmt: skip
    frame = frames.frame(group, request.user, here=here, here_name=name, on=today())
    return render(request, f"reports/fines/{template}.html", {"frame": frame, **shown}, status=status)
