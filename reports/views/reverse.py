"""Taking a paper back: see what it changes, say why, do it once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Refusal
from core.ids import new_id
from core.periods import now, today
from ledger.models import Voucher
from reports.movement_forms import ReverseForm
from reports.pages import group as frames
from reports.pages import reverse as pages
from reports.pages.loan_seen import FiguresMoved
from reports.pages.record import receipt_for
from reports.views.doors import PageRequest, page
from reports.views.meeting_doors import refused_form
from savings.access import voucher_for

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def take_back(request: PageRequest, voucher_id: UUID) -> HttpResponse:
    voucher = voucher_for(request.user, voucher_id, request.may)
    if request.method == "GET":
        return _ask(request, voucher, ReverseForm(initial={"offline_sync_id": new_id()}))
    form = ReverseForm(request.POST)
    if not form.is_valid():
        return _ask(request, voucher, form, UNFIT)
    try:
        return _done(request, voucher, form)
    except FiguresMoved as moved:
        return _ask(request, voucher, form, moved.status, moved=moved.detail)
    except Refusal as refusal:
        return _ask(request, voucher, refused_form(form, refusal), refusal.status)


def _done(request: PageRequest, voucher: Voucher, form: ReverseForm) -> HttpResponse:
    given = form.cleaned_data
    once = {"seen": given["seen"], "key": given["offline_sync_id"]}
    reversal = pages.take_back(voucher, given["reason"], by=request.user, at=now(), **once).row
    messages.success(request, pages.done_words(reversal))
    return redirect("receipt-page", voucher_id=reversal.pk)


def _ask(
    request: PageRequest, voucher: Voucher, form: ReverseForm, status: int = 200, moved: object = ""
) -> HttpResponse:
    """The paper with what would change; with why it cannot be taken back, where it cannot."""
    frame = frames.frame(voucher.group, request.user, here="reverse", here_name=_("Take it back"), on=today())
    shown = {"frame": frame, "voucher": voucher, "paper": receipt_for(voucher), "moved": moved}
    try:
        review = pages.review(voucher, by=request.user, at=now())
    except Refusal as refusal:
        shown["refusal"] = refusal.detail
        return render(request, "reports/reverse/reverse.html", shown, status=refusal.status)
    form.show(seen=review.seen)
    shown |= {"review": review, "form": form.focused()}
    return render(request, "reports/reverse/reverse.html", shown, status=status)
