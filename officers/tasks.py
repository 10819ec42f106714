"""What is forgotten by the clock."""

from celery import shared_task

from core.periods import instant_named
from groups.models import Organisation
from officers.operations import forget_positions as forget


@shared_task
def forget_positions(on: str | None = None) -> int:
    """Where officers were, older than their organisation keeps it; how many fixes went."""
    return forget(organisations=list(Organisation.objects.all()), at=instant_named(on))
