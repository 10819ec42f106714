"""A receipt as a PDF, over HTTP."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from core.api.permissions import asked_word
from core.periods import now
from ledger.api.questions import NoQuestion
from reports.api.papers import PDF, PaperView
from reports.pages.receipt_paper import receipt_paper
from reports.papers import as_pdf
from savings.access import voucher_for
from savings.api.answers import caller


class Receipt(PaperView):
    """What one act moved, and whatever was brought together with it."""

    @extend_schema(responses=PDF, summary=_("Receipt of an act, as a PDF"))
    def get(self, request: Request, transaction_id: uuid.UUID) -> HttpResponse:
        voucher = voucher_for(request.user, transaction_id, asked_word(request))
        NoQuestion.read(request)
        return as_pdf(receipt_paper(voucher, now(), host=request.get_host()), reader=caller(request).pk)
