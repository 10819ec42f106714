"""The worker's part: empties the outbox every minute."""

from celery import shared_task
from django.conf import settings

from core.periods import now
from notifications.sending import send_all


@shared_task
def send_waiting(on: str | None = None) -> int:
    """How many messages went out. A message goes when it goes, whatever day is named."""
    return send_all(channel=settings.MESSAGE_CHANNEL, at=now())
