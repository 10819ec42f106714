"""The cash ledger: every line on a place of cash, in the order of business date, entry number and line.

A page is found by its position and not by counting rows, and its running balance is worked out afresh from the day
totals and the lines of one day: a page costs the same however long the history is, and an entry booked into the past
between two pages leaves no page with a wrong balance.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from core.money import ZERO
from groups.models import BankingGroup
from ledger.models import Account, Entry, Line, Voucher
from ledger.queries.balances import account_balances, moved_by_day
from ledger.rules import HEADS, PLACES

CASH_IN, CASH_OUT = "CASH_IN", "CASH_OUT"
CODE_OF_PLACE = {place: code for code, place in PLACES.items()}
_SALT = "ledger.cash"
_CHUNK = 500
_ASKED = (
    "id",
    "entry_id",
    "account_id",
    "head",
    "amount",
    "entry__booked_on",
    "entry__number",
    "entry__reverses__number",
)
_PAPER = ("entry_id", "id", "meeting_id")


class BadCursor(Invalid):
    """The cursor was not given by this ledger: it is damaged, forged, or belongs to another group, place or view."""

    detail = gettext_lazy("This cursor belongs to another list. Start again from the first page.")


@dataclass(frozen=True, order=True)
class Position:
    """Where a line stands in the ledger."""

    booked_on: dt.date
    number: int
    line: UUID


@dataclass(frozen=True)
class CashRow:
    """One movement of cash, or with `lines` above one the movements of one head in one meeting.

    `place` is None only where folded lines lie in different places; `reference_doc` is the voucher, of a fold the
    meeting. `amount` is above zero, the category says which way; `balance_after` is over the places asked for.
    """

    position: Position
    category: str
    subcategory: str
    amount: Decimal
    place: str | None
    reference_doc: UUID | None
    balance_after: Decimal = ZERO
    lines: int = 1
    meeting_id: UUID | None = None
    entry_id: UUID | None = None
    reverses: int | None = None
    member_name: str = ""

    @property
    def entry_number(self) -> int:
        return self.position.number

    @property
    def transaction_date(self) -> dt.date:
        return self.position.booked_on

    @property
    def signed(self) -> Decimal:
        return self.amount if self.category == CASH_IN else -self.amount

    @property
    def description(self) -> str:
        """In the reader's language, from the head, the member and what is reversed."""
        words = str(HEADS[self.subcategory])
        if self.lines > 1:
            told = _("%(head)s at the meeting, %(count)d lines")
            return told % {"head": words, "count": self.lines}
        if self.member_name:
            words = _("%(head)s: %(name)s") % {"head": words, "name": self.member_name}
        if self.reverses:
            words = _("Reversal of entry %(number)d: %(words)s") % {"number": self.reverses, "words": words}
        return words


@dataclass(frozen=True)
class CashLedger:
    """A page of the cash ledger. The balances are those of the whole period; `next` is the cursor of the next page."""

    first: dt.date
    last: dt.date
    opening_balance: Decimal
    closing_balance: Decimal
    rows: tuple[CashRow, ...]
    next: str | None


@dataclass(frozen=True)
class _Scope:
    """Which lines are read, what was there before and after them, and which list a cursor must belong to."""

    group: BankingGroup
    places: dict[UUID, str]
    first: dt.date
    last: dt.date
    opening: Decimal
    closing: Decimal
    name: str

    def held_before(self, day: dt.date) -> Decimal:
        """What the places held when the day began, counted from the nearer end of the period."""
        if day <= self.first:
            return self.opening
        codes = self.places.values()
        if day - self.first <= self.last - day:
            return self.opening + sum(moved_by_day(self.group, codes, self.first, day - dt.timedelta(1)).values(), ZERO)
        return self.closing - sum(moved_by_day(self.group, codes, day, self.last).values(), ZERO)


def cash_ledger(
    *,
    group: BankingGroup,
    first: dt.date | None,
    last: dt.date,
    place: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> CashLedger:
    """One row a line, from `first` (None: the first entry's day) to `last`, after the cursor `after`.

    `place` (CASH_BOX, BANK, MPESA, OFFICER) narrows rows and balances alike. Refused: a cursor of another list.
    """
    scope = _scope(group, first, last, place, "lines")
    position = _position(after, scope)
    held = scope.opening if position is None else scope.held_before(position.booked_on) + _moved_until(scope, position)
    found = _chunk(scope, position, limit + 1)
    rows = _named(list(_running(found[:limit], held)))
    return _page(scope, rows, more=len(found) > limit)


def cash_ledger_by_meeting(
    *,
    group: BankingGroup,
    first: dt.date | None,
    last: dt.date,
    place: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> CashLedger:
    """As `cash_ledger`, but a day's lines of one meeting, head and direction stand as one row, where the first stood.

    Lines of no meeting stay single.
    """
    scope = _scope(group, first, last, place, "meetings")
    position = _position(after, scope)
    day = scope.first if position is None else position.booked_on
    folded = _running(_folds(replace(scope, first=day)), scope.held_before(day))
    unseen = (row for row in folded if position is None or row.position > position)
    found = list(islice(unseen, limit + 1))
    return _page(scope, _named(found[:limit]), more=len(found) > limit)


def first_booked_on(group: BankingGroup) -> dt.date | None:
    """The day of the group's first entry by business date."""
    return Entry.objects.filter(group=group).order_by("booked_on").values_list("booked_on", flat=True).first()


def _scope(group: BankingGroup, first: dt.date | None, last: dt.date, place: str | None, view: str) -> _Scope:
    codes = (CODE_OF_PLACE[place],) if place else tuple(PLACES)
    closing = sum(account_balances(group, last, codes).values(), ZERO)
    if first is None:
        # Nothing was there before the first entry.
        first, opening = min(first_booked_on(group) or last, last), ZERO
    else:
        opening = closing - sum(moved_by_day(group, codes, first, last).values(), ZERO)
    places = dict(Account.objects.filter(group=group, code__in=codes).values_list("id", "code"))
    return _Scope(group, places, first, last, opening, closing, f"{group.pk.hex}.{place or 'ALL'}.{view}")


def _page(scope: _Scope, rows: list[CashRow], *, more: bool) -> CashLedger:
    cursor = _cursor(rows[-1].position, scope) if more else None
    return CashLedger(scope.first, scope.last, scope.opening, scope.closing, tuple(rows), cursor)


def _cursor(position: Position, scope: _Scope) -> str:
    return signing.dumps([position.booked_on.isoformat(), position.number, position.line.hex], salt=_salt(scope))


def _salt(scope: _Scope) -> str:
    return f"{_SALT}.{scope.name}"


def _position(after: str | None, scope: _Scope) -> Position | None:
    if after is None:
        return None
    try:
        booked_on, number, line = signing.loads(after, salt=_salt(scope))
    except signing.BadSignature as error:
        raise BadCursor(field="cursor") from error
    position = Position(dt.date.fromisoformat(booked_on), number, UUID(line))
    if not scope.first <= position.booked_on <= scope.last:
        raise BadCursor(field="cursor")
    return position


def _read(scope: _Scope, first: dt.date, last: dt.date) -> QuerySet[Line]:
    period = {"entry__group": scope.group, "entry__booked_on__range": (first, last)}
    return Line.objects.filter(account__in=scope.places, **period)


def _moved_until(scope: _Scope, position: Position) -> Decimal:
    """What came and went on the position's day, up to and with its line."""
    day = _read(scope, position.booked_on, position.booked_on)
    seen = day.filter(Q(entry__number__lt=position.number) | Q(entry__number=position.number, pk__lte=position.line))
    return seen.aggregate(total=Sum("amount"))["total"] or ZERO


def _chunk(scope: _Scope, after: Position | None, limit: int) -> list[CashRow]:
    """The next lines in order, each with the voucher behind it."""
    lines = _read(scope, after.booked_on if after else scope.first, scope.last)
    if after:
        lines = lines.filter(
            Q(entry__booked_on__gt=after.booked_on)
            | Q(entry__number__gt=after.number)
            | Q(entry__number=after.number, pk__gt=after.line)
        )
    found = list(lines.order_by("entry__booked_on", "entry__number", "id").values(*_ASKED)[:limit])
    vouchers = Voucher.objects.filter(entry__in={line["entry_id"] for line in found})
    papers = {entry: (voucher, meeting) for entry, voucher, meeting in vouchers.values_list(*_PAPER)}
    return [_row(scope, line, *papers.get(line["entry_id"], (None, None))) for line in found]


def _row(scope: _Scope, line: dict[str, Any], voucher: UUID | None, meeting: UUID | None) -> CashRow:
    return CashRow(
        position=Position(line["entry__booked_on"], line["entry__number"], line["id"]),
        category=CASH_IN if line["amount"] > 0 else CASH_OUT,
        subcategory=line["head"],
        amount=abs(line["amount"]),
        place=PLACES[scope.places[line["account_id"]]],
        reference_doc=voucher,
        meeting_id=meeting,
        entry_id=line["entry_id"],
        reverses=line["entry__reverses__number"],
    )


def _running(rows: Iterable[CashRow], held: Decimal) -> Iterator[CashRow]:
    for row in rows:
        held += row.signed
        yield replace(row, balance_after=held)


def _named(rows: Collection[CashRow]) -> list[CashRow]:
    """The rows with the member each is about, where its entry is about one."""
    entries = {row.entry_id for row in rows if row.lines == 1}
    about = Line.objects.filter(entry__in=entries, member__isnull=False).values_list("entry_id", "member__person__name")
    names: dict[UUID | None, set[str]] = defaultdict(set)
    for entry, name in about:
        names[entry].add(name)
    return [replace(row, member_name=_only(names[row.entry_id])) for row in rows]


def _only(names: set[str]) -> str:
    return next(iter(names)) if len(names) == 1 else ""


def _folds(scope: _Scope) -> Iterator[CashRow]:
    """The period's rows, day by day, a meeting's lines of one head and direction folded into its first."""
    for _day, rows in groupby(_all_rows(scope), key=lambda row: row.transaction_date):
        folds: dict[object, list[CashRow]] = defaultdict(list)
        for row in rows:
            folds[(row.meeting_id, row.subcategory, row.category) if row.meeting_id else row.position].append(row)
        yield from (_folded(rows) for rows in folds.values())


def _folded(rows: list[CashRow]) -> CashRow:
    if len(rows) == 1:
        return rows[0]
    return replace(
        rows[0],
        amount=sum((row.amount for row in rows), ZERO),
        place=rows[0].place if len({row.place for row in rows}) == 1 else None,
        reference_doc=rows[0].meeting_id,
        lines=len(rows),
        entry_id=None,
        reverses=None,
    )


def _all_rows(scope: _Scope) -> Iterator[CashRow]:
    after = None
    while rows := _chunk(scope, after, _CHUNK):
        yield from rows
        after = rows[-1].position
