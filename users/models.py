"""People who sign in, their keys and their sessions.

A user is known by her phone number, kept sealed and found by its digest. What she may do stands in `groups`.
"""

from typing import Any, ClassVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from core.encryption import KeyDestroyed, Sealed, digest, new_wrapped_key, seal_bytes, unseal_bytes, unwrap
from core.encryption import seal as seal_text
from core.encryption import unseal as unseal_text
from core.ids import new_id
from core.phones import normalise_phone


class DataKey(models.Model):
    """The key of one person (or one group's papers), wrapped by a master key. Destroyed, it erases what it sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    master = models.CharField(max_length=32)
    wrapped = models.BinaryField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    _cipher: AESGCM | None = None

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def make(cls) -> "DataKey":
        """A fresh key, stored."""
        identifier = new_id()
        master, wrapped = new_wrapped_key(f"users.DataKey.{identifier}")
        return cls.objects.create(id=identifier, master=master, wrapped=wrapped)

    def cipher(self) -> AESGCM:
        if self._cipher is None:
            if not self.wrapped:
                raise KeyDestroyed(str(self.id))
            self._cipher = AESGCM(unwrap(self.master, bytes(self.wrapped), f"users.DataKey.{self.id}"))
        return self._cipher

    def seal(self, text: str, context: str) -> bytes:
        return seal_text(self.cipher(), text, context)

    def open(self, token: bytes, context: str) -> str:
        return unseal_text(self.cipher(), token, context)

    def seal_file(self, data: bytes, context: str) -> bytes:
        return seal_bytes(self.cipher(), data, context)

    def open_file(self, token: bytes, context: str) -> bytes:
        return unseal_bytes(self.cipher(), token, context)


def phone_digest(phone: str) -> str:
    """Digest of a phone number in any spelling; raises `NotAPhone`."""
    return digest("phone", normalise_phone(phone))


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """By phone number in any spelling: what Django's sign-in calls a user name."""
        return self.get(phone_digest=phone_digest(username or ""))


class User(AbstractBaseUser):
    """Somebody who can sign in, or will once she has activated."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=255)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    phone_sealed = models.BinaryField(blank=True)
    phone_digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=5, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    phone = Sealed()

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "phone_digest"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        """What Django's admin greets her by; her user name is a digest."""
        return self.name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """What Django's admin asks; the answer comes from the role rows, by way of the role backend."""
        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "grants_admin")
        )

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(f"{app_label}.view")

    @property
    def is_staff(self) -> bool:
        return self.has_perm("admin.enter")


class Session(models.Model):
    """One sign-in of the API: a family of refresh tokens, of which one is good (and the last one for a minute)."""

    class Ending(models.TextChoices):
        SIGN_OUT = "SIGN_OUT"
        REUSE = "REUSE"
        PASSWORD = "PASSWORD"  # noqa: S105 - the reason, not the word

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    device_id = models.UUIDField(null=True, blank=True)
    current = models.UUIDField()
    previous = models.UUIDField(null=True, blank=True)
    started_at = models.DateTimeField()
    rotated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=20, choices=Ending.choices, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class SignInFailure(models.Model):
    """A refused sign-in, by keyed digests only; counted for lock-out and forgotten after a day."""

    id = models.BigAutoField(primary_key=True)
    account = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="failure_by_account"),
            models.Index(fields=["address", "at"], name="failure_by_address"),
        ]

    def __str__(self) -> str:
        return str(self.at)


class KnownAddress(models.Model):
    """Where a user has signed in before: an outsider's failures elsewhere do not lock her out there."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "address"], name="known_address_once")]

    def __str__(self) -> str:
        return str(self.seen_at)


class OneTimeCode(models.Model):
    """A code sent to a phone, to activate a sign-in or to choose a new password; only its digest is kept."""

    class Purpose(models.TextChoices):
        ACTIVATE = "ACTIVATE"
        RESET = "RESET"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="codes")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.purpose


class Submission(models.Model):
    """What a user has already sent once, so that sending it again gives the first outcome.

    Written in the transaction of the act; only successes stay. Holds a keyed digest of the body and a reference to the
    row, no personal data.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    operation = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    reference = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "operation", "key"], name="submission_once")]

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"
