"""What the clock does for meetings."""

from celery import shared_task

from core.periods import day_named
from meetings.operations import calendar


@shared_task
def plan_meetings(on: str | None = None) -> int:
    """The next meeting of every active group; how many were planned."""
    return calendar.plan_all(on=day_named(on))


@shared_task
def remind_meetings(on: str | None = None) -> int:
    """Members and field officers hear of tomorrow's meeting; how many messages were written."""
    return calendar.remind_all(on=day_named(on))
