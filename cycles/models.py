"""Ends: who left a group, or died, and with what she was paid out; years that were closed; what was shared out.

A run of dividends or of a share-out keeps how each figure came about. What was paid is never kept here: it is the
vouchers that the allocations name.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.encryption import Sealed
from core.fields import MoneyField
from core.ids import new_id
from groups.models import BankingGroup
from ledger.models import Voucher
from members.models import Member
from users.models import DataKey, User


class Leaving(models.Model):
    """A member left, and was paid all she owned less what she owed. Its voucher reversed, she is a member again."""

    class Kind(models.TextChoices):
        LEFT = "LEFT", _("Left the group")
        DIED = "DIED", _("Died")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="leavings", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="leavings", db_index=False)
    kind = models.CharField(max_length=4, choices=Kind)
    # Since when she had been a member; None on rows from before this was kept.
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField()
    # None where she owned nothing, so that no money moved.
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, null=True, blank=True, related_name="leaving")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    # To whom it was paid when she died: a next of kin, as named on that day.
    paid_to_sealed = models.BinaryField(blank=True)
    reason_sealed = models.BinaryField(blank=True)

    paid_to = Sealed()
    reason = Sealed()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["LEFT", "DIED"]), name="leaving_kind")]
        indexes = [models.Index(fields=["group", "member", "-recorded_at"], name="leaving_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"


class ClosingProposal(models.Model):
    """The chair or the treasurer asks the service admin to close a month ("2026-10") or a year ("2026")."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="closing_proposals")
    period = models.CharField(max_length=7)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "period", "proposed_by"], name="closing_proposed_once")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.period}"


class ClosedYear(models.Model):
    """A fiscal year of one group whose income and costs were carried to the retained surplus."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="closed_years")
    # The calendar year in which the fiscal year begins.
    fiscal_year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    # None where nothing was earned and nothing spent.
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, null=True, blank=True, related_name="closed_year")
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "fiscal_year"], name="year_closed_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="year_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.fiscal_year}"


class Run(models.Model):
    """What one year of a group shares out: looked at, agreed, declared, and paid member by member."""

    class Kind(models.TextChoices):
        DIVIDEND = "DIVIDEND", _("Dividend")
        SHARE_OUT = "SHARE_OUT", _("Share-out")

    class Status(models.TextChoices):
        PREVIEW = "PREVIEW", _("Looked at")
        APPROVED = "APPROVED", _("Agreed")
        DECLARED = "DECLARED", _("Declared")
        PAID = "PAID", _("Paid")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=9, choices=Kind)
    fiscal_year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    status = models.CharField(max_length=8, choices=Status, default=Status.PREVIEW)
    # Income except appreciation fees less costs; below zero is a loss.
    profit = MoneyField()
    fees = MoneyField()
    distributable = MoneyField()
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    basis = models.CharField(max_length=16)
    computed_at = models.DateTimeField()
    # None when the calendar looked at it.
    computed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Declared with nothing to share, it has no entry: the number of the newest one at that moment.
    declared_after = models.PositiveBigIntegerField(null=True, blank=True)
    # The entry that declared it.
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, null=True, blank=True, related_name="run")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "kind", "fiscal_year"], name="one_run_a_year"),
            models.CheckConstraint(condition=Q(distributable__gte=0, fees__gte=0), name="run_shares_something"),
            models.CheckConstraint(condition=Q(kind__in=["DIVIDEND", "SHARE_OUT"]), name="run_kind"),
            models.CheckConstraint(
                condition=Q(status__in=["PREVIEW", "APPROVED", "DECLARED", "PAID"]), name="run_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.kind} {self.fiscal_year}"


class Allocation(models.Model):
    """One member's part of a run: what it is measured by, and what she gets."""

    class Outcome(models.TextChoices):
        OPEN = "OPEN", _("Not paid yet")
        PAID = "PAID", _("Paid")
        KEPT = "KEPT", _("Kept as savings")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="allocations")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="allocations")
    # Rounded to the cent before dividing, so that she can recompute her part.
    basis = MoneyField()
    amount = MoneyField()
    outcome = models.CharField(max_length=4, choices=Outcome, default=Outcome.OPEN)
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, null=True, blank=True, related_name="allocation")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "member"], name="one_part_a_member"),
            models.CheckConstraint(condition=Q(amount__gte=0, basis__gte=0), name="allocation_amount"),
            models.CheckConstraint(
                condition=Q(outcome="OPEN", voucher__isnull=True) | ~Q(outcome="OPEN"), name="allocation_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.member_id}"


class RunApproval(models.Model):
    """The chair's or the treasurer's yes to the figures as they were computed at one moment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="approvals")
    capacity = models.CharField(max_length=9)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # The `computed_at` of the figures she saw: figures computed anew need a new yes.
    figures_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "capacity", "figures_of"], name="one_yes_a_capacity"),
            models.UniqueConstraint(fields=["run", "approver", "figures_of"], name="one_yes_an_approver"),
            models.CheckConstraint(condition=Q(capacity__in=["CHAIR", "TREASURER"]), name="run_capacity"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.capacity}"
