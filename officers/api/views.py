"""Officers over HTTP: the list, one of them, and her moves. Fetching is authorising, each view calls one verb."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.periods import now
from groups.access import group_for
from ledger.api.questions import NoQuestion
from officers import operations, queries
from officers.access import groups_named, must_speak_somewhere, officer_for, officers_where, organisation_named
from officers.api.answers import officer_out, officers_out
from officers.api.filters import OfficerFilter
from officers.api.shapes import OfficerEditIn, OfficerIn, OfficerMoveIn, OfficerOut
from officers.models import Officer
from savings.api.answers import caller
from savings.api.views import KEY, read
from users.api.idempotency import answer_once


class Officers(GenericAPIView[Officer]):
    """The officers in the caller's scope, by name; an officer herself finds herself alone."""

    queryset = Officer.objects.none()
    serializer_class = OfficerOut
    filterset_class = OfficerFilter

    @extend_schema(responses=OfficerOut(many=True), summary=_("Officers in your scope"))
    def get(self, request: Request) -> Response:
        must_speak_somewhere(request.user, asked_word(request))
        seen = officers_where(request.user, asked_word(request))
        chosen = self.filter_queryset(seen.order_by("name", "pk"))
        if group := request.query_params.get("group"):
            group_for(request.user, UUID(group), "groups:read")
        page = self.paginate_queryset(chosen) or []
        return self.get_paginated_response(officers_out(request, page))

    @extend_schema(parameters=[KEY], request=OfficerIn, responses={201: OfficerOut}, summary=_("Register an officer"))
    def post(self, request: Request) -> Response:
        may = asked_word(request)
        must_speak_somewhere(request.user, may)
        body = read(OfficerIn, request)
        organisation = organisation_named(request.user, body.get("organisation"), may)
        groups = groups_named(request.user, body.get("assigned_groups") or [], may)

        def act() -> tuple[UUID, Officer]:
            who = {"name": body["name"], "phone": body["phone"], "organisation": organisation}
            made = operations.register_officer(**who, groups=groups, by=caller(request), at=now())
            return made.pk, made

        def shown(officer: Officer) -> dict[str, Any]:
            return officer_out(request, officer)

        return answer_once(request, "officers", {}, act, queries.officer_by_id, shown)


class OfficerDetail(APIView):
    """One officer."""

    @extend_schema(responses=OfficerOut, summary=_("One officer"))
    def get(self, request: Request, officer_id: UUID) -> Response:
        officer = officer_for(request.user, officer_id, asked_word(request))
        NoQuestion.read(request)
        return Response(officer_out(request, officer))

    @extend_schema(
        request=OfficerEditIn, responses=OfficerOut, summary=_("Put an officer's name, phone or groups right")
    )
    def patch(self, request: Request, officer_id: UUID) -> Response:
        may = asked_word(request)
        officer, body = officer_for(request.user, officer_id, may), read(OfficerEditIn, request)
        if "assigned_groups" in body:
            body["groups"] = groups_named(request.user, body.pop("assigned_groups"), may)
        operations.edit(officer=officer, by=caller(request), at=now(), **body)
        return Response(officer_out(request, officer))


def _moved(request: Request, officer_id: UUID, verb: Callable[..., Officer]) -> Response:
    officer = officer_for(request.user, officer_id, asked_word(request))
    body = read(OfficerMoveIn, request)
    verb(officer=officer, by=caller(request), at=now(), reason=body.get("reason") or "")
    return Response(officer_out(request, officer))


class Suspend(APIView):
    @extend_schema(request=OfficerMoveIn, responses=OfficerOut, summary=_("Suspend an officer: her roles end at once"))
    def post(self, request: Request, officer_id: UUID) -> Response:
        return _moved(request, officer_id, operations.suspend)


class Activate(APIView):
    @extend_schema(request=OfficerMoveIn, responses=OfficerOut, summary=_("Activate an officer: she serves her groups"))
    def post(self, request: Request, officer_id: UUID) -> Response:
        return _moved(request, officer_id, operations.activate)


class Exit(APIView):
    @extend_schema(
        request=OfficerMoveIn,
        responses=OfficerOut,
        summary=_("Let an officer go: her groups and her cash are handed over"),
    )
    def post(self, request: Request, officer_id: UUID) -> Response:
        return _moved(request, officer_id, operations.exit_officer)
