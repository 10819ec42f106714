"""Organisations and their staff over HTTP, for the system admin; and the reference data of places, for everybody."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.periods import now
from groups import operations
from groups.access import must_speak, organisation_for, organisations_where, staff_role_for
from groups.models import GroupRole, Organisation
from groups.places import parts_of
from ledger.api.questions import NoQuestion, Question
from reports.api.filters import OrganisationFilter, StaffFilter
from reports.api.members import caller
from reports.api.organisation_shapes import (
    AreasOut,
    OrganisationChangeIn,
    OrganisationIn,
    OrganisationOut,
    StaffIn,
    StaffOut,
)
from reports.queries.organisations import organisation_by_id, organisation_figures, staff_of, staff_role_by_id
from users.api.idempotency import answer_once


def with_figures(organisation: Organisation) -> Any:
    return OrganisationOut(organisation_figures([organisation])[0]).data


class Organisations(GenericAPIView[Organisation]):
    """All organisations, by name."""

    queryset = Organisation.objects.none()
    serializer_class = OrganisationOut
    filterset_class = OrganisationFilter

    @extend_schema(responses=OrganisationOut(many=True), summary=_("Organisations"))
    def get(self, request: Request) -> Response:
        must_speak(request.user, asked_word(request))
        visible = organisations_where(request.user, asked_word(request)).order_by("name", "pk")
        page = self.paginate_queryset(self.filter_queryset(visible)) or []
        return self.get_paginated_response(OrganisationOut(organisation_figures(page), many=True).data)

    @extend_schema(request=OrganisationIn, responses={201: OrganisationOut}, summary=_("Found an organisation"))
    def post(self, request: Request) -> Response:
        user, asked = caller(request), OrganisationIn(data=request.data)
        must_speak(user, asked_word(request))
        asked.is_valid(raise_exception=True)

        def act() -> tuple[uuid.UUID, Organisation]:
            made = operations.create_organisation(name=asked.validated_data["name"], at=now(), by=user)
            return made.pk, made

        return answer_once(request, "organisations.create", {}, act, organisation_by_id, with_figures)


class OrganisationPage(APIView):
    """One organisation. Put to rest (`is_active` false), it takes no new groups or staff, its groups no money."""

    @extend_schema(responses=OrganisationOut, summary=_("One organisation"))
    def get(self, request: Request, organisation_id: uuid.UUID) -> Response:
        organisation = organisation_for(request.user, organisation_id, asked_word(request))
        NoQuestion.read(request)
        return Response(with_figures(organisation))

    @extend_schema(request=OrganisationChangeIn, responses=OrganisationOut, summary=_("Set an organisation right"))
    def patch(self, request: Request, organisation_id: uuid.UUID) -> Response:
        organisation = organisation_for(request.user, organisation_id, asked_word(request))
        asked = OrganisationChangeIn(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        changes = asked.validated_data
        edited = operations.edit_organisation(organisation=organisation, at=now(), by=caller(request), **changes)
        return Response(with_figures(edited))


class Staff(GenericAPIView[GroupRole]):
    """Who works for an organisation now, as service admin or auditor."""

    queryset = GroupRole.objects.none()
    serializer_class = StaffOut
    filterset_class = StaffFilter

    @extend_schema(responses=StaffOut(many=True), summary=_("Staff of an organisation"))
    def get(self, request: Request, organisation_id: uuid.UUID) -> Response:
        organisation = organisation_for(request.user, organisation_id, asked_word(request))
        page = self.paginate_queryset(self.filter_queryset(staff_of(organisation))) or []
        return self.get_paginated_response(StaffOut(page, many=True).data)

    @extend_schema(request=StaffIn, responses={201: StaffOut}, summary=_("Take somebody on"))
    def post(self, request: Request, organisation_id: uuid.UUID) -> Response:
        organisation = organisation_for(request.user, organisation_id, asked_word(request))
        asked = StaffIn(data=request.data)
        asked.is_valid(raise_exception=True)
        who = {name: asked.validated_data[name] for name in ("name", "phone", "role")}

        def act() -> tuple[uuid.UUID, GroupRole]:
            given = operations.appoint(organisation=organisation, at=now(), by=caller(request), **who)
            return given.pk, given

        path = {"organisation_id": organisation.pk}
        return answer_once(request, "staff.appoint", path, act, staff_role_by_id, lambda given: StaffOut(given).data)


class StaffRole(APIView):
    @extend_schema(request=None, responses={204: None}, summary=_("End somebody's role on the staff"))
    def delete(self, request: Request, organisation_id: uuid.UUID, role_id: uuid.UUID) -> Response:
        role = staff_role_for(request.user, organisation_id, role_id, asked_word(request))
        operations.end_role(role=role, at=now(), by=caller(request))
        return Response(status=204)


class PlaceQuestion(Question):
    county = serializers.CharField(required=False, max_length=100, help_text=_("Name or code: its constituencies."))
    constituency = serializers.CharField(required=False, max_length=100, help_text=_("Name or code: its wards."))


class Places(APIView):
    """The counties of Kenya; of a county its constituencies; of a constituency its wards. The codes are the IEBC's."""

    @extend_schema(parameters=[PlaceQuestion], responses=AreasOut, summary=_("Counties, constituencies, wards"))
    def get(self, request: Request) -> Response:
        asked = PlaceQuestion.read(request)
        areas = parts_of(county=asked["county"] or "", constituency=asked["constituency"] or "")
        return Response(AreasOut({"count": len(areas), "next": None, "previous": None, "results": areas}).data)
