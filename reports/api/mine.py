"""What the signed-in person asks about herself: her memberships, her loans, her attendance, in all her groups."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.fields import AmountOut
from core.errors import NotFound
from groups.models import BankingGroup
from groups.queries import offices_held
from ledger.api.questions import Question
from loans.api.answers import loans_out
from loans.api.filters import OwnLoanFilters
from loans.api.shapes import LoanOut
from loans.models import Loan
from loans.queries import own_loans
from members.models import Member
from members.queries import members_of
from reports.api.member_bodies import OFFICES
from reports.api.members import caller
from reports.queries.attendance import AttendanceOfHers, attendance_of

ATTENDANCE = ["PRESENT", "LATE", "EXCUSED", "ABSENT"]
FINE_STATUSES = ["OUTSTANDING", "PAID", "WAIVED"]


class MineQuestion(Question):
    group = serializers.UUIDField(required=False, help_text=_("Only what belongs to this group."))


def memberships(request: Request, group_id: uuid.UUID | None) -> QuerySet[Member]:
    """Her memberships, of one group where she asks for it; a group that is not hers is not found."""
    mine = members_of(caller(request))
    if group_id is None:
        return mine
    chosen = mine.filter(group=group_id)
    if not chosen.exists():
        raise NotFound
    return chosen


class MembershipOut(serializers.Serializer[Any]):
    """One of the signed-in person's memberships."""

    group_id = serializers.UUIDField(source="group.id")
    group_name = serializers.CharField(source="group.name")
    group_code = serializers.CharField(source="group.group_code")
    group_status = serializers.CharField(source="group.status")
    member_id = serializers.UUIDField(source="id")
    member_number = serializers.IntegerField(source="number")
    account_number = serializers.CharField(help_text=_("What she writes on a payment by phone."))
    office = serializers.SerializerMethodField()
    joined_on = serializers.DateField()
    is_active = serializers.BooleanField()
    meeting_day = serializers.ChoiceField(BankingGroup.Weekday.choices, source="group.meeting_day")
    meeting_venue = serializers.CharField(source="group.meeting_venue")

    @extend_schema_field(serializers.ChoiceField(OFFICES, allow_null=True))
    def get_office(self, member: Any) -> str | None:
        office: str | None = self.context["offices"].get(member.group_id)
        return office


class MembershipsOut(serializers.Serializer[Any]):
    groups = MembershipOut(many=True)


class MyMembership(APIView):
    """The memberships of the signed-in person, in all her groups."""

    @extend_schema(parameters=[MineQuestion], responses=MembershipsOut, summary=_("My memberships"))
    def get(self, request: Request) -> Response:
        mine = memberships(request, MineQuestion.read(request)["group"])
        known = {"offices": offices_held(caller(request))}
        return Response(MembershipsOut({"groups": mine}, context=known).data)


class MyLoanFilters(OwnLoanFilters):
    group = filters.UUIDFilter(field_name="group_id", label=_("Only what belongs to this group."))


class MyLoans(GenericAPIView[Loan]):
    """The loans of the signed-in person, newest first."""

    queryset = Loan.objects.none()
    serializer_class = LoanOut
    filterset_class = MyLoanFilters

    @extend_schema(responses=LoanOut(many=True), summary=_("My loans"), description=_("Your loans in all your groups."))
    def get(self, request: Request) -> Response:
        chosen = self.filter_queryset(own_loans(request.user))
        memberships(request, asked_group(request))
        return self.get_paginated_response(loans_out(caller(request), self.paginate_queryset(chosen) or []))


class AttendanceOut(serializers.Serializer[Any]):
    """How she was marked at one meeting."""

    meeting_id = serializers.UUIDField()
    group_id = serializers.UUIDField(source="meeting.group_id")
    meeting_date = serializers.DateField(source="meeting.meeting_date")
    status = serializers.ChoiceField(ATTENDANCE)


class MyFineOut(serializers.Serializer[Any]):
    """A fine of hers, and what is still to pay of it."""

    id = serializers.UUIDField(source="fine.pk")
    group_id = serializers.UUIDField(source="fine.group_id")
    amount = AmountOut(source="fine.amount")
    amount_due = AmountOut(source="due")
    reason = serializers.CharField()
    status = serializers.ChoiceField(FINE_STATUSES, source="fine.status")
    due_date = serializers.DateField(source="fine.due_on")


class MyAttendanceOut(serializers.Serializer[Any]):
    records = AttendanceOut(many=True)
    rate = serializers.SerializerMethodField(help_text=_("Per cent, one decimal; null without meetings."))
    fines = MyFineOut(many=True)

    def get_rate(self, hers: AttendanceOfHers) -> str | None:
        return None if hers.rate is None else f"{hers.rate:.1f}"


class MyAttendance(APIView):
    """The meetings of the signed-in person and her fines, the newest first."""

    @extend_schema(
        parameters=[MineQuestion],
        responses=MyAttendanceOut,
        summary=_("My attendance and fines"),
        description=_(
            "How you were marked at the meetings of your groups, the rate over all of them, and your fines. A fine "
            "that a corrected roll call took back was never due and is not among them."
        ),
    )
    def get(self, request: Request) -> Response:
        asked = MineQuestion.read(request)["group"]
        memberships(request, asked)
        return Response(MyAttendanceOut(attendance_of(caller(request), asked)).data)


def asked_group(request: Request) -> uuid.UUID | None:
    """`?group=` of a list, whose paging words are asked beside it."""
    asked = MineQuestion(data={name: value for name, value in request.query_params.items() if name == "group"})
    asked.is_valid(raise_exception=True)
    group: uuid.UUID | None = asked.validated_data.get("group")
    return group
