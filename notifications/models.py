"""The outbox: messages written in the transaction of the act, sent after it."""

from django.db import models

from core.encryption import Sealed
from core.ids import new_id
from users.models import DataKey, User


class Message(models.Model):
    """One message to one person, sealed under her key. `once` keeps the same thing from being said twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    group_id = models.UUIDField(null=True)
    template = models.CharField(max_length=60)
    # Only where it goes to another number than the one she has when it is sent: the one she had before.
    to_sealed = models.BinaryField(blank=True)
    body_sealed = models.BinaryField()
    once = models.CharField(max_length=120, unique=True)
    written_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    to = Sealed()
    body = Sealed()

    class Meta:
        indexes = [
            models.Index(fields=["written_at"], name="message_waiting", condition=models.Q(sent_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.template
