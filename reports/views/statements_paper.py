"""Statements of a dividend or share-out: a page that a browser prints, and with `?as=pdf` the same as a file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.periods import now
from reports.pages.statements_paper import statements_paper
from reports.pages.year_runs import href, run_for
from reports.papers import as_pdf
from reports.views.doors import PageRequest, page


@require_safe
@page
def statements(request: PageRequest, group_id: UUID, kind: str, year: int) -> HttpResponse:
    run = run_for(request.user, group_id, kind, year, request.may)
    paper = statements_paper(run, request.user, now(), host=request.get_host())
    if request.GET.get("as") == "pdf":
        return as_pdf(paper, reader=request.user.pk)
    return render(request, paper.template, {"paper": paper.content, "run_href": href(run)})
