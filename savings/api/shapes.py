"""The bodies this room reads and the shapes it answers with, as the contract pins them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountIn, AmountOut, DayIn, PhoneIn, WordIn
from core.codes import short_code
from ledger.models import Voucher
from ledger.vouchers import NotAReceipt, normalised_receipt
from savings.operations.dues import FINE_PAYMENT
from savings.operations.movements import KINDS
from savings.queries import CONTRIBUTION, WITHDRAWAL
from savings.rules import FINE, SAVING_TYPES

DEPOSIT = "DEPOSIT"
DIRECTIONS = (DEPOSIT, WITHDRAWAL)
MOST_LINES = 500


# In


class ReceiptIn(WordIn):
    """The number of a receipt as typed by hand; comes out as the network writes it."""

    default_error_messages = {"not_a_receipt": NotAReceipt.detail}

    def to_internal_value(self, data: Any) -> str:
        try:
            return normalised_receipt(super().to_internal_value(data))
        except NotAReceipt:
            self.fail("not_a_receipt")


class SubmissionIn(serializers.Serializer[Any]):
    """What every POST that moves money may name, so that sending it again changes nothing."""

    offline_sync_id = serializers.CharField(required=False, allow_null=True, max_length=100)


class SavingIn(SubmissionIn):
    """A deposit or withdrawal in the words of the plan; without a member it is the caller's own."""

    group_id = serializers.UUIDField(required=False, allow_null=True)
    member_id = serializers.UUIDField(required=False, allow_null=True)
    saving_type_code = serializers.ChoiceField(list(SAVING_TYPES))
    amount = AmountIn()
    transaction_type = serializers.ChoiceField(DIRECTIONS)
    mobile_money_transaction_id = ReceiptIn(required=False, allow_blank=True, allow_null=True, max_length=100)
    mobile_money_provider = WordIn(required=False, allow_blank=True, allow_null=True, max_length=20)
    mobile_money_phone = PhoneIn(required=False, allow_null=True)
    contribution_date = DayIn(required=False, allow_null=True)
    meeting_id = serializers.UUIDField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_other_withdrawals(attrs["transaction_type"], SAVING_TYPES[attrs["saving_type_code"]], "saving_type_code")
        said = attrs.get("mobile_money_provider") or attrs.get("mobile_money_phone")
        if said and not attrs.get("mobile_money_transaction_id"):
            raise serializers.ValidationError(
                {"mobile_money_transaction_id": _("Give the receipt number of the payment, or leave mobile money out.")}
            )
        return attrs


class TransactionIn(SubmissionIn):
    """A deposit or withdrawal with everything said."""

    member_id = serializers.UUIDField()
    amount = AmountIn()
    transaction_type = serializers.ChoiceField(DIRECTIONS)
    contribution_type = serializers.ChoiceField(["REGULAR", "WELFARE", "PROJECT", "ECD", FINE])
    payment_method = serializers.ChoiceField(Voucher.Method.values)
    contribution_date = DayIn(required=False, allow_null=True)
    transaction_id = ReceiptIn(required=False, allow_blank=True, allow_null=True, max_length=100)
    fine_id = serializers.UUIDField(required=False, allow_null=True)
    meeting_id = serializers.UUIDField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_other_withdrawals(attrs["transaction_type"], attrs["contribution_type"], "contribution_type")
        return attrs


def refuse_other_withdrawals(direction: str, kind: str, field: str) -> None:
    if direction == WITHDRAWAL and kind != "REGULAR":
        raise serializers.ValidationError(
            {field: _("Only personal savings are withdrawn. What the other funds pay out is a cash movement.")}
        )


class VerdictIn(SubmissionIn):
    """Yes or no to what waits; a no says why."""

    action = serializers.ChoiceField(["approve", "reject"])
    reason = WordIn(required=False, allow_blank=True, allow_null=True, max_length=500)


class ReversalIn(SubmissionIn):
    """Why an act is taken back."""

    reason = WordIn(max_length=500)


class MovementIn(SubmissionIn):
    """Cash that changes places, pays a cost or leaves a fund."""

    kind = serializers.ChoiceField(list(KINDS))
    amount = AmountIn()
    to = WordIn(required=False, allow_blank=True, allow_null=True, max_length=40)
    member_id = serializers.UUIDField(required=False, allow_null=True)
    group_campaign_id = serializers.UUIDField(required=False, allow_null=True)
    meeting_id = serializers.UUIDField(required=False, allow_null=True)
    event = WordIn(required=False, allow_blank=True, allow_null=True, max_length=40)
    reason = WordIn(max_length=500)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python's own, so it cannot be written as an attribute."""
        return super().get_fields() | {"from": WordIn(required=False, allow_blank=True, allow_null=True, max_length=40)}


class OpeningLineIn(serializers.Serializer[Any]):
    account = WordIn(max_length=4)
    member_id = serializers.UUIDField(required=False, allow_null=True)
    loan_id = serializers.UUIDField(required=False, allow_null=True)
    group_campaign_id = serializers.UUIDField(required=False, allow_null=True)
    officer_id = serializers.UUIDField(required=False, allow_null=True)
    amount = AmountIn()


class OpeningIn(SubmissionIn):
    """What a group had and owed when its books were taken over; the rest is its own surplus."""

    kind = serializers.ChoiceField(["OPENING"])
    booked_on = DayIn()
    lines = serializers.ListField(child=OpeningLineIn(), allow_empty=False, max_length=MOST_LINES)
    reason = WordIn(required=False, allow_blank=True, max_length=500)


# Out


class MissingOut(serializers.Serializer[Any]):
    capacity = serializers.CharField()
    have = serializers.IntegerField()
    need = serializers.IntegerField()
    may_act = serializers.ListField(child=serializers.CharField())


class TransactionOut(serializers.Serializer[Voucher]):
    """One act that moves money. Context: `missing` by voucher id, `open_groups` whose reasons the caller may read."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    detail = serializers.CharField()
    member_id = serializers.UUIDField(allow_null=True)
    member_name = serializers.SerializerMethodField()
    group_id = serializers.UUIDField()
    contribution_type = serializers.SerializerMethodField()
    transaction_type = serializers.SerializerMethodField()
    amount = AmountOut()
    payment_method = serializers.SerializerMethodField()
    contribution_date = serializers.DateField(source="booked_on")
    status = serializers.ChoiceField(Voucher.Status.values)
    recorded_by = serializers.UUIDField(source="recorded_by_id")
    recorded_at = serializers.DateTimeField()
    verified_by = serializers.UUIDField(source="verified_by_id", allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    entry_number = serializers.SerializerMethodField()
    receipt_code = serializers.SerializerMethodField()
    reversed = serializers.BooleanField(source="is_reversed")
    reverses = serializers.UUIDField(source="reverses_id", allow_null=True)
    is_short = serializers.BooleanField()
    meeting_id = serializers.UUIDField(allow_null=True)
    reason = serializers.SerializerMethodField()
    verdict = serializers.SerializerMethodField()
    missing_approvals = serializers.SerializerMethodField()

    def get_member_name(self, voucher: Voucher) -> str | None:
        return voucher.member.person.name if voucher.member else None

    def get_contribution_type(self, voucher: Voucher) -> str | None:
        return voucher.detail if voucher.kind in {CONTRIBUTION, FINE_PAYMENT, WITHDRAWAL} else None

    def get_transaction_type(self, voucher: Voucher) -> str | None:
        return {CONTRIBUTION: DEPOSIT, FINE_PAYMENT: DEPOSIT, WITHDRAWAL: WITHDRAWAL}.get(voucher.kind)

    def get_payment_method(self, voucher: Voucher) -> str | None:
        return voucher.method or None

    def get_entry_number(self, voucher: Voucher) -> int | None:
        return voucher.entry.number if voucher.entry else None

    def get_receipt_code(self, voucher: Voucher) -> str | None:
        """A receipt is for money that was posted."""
        return short_code(voucher.pk) if voucher.entry_id else None

    def get_reason(self, voucher: Voucher) -> str | None:
        return voucher.reason if voucher.group_id in self.context["open_groups"] else None

    def get_verdict(self, voucher: Voucher) -> str | None:
        """Why it was rejected: for those who read every row, and for whom it names."""
        return voucher.verdict or None

    @extend_schema_field(MissingOut(many=True))
    def get_missing_approvals(self, voucher: Voucher) -> list[dict[str, Any]]:
        missing = self.context["missing"].get(voucher.pk, [])
        return [dict(MissingOut(one).data) for one in missing]


class BalancesOut(serializers.Serializer[Any]):
    PERSONAL = AmountOut()
    SOCIAL = AmountOut()
    ECD = AmountOut()
    PROJECT = AmountOut()


class SummaryOut(serializers.Serializer[Any]):
    balances = BalancesOut()
    contributed = AmountOut()
    withdrawn = AmountOut()
    withdrawable = AmountOut()
    months_consistent = serializers.IntegerField()
    loan_limit = AmountOut()


class GroupSavingsOut(SummaryOut):
    group_id = serializers.UUIDField()
    group_name = serializers.CharField()
    member_id = serializers.UUIDField()
    group_totals = BalancesOut(allow_null=True)


class MySavingsOut(serializers.Serializer[Any]):
    groups = GroupSavingsOut(many=True)
