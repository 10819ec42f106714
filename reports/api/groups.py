"""Groups over HTTP: those in a person's scope, founding one, one group with its figures, setting it right."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.errors import Invalid
from core.periods import now, today
from groups import operations
from groups.access import group_for, groups_where, organisation_to_found_in, standing
from groups.models import BankingGroup
from groups.permissions import Reach
from ledger.api.questions import DayQuestion, NoQuestion
from members.queries import headcounts
from reports.api.filters import GroupFilter
from reports.api.group_shapes import FoundInIn, GroupDetailOut, GroupIn, GroupOut, GroupSummaryOut, ParticularsIn
from reports.api.members import caller
from reports.queries import group_summary
from reports.queries.organisations import group_by_id, status_changes_of
from users.api.idempotency import answer_once
from users.models import User


def as_seen_by(user: User, group: BankingGroup) -> Any:
    """The group as far as this person may see it."""
    may = standing(user, group).may
    known = {
        "counts": headcounts([group]),
        "summary": group_summary(group, today()) if may("reports:read") is Reach.ALL else None,
        "status_changes": status_changes_of(group) if may("groups:suspend") is Reach.ALL else None,
    }
    return GroupDetailOut(group, context=known).data


class Groups(GenericAPIView[BankingGroup]):
    """The groups in the caller's scope, by name; and the founding of one more."""

    queryset = BankingGroup.objects.none()
    serializer_class = GroupOut
    filterset_class = GroupFilter

    @extend_schema(responses=GroupOut(many=True), summary=_("Groups in your scope"))
    def get(self, request: Request) -> Response:
        visible = groups_where(request.user, asked_word(request)).select_related("organisation")
        page = self.paginate_queryset(self.filter_queryset(visible.order_by("name", "pk"))) or []
        return self.get_paginated_response(GroupOut(page, many=True, context={"counts": headcounts(page)}).data)

    @extend_schema(request=GroupIn, responses={201: GroupDetailOut}, summary=_("Found a group"))
    def post(self, request: Request) -> Response:
        user, where = caller(request), FoundInIn(data=request.data)
        where.is_valid(raise_exception=True)
        organisation = organisation_to_found_in(user, where.validated_data.get("organisation"), asked_word(request))
        asked = GroupIn(data=request.data)
        asked.is_valid(raise_exception=True)
        if organisation is None:
            raise Invalid(_("Say which organisation the group belongs to."), field="organisation")

        def act() -> tuple[uuid.UUID, BankingGroup]:
            group = operations.create_group(organisation=organisation, at=now(), by=user, **asked.particulars)
            return group.pk, group

        return answer_once(request, "groups.create", {}, act, group_by_id, lambda group: as_seen_by(user, group))


class Group(APIView):
    """One group with the count of its active members and, for whoever may read its reports, its financial summary."""

    @extend_schema(responses=GroupDetailOut, summary=_("One group with its figures"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        NoQuestion.read(request)
        return Response(as_seen_by(caller(request), group))

    @extend_schema(request=ParticularsIn, responses=GroupDetailOut, summary=_("Set a group's particulars right"))
    def patch(self, request: Request, group_id: uuid.UUID) -> Response:
        group, user = group_for(request.user, group_id, asked_word(request)), caller(request)
        asked = ParticularsIn(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        changed = operations.edit_group(group=group, at=now(), by=user, **asked.validated_data)
        return Response(as_seen_by(user, changed))


class FinancialSummary(APIView):
    """Totals per fund, cash by place, loans, the fund from both sides, and the month's progress."""

    @extend_schema(parameters=[DayQuestion], responses=GroupSummaryOut, summary=_("Financial summary of a group"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        asked = DayQuestion.read(request)
        return Response(GroupSummaryOut(group_summary(group, asked["on"] or today())).data)
