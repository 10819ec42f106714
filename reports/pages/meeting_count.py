"""Counting the box: notes and coins in a form, what the book says, and the difference before it is kept.

The review is a rehearsal: the very verb counts, its figures are read, and everything is rolled back.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.forms import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import ZERO, shown
from core.periods import business_day
from groups.models import BankingGroup
from ledger.models import Voucher
from ledger.queries import account_balances, trf_sheet
from ledger.rules import CASH_BOX
from meetings import operations
from meetings.models import CashCount, Meeting
from meetings.rules import worth_of
from reports.meeting_forms import COINS, NOTES, CountForm, piece_name
from reports.pages import words
from reports.pages.loan_seen import FiguresMoved
from reports.pages.record import Change
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.cash-count"
Moment = CashCount.Moment
# The moments of a meeting, as they stand in the address.
MOMENTS = {"opening": Moment.OPENING, "closing": Moment.CLOSING}


@dataclass(frozen=True)
class Counting:
    """Where and when the box is counted: at a meeting, or outside one."""

    group: BankingGroup
    meeting: Meeting | None
    moment: str

    @property
    def href(self) -> str:
        if self.meeting is None:
            return reverse("cash-count-page", args=[self.group.pk])
        word = next(word for word, moment in MOMENTS.items() if moment == self.moment)
        return reverse("meeting-count-page", args=[self.meeting.pk, word])

    @property
    def title(self) -> str:
        if self.moment == Moment.OPENING:
            return _("Opening count: what is in the box?")
        return _("Closing count: what is in the box?") if self.moment == Moment.CLOSING else _("What is in the box?")

    def body(self, form: CountForm) -> dict[str, Any]:
        """What makes two sendings the same."""
        return {
            "of": str(self.meeting.pk if self.meeting else self.group.pk),
            "moment": self.moment,
            "pieces": {str(worth): count for worth, count in form.pieces.items()},
            "explanation": form.cleaned_data["explanation"],
        }


@dataclass(frozen=True)
class PieceRow:
    field: BoundField
    worth: Decimal


@dataclass(frozen=True)
class PieceTable:
    """Notes, or coins, with what they are worth so far."""

    key: str
    name: str
    rows: tuple[PieceRow, ...]
    worth: Decimal


@dataclass(frozen=True)
class CountPage:
    title: str
    href: str
    recall: str
    form: CountForm
    tables: tuple[PieceTable, ...]
    counted: Decimal


@dataclass(frozen=True)
class Part:
    word: str
    amount: Decimal


@dataclass(frozen=True)
class Review:
    """The count beside the book, and what keeping it would change."""

    title: str
    href: str
    pieces: tuple[Part, ...]
    counted: Decimal
    book: Decimal
    difference: Decimal
    difference_word: str
    note: str
    changes: tuple[Change, ...]
    seen: str


def page_of(counting: Counting, form: CountForm, recall: str = "") -> CountPage:
    """The form with its sums as far as it was filled in."""
    pieces = form.pieces if form.is_bound else _begun(form)
    tables = (_table("notes", _("Notes"), NOTES, form, pieces), _table("coins", _("Coins"), COINS, form, pieces))
    return CountPage(counting.title, counting.href, recall, form, tables, sum((each.worth for each in tables), ZERO))


def _begun(form: CountForm) -> dict[Decimal, int]:
    """What was counted before, for somebody who goes back to it."""
    begun = {worth: str(form[piece_name(worth)].value() or "") for worth in (*NOTES, *COINS)}
    return {worth: int(text) for worth, text in begun.items() if text.isascii() and text.isdigit()}


def _table(
    key: str, name: str, worths: Iterable[Decimal], form: CountForm, pieces: Mapping[Decimal, int]
) -> PieceTable:
    rows = tuple(PieceRow(form[piece_name(worth)], worth * pieces.get(worth, 0)) for worth in worths)
    return PieceTable(key, name, rows, sum((row.worth for row in rows), ZERO))


def review(counting: Counting, form: CountForm, *, by: User, at: dt.datetime) -> Review:
    """Rehearse the count. Refused: whatever the verb refuses."""
    count, before, after = _rehearsed(counting, at, lambda: _count(counting, form, by, at))
    difference = count.counted - count.book
    return Review(
        title=_("Check the count"),
        href=counting.href,
        pieces=tuple(Part(f"{worth:,} × {number:,}", worth * number) for worth, number in form.pieces.items()),
        counted=worth_of(form.pieces),
        book=count.book,
        difference=difference,
        difference_word=difference_word(difference),
        note=_note(counting, difference, waits=_waits(count)),
        changes=_changes(before, after),
        seen=_seen(count),
    )


def difference_word(difference: Decimal) -> str:
    if difference < 0:
        return _("Short")
    return _("Over") if difference > 0 else _("It agrees")


def _waits(count: CashCount) -> bool:
    return count.voucher is not None and count.voucher.status == Voucher.Status.PENDING


def _note(counting: Counting, difference: Decimal, *, waits: bool) -> str:
    if not difference:
        return _("The box holds what the book says.")
    said = {"amount": shown(abs(difference))}
    told = (
        _("The count is %(amount)s below the book. Count again, or write why.") % said
        if difference < 0
        else _("The count is %(amount)s above the book. Count again, or write why.") % said
    )
    if counting.moment == Moment.OPENING:
        return told + " " + _("It stands on the minutes; no figure changes.")
    if waits:
        return told + " " + _("It becomes an entry of its own once somebody else confirms it; no other figure changes.")
    entry = _("cash short") if difference < 0 else _("cash over")
    return told + " " + _("It becomes an entry of its own (“%(entry)s”); no other figure changes.") % {"entry": entry}


def _seen(count: CashCount) -> str:
    return f"{count.counted:.2f} {count.book:.2f}"


def keep(counting: Counting, form: CountForm, *, by: User, at: dt.datetime) -> Outcome[CashCount]:
    """Do it, once. Refused: `figures_moved` where the book says something else than when it was looked at."""

    def act() -> tuple[UUID, CashCount]:
        count = _count(counting, form, by, at)
        if form.cleaned_data["seen"] not in {"", _seen(count)}:
            raise FiguresMoved
        return count.pk, count

    key, body = form.cleaned_data["offline_sync_id"], counting.body(form)
    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=count_by_id)


def count_by_id(count_id: UUID) -> CashCount:
    return CashCount.objects.select_related("meeting", "group", "voucher").get(pk=count_id)


def _count(counting: Counting, form: CountForm, by: User, at: dt.datetime) -> CashCount:
    pieces, why = form.pieces, form.cleaned_data["explanation"]
    if counting.meeting is None:
        return operations.count_outside(
            group=counting.group, pieces=pieces, by=by, at=at, on=business_day(at), explanation=why
        )
    return operations.count_cash(
        meeting=counting.meeting, moment=counting.moment, pieces=pieces, by=by, at=at, explanation=why
    )


def _rehearsed(
    counting: Counting, at: dt.datetime, act: Callable[[], CashCount]
) -> tuple[CashCount, dict[str, Decimal], dict[str, Decimal]]:
    on = business_day(at)
    before = _figures(counting.group, on)
    with transaction.atomic():
        count = act()
        after = _figures(counting.group, on)
        transaction.set_rollback(True)
    return count, before, after


def _figures(group: BankingGroup, on: dt.date) -> dict[str, Decimal]:
    return {
        "box": account_balances(group, on, (CASH_BOX,))[CASH_BOX],
        "fund": trf_sheet(group=group, on=on, members=()).trf,
    }


def _changes(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> tuple[Change, ...]:
    """What keeping the count books; nothing where nothing is booked."""
    if before == after:
        return ()
    named = {"box": str(words.PLACE_WORDS["CASH_BOX"]), "fund": _("Total revolving fund (TRF)")}
    return tuple(Change(word, before[figure], after[figure]) for figure, word in named.items())
