"""The shapes of a constitution over HTTP. Each rule is a field made from its clause, so that the two cannot differ."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AMOUNT, DayIn, WordIn
from core.errors import Invalid
from groups.charter import MOST_EVENTS, NO_SUCH_RULE, read
from groups.clauses import LOAN_TERMS, RULE_NAMES, WELFARE_EVENTS, Clause, Kind, Value, clause_for, clauses_of
from groups.models import Constitution
from reports.queries.constitution import Text

ADOPT, DECLINE = "adopt", "decline"
EXACT = {Kind.MONEY, Kind.PERCENT, Kind.TIMES}
WHOLE = {Kind.MONTHS, Kind.COUNT, Kind.MONTH_OF_YEAR}


def _schema_in(clause: Clause) -> dict[str, Any]:
    """What a body may say of a clause."""
    about = {"description": f"{clause.number} {clause.label}"}
    if clause.kind is Kind.YES_NO:
        return {"type": "boolean", **about}
    if clause.kind is Kind.CHOICE:
        return {"type": "string", "enum": list(clause.choices), **about}
    if clause.kind is Kind.WORD:
        return {"type": "string", "minLength": 1, "maxLength": int(clause.most), **about}
    if clause.kind in WHOLE:
        return {"type": "integer", "minimum": int(clause.least), "maximum": int(clause.most), **about}
    return {
        "oneOf": [{"type": "string", "pattern": r"^\d{1,9}(\.\d{1,2})?$"}, {"type": "number", "minimum": 0}],
        **about,
    }


def _schema_out(clause: Clause) -> dict[str, Any]:
    about = {"description": f"{clause.number} {clause.label}"}
    if clause.kind in EXACT:
        return {**AMOUNT, **about}
    return {**_schema_in(clause)}


class RuleIn(serializers.Field[Value, Any, Any, Any]):
    """The answer to one clause, read as the constitution reads it."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(**options)
        self.clause = clause_for(name)
        set_override(self, "field", _schema_in(self.clause))

    def to_internal_value(self, data: Any) -> Value:
        try:
            return read(self.clause, data)
        except Invalid as refusal:
            raise serializers.ValidationError(str(refusal.detail)) from refusal


class RuleOut(serializers.Field[Value, Any, Any, Any]):
    """Money and percentages as text with two decimals, the rest as it is."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(read_only=True, **options)
        self.clause = clause_for(name)
        set_override(self, "field", _schema_out(self.clause))

    def to_representation(self, value: Value) -> Any:
        return f"{value:.2f}" if self.clause.kind in EXACT else value


class StrictIn(serializers.Serializer[Any]):
    """A body in which a name that means nothing is refused, not dropped."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping) and (unknown := sorted(set(map(str, data)) - set(self.fields))):
            raise serializers.ValidationError(dict.fromkeys(unknown, NO_SUCH_RULE))
        known: dict[str, Any] = super().to_internal_value(data)
        return known


class LoanTermsIn(StrictIn):
    """The terms of one type of loan; what is not said of it is carried over."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {c.name: RuleIn(c.name, required=c.name == "loan_type") for c in clauses_of(LOAN_TERMS)}


class WelfareEventIn(StrictIn):
    """An event the social fund pays for."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        names = [clause.name for clause in clauses_of(WELFARE_EVENTS)]
        return {name: RuleIn(name, required=name != "months_of_membership") for name in names}


class ConstitutionIn(StrictIn):
    """New rules with their day: only what changes is said. Or, with `proposal`, a verdict on one."""

    effective_on = DayIn(required=False)
    loan_terms = serializers.ListField(
        child=LoanTermsIn(), required=False, allow_empty=False, max_length=3, help_text=_("Only the types that change.")
    )
    welfare_events = serializers.ListField(
        child=WelfareEventIn(), required=False, max_length=MOST_EVENTS, help_text=_("The whole list, where it changes.")
    )
    proposal = serializers.UUIDField(required=False, help_text=_("The proposal this is the verdict on."))
    action = serializers.ChoiceField([ADOPT, DECLINE], required=False)
    reason = WordIn(required=False, max_length=500)
    offline_sync_id = serializers.CharField(required=False, allow_null=True, max_length=100)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return super().get_fields() | {name: RuleIn(name, required=False) for name in RULE_NAMES}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        declines = attrs.get("action") == DECLINE
        text = {"loan_terms", "welfare_events", *RULE_NAMES}
        if "proposal" not in attrs:
            misplaced, missing = {"action", "reason"}, {"effective_on"}
        else:
            misplaced = text | ({"effective_on"} if declines else {"reason"})
            missing = {"reason"} if declines else set()
        wrong = dict.fromkeys(sorted(misplaced & set(attrs)), _("This does not go together with the rest."))
        wrong |= dict.fromkeys(sorted(missing - set(attrs)), _("This is needed."))
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs

    @property
    def text(self) -> dict[str, Any]:
        """What the operations take: rules by name, loan terms and events where they are said."""
        return {name: value for name, value in self.validated_data.items() if name in _SAID}


_SAID = {"effective_on", "loan_terms", "welfare_events", *RULE_NAMES}


class ChangeOut(serializers.Serializer[Any]):
    """One clause that differs from the version before."""

    clause = serializers.CharField(source="number")
    rule = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    words = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`label` is a word of the framework's own, so it cannot be written as an attribute."""
        return super().get_fields() | {"label": serializers.CharField()}


class LoanTermsOut(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {clause.name: RuleOut(clause.name) for clause in clauses_of(LOAN_TERMS)}


class WelfareEventOut(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {clause.name: RuleOut(clause.name) for clause in clauses_of(WELFARE_EVENTS)}


class ConstitutionOut(serializers.Serializer[Text]):
    """A version or a proposal with its whole text. Context: `reads_reasons`, whether she may read why one fell."""

    id = serializers.UUIDField(source="row.pk")
    group_id = serializers.UUIDField(source="row.group_id")
    status = serializers.ChoiceField(Constitution.Status.values, source="row.status")
    version = serializers.IntegerField(source="row.version", allow_null=True)
    effective_on = serializers.DateField(source="row.effective_on")
    in_force = serializers.BooleanField()
    proposed_by = serializers.UUIDField(source="row.proposed_by_id", allow_null=True)
    proposed_by_name = serializers.SerializerMethodField()
    proposed_at = serializers.DateTimeField(source="row.proposed_at", allow_null=True)
    proposed_upon = serializers.IntegerField(source="row.proposed_upon", allow_null=True)
    is_outdated = serializers.BooleanField()
    adopted_by = serializers.SerializerMethodField()
    adopted_by_name = serializers.SerializerMethodField()
    adopted_at = serializers.SerializerMethodField()
    declined_by = serializers.SerializerMethodField()
    declined_at = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    loan_terms = LoanTermsOut(many=True, source="charter.terms")
    welfare_events = WelfareEventOut(many=True, source="charter.events")
    changes = ChangeOut(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return super().get_fields() | {name: RuleOut(name, source=f"row.{name}") for name in RULE_NAMES}

    def get_proposed_by_name(self, text: Text) -> str | None:
        return text.row.proposed_by.name if text.row.proposed_by else None

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_adopted_by(self, text: Text) -> Any:
        return self._if(text, Constitution.Status.ADOPTED, text.row.adopted_by_id)

    def get_adopted_by_name(self, text: Text) -> str | None:
        name = text.row.adopted_by.name if text.row.adopted_by else None
        return name if text.row.status == Constitution.Status.ADOPTED else None

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_adopted_at(self, text: Text) -> Any:
        return self._if(text, Constitution.Status.ADOPTED, _instant(text.row.adopted_at))

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_declined_by(self, text: Text) -> Any:
        return self._if(text, Constitution.Status.DECLINED, text.row.adopted_by_id)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_declined_at(self, text: Text) -> Any:
        return self._if(text, Constitution.Status.DECLINED, _instant(text.row.adopted_at))

    def get_reason(self, text: Text) -> str:
        return text.row.reason if self.context["reads_reasons"] else ""

    @staticmethod
    def _if(text: Text, status: str, value: Any) -> Any:
        return value if text.row.status == status else None


def _instant(value: Any) -> Any:
    return serializers.DateTimeField().to_representation(value) if value else None
