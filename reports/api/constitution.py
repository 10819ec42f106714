"""A group's constitution over HTTP: its versions and proposals; proposing, adopting, and the verdict on a proposal."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.filters import Ordering
from core.api.permissions import asked_word
from core.errors import Forbidden
from core.periods import now, today
from groups import operations
from groups.access import constitution_for, group_for, standing
from groups.models import BankingGroup, Constitution
from groups.permissions import Reach
from groups.queries import constitution_by_id, constitutions_of
from reports.api.constitution_shapes import DECLINE, ConstitutionIn, ConstitutionOut
from reports.api.members import caller
from reports.queries.constitution import text_of, texts_of
from users.api.idempotency import answer_once
from users.models import User

ADOPT, PROPOSE = "constitution:adopt", "constitution:propose"


class ConstitutionFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=Constitution.Status.choices)
    ordering = Ordering(fields=("version", "effective_on"))

    class Meta:
        model = Constitution
        fields: list[str] = []


class Constitutions(GenericAPIView[Any]):
    """Open proposals first, then the versions, the newest first, then what was declined; each with what it changes."""

    queryset = Constitution.objects.none()
    serializer_class = ConstitutionOut
    filterset_class = ConstitutionFilter

    @extend_schema(responses=ConstitutionOut(many=True), summary=_("Versions and proposals of a group's rules"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        page = self.paginate_queryset(self.filter_queryset(constitutions_of(group))) or []
        context = {"reads_reasons": _may(caller(request), group, PROPOSE)}
        texts = cast("Any", texts_of(group, today(), page))
        return self.get_paginated_response(ConstitutionOut(texts, many=True, context=context).data)

    @extend_schema(
        request=ConstitutionIn,
        responses={200: ConstitutionOut, 201: ConstitutionOut, 202: ConstitutionOut},
        summary=_("Propose rules, adopt them, or settle a proposal"),
    )
    def post(self, request: Request, group_id: uuid.UUID) -> Response:
        user = caller(request)
        group = group_for(user, group_id, asked_word(request))
        asked = ConstitutionIn(data=request.data)
        asked.is_valid(raise_exception=True)
        adopts = _may(user, group, ADOPT)
        if "proposal" in asked.validated_data:
            return _settle(request, group, asked.validated_data, adopts=adopts)
        verb = operations.adopt_constitution if adopts else operations.propose_constitution
        name, status = ("constitution.adopt", 201) if adopts else ("constitution.propose", 202)
        return _once(request, group, name, status, lambda: verb(group=group, at=now(), by=user, **asked.text))


def _may(user: User, group: BankingGroup, word: str) -> bool:
    return standing(user, group).may(word) is Reach.ALL


def _settle(request: Request, group: BankingGroup, said: dict[str, Any], *, adopts: bool) -> Response:
    """The verdict of her who may adopt; a proposal of another group is a stranger's."""
    proposal, user = constitution_for(group, said["proposal"]), caller(request)
    if not adopts:
        raise Forbidden

    def act() -> Constitution:
        if said.get("action") == DECLINE:
            return operations.decline_proposal(proposal=proposal, reason=said["reason"], at=now(), by=user)
        return operations.adopt_proposal(proposal=proposal, at=now(), by=user, effective_on=said.get("effective_on"))

    return _once(request, group, "constitution.settle", 200, act)


def _once(request: Request, group: BankingGroup, name: str, status: int, act: Callable[[], Constitution]) -> Response:
    def acted() -> tuple[uuid.UUID, Constitution]:
        kept = act().pk
        return kept, constitution_by_id(kept)

    def rendered(row: Constitution) -> Any:
        return ConstitutionOut(text_of(row, today()), context={"reads_reasons": True}).data

    return answer_once(request, name, {"group_id": group.pk}, acted, constitution_by_id, rendered, status)
