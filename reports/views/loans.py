"""Loans in lists, and one loan."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.periods import today
from groups.access import group_for
from groups.models import BankingGroup
from loans.access import loan_for
from reports.pages import group as pages
from reports.pages import loan_lists as lists
from reports.views.doors import PageRequest, page
from reports.views.loans_end import show


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
    return show(request, loan_for(request.user, loan_id, request.may))
