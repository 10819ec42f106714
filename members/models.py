"""People and their membership of groups. One row a human being within an organisation; identity is sealed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encryption import Sealed
from core.ids import new_id
from groups.models import BankingGroup, Organisation
from users.models import DataKey, User


class Person(models.Model):
    """A human being, once per ID number and organisation. The name is in clear; the rest is sealed under her key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people")
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    name = models.CharField(max_length=255)
    id_number_sealed = models.BinaryField(blank=True)
    id_number_digest = models.CharField(max_length=64)
    phone_sealed = models.BinaryField(blank=True)
    phone_digest = models.CharField(max_length=64, db_index=True)
    date_of_birth_sealed = models.BinaryField(blank=True)
    # Who last changed name or day of birth after registration, and who the ID number: they do not verify it.
    identity_changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    id_number_changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Who wrote the phone number that stands here, at registration or later.
    phone_written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    id_number = Sealed()
    phone = Sealed()
    date_of_birth = Sealed()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id_number_digest"], name="id_number_once"),
            models.UniqueConstraint(
                fields=["organisation", "user"], name="person_a_user", condition=Q(user__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NextOfKin(models.Model):
    """Whom to turn to, sealed under the member's own key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="next_of_kin")
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name_sealed = models.BinaryField(blank=True)
    relationship_sealed = models.BinaryField(blank=True)
    phone_sealed = models.BinaryField(blank=True)
    id_number_sealed = models.BinaryField(blank=True)

    name = Sealed()
    relationship = Sealed()
    phone = Sealed()
    id_number = Sealed()

    class Meta:
        verbose_name_plural = _("next of kin")
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="kin_place_once")]

    def __str__(self) -> str:
        return str(self.place)


class Member(models.Model):
    """A person's membership of one group. Her office, if any, is a role row in `groups`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BankingGroup, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    number = models.PositiveIntegerField()
    # What she writes on a payment by phone: digits, the last one a check digit; see `members.rules.account_number`.
    account_number = models.CharField(max_length=12, unique=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="member_number_once"),
            models.UniqueConstraint(fields=["group", "person"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, is_active=True) | Q(is_active=False), name="left_is_inactive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.number}"


class IdentityDocument(models.Model):
    """A picture or paper that shows who she is. The file is sealed under her key; this row says what it is.

    The newest of a kind counts; older ones stay.
    """

    class Kind(models.TextChoices):
        ID_FRONT = "ID_FRONT", _("ID card, front")
        ID_BACK = "ID_BACK", _("ID card, back")
        PHOTO = "PHOTO", _("Photo")
        SIGNATURE = "SIGNATURE", _("Signature")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    media_type = models.CharField(max_length=20)
    # Of what is stored, not of what was sent: nothing of that is kept.
    bytes = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(media_type__in=["image/jpeg", "image/png", "application/pdf"]),
                name="document_media_type",
            )
        ]
        indexes = [models.Index(fields=["person", "kind", "-uploaded_at"], name="document_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class IdVerification(models.Model):
    """Somebody other than the uploader compared the ID number with a document. Another number ends it."""

    class Method(models.TextChoices):
        DOCUMENT = "DOCUMENT", _("Compared with the document")
        IN_PERSON = "IN_PERSON", _("Compared with the card in her hand")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="verifications")
    document = models.ForeignKey(IdentityDocument, on_delete=models.PROTECT, related_name="verifications")
    method = models.CharField(max_length=9, choices=Method)
    # The number that was verified, as its digest: it counts while it is still hers.
    id_number_digest = models.CharField(max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # A change of name or day of birth ends it too.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "by"], name="verified_once_by_each", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.at}"


class OfficeProposal(models.Model):
    """A field officer proposes who holds an office; the service admin decides. An empty office means none."""

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("Proposed")
        ADOPTED = "ADOPTED", _("Adopted")
        DECLINED = "DECLINED", _("Declined")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="office_proposals")
    office = models.CharField(max_length=14, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], name="one_office_proposal_at_a_time", condition=Q(status="PROPOSED")
            ),
            models.CheckConstraint(
                condition=Q(status="PROPOSED", decided_by__isnull=True) | Q(decided_by__isnull=False),
                name="office_proposal_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.office}"
