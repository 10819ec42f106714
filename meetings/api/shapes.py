"""The shapes this room answers with, as the contract pins them."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountOut
from meetings.api.bodies import LINE_KINDS, word_of
from meetings.models import CashCount, Meeting
from meetings.queries import CountView, Expected, MeetingView
from meetings.rules import Progress, Step
from meetings.seals import Kind, Verdict
from savings.api.shapes import TransactionOut

RATE = {"type": "string", "pattern": r"^\d{1,3}\.\d$", "example": "91.7", "nullable": True}


class MarksOut(serializers.Serializer[Any]):
    """How many were marked in each way."""

    present = serializers.IntegerField()
    late = serializers.IntegerField()
    excused = serializers.IntegerField()
    absent = serializers.IntegerField()
    rate = serializers.SerializerMethodField(help_text=_("Per cent, one decimal; null where nobody counts."))

    @extend_schema_field(RATE)
    def get_rate(self, marks: Any) -> str | None:
        return None if marks.rate is None else f"{marks.rate:.1f}"


class CountOut(serializers.Serializer[CountView]):
    """One count of the box. `book` is what the book said before the difference was posted."""

    id = serializers.UUIDField()
    counted = AmountOut()
    book = AmountOut()
    difference = AmountOut(help_text=_("Counted less book: below zero is missing."))
    denominations = serializers.SerializerMethodField()
    counted_by = serializers.UUIDField(source="by_id")
    counted_at = serializers.DateTimeField(source="at")
    explanation = serializers.SerializerMethodField(help_text=_("Null to a plain member."))
    transaction_id = serializers.UUIDField(
        source="voucher_id", allow_null=True, help_text=_("What the difference was posted as.")
    )
    reversed = serializers.BooleanField(source="is_undone", help_text=_("That posting was taken back."))

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_denominations(self, count: CountView) -> dict[str, int]:
        return {word_of(worth): pieces for worth, pieces in count.denominations.items()}

    def get_explanation(self, count: CountView) -> str | None:
        return count.explanation if self.context["is_whole"] else None


class StepOut(serializers.Serializer[Any]):
    step = serializers.ChoiceField([step.value for step in Step])
    status = serializers.ChoiceField([progress.value for progress in Progress])
    total = AmountOut(allow_null=True)


class ExpectedLineOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(LINE_KINDS)
    amount = AmountOut()


class ExpectedOut(serializers.Serializer[Expected]):
    """What one member may bring."""

    member_id = serializers.UUIDField()
    lines = ExpectedLineOut(many=True)


class LackingOut(serializers.Serializer[Any]):
    """Something that stands on the minutes as lacking."""

    code = serializers.CharField()
    detail = serializers.CharField(source="text")


class MeetingOut(serializers.Serializer[Any]):
    """One meeting. Context: `is_whole`, whether the caller reads every transaction of the group, and `own`, her
    memberships."""

    id = serializers.UUIDField(source="meeting.pk")
    group_id = serializers.UUIDField(source="meeting.group_id")
    meeting_date = serializers.DateField(source="meeting.meeting_date")
    venue = serializers.CharField(source="meeting.venue")
    status = serializers.ChoiceField(Meeting.Status.values, source="meeting.status")
    is_extraordinary = serializers.BooleanField(source="meeting.is_extraordinary")
    attendance = MarksOut()
    opening_count = serializers.SerializerMethodField(help_text=_("The newest count at the opening."))
    closing_count = serializers.SerializerMethodField(help_text=_("The newest count at the closing."))
    book_cash = AmountOut(help_text=_("The box by the book, before what differed was posted."))
    counted_cash = AmountOut(allow_null=True)
    difference = AmountOut(
        allow_null=True, help_text=_("What the closing counts posted together: below zero is missing.")
    )
    explanation = serializers.SerializerMethodField(help_text=_("Null to a plain member."))
    steps = StepOut(many=True)
    expected = serializers.SerializerMethodField(
        help_text=_("Empty in lists and of a sealed meeting; a plain member finds her own row only.")
    )
    quorum_needed = serializers.IntegerField(source="quorum.needed")
    missing = LackingOut(many=True)
    notes = serializers.SerializerMethodField(help_text=_("Null to a plain member."))
    opened_at = serializers.DateTimeField(source="meeting.opened_at", allow_null=True)
    seal_code = serializers.SerializerMethodField()
    sealed_at = serializers.DateTimeField(source="meeting.sealed_at", allow_null=True)
    confirmed_by = serializers.SerializerMethodField()

    @extend_schema_field(CountOut(allow_null=True))
    def get_opening_count(self, view: MeetingView) -> dict[str, Any] | None:
        return self._count(view.opening_count)

    @extend_schema_field(CountOut(allow_null=True))
    def get_closing_count(self, view: MeetingView) -> dict[str, Any] | None:
        return self._count(view.closing_count)

    def _count(self, count: CountView | None) -> dict[str, Any] | None:
        return dict(CountOut(count, context=self.context).data) if count else None

    def get_explanation(self, view: MeetingView) -> str | None:
        return view.explanation if self.context["is_whole"] else None

    @extend_schema_field(ExpectedOut(many=True))
    def get_expected(self, view: MeetingView) -> list[dict[str, Any]]:
        is_whole, own = self.context["is_whole"], self.context["own"]
        rows = [each for each in view.expected if is_whole or each.member_id in own]
        return [dict(ExpectedOut(each).data) for each in rows]

    def get_notes(self, view: MeetingView) -> str | None:
        return view.meeting.notes if self.context["is_whole"] else None

    def get_seal_code(self, view: MeetingView) -> str | None:
        return view.meeting.seal_code or None

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_confirmed_by(self, view: MeetingView) -> list[UUID]:
        return [each.member_id for each in view.confirmed_by]


class CollectedOut(serializers.Serializer[Any]):
    """What a member brought, as the transactions of its lines."""

    bundle_id = serializers.UUIDField()
    meeting_id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    total = AmountOut()
    transactions = TransactionOut(many=True)


class CashCountOut(serializers.Serializer[CashCount]):
    """A count outside a meeting; the transaction is there where it differed, and waits for somebody else."""

    id = serializers.UUIDField()
    counted = AmountOut()
    book_cash = AmountOut(source="book")
    difference = serializers.SerializerMethodField()
    counted_on = serializers.DateField()
    transaction = serializers.SerializerMethodField()

    @extend_schema_field(AmountOut())
    def get_difference(self, count: CashCount) -> str:
        return f"{count.counted - count.book:.2f}"

    @extend_schema_field(TransactionOut(allow_null=True))
    def get_transaction(self, count: CashCount) -> dict[str, Any] | None:
        transaction: dict[str, Any] | None = self.context["transaction"]
        return transaction


class MatchOut(serializers.Serializer[Any]):
    """What a code was given to. No names: whoever holds the paper knows them."""

    group = serializers.CharField()
    date = serializers.DateField()
    amount = AmountOut()
    entry_number = serializers.IntegerField()
    status = serializers.ChoiceField([verdict.value for verdict in Verdict])


class CodeOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([kind.value for kind in Kind])
    matches = MatchOut(many=True)
