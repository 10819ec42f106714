"""The seal: the head of the group's chain, the counted cash and the roll, bound together for good."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.codes import short_code
from core.errors import Invalid, NotFound
from ledger.models import Book
from ledger.operations import hold_books
from ledger.queries.balances import account_balances
from ledger.rules import CASH_BOX
from meetings import rules, seals
from meetings.models import Attendance, CashCount, Meeting
from meetings.operations.holding import hold_open, log
from meetings.operations.refusals import CountMissing, RollCallMissing
from meetings.queries import counts_of
from meetings.queries.views import Cash, cash_of
from members.models import Member
from notifications.operations import write
from users.models import User


@transaction.atomic
def seal(
    *, meeting: Meeting, by: User, at: dt.datetime, confirmed_by: Sequence[Member] = (), notes: str = ""
) -> Meeting:
    """The meeting is SEALED: it has a code, and every active member is told it, once.

    What else is missing than roll call and closing count stands on its minutes. Papers of it that still wait are never
    posted. Refused: `meeting_sealed`, `meeting_not_open`, `roll_call_missing`, `count_missing`, `not_found` for a
    member of another group, `invalid` for who was not here and confirms.
    """
    table = hold_open(meeting.group, meeting.pk)
    if not Attendance.objects.filter(meeting=table).exists():
        raise RollCallMissing
    if not CashCount.objects.filter(meeting=table, moment=CashCount.Moment.CLOSING).exists():
        raise CountMissing
    _confirm(table, confirmed_by)
    hold_books([table.group])
    head = Book.objects.get(group=table.group)
    cash = cash_of(counts_of([table])[table.pk])
    table.status = Meeting.Status.SEALED
    table.sealed_by, table.sealed_at, table.seal_code = by, at, short_code(table.pk)
    table.entries, table.head_hash, table.notes = head.entries, head.last_hash, notes.strip()
    table.book_cash, table.counted_cash = _book(table, cash), cash.closing.counted if cash.closing else table.book_cash
    table.seal_hash = seals.digest(table)
    table.save(update_fields=_SEALED)
    log("meeting.sealed", table, by, at, entries=table.entries, counted=table.counted_cash, book=table.book_cash)
    for member in Member.objects.filter(group=table.group, is_active=True).select_related("person__user__data_key"):
        _tell(table, member)
    return table


_SEALED = [
    "status", "sealed_by", "sealed_at", "seal_code", "entries", "head_hash", "notes_sealed", "book_cash",
    "counted_cash", "seal_hash",
]  # fmt: skip


def _book(table: Meeting, cash: Cash) -> Decimal:
    """The box by the book of the day it was counted for, before its counted differences."""
    return account_balances(table.group, cash.day_of(table), (CASH_BOX,))[CASH_BOX] - cash.posted


def _confirm(table: Meeting, members: Sequence[Member]) -> None:
    """Who was at the table heard the figures; who was not cannot say that they are right."""
    if any(member.group_id != table.group_id for member in members):
        raise NotFound
    named = {member.pk for member in members}
    here = Attendance.objects.filter(meeting=table, member__in=named, status__in=rules.HERE)
    if here.count() < len(named):
        raise Invalid(_("Only who is marked as here, or late, confirms what was read aloud."), field="confirmed_by")
    here.update(has_confirmed=True)


def _tell(table: Meeting, member: Member) -> None:
    user = member.person.user
    if user is None:
        return
    with override(user.language):
        day = date_format(table.meeting_date)
    write(
        user=user,
        template="meeting_sealed",
        once=f"meeting_sealed:{table.pk}:{user.pk}",
        group_id=table.group_id,
        group=table.group.name,
        day=day,
        code=table.seal_code,
    )
