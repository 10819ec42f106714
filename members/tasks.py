"""What is forgotten by the clock."""

from celery import shared_task

from core.periods import instant_named
from members.operations import forget_stray_files as forget


@shared_task
def forget_stray_files(on: str | None = None) -> int:
    """Sealed documents that no row names, older than a day; how many files went."""
    return forget(at=instant_named(on))
