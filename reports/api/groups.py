"""Groups over HTTP: the list of those in a person's scope, one group with its figures, its financial summary."""

import uuid

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.periods import today
from groups.access import group_for, groups_where, standing
from groups.models import BankingGroup
from groups.permissions import Reach
from ledger.api.questions import DayQuestion, NoQuestion
from members.queries import headcounts
from reports.api.filters import GroupFilter
from reports.api.group_shapes import GroupDetailOut, GroupOut, GroupSummaryOut
from reports.queries import group_summary


class Groups(GenericAPIView[BankingGroup]):
    """The groups in the caller's scope, by name."""

    queryset = BankingGroup.objects.none()
    serializer_class = GroupOut
    filterset_class = GroupFilter

    @extend_schema(responses=GroupOut(many=True), summary=_("Groups in your scope"))
    def get(self, request: Request) -> Response:
        visible = groups_where(request.user, asked_word(request)).select_related("organisation")
        page = self.paginate_queryset(self.filter_queryset(visible.order_by("name", "pk"))) or []
        return self.get_paginated_response(GroupOut(page, many=True, context={"counts": headcounts(page)}).data)


class Group(APIView):
    """One group with the count of its active members and, for whoever may read its reports, its financial summary."""

    @extend_schema(responses=GroupDetailOut, summary=_("One group with its figures"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        NoQuestion.read(request)
        reads = standing(request.user, group).may("reports:read") is Reach.ALL
        known = {"counts": headcounts([group]), "summary": group_summary(group, today()) if reads else None}
        return Response(GroupDetailOut(group, context=known).data)


class FinancialSummary(APIView):
    """Totals per fund, cash by place, loans, the fund from both sides, and the month's progress."""

    @extend_schema(parameters=[DayQuestion], responses=GroupSummaryOut, summary=_("Financial summary of a group"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        asked = DayQuestion.read(request)
        return Response(GroupSummaryOut(group_summary(group, asked["on"] or today())).data)
