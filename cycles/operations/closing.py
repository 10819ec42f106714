"""Closing a month: the service admin does it, the chair and the treasurer ask for it. `years` closes whole years."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from audit.operations import record
from core.errors import Forbidden
from core.periods import business_day, month_end
from cycles.models import ClosingProposal
from cycles.queries import closing as queries
from groups.access import Standing, standing
from groups.models import BankingGroup
from groups.permissions import Reach
from ledger import alarms
from ledger.models import ClosedPeriod
from ledger.operations import BooksDiffer, PeriodNotOver, close_month
from notifications.operations import write
from users.models import User


def close_period(*, group: BankingGroup, month: dt.date, by: User, at: dt.datetime) -> ClosedPeriod | ClosingProposal:
    """The month that holds the day `month` is closed, and every open one before it; asked for by chair or treasurer, it
    is proposed. What is closed already is answered as it is.

    Refused: `forbidden`, `period_not_over`, `books_differ` (409) when the proof fails: then the alarm is raised and
    stays, whatever else is rolled back.
    """
    here = may_close(by, group)
    if found := queries.closed_month(group, month):
        return found
    if month_end(month) >= business_day(at):
        raise PeriodNotOver
    if not here.is_service_admin:
        return propose(group=group, period=f"{month:%Y-%m}", by=by, at=at)
    with alarmed(group, at):
        return close_month(group=group, month=month, at=at, actor=by)


def may_close(by: User, group: BankingGroup) -> Standing:
    """What she is to the group; refused `forbidden` to whoever may neither close nor ask for it."""
    here = standing(by, group)
    if here.may("periods:close") is not Reach.ALL:
        raise Forbidden
    return here


@contextmanager
def alarmed(group: BankingGroup, at: dt.datetime) -> Iterator[None]:
    """What is done within is one transaction; where books that differ end it, the alarm outlives it."""
    try:
        with transaction.atomic():
            yield
    except BooksDiffer as refusal:
        alarms.books_differ(group=group, found=refusal.found, on=business_day(at), at=at)
        raise


@transaction.atomic
def propose(*, group: BankingGroup, period: str, by: User, at: dt.datetime) -> ClosingProposal:
    """Asked for once by each; the service admins hear of the first."""
    proposal = ClosingProposal(group=group, period=period, proposed_by=by, proposed_at=at)
    ClosingProposal.objects.bulk_create([proposal], ignore_conflicts=True)
    kept = ClosingProposal.objects.select_related("proposed_by").get(group=group, period=period, proposed_by=by)
    if kept.pk == proposal.pk:
        record(
            verb="closing.proposed",
            at=at,
            actor_id=by.pk,
            subject="closing_proposal",
            subject_id=kept.pk,
            group_id=group.pk,
            organisation_id=group.organisation_id,
            period=period,
        )
        _tell(kept)
    return kept


def _tell(proposal: ClosingProposal) -> None:
    group, period = proposal.group, proposal.period
    for user in alarms.service_admins(group):
        write(
            user=user,
            template="closing_proposed",
            once=f"closing_proposed:{group.pk}:{period}:{user.pk}",
            group_id=group.pk,
            group=group.name,
            period=period,
        )
