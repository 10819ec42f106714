"""The bodies about fines, and the shape of a fine."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountIn, AmountOut, DayIn, WordIn
from savings.api.shapes import SubmissionIn
from savings.fines import clause_number, reason_in_words
from savings.models import Fine

Cause, Status = Fine.Cause, Fine.Status
# The other two causes are for the roll call to find.
BY_HAND = [Cause.OTHER.value, Cause.LATE_PAYMENT.value]
SHOWN = [status for status in Status.values if status != Status.CANCELLED]


class FineIn(SubmissionIn):
    """A fine that somebody imposes by hand; paying late is a cause that the constitution knows, and is cited."""

    amount = AmountIn()
    reason = WordIn(max_length=500)
    due_date = DayIn()
    cause = serializers.ChoiceField(BY_HAND, required=False)
    meeting_id = serializers.UUIDField(required=False, allow_null=True)


class WaiverIn(SubmissionIn):
    """Why nothing is owed on it any more."""

    reason = WordIn(max_length=500)


class FineOut(serializers.Serializer[Fine]):
    """One fine. Context: `dues`, fine id → what is still to pay of it."""

    id = serializers.UUIDField()
    group_id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    member_name = serializers.CharField(source="member.person.name")
    cause = serializers.ChoiceField(Cause.values)
    amount = AmountOut()
    amount_due = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    status = serializers.ChoiceField(SHOWN)
    imposed_on = serializers.DateField()
    due_date = serializers.DateField(source="due_on")
    clause = serializers.SerializerMethodField()
    constitution_version = serializers.SerializerMethodField()
    imposed_by = serializers.UUIDField(source="imposed_by_id")
    waived_by = serializers.UUIDField(source="waived_by_id", allow_null=True)
    waived_because = serializers.SerializerMethodField()
    meeting_id = serializers.UUIDField(allow_null=True)

    @extend_schema_field(AmountOut())
    def get_amount_due(self, fine: Fine) -> str:
        return f"{self.context['dues'][fine.pk]:.2f}"

    def get_reason(self, fine: Fine) -> str:
        return reason_in_words(fine)

    def get_waived_because(self, fine: Fine) -> str | None:
        return fine.verdict or None

    def get_clause(self, fine: Fine) -> str | None:
        return clause_number(fine)

    def get_constitution_version(self, fine: Fine) -> int | None:
        return fine.constitution.version if fine.constitution else None
