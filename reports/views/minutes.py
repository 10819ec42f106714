"""The minutes of a meeting: a page that a browser prints, and with `?as=pdf` the same as a file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.periods import now
from meetings.access import meeting_for
from reports.pages.minutes import minutes_paper
from reports.papers import as_pdf
from reports.views.doors import PageRequest, page


@require_safe
@page
def minutes(request: PageRequest, meeting_id: UUID) -> HttpResponse:
    meeting = meeting_for(request.user, meeting_id, request.may)
    paper = minutes_paper(meeting, request.user, now(), host=request.get_host())
    if request.GET.get("as") == "pdf":
        return as_pdf(paper, reader=request.user.pk)
    return render(request, paper.template, {"paper": paper.content, "meeting_id": meeting_id})
