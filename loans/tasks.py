"""What the clock does to loans."""

from celery import shared_task

from core.periods import business_day, now
from loans.operations import penalties


@shared_task
def charge_penalties() -> int:
    """The penalties that fell due until today; how many there were."""
    at = now()
    return penalties.charge_penalties(on=business_day(at), at=at)
