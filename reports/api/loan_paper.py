"""Papers about a loan as PDFs, over HTTP. They are what they are, whatever the caller accepts."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from core.api.permissions import asked_word
from core.periods import now
from ledger.api.questions import NoQuestion
from loans.access import loan_for
from reports.api.papers import PDF, PaperView
from reports.pages.loan_papers import key_facts_paper, statement_paper
from reports.papers import as_pdf
from savings.api.answers import caller


class LoanStatement(PaperView):
    """All that happened to a loan until now, in the caller's language."""

    @extend_schema(responses=PDF, summary=_("Statement of a loan, as a PDF"))
    def get(self, request: Request, loan_id: uuid.UUID) -> HttpResponse:
        loan = loan_for(request.user, loan_id, asked_word(request))
        NoQuestion.read(request)
        return as_pdf(statement_paper(loan, now()), reader=caller(request).pk)


class LoanKeyFacts(PaperView):
    """One page, in English and Swahili: what a borrower must know before she says yes."""

    @extend_schema(responses=PDF, summary=_("Key facts of a loan, as a PDF"))
    def get(self, request: Request, loan_id: uuid.UUID) -> HttpResponse:
        loan = loan_for(request.user, loan_id, asked_word(request))
        NoQuestion.read(request)
        return as_pdf(key_facts_paper(loan, now()), reader=caller(request).pk)
