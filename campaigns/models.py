"""Campaigns: what an organisation wants to reach together with its groups, and what each group says and brings to it.

What was brought is never kept here: it is what the journal says on 2050 under the group campaign's id.
"""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.encryption import Sealed
from core.fields import MoneyField
from core.ids import new_id
from groups.models import BankingGroup, Organisation
from members.models import Member
from users.models import DataKey, User


class TargetCampaign(models.Model):
    """A goal of an organisation: so much money, from one day to another, perhaps so much from each member."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="campaigns")
    name = models.CharField(max_length=120)
    description = models.TextField(max_length=2000, blank=True)
    target_amount = MoneyField()
    # 0.00: nobody is asked for a set amount.
    amount_per_member = MoneyField(default=Decimal("0.00"))
    starts_on = models.DateField()
    ends_on = models.DateField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(target_amount__gt=0), name="campaign_target"),
            models.CheckConstraint(condition=Q(amount_per_member__gte=0), name="campaign_per_member"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupCampaign(models.Model):
    """A campaign as one group has it: put to the vote, then contributed to or turned down."""

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("Being voted on")
        ACCEPTED = "ACCEPTED", _("Accepted")
        REJECTED = "REJECTED", _("Turned down")
        COMPLETED = "COMPLETED", _("Completed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(TargetCampaign, on_delete=models.PROTECT, related_name="groups")
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="campaigns")
    status = models.CharField(max_length=9, choices=Status, default=Status.PROPOSED)
    voting_deadline = models.DateTimeField()
    # The rule of the day it was assigned: accepted by more yes votes than this share of the active members.
    majority_percent = models.DecimalField(max_digits=5, decimal_places=2)
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    # When the vote closed, and when it was completed.
    decided_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    # Why what was over was given back, under the group's own key.
    reason_sealed = models.BinaryField(blank=True)

    reason = Sealed()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "campaign"], name="campaign_assigned_once"),
            models.CheckConstraint(
                condition=Q(status__in=["PROPOSED", "ACCEPTED", "REJECTED", "COMPLETED"]), name="group_campaign_status"
            ),
            models.CheckConstraint(
                condition=Q(status="PROPOSED", decided_at__isnull=True)
                | (~Q(status="PROPOSED") & Q(decided_at__isnull=False)),
                name="group_campaign_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["voting_deadline"], name="campaign_voting", condition=Q(status="PROPOSED")),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.campaign_id}"


class Vote(models.Model):
    """One vote a member; changed until the vote closes. Cast by herself, or recorded at the table by the secretary."""

    class Choice(models.TextChoices):
        YES = "YES", _("Yes")
        NO = "NO", _("No")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group_campaign = models.ForeignKey(GroupCampaign, on_delete=models.PROTECT, related_name="votes")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="votes")
    choice = models.CharField(max_length=3, choices=Choice)
    cast_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()
    # The meeting at whose table the secretary took it down.
    meeting_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group_campaign", "member"], name="one_vote_a_member"),
            models.CheckConstraint(condition=Q(choice__in=["YES", "NO"]), name="vote_choice"),
        ]

    def __str__(self) -> str:
        return self.choice
