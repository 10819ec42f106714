"""A campaign ends: at its target, or when its last day has passed."""

import datetime as dt

from django.db import transaction

from campaigns.models import GroupCampaign
from campaigns.operations.contributing import complete_when_reached
from campaigns.operations.rows import Status, complete, locked


def end_campaigns(*, on: dt.date, at: dt.datetime) -> int:
    """COMPLETES what groups accepted and whose last day was before `on`, or that has reached its target; how many.

    Each by itself, so that a run that was stopped goes on where it stood.
    """
    ended = 0
    for row in GroupCampaign.objects.filter(status=Status.ACCEPTED).order_by("pk").only("pk"):
        with transaction.atomic():
            ended += _end(locked(row.pk), on, at)
    return ended


def _end(row: GroupCampaign, on: dt.date, at: dt.datetime) -> bool:
    if row.status != Status.ACCEPTED:
        return False
    if row.campaign.ends_on >= on:
        return complete_when_reached(row, at, None)
    complete(row, at, None)
    return True
