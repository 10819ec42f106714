"""Groups as their administrators look at them over HTTP: with figures and people; suspended, activated, modified."""

import uuid

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.periods import now, today
from groups import operations
from groups.access import group_for, groups_where, must_speak, reach_in
from groups.models import BankingGroup
from members.queries import headcounts
from reports.api.filters import AdminGroupFilter
from reports.api.group_shapes import AdminGroupOut, GroupActionIn, GroupDetailOut
from reports.api.groups import as_seen_by
from reports.api.members import caller
from reports.queries import group_figures
from reports.queries.organisations import tables_of
from users.models import User

TURNS = {"suspend": operations.suspend_group, "activate": operations.activate_group}


class AdminGroups(GenericAPIView[BankingGroup]):
    """The groups that the caller administers or audits, with figures, office holders and field officers."""

    queryset = BankingGroup.objects.none()
    serializer_class = AdminGroupOut
    filterset_class = AdminGroupFilter

    @extend_schema(responses=AdminGroupOut(many=True), summary=_("Groups with their figures and people"))
    def get(self, request: Request) -> Response:
        must_speak(request.user, asked_word(request))
        visible = groups_where(request.user, asked_word(request)).select_related("organisation")
        page = self.paginate_queryset(self.filter_queryset(visible.order_by("name", "pk"))) or []
        known = {
            "counts": headcounts(page),
            "figures": {one.group.pk: one for one in group_figures(page, today())},
            "tables": tables_of(page),
        }
        return self.get_paginated_response(AdminGroupOut(page, many=True, context=known).data)


class GroupActions(APIView):
    """Suspends a group, activates it, or sets its particulars right. A suspended group takes no money."""

    @extend_schema(request=GroupActionIn, responses=GroupDetailOut, summary=_("Suspend, activate or modify a group"))
    def post(self, request: Request, group_id: uuid.UUID) -> Response:
        group, user = group_for(request.user, group_id, asked_word(request)), caller(request)
        asked = GroupActionIn(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(as_seen_by(user, done(asked, group, user)))


def done(asked: GroupActionIn, group: BankingGroup, user: User) -> BankingGroup:
    """What was asked for, by the verb that does it."""
    action = asked.validated_data["action"]
    if turn := TURNS.get(action):
        return turn(group=group, reason=asked.validated_data.get("reason", ""), at=now(), by=user)
    reach_in(user, group, "groups:edit")
    return operations.edit_group(group=group, at=now(), by=user, **asked.particulars)
