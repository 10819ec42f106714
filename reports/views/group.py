"""A group's pages: overview, members, cash book, books."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.periods import today
from groups.access import group_for
from reports.pages import books as statements
from reports.pages import group as pages
from reports.pages.periods import asked_days
from reports.pages.roster import Wanted, roster_of
from reports.pages.words import PLACE_WORDS
from reports.views.doors import PageRequest, page


@require_safe
@page
def overview(request: PageRequest, group_id: UUID) -> HttpResponse:
    group, on = group_for(request.user, group_id, request.may, own=True), today()
    frame, shown = pages.overview(group, request.user, on, check_chain="check" in request.GET)
    roster = roster_of(group, request.user, on)
    return render(request, "reports/group.html", {"frame": frame, "page": shown, "roster": roster})


@require_safe
@page
def members(request: PageRequest, group_id: UUID) -> HttpResponse:
    group, on = group_for(request.user, group_id, request.may, own=True), today()
    frame = pages.frame(group, request.user, here="members", here_name=_("Members"), on=on)
    wanted = Wanted.of(request.GET)
    shown = {"frame": frame, "roster": roster_of(group, request.user, on, wanted), "wanted": wanted}
    return render(request, "reports/members.html", shown)


@require_safe
@page
def cash_book(request: PageRequest, group_id: UUID) -> HttpResponse:
    group, on = group_for(request.user, group_id, request.may), today()
    place = request.GET.get("place", "")
    shown = pages.cash_book(
        group, asked_days(request.GET, on), place if place in PLACE_WORDS else "", request.GET.get("after")
    )
    if request.htmx:
        return render(request, "reports/_cash_book.html", {"page": shown})
    frame = pages.frame(group, request.user, here="cash-book", here_name=_("Cash book"), on=on)
    return render(request, "reports/cash_book.html", {"frame": frame, "page": shown})


@require_safe
@page
def books(request: PageRequest, group_id: UUID) -> HttpResponse:
    group, on = group_for(request.user, group_id, request.may), today()
    shown = statements.books_of(group, asked_days(request.GET, on))
    frame = pages.frame(group, request.user, here="books", here_name=_("Books"), on=on)
    return render(request, "reports/books.html", {"frame": frame, "page": shown})
