"""What every night does to the books: they are proved, and months that are over are closed or told of.

Each group is a transaction of its own: whoever does it again, or from the middle on, or twice at once, does it once.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import override

from core.periods import add_months, business_day, month_end, month_start
from groups.models import BankingGroup, Organisation
from ledger import alarms, closings
from ledger.models import ClosedPeriod
from ledger.operations import BooksDiffer, close_month, hold_books
from ledger.verify import check_books
from notifications.operations import write

log = logging.getLogger(__name__)


class NightFailed(Exception):
    """Some groups could not be looked at; the others were."""


@dataclass
class Night:
    """What came of a run, group by group."""

    differ: int = 0
    closed: int = 0
    proved: int = 0
    failed: int = 0

    def must_be_whole(self) -> None:
        if self.failed:
            raise NightFailed(f"{self.failed} groups could not be looked at")


def prove_books(*, on: dt.date, at: dt.datetime) -> Night:
    """Every invariant of every group's books; a group whose books differ raises the alarm, once a day and person."""
    night = Night()
    for group in BankingGroup.objects.select_related("organisation").order_by("pk").iterator():
        try:
            found = check_books(group)
            night.differ += bool(found)
            night.proved += not found
            if found:
                alarms.books_differ(group=group, found=found, on=on, at=at)
        except Exception:
            log.exception("the books of group %s could not be looked at", group.pk)
            night.failed += 1
    night.must_be_whole()
    return night


def prove_months(*, on: dt.date, at: dt.datetime) -> Night:
    """The month before `on` is proved in every group where it is not closed yet, without closing it.

    Where the organisation has a standing order and its day has come, it is closed; elsewhere its service admins hear,
    once, that it can be. Closing goes by the real day of `at`, whichever day is named. Books that differ raise the
    alarm, and nothing of that group is closed.
    """
    night = Night()
    for organisation in Organisation.objects.order_by("pk"):
        ready = _closed_or_ready(organisation, min(on, business_day(at)), at, night)
        if ready:
            _tell(organisation, month_before(on), ready)
    night.must_be_whole()
    return night


def month_before(day: dt.date) -> dt.date:
    return add_months(month_start(day), -1)


def due_month(order: int | None, on: dt.date) -> dt.date | None:
    """The newest month that a standing order wants closed by a day; None without one."""
    if order is None:
        return None
    return month_before(on) if on.day >= order else add_months(month_start(on), -2)


def _closed_or_ready(organisation: Organisation, on: dt.date, at: dt.datetime, night: Night) -> list[BankingGroup]:
    """Groups whose ended month is proved and waits for somebody to close it."""
    ready = []
    for group in BankingGroup.objects.filter(organisation=organisation).select_related("organisation").order_by("pk"):
        try:
            if _night_of(group, on, at, night) and organisation.months_close_on_day is None:
                ready.append(group)
        except BooksDiffer as refusal:
            night.differ += 1
            alarms.books_differ(group=group, found=refusal.found, on=on, at=at)
        except Exception:
            log.exception("the month of group %s could not be looked at", group.pk)
            night.failed += 1
    return ready


@transaction.atomic
def _night_of(group: BankingGroup, on: dt.date, at: dt.datetime, night: Night) -> bool:
    """Whether the ended month is proved and still open."""
    due = due_month(group.organisation.months_close_on_day, on)
    if due and _waits(group, due):
        close_month(group=group, month=due, at=at, actor=None)
        night.closed += 1
    ended = month_before(on)
    if not _waits(group, ended):
        return False
    hold_books([group])
    base = closings.base_before(group, closings.months_to_close(group, ended)[0])
    if found := list(closings.differences(group, base, closings.posted_since(group, base))):
        raise BooksDiffer(found)
    night.proved += 1
    return True


def _waits(group: BankingGroup, month: dt.date) -> bool:
    """Whether a month has something to close: the group had entries by its end, and it is open."""
    if ClosedPeriod.objects.filter(group=group, month__gte=month).exists():
        return False
    return group.entries.filter(booked_on__lte=month_end(month)).exists()


def _tell(organisation: Organisation, month: dt.date, ready: Iterable[BankingGroup]) -> None:
    """The service admins hear once of a month, however many groups it can be closed in."""
    groups = list(ready)
    for user in alarms.service_admins(groups[0]):
        with override(user.language):
            period = date_format(month, "F Y")
        write(
            user=user,
            template="month_can_be_closed" if len(groups) == 1 else "months_can_be_closed",
            once=f"month_can_be_closed:{organisation.pk}:{month:%Y-%m}:{user.pk}",
            group_id=groups[0].pk if len(groups) == 1 else None,
            group=groups[0].name,
            count=len(groups),
            period=period,
        )
