"""What the doors of this room read, strictly: every wrong field is named."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountIn, DayIn, WordIn
from core.money import MAX_AMOUNT
from ledger.models import Voucher
from meetings.models import Attendance, CashCount
from meetings.rules import DENOMINATIONS
from savings.api.shapes import ReceiptIn, SubmissionIn

Moment = CashCount.Moment

# Larger than any group, and than what one member brings at once.
MOST_MEMBERS = 500
MOST_LINES = 50
MOST_PIECES = 1_000_000

REGULAR, FINE, CAMPAIGN, LOAN = "REGULAR", "FINE", "CAMPAIGN", "LOAN_REPAYMENT"
LINE_KINDS = [REGULAR, "WELFARE", "ECD", "PROJECT", FINE, "FEE", CAMPAIGN, LOAN]
# What a line of a kind may name beside its amount, and whether it must.
NAMED = {"loan_id": (LOAN, False), "fine_id": (FINE, False), "group_campaign_id": (CAMPAIGN, True)}


def word_of(worth: Decimal) -> str:
    """How a note or coin is named: "1000", "0.50"."""
    return f"{worth:.0f}" if worth == worth.to_integral_value() else f"{worth:.2f}"


WORTHS = {word_of(worth): worth for worth in DENOMINATIONS}


class IdIn(serializers.UUIDField):
    """An id as text: numbers are none."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


@extend_schema_field(
    {
        "type": "object",
        "properties": {word: {"type": "integer", "minimum": 0, "maximum": MOST_PIECES} for word in WORTHS},
        "additionalProperties": False,
        "example": {"1000": 12, "200": 3, "0.50": 1},
    }
)
class PiecesIn(serializers.Field[Any, Any, Any, Any]):
    """How many of each note and coin; what is not named was not there. An empty box is an empty object."""

    default_error_messages = {
        "not_pieces": _("Give for each note or coin how many there are."),
        "unknown": _("There is no such note or coin."),
        "not_a_number": _("A whole number from 0 to 1,000,000."),
        "too_much": _("That is more than 999,999,999.99 together."),
    }

    def to_internal_value(self, data: Any) -> dict[Decimal, int]:
        if not isinstance(data, Mapping):
            self.fail("not_pieces")
        wrong = {str(word): self._refusal(word, pieces) for word, pieces in data.items()}
        if refused := {word: [error] for word, error in wrong.items() if error}:
            raise serializers.ValidationError(refused)
        counted = {WORTHS[word]: pieces for word, pieces in data.items()}
        if sum(worth * pieces for worth, pieces in counted.items()) > MAX_AMOUNT:
            self.fail("too_much")
        return counted

    def _refusal(self, word: Any, pieces: Any) -> serializers.ErrorDetail | None:
        if word not in WORTHS:
            return serializers.ErrorDetail(str(self.error_messages["unknown"]), "unknown")
        if isinstance(pieces, bool) or not isinstance(pieces, int) or not 0 <= pieces <= MOST_PIECES:
            return serializers.ErrorDetail(str(self.error_messages["not_a_number"]), "not_a_number")
        return None


class ExplanationIn(WordIn):
    """Why what was counted is not what the book says; kept sealed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_blank=True, allow_null=True, max_length=500, **options)


class MeetingIn(SubmissionIn):
    """A meeting to come, or one of today."""

    id = IdIn(required=False, allow_null=True)
    meeting_date = DayIn()
    venue = WordIn(required=False, allow_blank=True, allow_null=True, max_length=255)


class MarkIn(serializers.Serializer[Any]):
    member_id = IdIn()
    status = serializers.ChoiceField(Attendance.Status.values)


class RollCallIn(SubmissionIn):
    """How each member is marked; who is not named stays as she was."""

    meeting_date = DayIn()
    records = serializers.ListField(child=MarkIn(), allow_empty=False, max_length=MOST_MEMBERS)

    def validate_records(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({each["member_id"] for each in records}) < len(records):
            raise serializers.ValidationError(_("Mark each member once."))
        return records


class CountIn(SubmissionIn):
    """What lay in the box at a meeting."""

    moment = serializers.ChoiceField([Moment.OPENING.value, Moment.CLOSING.value])
    denominations = PiecesIn()
    explanation = ExplanationIn()


class CashCountIn(SubmissionIn):
    """What lay in the box on a day without a meeting."""

    denominations = PiecesIn()
    explanation = ExplanationIn()


class SealIn(SubmissionIn):
    """Who heard the figures read aloud and says that they are right, and what else was said."""

    confirmed_by = serializers.ListField(child=IdIn(), required=False, allow_null=True, max_length=MOST_MEMBERS)
    notes = WordIn(required=False, allow_blank=True, allow_null=True, max_length=2000)


class OpenIn(SubmissionIn):
    """Nothing is said to open a meeting."""


class BroughtIn(serializers.Serializer[Any]):
    """One line of what a member brings. A payment without its fine goes to the oldest, a repayment without its loan to
    the only one that runs."""

    kind = serializers.ChoiceField(LINE_KINDS)
    amount = AmountIn()
    loan_id = IdIn(required=False, allow_null=True)
    fine_id = IdIn(required=False, allow_null=True)
    group_campaign_id = IdIn(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wrong = {}
        for name, (kind, must) in NAMED.items():
            if attrs.get(name) is not None and attrs["kind"] != kind:
                wrong[name] = _("A line of this kind does not name this.")
            elif attrs.get(name) is None and attrs["kind"] == kind and must:
                wrong[name] = _("Say which one this is for.")
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class CollectionIn(SubmissionIn):
    """What one member brings to the table, all or nothing."""

    member_id = IdIn()
    lines = serializers.ListField(child=BroughtIn(), allow_empty=False, max_length=MOST_LINES)
    payment_method = serializers.ChoiceField(Voucher.Method.values)
    transaction_id = ReceiptIn(required=False, allow_blank=True, allow_null=True, max_length=100)
