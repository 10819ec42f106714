"""Statements of dividends and share-outs as PDFs, over HTTP."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from core.api.permissions import asked_word
from core.periods import now
from ledger.api.questions import NoQuestion
from reports.api.papers import PDF, PaperView
from reports.pages.statements_paper import statements_paper
from reports.pages.year_runs import run_for
from reports.papers import as_pdf
from savings.api.answers import caller


class _Statements(PaperView):
    """The run, and a statement for each member; to a plain member only her own."""

    slug: str

    def printed(self, request: Request, group_id: uuid.UUID, year: int) -> HttpResponse:
        reader = caller(request)
        run = run_for(reader, group_id, self.slug, year, asked_word(request))
        NoQuestion.read(request)
        return as_pdf(statements_paper(run, reader, now(), host=request.get_host()), reader=reader.pk)


class DividendStatements(_Statements):
    """What was earned, how it is shared, and each member's part explained."""

    slug = "dividends"

    @extend_schema(responses=PDF, summary=_("Statements of the dividends of a year, as a PDF"))
    def get(self, request: Request, group_id: uuid.UUID, year: int) -> HttpResponse:
        return self.printed(request, group_id, year)


class ShareOutStatements(_Statements):
    """What the surplus holds, how it is shared, and each member's part explained."""

    slug = "share-out"

    @extend_schema(responses=PDF, summary=_("Statements of the share-out of a year, as a PDF"))
    def get(self, request: Request, group_id: uuid.UUID, year: int) -> HttpResponse:
        return self.printed(request, group_id, year)
