"""The minutes of a meeting as a PDF, over HTTP."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from core.api.permissions import asked_word
from core.periods import now
from ledger.api.questions import NoQuestion
from meetings.access import meeting_for
from reports.api.papers import PDF, PaperView
from reports.pages.minutes import minutes_paper
from reports.papers import as_pdf
from savings.api.answers import caller


class MeetingMinutes(PaperView):
    """Who came, what lay in the box, what was done, and the seal; to a plain member with her own line only."""

    @extend_schema(responses=PDF, summary=_("Minutes of a meeting, as a PDF"))
    def get(self, request: Request, meeting_id: uuid.UUID) -> HttpResponse:
        meeting = meeting_for(request.user, meeting_id, asked_word(request))
        NoQuestion.read(request)
        reader = caller(request)
        return as_pdf(minutes_paper(meeting, reader, now(), host=request.get_host()), reader=reader.pk)
