"""Transactions and savings over HTTP. Fetching is authorising, each view calls one verb, money is sent once."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from core.api.filters import refuse_unknown
from core.api.permissions import asked_word
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from ledger.models import Voucher
from members.access import member_for
from savings import operations, queries
from savings.access import must_speak_somewhere, voucher_for
from savings.api import bodies
from savings.api.answers import answer_saving, answer_voucher, caller, transactions_out
from savings.api.filters import TransactionFilters
from savings.api.listing import must_know_named
from savings.api.mine import group_asked_for, my_savings
from savings.api.shapes import (
    MovementIn,
    MySavingsOut,
    OpeningIn,
    ReversalIn,
    SavingIn,
    SummaryOut,
    TransactionIn,
    TransactionOut,
    VerdictIn,
)
from savings.operations.movements import word_for

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="1 to 100 characters: sent again, it happens once"
)


def read(shape: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body, checked; refused with every wrong field at once."""
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class Listing(GenericAPIView[Voucher]):
    """A list of transactions: newest first, filtered, by page."""

    queryset = Voucher.objects.none()
    filterset_class = TransactionFilters
    serializer_class = TransactionOut

    def listed(self, request: Request, vouchers: QuerySet[Voucher]) -> Response:
        chosen = self.filter_queryset(vouchers)
        must_know_named(request, group="group", member="member")
        page = self.paginate_queryset(chosen) or []
        return self.get_paginated_response(transactions_out(caller(request), page))


class RecordSaving(APIView):
    @extend_schema(parameters=[KEY], request=SavingIn, responses={201: TransactionOut})
    def post(self, request: Request) -> Response:
        must_speak_somewhere(request.user, asked_word(request), about=dict(request.data).get("member_id"))
        body = read(SavingIn, request)
        return answer_saving(request, bodies.saving_of_plan(request, body))


class Transactions(Listing):
    @extend_schema(responses=TransactionOut(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(request, queries.visible_to(request.user))

    @extend_schema(parameters=[KEY], request=TransactionIn, responses={201: TransactionOut}, filters=False)
    def post(self, request: Request) -> Response:
        must_speak_somewhere(request.user, asked_word(request), about=dict(request.data).get("member_id"))
        body = read(TransactionIn, request)
        return answer_saving(request, bodies.saving_of_transaction(request, body))


class TransactionDetail(APIView):
    @extend_schema(responses=TransactionOut)
    def get(self, request: Request, transaction_id: UUID) -> Response:
        voucher = voucher_for(request.user, transaction_id, asked_word(request))
        return Response(transactions_out(caller(request), [voucher])[0])


class GroupTransactions(Listing):
    @extend_schema(responses=TransactionOut(many=True))
    def get(self, request: Request, group_id: UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request), own=True)
        return self.listed(request, queries.visible_to(request.user).filter(group=group))


class MyTransactions(Listing):
    @extend_schema(responses=TransactionOut(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(request, queries.own_vouchers(request.user))


class Verify(APIView):
    @extend_schema(parameters=[KEY], request=VerdictIn, responses={200: TransactionOut})
    def post(self, request: Request, transaction_id: UUID) -> Response:
        voucher = voucher_for(request.user, transaction_id, asked_word(request))
        body = read(VerdictIn, request)

        def act() -> Voucher:
            by = caller(request)
            if body["action"] == "reject":
                return operations.reject(voucher=voucher, by=by, at=now(), reason=body.get("reason") or "")
            return operations.verify(voucher=voucher, by=by, at=now())

        return answer_voucher(request, "transaction-verify", {"id": transaction_id}, act, status=200)


class Reverse(APIView):
    @extend_schema(parameters=[KEY], request=ReversalIn, responses={200: TransactionOut})
    def post(self, request: Request, transaction_id: UUID) -> Response:
        voucher = voucher_for(request.user, transaction_id, asked_word(request))
        body = read(ReversalIn, request)

        def act() -> Voucher:
            operations.reverse(voucher=voucher, by=caller(request), at=now(), reason=body["reason"])
            return voucher

        return answer_voucher(request, "transaction-reverse", {"id": transaction_id}, act, status=200)


class CashMovements(APIView):
    @extend_schema(
        parameters=[KEY],
        request=PolymorphicProxySerializer(
            component_name="CashMovement", serializers=[MovementIn, OpeningIn], resource_type_field_name=None
        ),
        responses={201: TransactionOut},
    )
    def post(self, request: Request, group_id: UUID) -> Response:
        """Payouts are spoken with `funds:pay`, everything else with the route's own word."""
        kind = str(dict(request.data).get("kind"))
        group = group_for(request.user, group_id, word_for(kind))
        act = self._opening(request, group) if kind == "OPENING" else self._movement(request, group)
        return answer_voucher(request, "cash-movements", {"group_id": group_id}, act)

    def _movement(self, request: Request, group: BankingGroup) -> Any:
        body = read(MovementIn, request)
        movement, on = bodies.movement_of(request, group, body), bodies.day_said(body, "booked_on", group)
        return lambda: operations.move_cash(group=group, movement=movement, by=caller(request), at=now(), on=on)

    def _opening(self, request: Request, group: BankingGroup) -> Any:
        body = read(OpeningIn, request)
        lines, on = bodies.opening_lines_of(body), body["booked_on"]
        return lambda: operations.open_books(
            group=group, lines=lines, by=caller(request), at=now(), on=on, reason=body.get("reason", "")
        )


class MySavings(APIView):
    @extend_schema(
        responses=MySavingsOut, parameters=[OpenApiParameter("group", OpenApiTypes.UUID, description="one group only")]
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request, {"group"})
        groups = my_savings(caller(request), group_asked_for(request), today())
        return Response(MySavingsOut({"groups": groups}).data)


class SavingsSummary(APIView):
    @extend_schema(responses=SummaryOut)
    def get(self, request: Request, member_id: UUID) -> Response:
        member = member_for(request.user, member_id, asked_word(request))
        return Response(SummaryOut(queries.summary(member, today())).data)
