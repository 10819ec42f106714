"""What the clock does to campaigns: votes close, voters are reminded, what has ended is completed."""

import datetime as dt

from celery import shared_task

from campaigns import operations
from core.periods import NAIROBI, business_day, now

_LAST_INSTANT = dt.time(23, 59, 59, 999_999)


def _moment(on: str | None) -> dt.datetime:
    """This instant, or the end of another day that is named: what stood open until then has its time."""
    at = now()
    day = dt.date.fromisoformat(on) if on else business_day(at)
    return at if day == business_day(at) else dt.datetime.combine(day, _LAST_INSTANT, tzinfo=NAIROBI)


@shared_task
def close_votes(on: str | None = None) -> int:
    """Votes are counted anew, and closed when their deadline has passed; how many were closed."""
    return operations.close_votes(at=_moment(on))


@shared_task
def end_campaigns(on: str | None = None) -> int:
    """Campaigns whose last day has passed are completed; how many."""
    at = _moment(on)
    return operations.end_campaigns(on=business_day(at), at=at)


@shared_task
def remind_voters(on: str | None = None) -> int:
    """Who has not voted hears of it on the day before the vote closes; how many were told."""
    return operations.remind_voters(at=_moment(on))
