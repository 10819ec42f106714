"""What this room answers to the rooms below: which tables are open, and of which day a meeting is."""

import datetime as dt
from uuid import UUID

from core.errors import NotFound
from groups.models import BankingGroup
from meetings.models import Meeting
from meetings.operations.holding import hold_open, rows
from savings.operations.tables import Keeper


def _hold(group: BankingGroup, meeting_id: UUID) -> None:
    hold_open(group, meeting_id)


def _open_now(group: BankingGroup) -> UUID | None:
    """All that are open are held, the newest first: one that is sealed while we wait is none of them any more."""
    held = list(rows().filter(group=group, status=Meeting.Status.OPEN).order_by("-meeting_date", "-id"))
    return held[0].pk if held else None


def _day_of(group: BankingGroup, meeting_id: UUID) -> dt.date:
    day = Meeting.objects.filter(group=group, pk=meeting_id).values_list("meeting_date", flat=True).first()
    if day is None:
        raise NotFound
    return day


KEEPER = Keeper(hold=_hold, open_now=_open_now, day_of=_day_of)
