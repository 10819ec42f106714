"""Jobs of the books: each night they are proved, and months that are over are closed or told of."""

from celery import shared_task

from core.periods import day_named, now
from ledger import nightly


@shared_task
def prove_books(on: str | None = None) -> int:
    """Every group's books are checked; how many differ, each with an alarm."""
    return nightly.prove_books(on=day_named(on), at=now()).differ


@shared_task
def prove_months(on: str | None = None) -> int:
    """The ended month is proved in every group and closed by standing order; how many groups closed it."""
    return nightly.prove_months(on=day_named(on), at=now()).closed
