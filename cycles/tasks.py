"""What the clock does at the end of a year."""

import datetime as dt

from celery import shared_task

from core.periods import business_day, now
from cycles.operations import preview_all


@shared_task
def preview_dividends(on: str | None = None) -> int:
    """The dividends of every group's year that ended last before a day ("2027-01-01"; today), where nobody has looked
    at them yet; how many there were."""
    at = now()
    day = dt.date.fromisoformat(on) if on else business_day(at)
    return preview_all(on=day, at=at)
