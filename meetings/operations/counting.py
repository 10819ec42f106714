"""The box is counted, by note and coin. What differs from the book is an entry of its own, never plugged."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Invalid
from core.money import MAX_AMOUNT
from core.periods import business_day, month_start
from groups.access import standing
from groups.models import BankingGroup
from ledger.models import ClosedPeriod, DayTotal, Voucher
from ledger.operations import hold_books
from ledger.places import BOX, Place
from ledger.queries.balances import account_balances
from ledger.rules import CASH_BOX, Leg
from ledger.vouchers import Draft, draft, settle
from meetings import rules
from meetings.models import CashCount, Denomination, Meeting
from meetings.operations.holding import hold_open, is_watched
from meetings.operations.refusals import CountOutdated
from savings.operations.doors import log, must_be_open
from savings.operations.followers import Confirmer
from users.models import User

Moment = CashCount.Moment
Pieces = Mapping[Decimal, int]


@transaction.atomic
def count_cash(
    *, meeting: Meeting, moment: str, pieces: Pieces, by: User, at: dt.datetime, explanation: str = ""
) -> CashCount:
    """The box as it was counted at the OPENING or the CLOSING of a meeting; counted again, the newest counts.

    A CLOSING count that differs from the book of the meeting's day posts the difference at once, where somebody else
    is here who watches and the box was left alone since that day; otherwise the difference waits for another person's
    yes. An opening one posts nothing. Where the month of the meeting is closed by now, the book is that of today.
    Refused: `invalid` for pieces that do not exist, `meeting_sealed`, `meeting_not_open`, `insufficient_cash` when the
    money is known to have left since.
    """
    if moment not in {Moment.OPENING, Moment.CLOSING}:
        raise Invalid(_("Say OPENING or CLOSING."), field="moment")
    counted = _worth(pieces)
    table = hold_open(meeting.group, meeting.pk)
    count = _count(table.group, _day_of(table, at), counted, by, at)
    count.meeting, count.moment, count.explanation = table, moment, explanation.strip()
    difference = count.counted - count.book
    if difference and moment == Moment.CLOSING:
        count.voucher = _paper(count, difference, at)
        if is_watched(table, by) and not _has_moved_on(count):
            settle(voucher=count.voucher, legs=_legs(count.voucher, None), at=at, actor=by)
    return _kept(count, pieces)


@transaction.atomic
def count_outside(
    *, group: BankingGroup, pieces: Pieces, by: User, at: dt.datetime, on: dt.date, explanation: str = ""
) -> CashCount:
    """The box as it was counted on a day without a meeting. A difference waits for another person's yes.

    Refused: `invalid` for pieces that do not exist, `group_suspended`, `date_in_future`, `period_closed`.
    """
    counted = _worth(pieces)
    must_be_open(group, on, at)
    count = _count(group, on, counted, by, at)
    count.moment, count.explanation = Moment.OUTSIDE, explanation.strip()
    if difference := count.counted - count.book:
        count.voucher = _paper(count, difference, at)
    return _kept(count, pieces)


def _worth(pieces: Pieces) -> Decimal:
    if any(worth not in rules.DENOMINATIONS for worth in pieces):
        raise Invalid(_("There is no such note or coin."), field="denominations")
    if any(isinstance(count, bool) or not isinstance(count, int) or count < 0 for count in pieces.values()):
        raise Invalid(_("Give for each note or coin how many there are."), field="denominations")
    worth = rules.worth_of(pieces)
    if worth > MAX_AMOUNT:
        raise Invalid(_("That is more than 999,999,999.99 together."), field="denominations")
    return worth


def _day_of(table: Meeting, at: dt.datetime) -> dt.date:
    """The meeting's day; today where its month was closed meanwhile, since a closed month takes no difference."""
    hold_books([table.group])
    closed = ClosedPeriod.objects.filter(group=table.group, month__gte=month_start(table.meeting_date))
    return business_day(at) if closed.exists() else table.meeting_date


def _has_moved_on(count: CashCount) -> bool:
    """Has cash gone in or out after the day that is counted for, or was the box counted for a later one?

    Then nobody can say any more that what lies there is what lay there on that day.
    """
    box = {"account__group": count.group, "account__code": CASH_BOX}
    moved = DayTotal.objects.filter(**box, booked_on__gt=count.counted_on)
    return moved.exists() or CashCount.objects.filter(group=count.group, counted_on__gt=count.counted_on).exists()


def _count(group: BankingGroup, day: dt.date, counted: Decimal, by: User, at: dt.datetime) -> CashCount:
    """Beside what the book says, which is held from here on: nothing is posted between the look and the difference."""
    hold_books([group])
    return CashCount(
        group=group,
        counted_on=day,
        counted=counted,
        book=account_balances(group, day, (CASH_BOX,))[CASH_BOX],
        counted_by=by,
        counted_at=at,
        data_key=group.data_key,
    )


def _paper(count: CashCount, difference: Decimal, at: dt.datetime) -> Voucher:
    paper = Draft(
        group=count.group,
        kind=rules.COUNT,
        detail=rules.detail_of(difference),
        amount=abs(difference),
        recorded_by=count.counted_by,
        at=at,
        on=count.counted_on,
        method=Voucher.Method.CASH,
        source=BOX if difference < 0 else None,
        to=BOX if difference > 0 else None,
        meeting_id=count.meeting_id,
        reason=count.explanation,
    )
    voucher, _new = draft(paper)
    log("cash.difference_recorded", voucher, count.counted_by, at)
    return voucher


def _kept(count: CashCount, pieces: Pieces) -> CashCount:
    count.save(force_insert=True)
    rows = [Denomination(count=count, worth=worth, pieces=number) for worth, number in pieces.items() if number]
    Denomination.objects.bulk_create(sorted(rows, key=lambda row: row.worth, reverse=True))
    record(
        verb="cash.counted",
        at=count.counted_at,
        actor_id=count.counted_by_id,
        subject="cash_count",
        subject_id=count.pk,
        group_id=count.group_id,
        organisation_id=count.group.organisation_id,
        in_place_of_office=standing(count.counted_by, count.group).in_place_of_office,
        moment=str(count.moment),
        meeting=count.meeting_id,
        counted=count.counted,
        book=count.book,
    )
    return count


# What waits for another person's yes


def _legs(voucher: Voucher, hands: Place | None) -> list[Leg]:
    return rules.count_legs(voucher.detail, voucher.amount, BOX)


def _must_be_newest(voucher: Voucher) -> None:
    """Otherwise one shilling that is missing would be booked as often as it was found missing: a count of a later day
    has found it already."""
    hold_books([voucher.group])
    count = CashCount.objects.get(voucher=voucher)
    others = CashCount.objects.filter(group=count.group_id).exclude(pk=count.pk).exclude(moment=Moment.OPENING)
    stands = Q(voucher__isnull=True) | Q(voucher__status=Voucher.Status.VERIFIED)
    posted_since = Q(voucher__status=Voucher.Status.VERIFIED, voucher__verified_at__gte=count.counted_at)
    newer = Q(counted_at__gt=count.counted_at) | Q(counted_on__gt=count.counted_on)
    if others.filter(stands & newer | posted_since).exists():
        raise CountOutdated


DIFFERENCES = Confirmer(legs=_legs, hold=_must_be_newest)
