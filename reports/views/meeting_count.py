"""Counting the box at a meeting or outside one: count, see it beside the book, keep it or count again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, NotFound, Refusal
from core.ids import new_id
from core.money import shown
from core.periods import now, today
from groups.access import group_for
from meetings.access import meeting_for
from meetings.models import CashCount
from reports.meeting_forms import CHANGE, CONFIRM, PIECES, SUM, CountForm
from reports.pages import group as frames
from reports.pages import meeting_count as counting
from reports.pages.loan_seen import FiguresMoved
from reports.pages.meeting_head import head_of
from reports.pages.meeting_seal import must_be_open
from reports.views.doors import PageRequest, page
from reports.views.meeting_doors import refused_form

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def count(request: PageRequest, meeting_id: UUID, moment: str) -> HttpResponse:
    meeting = meeting_for(request.user, meeting_id, request.may)
    if moment not in counting.MOMENTS:
        raise NotFound
    must_be_open(meeting)
    return _answer(request, counting.Counting(meeting.group, meeting, counting.MOMENTS[moment]))


@require_http_methods(["GET", "POST"])
@page
def outside(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    return _answer(request, counting.Counting(group, None, CashCount.Moment.OUTSIDE))


def _answer(request: PageRequest, what: counting.Counting) -> HttpResponse:
    step = request.POST.get("step")
    if request.method == "GET" or step == CHANGE:
        kept = {name: request.POST[name] for name in (*PIECES, "explanation") if name in request.POST}
        return _ask(request, what, CountForm(initial={"offline_sync_id": new_id(), **kept}))
    form = CountForm(request.POST)
    is_fit = form.is_valid()
    if step == SUM:
        return render(request, "reports/meetings/_sums.html", {"count": counting.page_of(what, form)})
    return _go_on(request, what, form) if is_fit else _ask(request, what, form, UNFIT)


def _go_on(request: PageRequest, what: counting.Counting, form: CountForm) -> HttpResponse:
    try:
        return _kept(request, what, form) if request.POST.get("step") == CONFIRM else _review(request, what, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, what, refused_form(form, refusal), refusal.status)


def _ask(request: PageRequest, what: counting.Counting, form: CountForm, status: int = 200) -> HttpResponse:
    return _show(request, what, "count", status, count=counting.page_of(what, form.focused()))


def _review(
    request: PageRequest, what: counting.Counting, form: CountForm, moved: FiguresMoved | None = None
) -> HttpResponse:
    review = counting.review(what, form, by=request.user, at=now())
    status, said = (moved.status, moved.detail) if moved else (200, "")
    again = CountForm(_with_seen(request, review))
    return _show(request, what, "count_review", status, form=again, review=review, moved=said)


def _with_seen(request: PageRequest, review: counting.Review) -> QueryDict:
    typed = request.POST.copy()
    typed["seen"] = review.seen
    return typed


def _kept(request: PageRequest, what: counting.Counting, form: CountForm) -> HttpResponse:
    try:
        done = counting.keep(what, form, by=request.user, at=now()).row
    except FiguresMoved as moved:
        return _review(request, what, form, moved)
    said = {"amount": shown(done.counted), "difference": counting.difference_word(done.counted - done.book)}
    messages.success(request, _("Counted and kept: %(amount)s. %(difference)s.") % said)
    if what.meeting is None:
        return redirect("meetings-page", group_id=what.group.pk)
    return redirect("meeting-page", meeting_id=what.meeting.pk)


def _show(request: PageRequest, what: counting.Counting, name: str, status: int, **shown: object) -> HttpResponse:
    word = _("Count the box")
    frame = frames.frame(what.group, request.user, here="count", here_name=word, on=today())
    about = {"frame": frame, "meeting": head_of(what.meeting) if what.meeting else None}
    return render(request, f"reports/meetings/{name}.html", {**about, **shown}, status=status)
