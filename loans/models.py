"""Loans: what was asked and agreed, who said yes, what happened since. Balances and schedules are queries.

The journal says what moved; `loans.rules.life` tells from the rows here what a loan is on any day. Only
the figures that lists need stand on the loan beside it, and every act writes them anew.
"""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encryption import Sealed
from core.fields import MoneyField
from core.ids import new_id
from groups.models import BankingGroup, Constitution, LoanTerms, LoanType
from ledger.models import Voucher
from members.models import IdentityDocument, Member
from users.models import DataKey, User


class Status(models.TextChoices):
    PENDING = "PENDING", _("Waiting")
    APPROVED = "APPROVED", _("Approved")
    REJECTED = "REJECTED", _("Rejected")
    CANCELLED = "CANCELLED", _("Cancelled")
    DISBURSED = "DISBURSED", _("Running")
    COMPLETED = "COMPLETED", _("Repaid")
    WRITTEN_OFF = "WRITTEN_OFF", _("Written off")


OPEN = (Status.PENDING, Status.APPROVED, Status.DISBURSED)


class Capacity(models.TextChoices):
    """In what seat somebody says yes to a loan."""

    FIELD_OFFICER = "FIELD_OFFICER", _("Field officer")
    CHAIR = "CHAIR", _("Chair")
    COMMITTEE = "COMMITTEE", _("Committee")
    SYSTEM_ADMIN = "SYSTEM_ADMIN", _("System admin")


class Loan(models.Model):
    """One loan of one member, from the application on. Terms stand fixed from the last approval on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="loans", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="loans", db_index=False)
    # 1, 2, 3 … in the group; people read LN-0001.
    number = models.PositiveIntegerField()
    loan_type = models.CharField(max_length=10, choices=LoanType)
    amount = MoneyField()
    months = models.PositiveSmallIntegerField()
    grace_months = models.PositiveSmallIntegerField(default=0)
    extra_payment = MoneyField(default=Decimal("0.00"))
    status = models.CharField(max_length=11, choices=Status, default=Status.PENDING)
    # What the guard "one open loan" counts by: LOAN where a member may have one, else the type.
    slot = models.CharField(max_length=10)
    # Running again because a repayment was taken back: it does not stand in the way of the next loan.
    is_reopened = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    applied_at = models.DateTimeField()
    applied_on = models.DateField()

    # Agreed with the last approval, from the constitution of that day
    constitution = models.ForeignKey(
        Constitution, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    method = models.CharField(max_length=8, choices=LoanTerms.Method, blank=True)
    rate_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    rounding_unit = MoneyField(default=Decimal("0.01"))
    penalty_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    in_duplum = models.BooleanField(default=True)
    application_fee = MoneyField(default=Decimal("0.00"))
    appreciation_fee = MoneyField(default=Decimal("0.00"))
    approved_on = models.DateField(null=True, blank=True)
    # The last yes, or who rejected or cancelled it.
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    disbursement = models.OneToOneField(
        Voucher, on_delete=models.PROTECT, null=True, blank=True, related_name="loan_disbursed"
    )
    disbursed_on = models.DateField(null=True, blank=True)
    # The day it was repaid in full or written off.
    ended_on = models.DateField(null=True, blank=True)

    # For lists; every act writes them anew from the telling of its life.
    outstanding = MoneyField(default=Decimal("0.00"))
    oldest_due_on = models.DateField(null=True, blank=True)
    oldest_due_amount = MoneyField(default=Decimal("0.00"))

    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose_sealed = models.BinaryField(blank=True)
    reason_sealed = models.BinaryField(blank=True)
    documents = models.ManyToManyField(IdentityDocument, related_name="+", blank=True)

    purpose = Sealed()
    # Why it was rejected or cancelled.
    reason = Sealed()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="loan_number_once"),
            models.UniqueConstraint(
                fields=["member", "slot"],
                name="one_open_loan",
                condition=Q(status__in=["PENDING", "APPROVED", "DISBURSED"], is_reopened=False),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, months__gte=1), name="loan_amount_and_term"),
            models.CheckConstraint(
                condition=Q(status__in=["PENDING", "APPROVED", "REJECTED", "CANCELLED"])
                | Q(disbursement__isnull=False, disbursed_on__isnull=False),
                name="loan_running_was_disbursed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["PENDING", "REJECTED", "CANCELLED"])
                | Q(approved_on__isnull=False, rate_percent__isnull=False),
                name="loan_approved_has_terms",
            ),
        ]
        indexes = [
            models.Index(fields=["group", "status", "-id"], name="loan_by_status"),
            models.Index(fields=["member", "-id"], name="loan_by_member"),
            models.Index(fields=["group", "oldest_due_on"], name="loan_by_lateness", condition=Q(status="DISBURSED")),
        ]

    def __str__(self) -> str:
        return self.loan_number

    @property
    def loan_number(self) -> str:
        return f"LN-{self.number:04d}"


class Witness(models.Model):
    """A member who stands witness to a loan; never the borrower."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="witnesses")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name_plural = _("witnesses")
        constraints = [models.UniqueConstraint(fields=["loan", "member"], name="witness_once")]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.member_id}"


class LoanChange(models.Model):
    """A write-off or a rescheduling: asked for, and done when those have said yes whom a new loan of it would need."""

    class Kind(models.TextChoices):
        WRITE_OFF = "WRITE_OFF", _("Write off")
        RESCHEDULE = "RESCHEDULE", _("Reschedule")

    class State(models.TextChoices):
        PENDING = "PENDING", _("Waiting")
        DONE = "DONE", _("Done")
        REJECTED = "REJECTED", _("Rejected")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    # Months of the new schedule; only of a rescheduling.
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    # The business day on which it was done, the instant, and what stood out that day.
    done_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    amount = MoneyField(default=Decimal("0.00"))
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, null=True, blank=True, related_name="loan_change")
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason_sealed = models.BinaryField(blank=True)

    reason = Sealed()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loan"], name="one_change_waits", condition=Q(state="PENDING")),
            models.CheckConstraint(
                condition=~Q(state="DONE") | Q(done_on__isnull=False, done_at__isnull=False), name="change_done_when"
            ),
            models.CheckConstraint(
                condition=Q(kind="WRITE_OFF", months__isnull=True) | Q(kind="RESCHEDULE", months__gte=1),
                name="change_months",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.kind}"


class LoanApproval(models.Model):
    """One yes, in one capacity: to the loan, or to a change of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="approvals")
    change = models.ForeignKey(LoanChange, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals")
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    capacity = models.CharField(max_length=13, choices=Capacity)
    at = models.DateTimeField()
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    notes_sealed = models.BinaryField(blank=True)

    notes = Sealed()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "approver"], name="loan_approved_once_each", condition=Q(change__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["change", "approver"], name="change_approved_once_each", condition=Q(change__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["loan", "capacity"],
                name="loan_capacity_once",
                condition=Q(change__isnull=True) & ~Q(capacity="COMMITTEE"),
            ),
            models.UniqueConstraint(
                fields=["change", "capacity"],
                name="change_capacity_once",
                condition=Q(change__isnull=False) & ~Q(capacity="COMMITTEE"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.capacity}"


class Repayment(models.Model):
    """Money that came to a loan: by its own voucher, or netted when its member left. Stands while the voucher stands.

    The split at its arrival is what the voucher's entry says; what it is worth now, `loans.rules.life` tells.
    """

    # The voucher's own id, so that people and programs have one name for it; a netting has an id of its own.
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="repayments")
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="loan_repayments")
    paid_on = models.DateField()
    at = models.DateTimeField()
    amount = MoneyField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voucher", "loan"], name="repayment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="repayment_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.paid_on}"


class Penalty(models.Model):
    """A penalty that fell due: a row, not an entry; it becomes income when it is paid."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="penalties")
    instalment = models.PositiveSmallIntegerField()
    # 1, 2, 3 … since the instalment's due date.
    month = models.PositiveSmallIntegerField()
    charged_on = models.DateField()
    amount = MoneyField()
    recorded_at = models.DateTimeField()
    # A payment dated back, or taken back, showed that it never fell due, or not in this amount.
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("penalties")
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "instalment", "month"], name="penalty_once", condition=Q(cancelled_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="penalty_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.instalment}.{self.month}"
