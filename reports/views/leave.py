"""A member leaves, in two steps: ask, show what is paid and what ends, do it once."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from cycles.access import kin_of
from cycles.operations import AmountChanged, Departure, HasLeft
from members.access import member_for
from members.models import Member
from reports.leave_form import LeaveForm
from reports.pages import leave as leaving
from reports.people_forms import CHANGE, CONFIRM
from reports.views.doors import PageRequest, page
from reports.views.people import UNFIT, about
from users.submissions import IdempotencyMismatch


@require_http_methods(["GET", "POST"])
@page
def leave(request: PageRequest, member_id: UUID) -> HttpResponse:
    member = member_for(request.user, member_id, request.may)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        return _ask(request, member, _blank(request, member))
    form = _bound(member, request.POST)
    if not form.is_valid():
        return _ask(request, member, form, status=UNFIT)
    try:
        return (
            _confirm(request, member, form) if request.POST.get("step") == CONFIRM else _review(request, member, form)
        )
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, member, _refused(request, member, form, refusal), status=refusal.status)


def _bound(member: Member, data: QueryDict) -> LeaveForm:
    return LeaveForm(data, kin=leaving.kin_choices(member))


def _blank(request: PageRequest, member: Member) -> LeaveForm:
    """Empty, or with what was typed before, for somebody who goes back to it."""
    if member.left_on:
        raise HasLeft
    usual = {"kind": "LEFT", "payment_method": "CASH", "left_on": today(), "offline_sync_id": new_id()}
    kept = {name: request.POST[name] for name in LeaveForm.base_fields if name in request.POST}
    return LeaveForm(initial=usual | kept, kin=leaving.kin_choices(member))


def _refused(request: PageRequest, member: Member, form: LeaveForm, refusal: Refusal) -> LeaveForm:
    """The form with the refusal on it; a key that was used for something else is exchanged for a fresh one."""
    if isinstance(refusal, IdempotencyMismatch):
        fresh = request.POST.copy()
        fresh["offline_sync_id"] = str(new_id())
        form = _bound(member, fresh)
        form.is_valid()
    form.refuse(refusal)
    return form


def _departure(member: Member, form: LeaveForm) -> Departure:
    told = form.cleaned_data
    return Departure(
        on=told["left_on"],
        kind=told["kind"],
        method=told["payment_method"],
        receipt_number=told["transaction_id"],
        paid_to=kin_of(member, form.kin_id) if form.kin_id else None,
        reason=told["reason"],
        expected=told["expected_amount"],
    )


def _ask(request: PageRequest, member: Member, form: LeaveForm, status: int = 200) -> HttpResponse:
    shown = about(
        request, member, _("Leaving"), form=form.focused(), page=leaving.leave_page(member, request.user, on=today())
    )
    return render(request, "reports/people/leave.html", shown, status=status)


def _review(
    request: PageRequest, member: Member, form: LeaveForm, changed: AmountChanged | None = None
) -> HttpResponse:
    departure = replace(_departure(member, form), expected=None)
    review = leaving.review(member, departure, by=request.user, at=now())
    seen = request.POST.copy()
    seen["expected_amount"] = f"{review.paid_out:.2f}"
    said = changed.detail if changed else ""
    shown = about(request, member, _("Leaving"), form=_bound(member, seen), review=review, changed=said)
    return render(request, "reports/people/leave_review.html", shown, status=changed.status if changed else 200)


def _confirm(request: PageRequest, member: Member, form: LeaveForm) -> HttpResponse:
    key = form.cleaned_data["offline_sync_id"]
    try:
        done = leaving.confirm(member, _departure(member, form), key=key, by=request.user, at=now()).row
    except AmountChanged as changed:
        return _review(request, member, form, changed)
    if done.voucher_id:
        return redirect("receipt-page", voucher_id=done.voucher_id)
    messages.success(
        request, _("%(name)s is a member no longer. There was nothing to pay.") % {"name": member.person.name}
    )
    return redirect("member-page", member_id=member.pk)
