"""What the clock does to loans."""

from celery import shared_task

from core.periods import day_named, now
from loans.operations import penalties, reminders


@shared_task
def charge_penalties(on: str | None = None) -> int:
    """The penalties that fell due until a day; how many there were."""
    return penalties.charge_penalties(on=day_named(on), at=now())


@shared_task
def remind_loans(on: str | None = None) -> int:
    """Borrowers hear of what falls due and of what is overdue; how many messages were written."""
    return reminders.remind_borrowers(on=day_named(on))
