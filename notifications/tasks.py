"""The worker's part: empties the outbox every minute."""

from celery import shared_task
from django.conf import settings

from core.periods import now
from notifications.sending import send_all


@shared_task
def send_waiting() -> int:
    """How many messages went out."""
    return send_all(channel=settings.MESSAGE_CHANNEL, at=now())
