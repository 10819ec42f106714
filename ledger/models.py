"""The books: accounts, entries, lines, and the balances kept beside them; the vouchers that stand behind entries.

Entries and lines are append-only. Triggers on both engines (`ledger/sql`) hold what is said here; only the seal, the
trigger on a new entry, moves the book's head, the balances and the day totals.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.encryption import Sealed
from core.fields import MoneyField
from core.ids import new_id
from groups.models import BankingGroup, Organisation
from members.models import Member
from users.models import DataKey, User


class Book(models.Model):
    """A group's head: how many entries, the last hash. Its row is the lock under which a group posts."""

    group = models.OneToOneField(BankingGroup, on_delete=models.PROTECT, primary_key=True, related_name="book")
    entries = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.group_id}: {self.entries}"


class Account(models.Model):
    """One account of one group; its number, name and kind stand in `ledger.rules.CHART`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="accounts")
    code = models.CharField(max_length=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="account_once")]

    def __str__(self) -> str:
        return self.code


class Entry(models.Model):
    """One journal entry: the header is the seal of the lines that were written before it."""

    class Kind(models.TextChoices):
        CONTRIBUTION = "CONTRIBUTION"
        WITHDRAWAL = "WITHDRAWAL"
        FINE_PAYMENT = "FINE_PAYMENT"
        FEE = "FEE"
        REPAYMENT = "REPAYMENT"
        DISBURSEMENT = "DISBURSEMENT"
        WRITE_OFF = "WRITE_OFF"
        MOVEMENT = "MOVEMENT"
        PAYOUT = "PAYOUT"
        EXPENSE = "EXPENSE"
        CAMPAIGN = "CAMPAIGN"
        DIVIDEND = "DIVIDEND"
        SHARE_OUT = "SHARE_OUT"
        RECEIPT = "RECEIPT"
        COUNT = "COUNT"
        OPENING = "OPENING"
        ADJUSTMENT = "ADJUSTMENT"
        YEAR_CLOSE = "YEAR_CLOSE"
        REVERSAL = "REVERSAL"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="entries", db_index=False)
    number = models.BigIntegerField()
    # "<voucher id>:<line of the act>": the second lock against posting twice.
    key = models.CharField(max_length=48, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    booked_on = models.DateField()
    posted_at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by", db_index=False
    )
    previous_hash = models.CharField(max_length=64)
    payload_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["reverses"], name="reversed_once", condition=Q(reverses__isnull=False)),
        ]
        verbose_name_plural = _("entries")
        indexes = [models.Index(fields=["group", "booked_on", "number"], name="entry_by_day")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.number}"


class Line(models.Model):
    """One side of an entry: debit above zero, credit below. Born before its entry, sealed by it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="lines", db_index=False)
    # Only on 1040: the officer who holds the cash.
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # What else the line is about: the loan on 11x0 and 5030, the campaign on 2050, the receipt on 2090.
    subject_id = models.UUIDField(null=True)
    # Only on 10xx: the head of the cash ledger, one per cash line.
    head = models.CharField(max_length=20, blank=True)
    amount = MoneyField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="line_not_zero"),
            models.CheckConstraint(
                condition=Q(member__isnull=True) | Q(officer__isnull=True), name="one_holder_a_line"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "member", "id"], name="line_by_member"),
            models.Index(fields=["subject_id"], name="line_by_subject", condition=Q(subject_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Balance(models.Model):
    """What an account holds for one holder (member, or officer on 1040; the nil id where there is none)."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="balances", db_index=False)
    holder = models.UUIDField()
    amount = MoneyField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "holder"], name="balance_once")]

    def __str__(self) -> str:
        return str(self.holder)


class DayTotal(models.Model):
    """What came into and left an account on one business day, so that past days cost no more than today."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="days", db_index=False)
    booked_on = models.DateField()
    debit = MoneyField()
    credit = MoneyField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "booked_on"], name="day_once")]

    def __str__(self) -> str:
        return str(self.booked_on)


class ClosedPeriod(models.Model):
    """A month that takes no more entries. Rows are added, never removed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="closed_periods")
    month = models.DateField()
    # None when the calendar closed it, by the standing order of its organisation.
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField()
    # The head of the chain when it was closed; empty for months closed before heads were kept.
    entries = models.BigIntegerField(null=True)
    head_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "month"], name="period_closed_once")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.month:%Y-%m}"


class ClosingBalance(models.Model):
    """What an account held at the end of a closed month, in the journal's sign; proved when it was closed."""

    id = models.BigAutoField(primary_key=True)
    period = models.ForeignKey(ClosedPeriod, on_delete=models.PROTECT, related_name="balances")
    code = models.CharField(max_length=4)
    amount = MoneyField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "code"], name="closing_balance_once")]

    def __str__(self) -> str:
        return self.code


class Voucher(models.Model):
    """The paper behind an act that moves money: who, what, how, who recorded and who checked it.

    Points at its entry, never the reverse. Once it is no longer PENDING nothing on it changes (a trigger holds that).
    """

    class Status(models.TextChoices):
        PENDING = "PENDING"
        VERIFIED = "VERIFIED"
        REJECTED = "REJECTED"

    class Method(models.TextChoices):
        CASH = "CASH"
        MPESA = "MPESA"
        BANK = "BANK"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="vouchers", db_index=False)
    kind = models.CharField(max_length=16)
    # Finer than the kind: REGULAR, WELFARE … for contributions; BANKING, HANDOVER … for cash movements.
    detail = models.CharField(max_length=20, blank=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="vouchers", db_index=False)
    amount = MoneyField()
    method = models.CharField(max_length=5, choices=Method.choices, blank=True)
    booked_on = models.DateField()
    # Account codes of the places: where money left, where it came to; the officers when a place is 1040.
    from_place = models.CharField(max_length=4, blank=True)
    from_officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    to_place = models.CharField(max_length=4, blank=True)
    to_officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    meeting_id = models.UUIDField(null=True)
    # The lines that one member brought together in one go; a receipt number paid for all of them.
    bundle_id = models.UUIDField(null=True)
    # The short code of its id, so that anybody finds it by what stands on the receipt.
    code = models.CharField(max_length=11, blank=True)
    subject_id = models.UUIDField(null=True)
    receipt_number = models.CharField(max_length=40, blank=True)
    is_short = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    verified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    verified_at = models.DateTimeField(null=True)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reversals", db_index=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, related_name="voucher")
    # Why, in free text: sealed under the member's key, or the group's where no member is named.
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason_sealed = models.BinaryField(blank=True)
    verdict_sealed = models.BinaryField(blank=True)

    reason = Sealed()
    verdict = Sealed()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="voucher_amount"),
            models.CheckConstraint(
                condition=Q(status="VERIFIED", entry__isnull=False) | (~Q(status="VERIFIED") & Q(entry__isnull=True)),
                name="voucher_verified_is_posted",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("recorded_by")),
                name="voucher_maker_is_not_checker",
            ),
            models.UniqueConstraint(
                fields=["reverses"], name="voucher_reversed_once", condition=Q(reverses__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["group", "-id"], name="voucher_newest"),
            models.Index(fields=["group", "member", "-id"], name="voucher_by_member"),
            models.Index(fields=["group", "booked_on"], name="voucher_by_day"),
            models.Index(fields=["code"], name="voucher_by_code"),
            models.Index(fields=["meeting_id"], name="voucher_by_meeting", condition=Q(meeting_id__isnull=False)),
            models.Index(fields=["bundle_id"], name="voucher_by_bundle", condition=Q(bundle_id__isnull=False)),
            models.Index(fields=["group", "status"], name="voucher_waiting", condition=Q(status="PENDING")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Approval(models.Model):
    """One yes of several that a voucher needs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="approvals")
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["voucher", "approver"], name="approval_once")]

    def __str__(self) -> str:
        return f"{self.voucher_id} {self.approver_id}"


class ReceiptClaim(models.Model):
    """A receipt number of M-Pesa or a bank is used once in an organisation, however it arrives: also by the other way.

    Set free when the act it paid for was rejected or reversed, so that a slip can be put right.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=5)
    number = models.CharField(max_length=40)
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="claims")
    freed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], name="receipt_once", condition=Q(freed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.number
