"""The first page of the day, and the list of groups."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.periods import today
from groups.access import groups_where, may_speak
from reports.pages.home import home_of
from reports.pages.overview import survey
from reports.views.doors import PageRequest, page


@require_safe
@page
def home(request: PageRequest) -> HttpResponse:
    return render(request, "reports/home.html", {"home": home_of(request.user, today())})


@require_safe
@page
def groups(request: PageRequest) -> HttpResponse:
    seen = groups_where(request.user, request.may, own=True)
    shown = {"groups": survey(seen, today()), "may_found": may_speak(request.user, "groups:create")}
    return render(request, "reports/groups.html", shown)
