"""Field officers: who serves an organisation, which groups they are assigned to, and where they were on duty.

What an officer may do is a role row in `groups`, which stands only while she is active and assigned. The cash she
carries stands in the books, on 1040 under her own name.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encryption import Sealed
from core.ids import new_id
from groups.models import BankingGroup, Organisation
from members.models import Member
from users.models import DataKey, User


class Officer(models.Model):
    """Somebody an organisation sends to its groups."""

    class Status(models.TextChoices):
        REGISTERED = "REGISTERED", _("Registered")
        ACTIVE = "ACTIVE", _("Active")
        SUSPENDED = "SUSPENDED", _("Suspended")
        EXITED = "EXITED", _("Exited")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="officers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="officer_posts")
    # As the organisation calls her; whoever signs in with her number may go by another name elsewhere.
    name = models.CharField(max_length=255)
    status = models.CharField(max_length=10, choices=Status, default=Status.REGISTERED)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    exited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="officer_once_in_organisation", condition=~Q(status="EXITED")
            ),
            models.CheckConstraint(
                condition=Q(status__in=["REGISTERED", "ACTIVE", "SUSPENDED", "EXITED"]), name="officer_status"
            ),
            models.CheckConstraint(
                condition=Q(status="EXITED", exited_at__isnull=False) | ~Q(status="EXITED") & Q(exited_at__isnull=True),
                name="officer_exit_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.status}"


class OfficerChange(models.Model):
    """A move of an officer's status: who made it, when, and why. Rows are added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="changes")
    status = models.CharField(max_length=10, choices=Officer.Status)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Why, sealed under her own key.
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    reason_sealed = models.BinaryField(blank=True)

    reason = Sealed()

    def __str__(self) -> str:
        return f"{self.officer_id} {self.status}"


class Assignment(models.Model):
    """An officer serves a group, since and until when. One that has ended keeps its row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="assignments")
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="assignments")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "officer"], name="assigned_once", condition=Q(until__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.group_id}"


class PositionFix(models.Model):
    """Where an officer on duty was, by her phone. Deleted when the organisation's days have passed."""

    class Activity(models.TextChoices):
        MEMBER_VISIT = "MEMBER_VISIT", _("Visiting a member")
        GROUP_MEETING = "GROUP_MEETING", _("At a group's meeting")
        COLLECTION = "COLLECTION", _("Collecting")
        TRAINING = "TRAINING", _("Training a group")
        TRAVEL = "TRAVEL", _("On the way")
        OFFICE = "OFFICE", _("At the office")
        BREAK = "BREAK", _("Having a break")
        OTHER = "OTHER", _("On duty")
        OFF_DUTY = "OFF_DUTY", _("Off duty")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="fixes", db_index=False)
    latitude = models.DecimalField(max_digits=8, decimal_places=6)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)
    # Metres around the point.
    accuracy = models.DecimalField(max_digits=8, decimal_places=2)
    activity_type = models.CharField(max_length=30, choices=Activity)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # Percent.
    battery_level = models.PositiveSmallIntegerField(null=True, blank=True)
    # The phone's clock is a claim; ours stands beside it.
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("position fixes")
        constraints = [
            models.CheckConstraint(condition=Q(latitude__gte=-90, latitude__lte=90), name="fix_latitude"),
            models.CheckConstraint(condition=Q(longitude__gte=-180, longitude__lte=180), name="fix_longitude"),
            models.CheckConstraint(condition=Q(accuracy__gte=0), name="fix_accuracy"),
            models.CheckConstraint(
                condition=Q(battery_level__isnull=True) | Q(battery_level__lte=100), name="fix_battery"
            ),
            # A phone that sends a fix twice sends one fix. The newest of an officer, and her oldest, are found by it.
            models.UniqueConstraint(fields=["officer", "recorded_at"], name="fix_once"),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.recorded_at}"


# What counts as a visit in the figures of a week.
VISITING = (
    PositionFix.Activity.MEMBER_VISIT,
    PositionFix.Activity.GROUP_MEETING,
    PositionFix.Activity.COLLECTION,
    PositionFix.Activity.TRAINING,
)
