"""Asking for savings, in two steps: how much, what changes once a second person has confirmed it, recorded once."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from members.access import member_for
from members.models import Member
from reports.movement_forms import CHANGE, CONFIRM, WithdrawForm
from reports.pages import group as frames
from reports.pages import movement as moving
from reports.pages import withdraw as asking
from reports.views.doors import PageRequest, page
from reports.views.meeting_doors import refused_form

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def withdraw(request: PageRequest, member_id: UUID) -> HttpResponse:
    member = member_for(request.user, member_id, request.may)
    asked: dict[str, Any] = {"most": asking.most(member, today()), "meetings": moving.open_meetings(member.group)}
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        return _ask(request, member, WithdrawForm(initial=_begun(request), **asked))
    form = WithdrawForm(request.POST, **asked)
    if not form.is_valid():
        return _ask(request, member, form, UNFIT)
    try:
        return _done(request, member, form) if request.POST.get("step") == CONFIRM else _review(request, member, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, member, refused_form(form, refusal), refusal.status)


def _begun(request: PageRequest) -> dict[str, object]:
    """Empty, or with what was typed before, for somebody who goes back to it."""
    kept = {name: request.POST[name] for name in WithdrawForm.base_fields if name in request.POST}
    usual = {"offline_sync_id": new_id(), "payment_method": "CASH", "meeting": request.GET.get("meeting", "")}
    return {**usual, **kept}


def _asking(member: Member, form: WithdrawForm) -> asking.Asking:
    given = form.cleaned_data
    meeting = moving.meeting_of(member.group, given["meeting"])
    return asking.Asking(
        amount=given["amount"],
        method=given["payment_method"],
        receipt_number=given["transaction_id"],
        meeting=meeting,
        on=meeting.meeting_date if meeting else today(),
    )


def _review(request: PageRequest, member: Member, form: WithdrawForm) -> HttpResponse:
    review = asking.review(member, _asking(member, form), by=request.user, at=now())
    return _show(request, member, "review", form=form, review=review)


def _done(request: PageRequest, member: Member, form: WithdrawForm) -> HttpResponse:
    key = form.cleaned_data["offline_sync_id"]
    done = asking.confirm(member, _asking(member, form), key=key, by=request.user, at=now())
    return redirect("receipt-page", voucher_id=done.row.pk)


def _ask(request: PageRequest, member: Member, form: WithdrawForm, status: int = 200) -> HttpResponse:
    return _show(request, member, "ask", status, form=form.focused())


def _show(request: PageRequest, member: Member, name: str, status: int = 200, **shown: object) -> HttpResponse:
    frame = frames.frame(member.group, request.user, here="withdraw", here_name=_("Withdrawal"), on=today())
    return render(request, f"reports/withdraw/{name}.html", {"frame": frame, "member": member, **shown}, status=status)
