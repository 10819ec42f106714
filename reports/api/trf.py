"""The TRF sheet over HTTP: the books' two sides, and beside each line of loans what is overdue of it."""

import uuid
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.fields import AmountOut
from core.api.permissions import asked_word
from core.periods import today
from groups.access import group_for
from ledger.access import listed_members
from ledger.api.answers import HeadOut, TrfSheetOut
from ledger.api.questions import SheetQuestion
from ledger.queries import trf_sheet
from reports.queries.trf import overdue_by_line


class AssetOut(HeadOut):
    arrears = serializers.SerializerMethodField(
        help_text=_("The principal of these loans that is overdue; null on lines that are not loans.")
    )

    @extend_schema_field(AmountOut(allow_null=True))
    def get_arrears(self, line: Any) -> str | None:
        overdue: Decimal | None = self.context["overdue"].get(line.head)
        return None if overdue is None else f"{overdue:.2f}"


class TrfWithArrearsOut(TrfSheetOut):
    assets = AssetOut(many=True)


class TrfBalance(APIView):
    """The TRF sheet: the fund from both sides, its course over the period, and the members' rows."""

    @extend_schema(parameters=[SheetQuestion], responses=TrfWithArrearsOut, summary=_("TRF sheet of a group"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        word = asked_word(request)
        group = group_for(request.user, group_id, word, own=True)
        asked = SheetQuestion.read(request)
        listed, on = listed_members(request.user, group, word), asked["on"] or today()
        sheet = trf_sheet(group=group, on=on, since=asked["from"], members=listed)
        return Response(TrfWithArrearsOut(sheet, context={"overdue": overdue_by_line(group, on)}).data)
