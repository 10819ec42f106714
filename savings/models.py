"""Fines: what a member owes the group for coming late, staying away, paying late, or anything else it agreed on.

What was paid of a fine is never kept here: it is what the journal says on 4050 under the fine's id.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.encryption import Sealed
from core.fields import MoneyField
from core.ids import new_id
from groups.models import BankingGroup, Constitution
from members.models import Member
from users.models import DataKey, User


class Fine(models.Model):
    """One fine of one member. It cites the clause and the version of the rules where it comes from them."""

    class Cause(models.TextChoices):
        LATE = "LATE", _("Came late")
        ABSENT = "ABSENT", _("Stayed away")
        LATE_PAYMENT = "LATE_PAYMENT", _("Paid late")
        OTHER = "OTHER", _("Another reason")

    class Status(models.TextChoices):
        OUTSTANDING = "OUTSTANDING", _("Outstanding")
        PAID = "PAID", _("Paid")
        WAIVED = "WAIVED", _("Waived")
        # The roll call that imposed it was put right: it was never due, and no list shows it.
        CANCELLED = "CANCELLED", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="fines", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="fines", db_index=False)
    cause = models.CharField(max_length=12, choices=Cause)
    amount = MoneyField()
    status = models.CharField(max_length=11, choices=Status, default=Status.OUTSTANDING)
    # The clause by the name of its column; both None where the table agreed on it by itself.
    constitution = models.ForeignKey(Constitution, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    clause = models.CharField(max_length=40, blank=True)
    # The meeting whose roll call imposed it, or at which it was imposed.
    meeting_id = models.UUIDField(null=True, blank=True)
    imposed_on = models.DateField()
    due_on = models.DateField()
    imposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    imposed_at = models.DateTimeField()
    waived_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    waived_at = models.DateTimeField(null=True, blank=True)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    reason_sealed = models.BinaryField(blank=True)
    # Why it was waived.
    verdict_sealed = models.BinaryField(blank=True)

    reason = Sealed()
    verdict = Sealed()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="fine_amount"),
            models.CheckConstraint(
                condition=Q(status__in=["OUTSTANDING", "PAID", "WAIVED", "CANCELLED"]), name="fine_status"
            ),
            models.CheckConstraint(
                condition=Q(status="WAIVED", waived_by__isnull=False, waived_at__isnull=False)
                | (~Q(status="WAIVED") & Q(waived_by__isnull=True, waived_at__isnull=True)),
                name="fine_waived_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(waived_by__isnull=True) | ~Q(waived_by=F("imposed_by")), name="fine_waived_by_another"
            ),
            models.UniqueConstraint(
                fields=["group", "member", "meeting_id"],
                name="one_roll_call_fine",
                condition=Q(cause__in=["LATE", "ABSENT"], meeting_id__isnull=False) & ~Q(status="CANCELLED"),
            ),
        ]
        indexes = [
            models.Index(fields=["group", "member", "imposed_on"], name="fine_by_member"),
            models.Index(fields=["group", "due_on"], name="fine_open", condition=Q(status="OUTSTANDING")),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.cause}"
