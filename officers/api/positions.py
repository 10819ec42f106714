"""Where officers are, over HTTP: an officer's own trail, and who is on the map now."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.pagination import NewestFirst
from core.api.parsers import ObjectOrList
from core.api.permissions import asked_word
from core.periods import now
from ledger.api.questions import NoQuestion
from officers import queries
from officers.access import members_met, must_speak_somewhere, officer_for, officers_where
from officers.api.filters import TrailFilter
from officers.api.shapes import FixesIn, FixIn, FixOut, MapOut, TrackedOut, feature
from officers.models import Officer, PositionFix
from officers.operations import Fix, located, track
from savings.api.answers import caller


class NewestFixFirst(NewestFirst):
    ordering = "-recorded_at"


class Track(GenericAPIView[PositionFix]):
    """An officer's positions: she sends them, she and her organisation's staff read them."""

    queryset = PositionFix.objects.none()
    parser_classes = [ObjectOrList]
    pagination_class = NewestFixFirst
    filterset_class = TrailFilter
    serializer_class = FixOut

    @extend_schema(responses=FixOut(many=True), summary=_("An officer's trail, the newest position first"))
    def get(self, request: Request, officer_id: UUID) -> Response:
        officer = officer_for(request.user, officer_id, asked_word(request))
        page = self.paginate_queryset(self.filter_queryset(queries.trail_of(officer))) or []
        located(by=caller(request), officers=[officer], at=now())
        return self.get_paginated_response(FixOut(page, many=True).data)

    @extend_schema(
        request=PolymorphicProxySerializer(
            component_name="Fixes", serializers=[FixIn, FixIn(many=True)], resource_type_field_name=None, many=False
        ),
        responses={201: TrackedOut},
        filters=False,
        summary=_("Say where you are, now or since the last time"),
    )
    def post(self, request: Request, officer_id: UUID) -> Response:
        officer = officer_for(request.user, officer_id, asked_word(request))
        stored = track(officer=officer, fixes=_fixes(officer, request), at=now())
        newest = queries.trail_of(officer).first()
        return Response(TrackedOut({"stored": stored, "newest": newest}).data, status=201)


def _fixes(officer: Officer, request: Request) -> list[Fix]:
    """What was sent, checked; members are fetched through access, all of them at once."""
    if isinstance(request.data, list):
        several = FixesIn(data=request.data)
        several.is_valid(raise_exception=True)
        said = several.validated_data
    else:
        one = FixIn(data=request.data)
        one.is_valid(raise_exception=True)
        said = [one.validated_data]
    met = members_met(officer, {fix["member_id"] for fix in said if fix.get("member_id")})
    return [_fix(fix, met) for fix in said]


def _fix(said: dict[str, Any], met: dict[UUID, Any]) -> Fix:
    return Fix(
        latitude=said["latitude"],
        longitude=said["longitude"],
        accuracy=said["accuracy"],
        activity_type=said["activity_type"],
        member=met[said["member_id"]] if said.get("member_id") else None,
        battery_level=said.get("battery_level"),
        recorded_at=said.get("recorded_at"),
    )


class ActiveLocations(APIView):
    """Who is on duty and where: each active officer's last position, while it is fresh. Each look leaves an act."""

    @extend_schema(responses=MapOut, summary=_("Officers on duty, as GeoJSON"))
    def get(self, request: Request) -> Response:
        must_speak_somewhere(request.user, asked_word(request))
        NoQuestion.read(request)
        active = list(officers_where(request.user, asked_word(request)).filter(status=Officer.Status.ACTIVE))
        fixes = queries.on_the_map(active, now())
        shown = [officer for officer in active if officer.pk in fixes]
        located(by=caller(request), officers=shown, at=now(), on_the_map=True)
        features = [feature(officer, fixes[officer.pk]) for officer in shown]
        return Response(MapOut({"type": "FeatureCollection", "features": features}).data)
