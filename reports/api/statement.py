"""One member's statement over HTTP: her funds, line by line, from her own books."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from core.api.fields import AmountOut
from core.api.permissions import asked_word
from core.periods import today
from ledger.api.questions import LARGEST_PAGE, PeriodQuestion
from ledger.models import Entry
from members.access import member_for
from reports.api.group_shapes import FundsOut
from reports.queries.statement import FUND_OF, Statement, statement

PAGE = 50


class StatementQuestion(PeriodQuestion):
    page_size = serializers.RegexField(
        r"\A0*[1-9][0-9]*\Z", max_length=9, required=False, help_text=_("At most 200; 50 unless given.")
    )
    cursor = serializers.CharField(max_length=300, required=False)

    def validate_page_size(self, value: str) -> int:
        return min(int(value), LARGEST_PAGE)


class StatementRowOut(serializers.Serializer[Any]):
    """One line of her funds; `balances` are what each fund held after it."""

    transaction_date = serializers.DateField()
    kind = serializers.ChoiceField(Entry.Kind.choices)
    fund = serializers.ChoiceField(list(FUND_OF.values()))
    entry_number = serializers.IntegerField()
    receipt_code = serializers.CharField(allow_null=True)
    out = AmountOut(source="went")
    balances = FundsOut()
    reversed = serializers.BooleanField(help_text=_("True where a later entry takes this one back."))

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "in": AmountOut(source="came")}


class StatementOut(serializers.Serializer[Any]):
    """Opening and closing are those of the whole period, whatever the page shows."""

    member_id = serializers.UUIDField(source="member.pk")
    member_name = serializers.CharField(source="member.person.name")
    member_number = serializers.IntegerField(source="member.number")
    account_number = serializers.CharField(source="member.account_number")
    group_id = serializers.UUIDField(source="member.group_id")
    group_name = serializers.CharField(source="member.group.name")
    to = serializers.DateField(source="last")
    opening = FundsOut()
    results = StatementRowOut(source="rows", many=True)
    closing = FundsOut()
    next = serializers.SerializerMethodField()

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(source="first"), **super().get_fields()}

    def get_next(self, page: Statement) -> str | None:
        """The address of the next page."""
        address: str | None = self.context["address_of"](page.next) if page.next else None
        return address


class MemberStatement(APIView):
    """From her first entry to today unless the question narrows it; a member reads her own."""

    @extend_schema(parameters=[StatementQuestion], responses=StatementOut, summary=_("Statement of a member"))
    def get(self, request: Request, member_id: uuid.UUID) -> Response:
        member = member_for(request.user, member_id, asked_word(request))
        asked = StatementQuestion.read(request)
        page = statement(
            member=member,
            first=asked["from"],
            last=asked["to"] or today(),
            after=asked["cursor"],
            limit=asked["page_size"] or PAGE,
        )
        here = request.build_absolute_uri()
        links = {"address_of": lambda cursor: replace_query_param(here, "cursor", cursor)}
        return Response(StatementOut(page, context=links).data)
