"""The reading doors of the books: each takes a group and a day or a period, asks one query and answers."""

import uuid

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.periods import today
from groups.access import group_for
from ledger.api.answers import (
    BalanceSheetOut,
    CashLedgerOut,
    ChainOut,
    IncomeStatementOut,
    TrialBalanceOut,
)
from ledger.api.questions import CashQuestion, DayQuestion, NoQuestion, PeriodQuestion
from ledger.queries.cash import cash_ledger, cash_ledger_by_meeting
from ledger.queries.statements import balance_sheet, income_statement, trial_balance
from ledger.verify import verify_chain

PAGE = 50


class CashLedger(APIView):
    """Cash in and out by head, with the balance after each line; long histories page by cursor."""

    @extend_schema(parameters=[CashQuestion], responses=CashLedgerOut, summary=_("Cash ledger of a group"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        asked = CashQuestion.read(request)
        read = cash_ledger_by_meeting if asked["group_by"] else cash_ledger
        ledger = read(
            group=group,
            first=asked["from"],
            last=asked["to"] or today(),
            place=asked["place"],
            after=asked["cursor"],
            limit=asked["page_size"] or PAGE,
        )
        here = request.build_absolute_uri()
        links = {"address_of": lambda cursor: replace_query_param(here, "cursor", cursor)}
        return Response(CashLedgerOut(ledger, context=links).data)


class TrialBalance(APIView):
    @extend_schema(parameters=[DayQuestion], responses=TrialBalanceOut, summary=_("Trial balance of a group"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        asked = DayQuestion.read(request)
        return Response(TrialBalanceOut(trial_balance(group, asked["on"] or today())).data)


class IncomeStatement(APIView):
    """Without `from`, from the first of January of the year in which the period ends."""

    @extend_schema(parameters=[PeriodQuestion], responses=IncomeStatementOut, summary=_("Income statement of a group"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        asked = PeriodQuestion.read(request)
        last = asked["to"] or today()
        first = asked["from"] or last.replace(month=1, day=1)
        return Response(IncomeStatementOut(income_statement(group, first, last)).data)


class BalanceSheet(APIView):
    @extend_schema(parameters=[DayQuestion], responses=BalanceSheetOut, summary=_("Balance sheet of a group"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        asked = DayQuestion.read(request)
        return Response(BalanceSheetOut(balance_sheet(group, asked["on"] or today())).data)


class VerifyChain(APIView):
    """Recomputes every hash of the group's chain; open to every member of the group."""

    @extend_schema(responses=ChainOut, summary=_("Prove that nothing in the books was changed"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request), own=True)
        NoQuestion.read(request)
        return Response(ChainOut(verify_chain(group)).data)
