"""The body of a leaving and the shape it is answered with."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountIn, AmountOut, DayIn, WordIn
from core.codes import short_code
from cycles.models import Leaving
from cycles.queries import leaving as queries
from ledger.models import Voucher
from savings.api.shapes import ReceiptIn, SubmissionIn


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "format": "uuid"}]})
class KinIn(serializers.Field[Any, Any, Any, Any]):
    """A next of kin: her place in the order in which she named them (the first is 1), or the id of the row."""

    default_error_messages = {"not_kin": _("Give the place of the next of kin, 1 for the first, or an id.")}

    def to_internal_value(self, data: Any) -> int | uuid.UUID:
        if isinstance(data, int) and not isinstance(data, bool) and data >= 1:
            return data
        try:
            return uuid.UUID(data) if isinstance(data, str) else self.fail("not_kin")
        except ValueError:
            self.fail("not_kin")


class LeavingIn(SubmissionIn):
    """How she leaves; nothing said means today, in cash, by her own will."""

    kind = serializers.ChoiceField(Leaving.Kind.values, required=False)
    payment_method = serializers.ChoiceField(Voucher.Method.values, required=False)
    transaction_id = ReceiptIn(required=False, allow_blank=True, allow_null=True, max_length=100)
    next_of_kin = KinIn(required=False, allow_null=True)
    reason = WordIn(required=False, allow_blank=True, allow_null=True, max_length=500)
    left_on = DayIn(required=False, allow_null=True)
    meeting_id = serializers.UUIDField(required=False, allow_null=True)
    # What she is paid, as whoever confirms has seen it; with another sum it is refused (`amount_changed`).
    expected_amount = AmountIn(required=False, allow_null=True)


class LeavingOut(serializers.Serializer[Leaving]):
    """A leaving: `paid_out` is what she was paid, `netted` what her fines and loans took before; the transaction is
    there where she owned anything."""

    id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    group_id = serializers.UUIDField()
    kind = serializers.ChoiceField(Leaving.Kind.values)
    left_on = serializers.DateField()
    paid_out = serializers.SerializerMethodField()
    netted = serializers.SerializerMethodField()
    transaction_id = serializers.UUIDField(source="voucher_id", allow_null=True)
    receipt_code = serializers.SerializerMethodField()
    entry_number = serializers.SerializerMethodField()
    recorded_by = serializers.UUIDField(source="recorded_by_id")

    @extend_schema_field(AmountOut())
    def get_paid_out(self, leaving: Leaving) -> str:
        return f"{queries.paid_out(leaving):.2f}"

    @extend_schema_field(AmountOut())
    def get_netted(self, leaving: Leaving) -> str:
        return f"{queries.netted(leaving):.2f}"

    def get_receipt_code(self, leaving: Leaving) -> str | None:
        return short_code(leaving.voucher.pk) if leaving.voucher else None

    def get_entry_number(self, leaving: Leaving) -> int | None:
        return leaving.voucher.entry.number if leaving.voucher and leaving.voucher.entry else None
