"""The shapes of groups over HTTP, in and out."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountOut
from groups.models import BankingGroup
from ledger.api.answers import PlacesOut
from reports.queries import MonthProgress


class FundsOut(serializers.Serializer[Any]):
    """What is kept per fund, by the API's words for the kinds of saving."""

    PERSONAL = AmountOut()
    SOCIAL = AmountOut()
    ECD = AmountOut()
    PROJECT = AmountOut()


# Groups


class GroupOut(serializers.ModelSerializer[BankingGroup]):
    """A banking group; the context's `counts` say how many members are active in it."""

    organisation = serializers.UUIDField(source="organisation_id", read_only=True)
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    target_amount = AmountOut()
    members_count = serializers.SerializerMethodField()

    class Meta:
        model = BankingGroup
        fields = [
            "id",
            "name",
            "group_code",
            "county",
            "constituency",
            "ward",
            "location",
            "village",
            "meeting_day",
            "meeting_venue",
            "registration_date",
            "status",
            "organisation",
            "organisation_name",
            "target_amount",
            "members_count",
        ]
        read_only_fields = fields

    def get_members_count(self, group: BankingGroup) -> int:
        count: int = self.context["counts"][group.pk]
        return count


class LoansOut(serializers.Serializer[Any]):
    """Principal that is lent out, by type."""

    SHORT_TERM = AmountOut()
    LONG_TERM = AmountOut()
    PROJECT = AmountOut()


class MonthOut(serializers.Serializer[Any]):
    """Verified regular contributions of the month, and how many active members reached the minimum."""

    month = serializers.SerializerMethodField(help_text=_("YYYY-MM"))
    contributed = AmountOut()
    target_amount = AmountOut()
    minimum_contribution = AmountOut()
    members_reached = serializers.IntegerField()
    members_count = serializers.IntegerField()

    def get_month(self, progress: MonthProgress) -> str:
        return f"{progress.month:%Y-%m}"


class GroupSummaryOut(serializers.Serializer[Any]):
    on = serializers.DateField()
    funds = FundsOut()
    cash = AmountOut()
    cash_by_place = PlacesOut()
    loans = LoansOut()
    loans_outstanding = AmountOut()
    trf = AmountOut()
    claims_total = AmountOut()
    difference = AmountOut()
    month = MonthOut()


class GroupDetailOut(GroupOut):
    financial_summary = serializers.SerializerMethodField()

    class Meta(GroupOut.Meta):
        fields = [*GroupOut.Meta.fields, "financial_summary"]
        read_only_fields = fields

    @extend_schema_field(GroupSummaryOut(allow_null=True))
    def get_financial_summary(self, group: BankingGroup) -> Any:
        summary = self.context["summary"]
        return None if summary is None else GroupSummaryOut(summary).data
