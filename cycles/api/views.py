"""Leaving over HTTP: fetched through access, one verb, sent once."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.periods import now
from cycles.access import kin_of
from cycles.api.shapes import LeavingIn, LeavingOut
from cycles.models import Leaving
from cycles.operations import Departure, leave
from cycles.queries import leaving as queries
from members.access import member_for
from members.models import Member
from savings.api.answers import caller
from savings.api.bodies import Body, day_said
from savings.api.views import KEY, read
from users.api.idempotency import answer_once


class Leave(APIView):
    @extend_schema(
        summary="A member leaves or has died, and all she owns is paid out",
        parameters=[KEY],
        request=LeavingIn,
        responses={200: LeavingOut},
    )
    def post(self, request: Request, member_id: UUID) -> Response:
        member = member_for(request.user, member_id, asked_word(request))
        departure = departure_of(member, read(LeavingIn, request))

        def act() -> tuple[UUID, Leaving]:
            leaving = leave(member=member, departure=departure, by=caller(request), at=now())
            return leaving.pk, leaving

        path = {"member_id": member_id}
        return answer_once(request, "members.leave", path, act, queries.leaving_by_id, shown, status=200)


def departure_of(member: Member, body: Body) -> Departure:
    """What the body says; a next of kin of somebody else is a stranger."""
    kin = body.get("next_of_kin")
    return Departure(
        on=day_said(body, "left_on", member.group),
        kind=body.get("kind") or Leaving.Kind.LEFT,
        method=body.get("payment_method") or "CASH",
        receipt_number=body.get("transaction_id") or "",
        paid_to=None if kin is None else kin_of(member, kin),
        reason=body.get("reason") or "",
        meeting_id=body.get("meeting_id"),
        expected=body.get("expected_amount"),
    )


def shown(leaving: Leaving) -> dict[str, object]:
    return dict(LeavingOut(leaving).data)
