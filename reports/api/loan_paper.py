"""Papers about a loan as PDFs, over HTTP. They are what they are, whatever the caller accepts."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.periods import now
from ledger.api.questions import NoQuestion
from loans.access import loan_for
from reports.pages.loan_papers import key_facts_paper, statement_paper
from reports.papers import as_pdf
from savings.api.answers import caller

PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class PaperView(APIView):
    """A PDF; refusals are problem documents, `pdf_unavailable` where this server cannot make any."""

    parser_classes: list[type[BaseParser]] = []

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


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
