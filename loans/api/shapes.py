"""The bodies this room reads and the shapes it answers with, as the contract pins them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountIn, AmountOut, DayIn, MeasureOut, WordIn
from core.money import ZERO
from groups.models import LoanTerms, LoanType
from ledger.models import Voucher
from loans.dossiers import Dossier, Paid
from loans.models import Capacity, LoanApproval, LoanChange, Status
from savings.api.shapes import MissingOut, ReceiptIn, SubmissionIn

MOST_NAMED = 20
MOST_MONTHS = 600
RISKS = ["LOW", "MEDIUM", "HIGH"]


# In


@extend_schema_field(
    {"oneOf": [{"type": "string", "pattern": r"^\d{1,9}(\.\d{1,2})?$"}, {"type": "number", "minimum": 0}]}
)
class ExtraIn(AmountIn):
    """An amount as everywhere, or nothing extra: zero."""

    def to_internal_value(self, data: Any) -> Decimal:
        return ZERO if str(data) in {"0", "0.0", "0.00"} else super().to_internal_value(data)


class MonthsIn(serializers.IntegerField):
    """A whole number of months; `true`, 2.5 and text other than digits are none."""

    def to_internal_value(self, data: Any) -> int:
        plain = isinstance(data, str) and data.isascii() and data.isdigit()
        if not plain and (isinstance(data, bool) or not isinstance(data, int)):
            self.fail("invalid")
        return super().to_internal_value(data)


class AskedIn(serializers.Serializer[Any]):
    """The loan that somebody has in mind: short-term unless it is said, and for the longest term of its type."""

    amount = AmountIn()
    loan_type = serializers.ChoiceField(LoanType.choices, required=False, allow_null=True)
    duration_months = MonthsIn(required=False, allow_null=True, min_value=1, max_value=MOST_MONTHS)
    grace_months = MonthsIn(required=False, allow_null=True, min_value=0, max_value=MOST_MONTHS)
    extra_payment = ExtraIn(required=False, allow_null=True)


class NamedIn(serializers.ListField):
    """Ids of rows, at most twenty of them."""

    child = serializers.UUIDField()

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MOST_NAMED, **options)


class ApplicationIn(SubmissionIn):
    """What somebody asks for; without a member it is the caller's own."""

    member_id = serializers.UUIDField(required=False, allow_null=True)
    loan_type = serializers.ChoiceField(LoanType.choices)
    amount = AmountIn()
    duration_months = MonthsIn(min_value=1, max_value=MOST_MONTHS)
    purpose = WordIn(max_length=500)
    witnesses = NamedIn(allow_empty=True)
    id_documents = NamedIn(required=False, allow_null=True)
    grace_months = MonthsIn(required=False, allow_null=True, min_value=0, max_value=MOST_MONTHS)
    extra_payment = ExtraIn(required=False, allow_null=True)


class ApprovalIn(SubmissionIn):
    """A yes, with what should be remembered of it. In whose name is never asked."""

    approval_notes = WordIn(required=False, allow_blank=True, allow_null=True, max_length=500)


class RejectionIn(SubmissionIn):
    """A no says why."""

    reason = WordIn(max_length=500)


class CancellationIn(SubmissionIn):
    reason = WordIn(required=False, allow_blank=True, allow_null=True, max_length=500)


class DisbursementIn(SubmissionIn):
    """How the money leaves; today unless another day is said."""

    payment_method = serializers.ChoiceField(Voucher.Method.values)
    disbursed_on = DayIn(required=False, allow_null=True)
    transaction_id = ReceiptIn(required=False, allow_blank=True, allow_null=True, max_length=100)
    meeting_id = serializers.UUIDField(required=False, allow_null=True)


class RepaymentIn(SubmissionIn):
    amount = AmountIn()
    payment_date = DayIn()
    payment_method = serializers.ChoiceField(Voucher.Method.values)
    transaction_id = ReceiptIn(required=False, allow_blank=True, allow_null=True, max_length=100)
    meeting_id = serializers.UUIDField(required=False, allow_null=True)


class WriteOffIn(SubmissionIn):
    """Who asks for it says why; whoever adds a yes need not."""

    reason = WordIn(required=False, allow_blank=True, allow_null=True, max_length=500)


class RescheduleIn(WriteOffIn):
    """What is owed on the day of the last yes is spread over so many months from then on."""

    duration_months = MonthsIn(min_value=1, max_value=MOST_MONTHS)


# Out


@extend_schema_field({"type": "string", "format": "decimal", "pattern": r"^-?\d+\.\d{2}$", "example": "12.00"})
class PercentOut(serializers.Field[Decimal, Any, str, Any]):
    """A percentage as text with two decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Decimal) -> str:
        return f"{value:.2f}"


class RowOut(serializers.Serializer[Any]):
    """An instalment: what it asks for, what is left of the principal after it, and what was paid of it."""

    month = serializers.IntegerField(source="number")
    due_date = serializers.DateField(source="due")
    principal = AmountOut()
    interest = AmountOut()
    total_payment = AmountOut(source="total")
    remaining_balance = AmountOut(source="balance")
    penalty = AmountOut()
    paid = AmountOut(source="paid.total")
    unpaid = AmountOut()
    settled_on = serializers.DateField(allow_null=True)


class PlannedOut(serializers.Serializer[Any]):
    """An instalment of a schedule that nothing was paid on."""

    month = serializers.IntegerField(source="number")
    due_date = serializers.DateField(source="due")
    principal = AmountOut()
    interest = AmountOut()
    total_payment = AmountOut(source="total")
    remaining_balance = AmountOut(source="balance")


class SplitOut(serializers.Serializer[Any]):
    """Where the money of a payment went."""

    penalty = AmountOut()
    interest = AmountOut()
    principal = AmountOut()
    savings = AmountOut()


class PaymentOut(serializers.Serializer[Any]):
    """Money that came to a loan, and what it is worth now that everything is told in the order of its days."""

    id = serializers.UUIDField()
    transaction_id = serializers.UUIDField(source="voucher_id")
    receipt_code = serializers.CharField()
    amount = AmountOut()
    payment_date = serializers.DateField(source="paid_on")
    payment_method = serializers.ChoiceField(Voucher.Method.values, allow_null=True)
    allocation = SplitOut()
    recorded_by = serializers.UUIDField()
    reversed = serializers.BooleanField()


class PenaltyOut(serializers.Serializer[Any]):
    """A penalty: of which instalment, for which month since its due date, and the day it fell due."""

    instalment = serializers.IntegerField()
    month = serializers.IntegerField()
    charged_on = serializers.DateField(source="on")
    amount = AmountOut()


class LoanApprovalOut(serializers.Serializer[Any]):
    """One yes. Notes are read by those who read every loan of the group: `open_loans` in the context."""

    capacity = serializers.ChoiceField(Capacity.choices)
    approver = serializers.UUIDField(source="approver_id")
    approver_name = serializers.CharField(source="approver.name")
    at = serializers.DateTimeField()
    notes = serializers.SerializerMethodField()

    def get_notes(self, approval: LoanApproval) -> str | None:
        return approval.notes if approval.loan_id in self.context["open_loans"] else None


class LoanChangeOut(serializers.Serializer[Any]):
    """A write-off or a rescheduling and how far it is; `months` is a rescheduling's."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(LoanChange.State.choices, source="state")
    months = serializers.IntegerField(allow_null=True)
    requested_by = serializers.UUIDField(source="recorded_by_id")
    requested_at = serializers.DateTimeField(source="recorded_at")
    done_on = serializers.DateField(allow_null=True)
    reason = serializers.SerializerMethodField()
    approvals = serializers.SerializerMethodField()

    def get_reason(self, change: LoanChange) -> str | None:
        return change.reason if change.loan_id in self.context["open_loans"] else None

    @extend_schema_field(LoanApprovalOut(many=True))
    def get_approvals(self, change: LoanChange) -> Any:
        told: Dossier = self.context["told"][change.loan_id]
        return LoanApprovalOut(told.approvals_of(change), many=True, context=self.context).data


class LoanOut(serializers.Serializer[Any]):
    """One loan as it stands today. Before it is paid out, terms and schedule are those of a payout today.

    Context: `told`, the dossiers by loan id, and `open_loans`, those of which the caller may read every word.
    """

    id = serializers.UUIDField(source="loan.id")
    loan_number = serializers.CharField(source="loan.loan_number")
    group_id = serializers.UUIDField(source="loan.group_id")
    group_name = serializers.CharField(source="loan.group.name")
    member_id = serializers.UUIDField(source="loan.member_id")
    member_name = serializers.CharField(source="loan.member.person.name")
    loan_type = serializers.ChoiceField(LoanType.choices, source="loan.loan_type")
    loan_amount = AmountOut(source="loan.amount")
    duration_months = serializers.IntegerField(source="loan.months")
    grace_months = serializers.IntegerField(source="loan.grace_months")
    extra_payment = AmountOut(source="loan.extra_payment")
    interest_rate = PercentOut(
        source="offer.interest_rate",
        allow_null=True,
        help_text=_("Per cent; of the whole term where the method is FLAT, else of a year."),
    )
    method = serializers.ChoiceField(LoanTerms.Method.choices, source="offer.method", allow_null=True)
    application_fee = AmountOut(source="offer.fees.application", allow_null=True)
    appreciation_fee = AmountOut(source="offer.fees.appreciation", allow_null=True)
    total_interest = AmountOut(source="offer.total_interest", allow_null=True, help_text=_("As agreed."))
    total_payable = AmountOut(source="offer.total_payable", allow_null=True, help_text=_("As agreed."))
    effective_yearly_rate = PercentOut(
        source="offer.effective_yearly_rate",
        allow_null=True,
        help_text=_("Per cent, with the fees; null where the fees eat the loan up."),
    )
    purpose = serializers.CharField(source="loan.purpose")
    status = serializers.ChoiceField(Status.choices, source="loan.status")
    application_date = serializers.DateField(source="loan.applied_on")
    applied_at = serializers.DateTimeField(source="loan.applied_at")
    recorded_by = serializers.UUIDField(source="loan.recorded_by_id")
    approved_date = serializers.DateField(source="loan.approved_on", allow_null=True)
    approved_by = serializers.UUIDField(allow_null=True, help_text=_("Who gave the last yes; all of them: approvals."))
    disbursed_on = serializers.DateField(source="loan.disbursed_on", allow_null=True)
    ended_on = serializers.DateField(source="loan.ended_on", allow_null=True)
    reason = serializers.CharField(source="loan.reason", help_text=_("Why it was rejected or cancelled."))
    approvals = LoanApprovalOut(many=True)
    missing_approvals = MissingOut(many=True, source="missing")
    id_verified = serializers.BooleanField()
    witnesses = serializers.SerializerMethodField(help_text=_("Member ids."))
    witness_names = serializers.SerializerMethodField()
    id_documents = serializers.ListField(child=serializers.UUIDField(), source="documents")
    repayment_schedule = RowOut(many=True, source="rows")
    repayments = PaymentOut(many=True)
    penalties = PenaltyOut(many=True, source="charges")
    outstanding_principal = AmountOut(source="outstanding")
    amount_due = AmountOut()
    settlement_amount = AmountOut(source="settlement")
    days_late = serializers.IntegerField()
    write_off = serializers.SerializerMethodField()
    reschedule = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_witnesses(self, told: Dossier) -> list[str]:
        return [str(witness.member_id) for witness in told.witnesses]

    def get_witness_names(self, told: Dossier) -> list[str]:
        return [witness.member.person.name for witness in told.witnesses]

    @extend_schema_field(LoanChangeOut(allow_null=True))
    def get_write_off(self, told: Dossier) -> Any:
        return self._change(told.change(LoanChange.Kind.WRITE_OFF))

    @extend_schema_field(LoanChangeOut(allow_null=True))
    def get_reschedule(self, told: Dossier) -> Any:
        return self._change(told.change(LoanChange.Kind.RESCHEDULE))

    def _change(self, change: LoanChange | None) -> Any:
        return LoanChangeOut(change, context=self.context).data if change else None


class RepaymentOut(PaymentOut):
    """A repayment, and what its loan (`told` in the context) is after it."""

    loan_id = serializers.UUIDField()
    settlement_amount = serializers.SerializerMethodField(help_text=_("What would end the loan today."))
    outstanding_principal = serializers.SerializerMethodField()
    loan_status = serializers.SerializerMethodField()

    @extend_schema_field(AmountOut())
    def get_settlement_amount(self, paid: Paid) -> str:
        return f"{self.context['told'].settlement:.2f}"

    @extend_schema_field(AmountOut())
    def get_outstanding_principal(self, paid: Paid) -> str:
        return f"{self.context['told'].outstanding:.2f}"

    @extend_schema_field(serializers.ChoiceField(Status.choices))
    def get_loan_status(self, paid: Paid) -> str:
        return str(self.context["told"].loan.status)


class RuleOut(serializers.Serializer[Any]):
    """A rule, whether it is kept, by what, and what would change it. A warning does not stand in the way."""

    code = serializers.CharField()
    passed = serializers.BooleanField()
    evidence = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)
    is_warning = serializers.BooleanField()


class OfferOut(serializers.Serializer[Any]):
    """What the loan would cost if it were paid out today."""

    interest_rate = PercentOut()
    method = serializers.ChoiceField(LoanTerms.Method.choices)
    application_fee = AmountOut(source="fees.application")
    appreciation_fee = AmountOut(source="fees.appreciation")
    schedule = PlannedOut(many=True)
    total_interest = AmountOut()
    total_payable = AmountOut()
    effective_yearly_rate = PercentOut(allow_null=True)


class EligibilityOut(serializers.Serializer[Any]):
    eligible = serializers.BooleanField()
    rules = RuleOut(many=True)
    terms = OfferOut()


class ScoreOut(serializers.Serializer[Any]):
    """Points, of 40, 30, 20 and 10."""

    consistency = MeasureOut()
    repayment = MeasureOut()
    attendance = MeasureOut()
    tenure = MeasureOut()


class AssessmentOut(serializers.Serializer[Any]):
    """How safe a loan to her looks, from 0 to 100, and the most that could be lent to her."""

    score = MeasureOut()
    parts = ScoreOut()
    risk = serializers.ChoiceField(RISKS)
    max_amount = AmountOut()
    reasons = serializers.ListField(child=serializers.CharField())
