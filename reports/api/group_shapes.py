"""The shapes of groups over HTTP, in and out."""

from decimal import Decimal
from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountIn, AmountOut, DayIn, WordIn
from core.money import ZERO
from groups.models import BankingGroup
from ledger.api.answers import FundOut
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
            "county_code",
            "constituency_code",
            "ward_code",
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


class GroupSummaryOut(FundOut):
    """The fund, what is kept and lent of it by kind, and the month's progress."""

    funds = FundsOut()
    loans = LoansOut()
    loans_outstanding = AmountOut()
    month = MonthOut()


class StatusChangeOut(serializers.Serializer[Any]):
    status = serializers.ChoiceField(BankingGroup.Status.choices)
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.name")
    reason = serializers.CharField()


class GroupDetailOut(GroupOut):
    """One group; what the caller may not read of it is null."""

    financial_summary = serializers.SerializerMethodField()
    status_changes = serializers.SerializerMethodField(help_text=_("For whoever may suspend the group; else null."))

    class Meta(GroupOut.Meta):
        fields = [*GroupOut.Meta.fields, "financial_summary", "status_changes"]
        read_only_fields = fields

    @extend_schema_field(GroupSummaryOut(allow_null=True))
    def get_financial_summary(self, group: BankingGroup) -> Any:
        summary = self.context["summary"]
        return None if summary is None else GroupSummaryOut(summary).data

    @extend_schema_field(StatusChangeOut(many=True, allow_null=True))
    def get_status_changes(self, group: BankingGroup) -> Any:
        changes = self.context["status_changes"]
        return None if changes is None else StatusChangeOut(changes, many=True).data


class TableSeatOut(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    name = serializers.CharField(help_text=_("Of a field officer: as the organisation wrote it."))


class OfficeHolderOut(TableSeatOut):
    office = serializers.CharField(source="role")


class GroupFigureOut(AmountOut):
    """The amount of the field's own name among the context's `figures` of the group."""

    def get_attribute(self, instance: BankingGroup) -> Decimal:
        amount: Decimal = getattr(self.context["figures"][instance.pk], str(self.field_name))
        return amount


class AdminGroupOut(GroupOut):
    """A group with what its administrators look at; the context's `figures` and `tables` are by group id."""

    savings = GroupFigureOut()
    cash = GroupFigureOut()
    trf = GroupFigureOut()
    difference = GroupFigureOut(help_text=_("The fund from both sides; always 0.00."))
    last_entry_on = serializers.SerializerMethodField()
    office_holders = serializers.SerializerMethodField()
    field_officers = serializers.SerializerMethodField()

    class Meta(GroupOut.Meta):
        fields = [
            *GroupOut.Meta.fields,
            "savings",
            "cash",
            "trf",
            "difference",
            "last_entry_on",
            "office_holders",
            "field_officers",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_last_entry_on(self, group: BankingGroup) -> str | None:
        last = self.context["figures"][group.pk].last_entry_on
        return last.isoformat() if last else None

    @extend_schema_field(OfficeHolderOut(many=True))
    def get_office_holders(self, group: BankingGroup) -> Any:
        return OfficeHolderOut(self.context["tables"][group.pk].office_holders, many=True).data

    @extend_schema_field(TableSeatOut(many=True))
    def get_field_officers(self, group: BankingGroup) -> Any:
        return TableSeatOut(self.context["tables"][group.pk].field_officers, many=True).data


# In


@extend_schema_field(
    {"oneOf": [{"type": "string", "pattern": r"^\d{1,9}(\.\d{1,2})?$"}, {"type": "number", "minimum": 0}]}
)
class TargetIn(AmountIn):
    """What the group wants to save a month; 0.00 is no target."""

    def to_internal_value(self, data: Any) -> Decimal:
        is_nothing = not isinstance(data, bool) and data in ("0", "0.0", "0.00", 0)
        return ZERO if is_nothing else super().to_internal_value(data)


class FoundInIn(serializers.Serializer[Any]):
    """Where somebody founds a group: judged before the rest of the body is read."""

    organisation = serializers.UUIDField(
        required=False, help_text=_("Yours unless given; a system admin gives it always.")
    )


class ParticularsIn(serializers.Serializer[Any]):
    """What can be set and corrected. Places by name or code, as `places` lists them."""

    name = WordIn(max_length=255)
    group_code = WordIn(
        required=False,
        max_length=50,
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9/-]*$", _("Use letters, digits, - and /."))],
    )
    county = WordIn(max_length=100)
    constituency = WordIn(required=False, allow_blank=True, max_length=100)
    ward = WordIn(required=False, allow_blank=True, max_length=100)
    location = WordIn(required=False, allow_blank=True, max_length=100)
    village = WordIn(required=False, allow_blank=True, max_length=100)
    meeting_day = serializers.ChoiceField(BankingGroup.Weekday.choices)
    meeting_venue = WordIn(required=False, allow_blank=True, max_length=255)
    target_amount = TargetIn(required=False)


class GroupIn(FoundInIn, ParticularsIn):
    registration_date = DayIn(required=False, help_text=_("Today unless given."))
    offline_sync_id = serializers.CharField(required=False, max_length=100, help_text=_("Names the submission."))

    @property
    def particulars(self) -> dict[str, Any]:
        """The arguments of the operation."""
        apart = {"organisation", "offline_sync_id"}
        return {name: value for name, value in self.validated_data.items() if name not in apart}


ACTIONS = ["suspend", "activate", "modify"]


class GroupActionIn(ParticularsIn):
    """What an administrator does with a group: `modify` takes the particulars, the others a reason."""

    action = serializers.ChoiceField(ACTIONS)
    reason = WordIn(required=False, allow_blank=True, max_length=500)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ParticularsIn().fields:
            self.fields[str(name)].required = False

    @property
    def particulars(self) -> dict[str, Any]:
        """The arguments of the operation."""
        return {name: value for name, value in self.validated_data.items() if name not in {"action", "reason"}}
