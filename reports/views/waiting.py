"""Money that waits, and the yes or no of a second person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import Invalid, Refusal
from core.periods import now, today
from groups.access import group_for
from reports.pages import group as pages
from reports.pages import waiting
from reports.pages.hand_over import way_to
from reports.pages.loan_lists import count_for, count_in
from reports.views.doors import PageRequest, page


@require_safe
@page
def everywhere(request: PageRequest) -> HttpResponse:
    acts = waiting.waiting_around(request.user)
    return render(request, "reports/waiting_all.html", {"acts": acts, "loans": count_for(request.user, today())})


@require_safe
@page
def in_group(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    frame = pages.frame(group, request.user, here="waiting", here_name=_("Waiting"), on=today())
    shown = {"acts": waiting.waiting_in(group, request.user), "give_href": way_to(group, request.user)}
    return render(request, "reports/waiting.html", {"frame": frame, "loans": count_in(group), **shown})


@require_POST
@page
def decide(request: PageRequest, voucher_id: UUID) -> HttpResponse:
    voucher = waiting.voucher_to_decide(request.user, voucher_id, request.may)
    action, reason = request.POST.get("action"), request.POST.get("reason", "").strip()
    try:
        if action not in {"approve", "reject"}:
            raise Invalid(_("Nothing is decided yet. Approve it, or reject it with a reason."), field="action")
        said = waiting.decide(voucher, yes=action == "approve", reason=reason, by=request.user, at=now())
        messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
    return redirect("group-waiting-page", group_id=voucher.group_id)
