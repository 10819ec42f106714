"""The bodies of dividends and share-outs, and the shapes they are answered with."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountIn, AmountOut
from cycles.models import Allocation, Run
from cycles.rules.sharing import CAPACITIES
from groups.models import Constitution
from ledger.api.questions import Question
from ledger.models import Voucher
from loans.api.shapes import PercentOut
from savings.api.shapes import MissingOut, ReceiptIn, SubmissionIn

FIRST_YEAR, LAST_YEAR = 1900, 9998


class YearIn(serializers.IntegerField):
    """A year of four digits; `true`, 2026.0 and words are none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, **options)

    def to_internal_value(self, data: Any) -> int:
        plain = isinstance(data, str) and data.isascii() and data.isdigit()
        if not plain and (isinstance(data, bool) or not isinstance(data, int)):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "boolean"})
class YesNoIn(serializers.Field[bool, Any, bool, Any]):
    """true or false, and no other word for them."""

    default_error_messages = {"not_boolean": _("Say true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("not_boolean")
        return bool(data)


class LookIn(SubmissionIn):
    fiscal_year = YearIn()


class YesIn(SubmissionIn):
    """Who says yes, and in what capacity, is never asked."""


class PayIn(SubmissionIn):
    """Without a member it is everybody who was not paid yet; in cash unless it is said."""

    member_id = serializers.UUIDField(required=False, allow_null=True)
    payment_method = serializers.ChoiceField(Voucher.Method.values, required=False)
    transaction_id = ReceiptIn(required=False, allow_blank=True, allow_null=True, max_length=100)
    keep = YesNoIn(required=False)
    meeting_id = serializers.UUIDField(required=False, allow_null=True)
    # What she is paid, as whoever confirms has seen it; with another sum it is refused (`amount_changed`).
    expected_amount = AmountIn(required=False, allow_null=True)


class WhatIf(Question):
    """A share-out with another surplus, or with less than all of it."""

    surplus = serializers.DecimalField(
        max_digits=11, decimal_places=2, min_value=0, required=False, help_text=_("In place of what the books hold.")
    )
    percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, help_text=_("Of the surplus.")
    )


class PartOut(serializers.Serializer[Any]):
    """One member's part, with the sum that she can do again."""

    member_id = serializers.UUIDField()
    member_name = serializers.CharField()
    member_number = serializers.IntegerField()
    basis = AmountOut()
    share_percentage = PercentOut(source="percentage")
    dividend_amount = AmountOut(source="amount")
    explanation = serializers.CharField()
    outcome = serializers.ChoiceField(Allocation.Outcome.values)
    transaction_id = serializers.UUIDField(source="voucher_id", allow_null=True)


class YesOut(serializers.Serializer[Any]):
    capacity = serializers.ChoiceField(CAPACITIES)
    approver = serializers.CharField(source="approver.name")
    at = serializers.DateTimeField()


class RunOut(serializers.Serializer[Any]):
    """What a year shares out: how it came about, how far it is, and each member's part."""

    id = serializers.UUIDField(source="run.pk")
    group_id = serializers.UUIDField(source="run.group_id")
    kind = serializers.ChoiceField(Run.Kind.values, source="run.kind")
    fiscal_year = serializers.IntegerField(source="run.fiscal_year")
    starts_on = serializers.DateField(source="run.starts_on")
    ends_on = serializers.DateField(source="run.ends_on")
    status = serializers.ChoiceField(Run.Status.values)
    total_profit = AmountOut(source="run.profit")
    appreciation_fees = AmountOut(source="run.fees")
    distributable = AmountOut(source="run.distributable")
    percent = PercentOut(source="run.percent")
    basis = serializers.ChoiceField(Constitution.DividendBasis.values, source="run.basis")
    total_basis = AmountOut(source="measured")
    open_amount = AmountOut()
    computed_at = serializers.DateTimeField(source="run.computed_at")
    entry_number = serializers.IntegerField(allow_null=True)
    approvals = YesOut(many=True)
    missing_approvals = MissingOut(many=True, source="missing")
    allocations = PartOut(many=True, source="parts")


class ReckoningOut(serializers.Serializer[Any]):
    savings = AmountOut()
    ecd = AmountOut()
    project = AmountOut()
    dividends = AmountOut()
    share = AmountOut()
    fines = AmountOut()
    loans = AmountOut()


class SimulatedOut(ReckoningOut):
    """One member: all that is her own and her share, less what she owes, is what she would be paid."""

    member_id = serializers.UUIDField()
    member_name = serializers.CharField()
    member_number = serializers.IntegerField()
    basis = AmountOut()
    share_percentage = PercentOut(source="percentage")
    savings = AmountOut(source="reckoning.savings")
    ecd = AmountOut(source="reckoning.ecd")
    project = AmountOut(source="reckoning.project")
    dividends = AmountOut(source="reckoning.dividends")
    share = AmountOut(source="reckoning.share")
    fines = AmountOut(source="reckoning.fines")
    loans = AmountOut(source="reckoning.loans")
    cash = AmountOut(source="reckoning.cash")
    still_owed = AmountOut(source="reckoning.still_owed")


class SimulationOut(serializers.Serializer[Any]):
    """What a share-out would pay; with `surplus` and `percent` of the question, or as the books say."""

    surplus = AmountOut()
    percent = PercentOut()
    distributable = AmountOut()
    total_basis = AmountOut(source="measured")
    totals = ReckoningOut(source="total")
    cash = AmountOut()
    members = SimulatedOut(many=True, source="shown")


class ShareOutOut(RunOut):
    """A year as a share-out, with what it would pay until it is declared; no id where nobody looked at it yet."""

    id = serializers.UUIDField(source="run.pk", allow_null=True)
    simulation = SimulationOut(allow_null=True)
