"""What the clock does to campaigns: votes close, voters are reminded, what has ended is completed."""

from celery import shared_task

from campaigns import operations
from core.periods import business_day, instant_named


@shared_task
def close_votes(on: str | None = None) -> int:
    """Votes are counted anew, and closed when their deadline has passed; how many were closed."""
    return operations.close_votes(at=instant_named(on))


@shared_task
def end_campaigns(on: str | None = None) -> int:
    """Campaigns whose last day has passed are completed; how many."""
    at = instant_named(on)
    return operations.end_campaigns(on=business_day(at), at=at)


@shared_task
def remind_voters(on: str | None = None) -> int:
    """Who has not voted hears of it on the day before the vote closes; how many were told."""
    return operations.remind_voters(at=instant_named(on))
