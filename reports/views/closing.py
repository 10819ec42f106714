"""Closing months and years, in two steps: look at what it does, do it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, Refusal
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from reports.pages import closing as pages
from reports.pages import group as group_pages
from reports.views.doors import PageRequest, page
from reports.year_forms import CONFIRM, ClosingForm

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def closing(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    if request.method == "GET":
        return _show(request, group)
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _show(request, group, form, status=UNFIT)
    try:
        return (_done if request.POST.get("step") == CONFIRM else _review)(request, group, form.cleaned_data["period"])
    except Forbidden:
        raise
    except Refusal as refusal:
        form.refuse(Refusal(refusal.detail))
        return _show(request, group, form, status=refusal.status)


def _show(
    request: PageRequest, group: BankingGroup, form: ClosingForm | None = None, status: int = 200
) -> HttpResponse:
    shown = pages.closing_page(group, request.user, today(), with_all="all" in request.GET)
    refused = [error for errors in form.errors.values() for error in errors] if form else []
    return _page(request, group, "closing", status, page=shown, refused=refused)


def _review(request: PageRequest, group: BankingGroup, period: str) -> HttpResponse:
    return _page(request, group, "closing_review", review=pages.review(group, period, by=request.user, at=now()))


def _done(request: PageRequest, group: BankingGroup, period: str) -> HttpResponse:
    done = pages.close(group, period, by=request.user, at=now())
    messages.success(request, pages.done_words(done))
    return redirect("closing-page", group_id=group.pk)


def _page(request: PageRequest, group: BankingGroup, name: str, status: int = 200, **shown: object) -> HttpResponse:
    frame = group_pages.frame(group, request.user, here="year", here_name=_("Months and years"), on=today())
    return render(request, f"reports/years/{name}.html", {"frame": frame, **shown}, status=status)
