"""What is forgotten by the clock."""

from celery import shared_task

from core.periods import instant_named
from users.operations.forgetting import forget_old


@shared_task
def forget_old_sign_ins(on: str | None = None) -> int:
    """Old failures, addresses, codes and sessions; how many rows went."""
    return forget_old(at=instant_named(on))
