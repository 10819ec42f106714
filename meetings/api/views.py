"""Meetings over HTTP. Fetching is authorising, each view calls one verb, money is sent once."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.periods import now, today
from groups.access import group_for
from ledger.api.questions import NoQuestion
from ledger.models import Voucher
from meetings import operations, queries
from meetings.access import meeting_for, members_of_table
from meetings.api.answers import answer_collection, answer_count, answer_meeting, meeting_out, meetings_out
from meetings.api.bodies import CashCountIn, CollectionIn, CountIn, MeetingIn, OpenIn, RollCallIn, SealIn
from meetings.api.filters import MeetingFilters
from meetings.api.shapes import CashCountOut, CollectedOut, MeetingOut
from meetings.api.table import brought_of, marks_of
from meetings.models import CashCount, Meeting
from savings.api.answers import caller
from savings.api.views import KEY, read

MEMBERS_SEE = _(
    "A plain member reads of `expected` only her own row, and neither the explanations nor the notes: both are null "
    "to her."
)


class Meetings(GenericAPIView[Meeting]):
    """The meetings of a group, the newest first. `expected` is empty in this list: one meeting names it."""

    queryset = Meeting.objects.none()
    filterset_class = MeetingFilters
    serializer_class = MeetingOut

    @extend_schema(responses=MeetingOut(many=True), summary=_("Meetings of a group"), description=MEMBERS_SEE)
    def get(self, request: Request, group_id: UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        chosen = self.filter_queryset(queries.shown().filter(group=group))
        page = self.paginate_queryset(chosen) or []
        return self.get_paginated_response(meetings_out(caller(request), page))

    @extend_schema(
        parameters=[KEY], request=MeetingIn, responses={201: MeetingOut}, filters=False, summary=_("Plan a meeting")
    )
    def post(self, request: Request, group_id: UUID) -> Response:
        group, body = group_for(request.user, group_id, asked_word(request)), read(MeetingIn, request)
        day, venue = body["meeting_date"], body.get("venue") or ""

        def act() -> UUID:
            return operations.schedule(
                group=group, meeting_date=day, venue=venue, id=body.get("id"), by=caller(request), at=now()
            ).pk

        return answer_meeting(request, "meetings.schedule", {"group_id": group_id}, act, status=201)


class RollCall(APIView):
    """Marks who came, and imposes the fines of the rules, once. A day without a meeting gets one."""

    @extend_schema(parameters=[KEY], request=RollCallIn, responses={200: MeetingOut}, summary=_("Call the roll"))
    def post(self, request: Request, group_id: UUID) -> Response:
        group, body = group_for(request.user, group_id, asked_word(request)), read(RollCallIn, request)
        marks = marks_of(group, body)

        def act() -> UUID:
            day = body["meeting_date"]
            return operations.mark(group=group, meeting_date=day, marks=marks, by=caller(request), at=now()).pk

        return answer_meeting(request, "meetings.mark", {"group_id": group_id}, act)


class MeetingDetail(APIView):
    @extend_schema(responses=MeetingOut, summary=_("One meeting: who came, what was counted"), description=MEMBERS_SEE)
    def get(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_for(request.user, meeting_id, asked_word(request))
        NoQuestion.read(request)
        return Response(meeting_out(caller(request), meeting))


class Open(APIView):
    @extend_schema(parameters=[KEY], request=OpenIn, responses={200: MeetingOut}, summary=_("Open a meeting"))
    def post(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_for(request.user, meeting_id, asked_word(request))
        read(OpenIn, request)

        def act() -> UUID:
            return operations.open_meeting(meeting=meeting, by=caller(request), at=now()).pk

        return answer_meeting(request, "meetings.open", {"meeting_id": meeting_id}, act)


class Count(APIView):
    """Counts the box by note and coin. At the closing, what differs from the book is posted as an entry of its own."""

    @extend_schema(parameters=[KEY], request=CountIn, responses={200: MeetingOut}, summary=_("Count the box"))
    def post(self, request: Request, meeting_id: UUID) -> Response:
        meeting, body = meeting_for(request.user, meeting_id, asked_word(request)), read(CountIn, request)
        counted = {"pieces": body["denominations"], "explanation": body.get("explanation") or ""}

        def act() -> UUID:
            operations.count_cash(meeting=meeting, moment=body["moment"], by=caller(request), at=now(), **counted)
            return meeting.pk

        return answer_meeting(request, "meetings.count", {"meeting_id": meeting_id}, act)


class Collect(APIView):
    """What one member brings to the table, one entry a line, all or nothing. The whole table is the witness."""

    @extend_schema(
        parameters=[KEY],
        request=CollectionIn,
        responses={201: CollectedOut},
        summary=_("Take what a member brings to the table"),
    )
    def post(self, request: Request, meeting_id: UUID) -> Response:
        meeting, body = meeting_for(request.user, meeting_id, asked_word(request)), read(CollectionIn, request)
        [member] = members_of_table(meeting.group, [body["member_id"]])
        brought: dict[str, Any] = {
            "lines": brought_of(member, body),
            "method": body["payment_method"],
            "receipt_number": body.get("transaction_id") or "",
        }

        def act() -> list[Voucher]:
            return operations.collect(meeting=meeting, member=member, by=caller(request), at=now(), **brought)

        return answer_collection(request, meeting, act)


class Seal(APIView):
    """Closes a meeting for good. What is lacking stands on its minutes."""

    @extend_schema(parameters=[KEY], request=SealIn, responses={200: MeetingOut}, summary=_("Seal a meeting"))
    def post(self, request: Request, meeting_id: UUID) -> Response:
        meeting, body = meeting_for(request.user, meeting_id, asked_word(request)), read(SealIn, request)
        confirmed = members_of_table(meeting.group, body.get("confirmed_by") or [])

        def act() -> UUID:
            words: dict[str, Any] = {"confirmed_by": confirmed, "notes": body.get("notes") or ""}
            return operations.seal(meeting=meeting, by=caller(request), at=now(), **words).pk

        return answer_meeting(request, "meetings.seal", {"meeting_id": meeting_id}, act)


class CashCounts(APIView):
    """Counts the box on a day without a meeting. What differs waits until somebody else verifies it."""

    @extend_schema(
        parameters=[KEY],
        request=CashCountIn,
        responses={201: CashCountOut},
        summary=_("Count the box outside a meeting"),
    )
    def post(self, request: Request, group_id: UUID) -> Response:
        group, body = group_for(request.user, group_id, asked_word(request)), read(CashCountIn, request)
        counted = {"pieces": body["denominations"], "explanation": body.get("explanation") or ""}

        def act() -> CashCount:
            return operations.count_outside(group=group, by=caller(request), at=now(), on=today(), **counted)

        return answer_count(request, group, act)
