"""Fines over HTTP: a member's list, imposing one by hand, waiving one."""

from collections.abc import Callable, Mapping, Sequence
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
from savings import fines, operations
from savings.access import fine_for, fined_member
from savings.api.answers import caller
from savings.api.bodies import day_said
from savings.api.filters import FineFilters
from savings.api.fine_shapes import FineIn, FineOut, WaiverIn
from savings.api.views import KEY, read
from savings.models import Fine
from users.api.idempotency import answer_once


class MemberFines(GenericAPIView[Fine]):
    """A member's fines, the newest first; each member reads her own."""

    queryset = Fine.objects.none()
    filterset_class = FineFilters
    serializer_class = FineOut

    @extend_schema(responses=FineOut(many=True), summary=_("Fines of a member"))
    def get(self, request: Request, group_id: UUID, member_id: UUID) -> Response:
        member = fined_member(request.user, group_id, member_id, asked_word(request))
        chosen = self.filter_queryset(fines.shown().filter(group=group_id, member=member))
        return self.get_paginated_response(fines_out(self.paginate_queryset(chosen) or []))

    @extend_schema(
        parameters=[KEY], request=FineIn, responses={201: FineOut}, filters=False, summary=_("Impose a fine")
    )
    def post(self, request: Request, group_id: UUID, member_id: UUID) -> Response:
        member = fined_member(request.user, group_id, member_id, asked_word(request))
        body = read(FineIn, request)
        words = {name: body[name] for name in ("amount", "reason", "cause", "meeting_id") if name in body}
        due_on, on = body["due_date"], day_said(body, "imposed_on", member.group)

        def act() -> Fine:
            return operations.impose(member=member, due_on=due_on, by=caller(request), at=now(), on=on, **words)

        return answer_fine(request, "fines.impose", {"member_id": member_id}, act, status=201)


class Waive(APIView):
    """Nothing is owed on a fine any more; what was paid of it stays with the group."""

    @extend_schema(parameters=[KEY], request=WaiverIn, responses={200: FineOut}, summary=_("Waive a fine"))
    def post(self, request: Request, fine_id: UUID) -> Response:
        fine, body = fine_for(request.user, fine_id, asked_word(request)), read(WaiverIn, request)

        def act() -> Fine:
            return operations.waive(fine=fine, by=caller(request), at=now(), reason=body["reason"])

        return answer_fine(request, "fines.waive", {"fine_id": fine_id}, act, status=200)


def fines_out(rows: Sequence[Fine]) -> list[dict[str, Any]]:
    """Rows in the pinned shape, with what is due on them; one query for all."""
    shape = FineOut(context={"dues": fines.due_of(rows)})
    return [shape.to_representation(fine) for fine in rows]


def answer_fine(
    request: Request, operation: str, path: Mapping[str, object], act: Callable[[], Fine], status: int
) -> Response:
    """Run the act once per key and answer with the fine as it is now."""

    def acted() -> tuple[UUID, Fine]:
        fine_id = act().pk
        return fine_id, fines.fine_by_id(fine_id)

    def rendered(fine: Fine) -> dict[str, Any]:
        return fines_out([fine])[0]

    return answer_once(request, operation, path, acted, fines.fine_by_id, rendered, status)
