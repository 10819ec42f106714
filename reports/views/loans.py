"""Loans in lists, one loan, and the yes, the no and the change of mind about it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import Refusal
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from loans import operations
from loans.access import loan_for
from loans.models import Loan, Status
from reports.pages import group as pages
from reports.pages import loan as one
from reports.pages import loan_lists as lists
from reports.views.doors import PageRequest, page


@require_safe
@page
def everywhere(request: PageRequest) -> HttpResponse:
    shown = lists.everywhere(request.user, lists.Wanted.of(request.GET), today())
    return render(request, "reports/loans/loans.html", {"page": shown})


@require_safe
@page
def in_group(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    shown = lists.in_group(group, request.user, lists.Wanted.of(request.GET), today())
    return _in(request, group, "group", _("Loans"), page=shown)


@require_safe
@page
def arrears(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    return _in(request, group, "arrears", _("Arrears"), page=lists.arrears_of(group, today()))


def _in(request: PageRequest, group: BankingGroup, name: str, here: str, **shown: object) -> HttpResponse:
    frame = pages.frame(group, request.user, here="loans", here_name=here, on=today())
    return render(request, f"reports/loans/{name}.html", {"frame": frame, **shown})


@require_safe
@page
def loan(request: PageRequest, loan_id: UUID) -> HttpResponse:
    shown = loan_for(request.user, loan_id, request.may)
    frame = pages.frame(shown.group, request.user, here="loan", here_name=shown.loan_number, on=today())
    told = one.page_of(shown, request.user, today())
    return render(request, "reports/loans/loan.html", {"frame": frame, "loan": told})


@require_POST
@page
def decide(request: PageRequest, loan_id: UUID) -> HttpResponse:
    asked = loan_for(request.user, loan_id, request.may)
    says_yes, words = request.POST.get("action") == "approve", request.POST.get("words", "").strip()
    try:
        messages.success(request, (_approved if says_yes else _rejected)(request, asked, words))
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
    return redirect("loan-page", loan_id=asked.pk)


def _approved(request: PageRequest, asked: Loan, words: str) -> str:
    done = operations.approve(loan=asked, by=request.user, at=now(), notes=words)
    if done.status == Status.APPROVED:
        return _("Approved. The treasurer or the field officer can pay it out.")
    return _("Your yes is kept. It waits for the others.")


def _rejected(request: PageRequest, asked: Loan, words: str) -> str:
    operations.reject(loan=asked, by=request.user, at=now(), reason=words)
    return _("Rejected. The borrower reads your reason.")


@require_POST
@page
def cancel(request: PageRequest, loan_id: UUID) -> HttpResponse:
    asked = loan_for(request.user, loan_id, request.may)
    try:
        operations.cancel(loan=asked, by=request.user, at=now(), reason=request.POST.get("reason", "").strip())
        messages.success(request, _("Cancelled. No money has moved."))
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
    return redirect("loan-page", loan_id=asked.pk)
