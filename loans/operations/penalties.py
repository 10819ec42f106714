"""What every night does to running loans: penalties that fell due are written down, the figures of lists move on."""

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction

from audit.operations import record
from loans.models import Loan, Penalty, Status
from loans.operations.books import history_of, refresh
from loans.operations.locks import locked

log = logging.getLogger(__name__)
BATCH = 200


class PenaltiesFailed(Exception):
    """Some loans could not be looked at; the others were."""


def charge_penalties(*, on: dt.date, at: dt.datetime) -> int:
    """Every running loan with something overdue on `on` is told anew; returns how many penalties were written.

    Each loan is a change of its own, so that one that fails keeps none of the others: it is named in the log, and the
    run ends with `PenaltiesFailed`. The same night twice writes nothing twice.
    """
    written, failed, last = 0, [], None
    late = Loan.objects.filter(status=Status.DISBURSED, oldest_due_on__lt=on).order_by("pk")
    while batch := list((late.filter(pk__gt=last) if last else late)[:BATCH]):
        last = batch[-1].pk
        for loan in batch:
            try:
                written += _charge(loan, at)
            except Exception:
                log.exception("the penalties of loan %s could not be worked out", loan.pk)
                failed.append(loan.pk)
    if failed:
        raise PenaltiesFailed(f"{len(failed)} loans could not be looked at: {_named(failed)}")
    return written


def _named(loans: list[UUID]) -> str:
    return ", ".join(str(loan) for loan in loans[:20])


@transaction.atomic
def _charge(loan: Loan, at: dt.datetime) -> int:
    running = locked(loan)
    if running.status != Status.DISBURSED:
        return 0
    standing = Penalty.objects.filter(loan=running, cancelled_at=None)
    before = set(standing.values_list("pk", flat=True))
    refresh(running, history_of(running), at=at)
    fresh = [penalty for penalty in standing if penalty.pk not in before]
    if fresh:
        record(
            verb="loan.penalties_charged",
            at=at,
            actor_id=None,
            subject="loan",
            subject_id=running.pk,
            group_id=running.group_id,
            organisation_id=running.group.organisation_id,
            count=len(fresh),
            amount=sum(penalty.amount for penalty in fresh),
        )
    return len(fresh)
