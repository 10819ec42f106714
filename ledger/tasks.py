"""Jobs of the books: each night every group's books are proved, and what does not add up is said aloud."""

import logging

from celery import shared_task

from audit import operations as audit
from core.periods import now
from groups.models import BankingGroup
from ledger.verify import check_books

log = logging.getLogger(__name__)


@shared_task
def prove_books() -> int:
    """Check every group's books; each group that differs gets an alarm in the log of acts. Returns how many differ."""
    alarms = 0
    for group in BankingGroup.objects.order_by("id").iterator():
        if differences := check_books(group):
            alarms += 1
            log.error("the books of group %s differ in %s places", group.id, len(differences))
            audit.record(verb="books.differ", at=now(), actor_id=None, group_id=group.id, differences=len(differences))
    return alarms
