"""Closing months and years over HTTP. Sent again, the answer is the same: what is closed is closed once."""

import datetime as dt
import re
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.errors import NotFound
from core.periods import now
from cycles import operations
from cycles.api.closing_shapes import ClosedPeriodOut, ClosedYearOut, ProposalOut, closing_out
from cycles.rules.years import FIRST_YEAR, LAST_YEAR
from groups.access import group_for
from savings.api.answers import caller

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
PERIOD = OpenApiParameter(
    "period",
    {"type": "string", "pattern": r"^(19|[2-9]\d)\d\d-(0[1-9]|1[0-2])$"},
    OpenApiParameter.PATH,
    description="YYYY-MM",
)
YEAR = OpenApiParameter("year", int, OpenApiParameter.PATH, description="The calendar year in which it begins")


class ClosePeriod(APIView):
    @extend_schema(
        summary="Close a month, and every open one before it; chair and treasurer propose",
        parameters=[PERIOD],
        request=None,
        responses={200: ClosedPeriodOut, 202: ProposalOut},
    )
    def post(self, request: Request, group_id: UUID, period: str) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        kept = operations.close_period(group=group, month=month_named(period), by=caller(request), at=now())
        answer, status = closing_out(kept)
        return Response(answer, status=status)


class CloseYear(APIView):
    @extend_schema(
        summary="Close a fiscal year and its months; chair and treasurer propose",
        parameters=[YEAR],
        request=None,
        responses={200: ClosedYearOut, 202: ProposalOut},
    )
    def post(self, request: Request, group_id: UUID, year: int) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        kept = operations.close_year(group=group, year=year, by=caller(request), at=now())
        answer, status = closing_out(kept)
        return Response(answer, status=status)


def month_named(period: str) -> dt.date:
    """The first day of a month written YYYY-MM; anything else is no month, and not found."""
    match = _MONTH.fullmatch(period)
    if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise NotFound
    return dt.date(int(match[1]), int(match[2]), 1)
