"""Taking messages from the outbox to a channel: at least once, and never lost.

Each message is locked, handed over and marked in one short transaction. A crash between handing over and marking sends
it again, with the same id; a gateway that refuses is asked again later, each time after a longer pause.
"""

import datetime as dt
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from notifications.channels import CHANNELS, NotHandedOver
from notifications.models import Message

MOST_ATTEMPTS = 8
BATCH = 100
FIRST_PAUSE = dt.timedelta(minutes=1)


def waiting(at: dt.datetime) -> QuerySet[Message]:
    """Messages not sent yet whose pause is over, oldest first."""
    return Message.objects.filter(
        Q(next_at__isnull=True) | Q(next_at__lte=at), sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS
    ).order_by("written_at", "id")


def send_all(*, channel: str, at: dt.datetime) -> int:
    """Send what waits, one transaction a message; how many went out. Two workers never take the same message."""
    due = list(waiting(at).values_list("pk", flat=True)[:BATCH])
    return sum(send_one(identifier=identifier, channel=channel, at=at) for identifier in due)


@transaction.atomic
def send_one(*, identifier: UUID, channel: str, at: dt.datetime) -> bool:
    """Hand one message over, unless somebody else holds or has sent it. Failures are counted and put off."""
    free = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
    rows = waiting(at).select_for_update(of=("self",), **free).select_related("data_key", "user__data_key")
    message = rows.filter(pk=identifier).first()
    if message is None:
        return False
    try:
        CHANNELS[channel](message.pk, message.to or message.user.phone, message.body)
    except NotHandedOver as error:
        pause = FIRST_PAUSE * 2**message.attempts
        rows_of(message).update(attempts=F("attempts") + 1, failure=str(error)[:200], next_at=at + pause)
        return False
    rows_of(message).update(attempts=F("attempts") + 1, failure="", sent_at=at, channel=channel)
    return True


def rows_of(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(pk=message.pk)
