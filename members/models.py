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
