"""Ends: who left a group, or died, and with what she was paid out. Dividends and share-out join this room later."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encryption import Sealed
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
