"""Meetings: who came, what lay in the box, and the seal over what was done at the table.

The money of a meeting is not kept here: it is the vouchers that name it, and their entries.
"""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encryption import Sealed
from core.fields import MoneyField
from core.ids import new_id
from groups.models import BankingGroup
from ledger.models import Voucher
from members.models import Member
from users.models import DataKey, User


class Meeting(models.Model):
    """One meeting of a group: planned by its meeting day, opened at the table, sealed when it is over."""

    class Status(models.TextChoices):
        SCHEDULED = "SCHEDULED", _("Planned")
        OPEN = "OPEN", _("Open")
        SEALED = "SEALED", _("Sealed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="meetings")
    meeting_date = models.DateField()
    venue = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.SCHEDULED)
    is_extraordinary = models.BooleanField(default=False)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    # The seal: the head of the group's chain, the book and the counted cash of that moment, and the digest of it all.
    sealed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sealed_at = models.DateTimeField(null=True, blank=True)
    seal_code = models.CharField(max_length=11, blank=True)
    entries = models.BigIntegerField(null=True, blank=True)
    head_hash = models.CharField(max_length=64, blank=True)
    book_cash = MoneyField(default=Decimal("0.00"))
    counted_cash = MoneyField(default=Decimal("0.00"))
    seal_hash = models.CharField(max_length=64, blank=True)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    # What else was said and agreed, under the group's own key.
    notes_sealed = models.BinaryField(blank=True)

    notes = Sealed()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "meeting_date"], name="one_meeting_a_day"),
            models.CheckConstraint(condition=Q(status__in=["SCHEDULED", "OPEN", "SEALED"]), name="meeting_status"),
            models.CheckConstraint(
                condition=Q(status="SCHEDULED", opened_at__isnull=True)
                | (~Q(status="SCHEDULED") & Q(opened_at__isnull=False, opened_by__isnull=False)),
                name="meeting_opened",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="SEALED", sealed_at__isnull=False, sealed_by__isnull=False, entries__isnull=False)
                    & ~Q(seal_code="")
                    & ~Q(head_hash="")
                    & ~Q(seal_hash="")
                )
                | (~Q(status="SEALED") & Q(sealed_at__isnull=True, seal_code="", head_hash="", seal_hash="")),
                name="meeting_sealed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["seal_code"], name="meeting_by_code", condition=~Q(seal_code="")),
            models.Index(fields=["group", "-meeting_date"], name="meeting_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.meeting_date}"


class Attendance(models.Model):
    """How one member is marked at one roll call; put right until the seal."""

    class Status(models.TextChoices):
        PRESENT = "PRESENT", _("Here")
        LATE = "LATE", _("Late")
        EXCUSED = "EXCUSED", _("Excused")
        ABSENT = "ABSENT", _("Absent")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendance")
    status = models.CharField(max_length=7, choices=Status)
    marked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()
    # She heard the figures read aloud and said that they are right.
    has_confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="marked_once"),
            models.CheckConstraint(
                condition=Q(status__in=["PRESENT", "LATE", "EXCUSED", "ABSENT"]), name="attendance_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.status}"


class CashCount(models.Model):
    """What lay in the box when it was counted, by denomination, beside what the book said. Rows are only added."""

    class Moment(models.TextChoices):
        OPENING = "OPENING", _("At the opening")
        CLOSING = "CLOSING", _("At the closing")
        OUTSIDE = "OUTSIDE", _("Outside a meeting")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="cash_counts", db_index=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="cash_counts")
    moment = models.CharField(max_length=7, choices=Moment)
    counted_on = models.DateField()
    counted = MoneyField()
    # What the book said of the box before the difference was posted.
    book = MoneyField()
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, null=True, blank=True, related_name="cash_count")
    counted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    explanation_sealed = models.BinaryField(blank=True)

    explanation = Sealed()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(counted__gte=0), name="counted_something"),
            models.CheckConstraint(
                condition=Q(moment="OUTSIDE", meeting__isnull=True)
                | Q(moment__in=["OPENING", "CLOSING"], meeting__isnull=False),
                name="count_moment",
            ),
        ]
        indexes = [models.Index(fields=["group", "-counted_at"], name="count_newest")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.moment}"


class Denomination(models.Model):
    """How many of one note or coin were counted."""

    id = models.BigAutoField(primary_key=True)
    count = models.ForeignKey(CashCount, on_delete=models.PROTECT, related_name="denominations")
    worth = MoneyField()
    pieces = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "worth"], name="denomination_once"),
            models.CheckConstraint(condition=Q(worth__gt=0), name="denomination_worth"),
        ]

    def __str__(self) -> str:
        return f"{self.worth} x {self.pieces}"
