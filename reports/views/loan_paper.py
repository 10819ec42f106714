"""Papers about a loan: pages that a browser prints, and with `?as=pdf` the same as files."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.periods import now
from loans.access import loan_for
from reports.pages.loan_papers import key_facts_paper, statement_paper
from reports.papers import Paper, as_pdf
from reports.views.doors import PageRequest, page


@require_safe
@page
def statement(request: PageRequest, loan_id: UUID) -> HttpResponse:
    return _shown(request, loan_id, statement_paper(loan_for(request.user, loan_id, request.may), now()))


@require_safe
@page
def key_facts(request: PageRequest, loan_id: UUID) -> HttpResponse:
    return _shown(request, loan_id, key_facts_paper(loan_for(request.user, loan_id, request.may), now()))


def _shown(request: PageRequest, loan_id: UUID, paper: Paper) -> HttpResponse:
    if request.GET.get("as") == "pdf":
        return as_pdf(paper, reader=request.user.pk)
    return render(request, paper.template, {"paper": paper.content, "loan_id": loan_id})
