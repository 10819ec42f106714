"""Dividends and share-outs over HTTP: the same steps under two names. Fetching is authorising, one verb a view."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.errors import NotFound
from core.periods import now
from cycles import operations
from cycles.access import run_for
from cycles.api.sharing_answers import answer_run, runs_out, share_out_of
from cycles.api.sharing_filters import RunFilters
from cycles.api.sharing_shapes import FIRST_YEAR, LAST_YEAR, LookIn, PayIn, RunOut, ShareOutOut, WhatIf, YesIn
from cycles.models import Run
from cycles.operations import Handing
from cycles.queries import runs as queries
from cycles.queries.sharing import days_of
from groups.access import group_for
from groups.models import BankingGroup
from ledger.api.questions import NoQuestion
from members.access import member_for
from members.models import Member
from savings.api.answers import caller
from savings.api.bodies import Body
from savings.api.views import KEY, read
from savings.operations.tables import day_of

DIVIDEND, SHARE_OUT = Run.Kind.DIVIDEND.value, Run.Kind.SHARE_OUT.value


def must_be_a_year(year: int) -> None:
    """Four digits, and a year that books can have."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound


class Runs(GenericAPIView[Run]):
    """What was looked at or shared, year by year; a look at another year."""

    kind = DIVIDEND
    queryset = Run.objects.none()
    filterset_class = RunFilters
    serializer_class = RunOut

    @extend_schema(responses=RunOut(many=True), summary="What years share out, the newest first")
    def get(self, request: Request, group_id: UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request), own=True)
        page = self.paginate_queryset(self.filter_queryset(queries.shown(group, self.kind))) or []
        return self.get_paginated_response(runs_out(request, group, page))

    @extend_schema(
        parameters=[KEY],
        request=LookIn,
        responses={201: RunOut},
        filters=False,
        summary="Look at what a year would share out; again computes it anew",
    )
    def post(self, request: Request, group_id: UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        year = read(LookIn, request)["fiscal_year"]

        def act() -> UUID:
            run = operations.preview(group=group, year=year, kind=self.kind, by=caller(request), at=now())
            return run.pk

        return answer_run(request, f"{self.kind}.preview", {"group_id": group_id}, act, status=201)


class DividendYear(APIView):
    @extend_schema(responses=RunOut, summary="A year's dividends, with each member's figure explained")
    def get(self, request: Request, group_id: UUID, year: int) -> Response:
        must_be_a_year(year)
        NoQuestion.read(request)
        run = run_for(request.user, group_id, DIVIDEND, year, asked_word(request), own=True)
        return Response(runs_out(request, run.group, [run])[0])


class ShareOutYear(APIView):
    @extend_schema(
        parameters=[WhatIf], responses=ShareOutOut, summary="A year as a share-out, and what it would pay each member"
    )
    def get(self, request: Request, group_id: UUID, year: int) -> Response:
        must_be_a_year(year)
        group = group_for(request.user, group_id, asked_word(request), own=True)
        days = days_of(group, year)
        if days is None:
            raise NotFound
        return Response(share_out_of(request, group, days, WhatIf.read(request)))


class Step(APIView):
    """One step of a run, asked for by a POST that says nothing but that."""

    kind = DIVIDEND

    def run_asked_for(self, request: Request, group_id: UUID, year: int) -> Run:
        must_be_a_year(year)
        return run_for(request.user, group_id, self.kind, year, asked_word(request))

    def path(self, group_id: UUID, year: int) -> dict[str, object]:
        return {"group_id": group_id, "year": year}


class Approve(Step):
    @extend_schema(parameters=[KEY], request=YesIn, responses={200: RunOut}, summary="The chair's or treasurer's yes")
    def post(self, request: Request, group_id: UUID, year: int) -> Response:
        run = self.run_asked_for(request, group_id, year)
        read(YesIn, request)

        def act() -> UUID:
            return operations.approve(run=run, by=caller(request), at=now()).pk

        return answer_run(request, f"{self.kind}.approve", self.path(group_id, year), act)


class Declare(Step):
    @extend_schema(
        parameters=[KEY], request=YesIn, responses={200: RunOut}, summary="From now on it is owed to the members"
    )
    def post(self, request: Request, group_id: UUID, year: int) -> Response:
        run = self.run_asked_for(request, group_id, year)
        read(YesIn, request)

        def act() -> UUID:
            return operations.declare(run=run, by=caller(request), at=now()).pk

        return answer_run(request, f"{self.kind}.declare", self.path(group_id, year), act)


class Pay(Step):
    @extend_schema(
        parameters=[KEY],
        request=PayIn,
        responses={200: RunOut},
        summary="Pay one member or all who are open, or keep it as savings",
    )
    def post(self, request: Request, group_id: UUID, year: int) -> Response:
        run = self.run_asked_for(request, group_id, year)
        body = read(PayIn, request)
        member, how = member_named(request, run.group, body), handing_of(run.group, body)

        def act() -> UUID:
            return paid(run, member, how, request)

        return answer_run(request, f"{self.kind}.pay", self.path(group_id, year), act)


def paid(run: Run, member: Member | None, how: Handing, request: Request) -> UUID:
    """One member; or all of them, which within the one transaction of a request is all or nothing."""
    if member is not None:
        operations.pay(run=run, member=member, how=how, by=caller(request), at=now())
        return run.pk
    operations.hold_everybody(run, how.meeting_id)
    return operations.pay_all(run=run, how=how, by=caller(request), at=now()).pk


def member_named(request: Request, group: BankingGroup, body: Body) -> Member | None:
    """A member of another group is a stranger here."""
    if body.get("member_id") is None:
        return None
    member = member_for(request.user, body["member_id"], "groups:read", own=True)
    if member.group_id != group.pk:
        raise NotFound
    return member


def handing_of(group: BankingGroup, body: Body) -> Handing:
    """What is paid at a meeting is of that meeting's day."""
    meeting: Any = body.get("meeting_id")
    return Handing(
        method=body.get("payment_method") or "CASH",
        receipt_number=body.get("transaction_id") or "",
        keep=bool(body.get("keep")),
        meeting_id=meeting,
        on=day_of(group, meeting) if meeting else None,
        expected=body.get("expected_amount"),
    )
