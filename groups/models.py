"""Organisations, their banking groups, each group's constitution, and the roles people hold."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encryption import Sealed
from core.fields import MoneyField
from core.ids import new_id
from users.models import DataKey, User


class Organisation(models.Model):
    """The service that owns groups and employs officers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=255, unique=True)
    is_active = models.BooleanField(default=True)
    # Effective yearly rate with fees above which no loan or constitution is accepted.
    interest_cap_yearly_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    # Where its officers were: how long that is kept, and how fresh it must be to be shown.
    position_days_kept = models.PositiveSmallIntegerField(default=90)
    position_fresh_minutes = models.PositiveSmallIntegerField(default=30)
    # A standing order: on this day of the following month the calendar closes a month. None: closed by hand.
    months_close_on_day = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(position_days_kept__gte=1, position_fresh_minutes__gte=1), name="positions_kept_some_time"
            ),
            models.CheckConstraint(
                condition=Q(interest_cap_yearly_percent__isnull=True) | Q(interest_cap_yearly_percent__gte=0),
                name="interest_cap_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(months_close_on_day__isnull=True)
                | Q(months_close_on_day__gte=1, months_close_on_day__lte=28),
                name="months_close_on_a_day_that_every_month_has",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BankingGroup(models.Model):
    """The chama: a place, a meeting day, a constitution, books."""

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", _("Active")
        INACTIVE = "INACTIVE", _("Inactive")
        SUSPENDED = "SUSPENDED", _("Suspended")

    class Weekday(models.TextChoices):
        MONDAY = "MONDAY", _("Monday")
        TUESDAY = "TUESDAY", _("Tuesday")
        WEDNESDAY = "WEDNESDAY", _("Wednesday")
        THURSDAY = "THURSDAY", _("Thursday")
        FRIDAY = "FRIDAY", _("Friday")
        SATURDAY = "SATURDAY", _("Saturday")
        SUNDAY = "SUNDAY", _("Sunday")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="groups")
    # Seals the group's own papers: reasons on documents that name no member.
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    group_code = models.CharField(max_length=50, unique=True)
    # Names as the reference data spells them, beside the codes they are kept by; see `groups.places`.
    county = models.CharField(max_length=100)
    constituency = models.CharField(max_length=100, blank=True)
    ward = models.CharField(max_length=100, blank=True)
    county_code = models.CharField(max_length=3, blank=True)
    constituency_code = models.CharField(max_length=3, blank=True)
    ward_code = models.CharField(max_length=4, blank=True)
    location = models.CharField(max_length=100, blank=True)
    village = models.CharField(max_length=100, blank=True)
    meeting_day = models.CharField(max_length=20, choices=Weekday.choices)
    meeting_venue = models.CharField(max_length=255, blank=True)
    registration_date = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    target_amount = MoneyField(default=Decimal("0.00"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["ACTIVE", "INACTIVE", "SUSPENDED"]), name="group_status"),
            models.CheckConstraint(condition=Q(target_amount__gte=0), name="group_target"),
        ]
        indexes = [models.Index(fields=["organisation", "name"], name="group_by_name")]

    def __str__(self) -> str:
        return self.name


class StatusChange(models.Model):
    """A group was suspended or activated: when, by whom, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="status_changes")
    status = models.CharField(max_length=10, choices=BankingGroup.Status.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    reason_sealed = models.BinaryField(blank=True)

    reason = Sealed()

    class Meta:
        indexes = [models.Index(fields=["group", "-at"], name="status_change_newest")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.status}"


class LoanType(models.TextChoices):
    SHORT_TERM = "SHORT_TERM", _("Short-term")
    LONG_TERM = "LONG_TERM", _("Long-term")
    PROJECT = "PROJECT", _("Project")


class ConstitutionQuerySet(models.QuerySet["Constitution"]):
    def adopted(self) -> "ConstitutionQuerySet":
        """The versions that count; what is only proposed binds nobody."""
        return self.filter(status="ADOPTED")


class Constitution(models.Model):
    """One version of a group's rules. Versions are added, never edited; the one in force is found by date.

    A proposal is a row without a number: adopted, it becomes the next version; declined, it stays as it was proposed.
    """

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("Proposed")
        ADOPTED = "ADOPTED", _("Adopted")
        DECLINED = "DECLINED", _("Declined")

    class OpenLoans(models.TextChoices):
        ONE = "ONE", _("One loan at a time")
        ONE_PER_TYPE = "ONE_PER_TYPE", _("One loan of each type")

    class DividendBasis(models.TextChoices):
        CLOSING_BALANCE = "CLOSING_BALANCE", _("Savings on the last day")
        AVERAGE_BALANCE = "AVERAGE_BALANCE", _("Average of the twelve month ends")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="constitutions")
    status = models.CharField(max_length=8, choices=Status, default=Status.ADOPTED)
    version = models.PositiveIntegerField(null=True, blank=True)
    effective_on = models.DateField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    # The version in force on its day when it was proposed: what its changes were read against.
    proposed_upon = models.PositiveIntegerField(null=True, blank=True)
    # Who adopted it, or declined the proposal.
    adopted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    adopted_at = models.DateTimeField(null=True, blank=True)
    # Why it was declined, sealed under the group's own key.
    reason_sealed = models.BinaryField(blank=True, default=b"")

    # Savings
    minimum_contribution = MoneyField(default=Decimal("500.00"))
    second_pair_of_eyes = models.BooleanField(default=False)
    withdrawal_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(50))
    withdrawal_window_months = models.PositiveSmallIntegerField(default=12)
    pool_project_fund = models.BooleanField(default=False)

    # Fines; 0.00 imposes none
    fine_late = MoneyField(default=Decimal("50.00"))
    fine_absent = MoneyField(default=Decimal("100.00"))
    fine_late_payment = MoneyField(default=Decimal("50.00"))

    # Fees: an amount, or a percentage of the loan
    application_fee = MoneyField(default=Decimal("0.00"))
    application_fee_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    appreciation_fee = MoneyField(default=Decimal("0.00"))
    appreciation_fee_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    registration_fee = MoneyField(default=Decimal("0.00"))

    # Loans
    savings_history_months = models.PositiveSmallIntegerField(default=3)
    savings_multiple = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(3))
    open_loans = models.CharField(max_length=12, choices=OpenLoans.choices, default=OpenLoans.ONE)
    witnesses_needed = models.PositiveSmallIntegerField(default=2)
    committee_from = MoneyField(default=Decimal("50000.00"))
    system_admin_above = MoneyField(default=Decimal("200000.00"))
    committee_quorum = models.PositiveSmallIntegerField(default=3)
    penalty_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(5))
    in_duplum = models.BooleanField(default=True)

    # Year end
    fiscal_year_starts_in = models.PositiveSmallIntegerField(default=1)
    dividend_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(70))
    dividend_basis = models.CharField(
        max_length=16, choices=DividendBasis.choices, default=DividendBasis.CLOSING_BALANCE
    )

    # Meetings: decided with more than this share of the active members at the table
    quorum_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(50))

    # Campaigns
    campaign_majority_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(50))

    objects = ConstitutionQuerySet.as_manager()
    reason = Sealed()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "version"], name="constitution_version_once"),
            models.UniqueConstraint(
                fields=["group", "proposed_by"], condition=Q(status="PROPOSED"), name="one_open_proposal_a_person"
            ),
            models.CheckConstraint(
                condition=Q(status="ADOPTED", version__isnull=False, adopted_by__isnull=False, adopted_at__isnull=False)
                | Q(status__in=["PROPOSED", "DECLINED"], version__isnull=True, proposed_by__isnull=False),
                name="constitution_adopted_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(fiscal_year_starts_in__gte=1, fiscal_year_starts_in__lte=12), name="fiscal_month"
            ),
            models.CheckConstraint(
                condition=Q(withdrawal_percent__gte=0, withdrawal_percent__lte=100), name="withdrawal_percent"
            ),
            models.CheckConstraint(
                condition=Q(committee_quorum__gte=2, withdrawal_window_months__gte=1), name="constitution_least"
            ),
            models.CheckConstraint(
                condition=Q(system_admin_above__gte=models.F("committee_from")), name="approvers_without_a_gap"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} v{self.version}"

    @property
    def data_key(self) -> DataKey:
        """What seals the reason: the key of the group whose rules these are."""
        return self.group.data_key


class LoanTerms(models.Model):
    """What a constitution says of one loan type: method, rate, term, unit of rounding."""

    class Method(models.TextChoices):
        FLAT = "FLAT", _("Flat, once for the whole term")
        REDUCING = "REDUCING", _("Reducing balance, equal principal")
        ANNUITY = "ANNUITY", _("Reducing balance, equal instalments")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    constitution = models.ForeignKey(Constitution, on_delete=models.PROTECT, related_name="loan_terms")
    loan_type = models.CharField(max_length=10, choices=LoanType)
    method = models.CharField(max_length=8, choices=Method.choices)
    rate_percent = models.DecimalField(max_digits=6, decimal_places=2)
    shortest_months = models.PositiveSmallIntegerField()
    longest_months = models.PositiveSmallIntegerField()
    rounding_unit = MoneyField(default=Decimal("0.01"))

    class Meta:
        verbose_name_plural = _("loan terms")
        constraints = [
            models.UniqueConstraint(fields=["constitution", "loan_type"], name="loan_terms_once"),
            models.CheckConstraint(
                condition=Q(shortest_months__gte=1, longest_months__gte=models.F("shortest_months")),
                name="loan_terms_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.loan_type


class WelfareEvent(models.Model):
    """A kind of event the social fund pays for: how much at most, after how many months of membership."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    constitution = models.ForeignKey(Constitution, on_delete=models.PROTECT, related_name="welfare_events")
    event = models.CharField(max_length=40)
    maximum = MoneyField()
    months_of_membership = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["constitution", "event"], name="welfare_event_once")]

    def __str__(self) -> str:
        return self.event


class RoleName(models.TextChoices):
    SYSTEM_ADMIN = "SYSTEM_ADMIN", _("System admin")
    SERVICE_ADMIN = "SERVICE_ADMIN", _("Service admin")
    AUDITOR = "AUDITOR", _("Auditor")
    FIELD_OFFICER = "FIELD_OFFICER", _("Field officer")
    CHAIR = "CHAIR", _("Chair")
    SECRETARY = "SECRETARY", _("Secretary")
    TREASURER = "TREASURER", _("Treasurer")
    COMMITTEE = "COMMITTEE", _("Committee")
    MEMBER = "MEMBER", _("Member")


ORGANISATION_ROLES = (RoleName.SERVICE_ADMIN, RoleName.AUDITOR)
OFFICES = (RoleName.CHAIR, RoleName.SECRETARY, RoleName.TREASURER, RoleName.COMMITTEE)
GROUP_ROLES = (RoleName.FIELD_OFFICER, *OFFICES, RoleName.MEMBER)


class GroupRole(models.Model):
    """A role somebody holds, since and until when: everywhere, in an organisation, or in one group.

    One office a person and group. A role that has ended keeps its row.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=14, choices=RoleName)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="staff_roles"
    )
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="roles")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_scope",
                condition=Q(role="SYSTEM_ADMIN", organisation__isnull=True, group__isnull=True)
                | Q(role__in=["SERVICE_ADMIN", "AUDITOR"], organisation__isnull=False, group__isnull=True)
                | Q(
                    role__in=["FIELD_OFFICER", "CHAIR", "SECRETARY", "TREASURER", "COMMITTEE", "MEMBER"],
                    organisation__isnull=True,
                    group__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                name="role_once_in_group",
                fields=["group", "user", "role"],
                condition=Q(until__isnull=True, group__isnull=False),
            ),
            models.UniqueConstraint(
                name="role_once_in_organisation",
                fields=["organisation", "user", "role"],
                condition=Q(until__isnull=True, organisation__isnull=False),
            ),
            models.UniqueConstraint(
                name="system_admin_once", fields=["user"], condition=Q(until__isnull=True, role="SYSTEM_ADMIN")
            ),
            models.UniqueConstraint(
                name="one_office_a_person",
                fields=["group", "user"],
                condition=Q(until__isnull=True, role__in=["CHAIR", "SECRETARY", "TREASURER", "COMMITTEE"]),
            ),
            models.UniqueConstraint(
                name="one_holder_an_office",
                fields=["group", "role"],
                condition=Q(until__isnull=True, role__in=["CHAIR", "SECRETARY", "TREASURER"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
