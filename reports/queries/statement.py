"""What a member's funds held when a period began, every line in it in the order of the books, and what they held then.

Read from the lines of the journal that bear her name, never from the papers behind them, so that a statement agrees
with the balances to the cent. A page is found by its position; what lies before the period is one sum a fund.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from core.codes import short_code
from core.money import ZERO
from ledger.models import Account, Entry, Line
from ledger.queries import BadCursor
from ledger.queries.balances import in_own_sense
from members.models import Member
from savings.rules import SAVING_ACCOUNTS

FUND_OF = {account: fund for fund, account in SAVING_ACCOUNTS.items()}
_SALT = "reports.statement"
_ASKED = (
    "id",
    "amount",
    "account__code",
    "entry__booked_on",
    "entry__number",
    "entry__kind",
    "entry__voucher__id",
    "is_reversed",
)
_IN_ORDER = ("entry__booked_on", "entry__number", "id")


@dataclass(frozen=True)
class StatementRow:
    """One line: what came into a fund of hers or left it, and what each fund held after it."""

    line: UUID
    transaction_date: dt.date
    entry_number: int
    kind: str
    fund: str
    came: Decimal
    went: Decimal
    voucher: UUID | None
    reversed: bool
    balances: Mapping[str, Decimal]

    @property
    def receipt_code(self) -> str | None:
        return short_code(self.voucher) if self.voucher else None


@dataclass(frozen=True)
class Statement:
    """A page of a member's statement. The balances are those of the whole period; `next` is the next page's cursor."""

    member: Member
    first: dt.date
    last: dt.date
    opening: Mapping[str, Decimal]
    closing: Mapping[str, Decimal]
    rows: tuple[StatementRow, ...]
    next: str | None


@dataclass(frozen=True)
class _Place:
    """Where a line stands in the books."""

    booked_on: dt.date
    number: int
    line: UUID


def statement(
    *, member: Member, first: dt.date | None, last: dt.date, after: str | None = None, limit: int = 50
) -> Statement:
    """From `first` (None: her first entry's day) to `last`, both within, after the cursor `after`.

    Refused: a cursor of another statement (`invalid`).
    """
    lines = _lines_of(member)
    if first is None:
        first = min(_first_day(lines) or last, last)
    place = _place_of(after, member, first, last)
    opening, closing, before = _sums(lines, first, last, place)
    found = list(_between(lines, first, last, place).values(*_ASKED)[: limit + 1])
    rows = tuple(_running(found[:limit], before))
    more = _cursor(rows[-1], member) if len(found) > limit else None
    return Statement(member, first, last, opening, closing, rows, more)


def _lines_of(member: Member) -> QuerySet[Line]:
    funds = Account.objects.filter(group=member.group_id, code__in=FUND_OF).values("pk")
    return Line.objects.filter(account__in=funds, member=member)


def _first_day(lines: QuerySet[Line]) -> dt.date | None:
    return lines.order_by("entry__booked_on").values_list("entry__booked_on", flat=True).first()


def _sums(
    lines: QuerySet[Line], first: dt.date, last: dt.date, place: _Place | None
) -> tuple[dict[str, Decimal], dict[str, Decimal], dict[str, Decimal]]:
    """Fund → held before the period, after it, and before the page; one statement, so that the three agree."""
    ended = Q(entry__booked_on__lt=first)
    seen = ended if place is None else Q(entry__booked_on__lte=last) & ~_after(place)
    figures = lines.filter(entry__booked_on__lte=last).values("account__code").order_by("account__code")
    held = figures.annotate(
        opening=Sum("amount", filter=ended), before=Sum("amount", filter=seen), closing=Sum("amount")
    )
    opening, closing, before = (dict.fromkeys(SAVING_ACCOUNTS, ZERO) for _each in range(3))
    for row in held:
        code, fund = row["account__code"], FUND_OF[row["account__code"]]
        opening[fund] = in_own_sense(code, row["opening"] or ZERO)
        closing[fund] = in_own_sense(code, row["closing"] or ZERO)
        before[fund] = in_own_sense(code, row["before"] or ZERO)
    return opening, closing, before


def _between(lines: QuerySet[Line], first: dt.date, last: dt.date, place: _Place | None) -> QuerySet[Line]:
    chosen = lines.filter(entry__booked_on__range=(place.booked_on if place else first, last))
    if place is not None:
        chosen = chosen.filter(_after(place))
    taken_back = Exists(Entry.objects.filter(reverses=OuterRef("entry")))
    return chosen.annotate(is_reversed=taken_back).order_by(*_IN_ORDER)


def _after(place: _Place) -> Q:
    later = Q(entry__booked_on__gt=place.booked_on)
    same_day = Q(entry__booked_on=place.booked_on)
    number = Q(entry__number__gt=place.number) | Q(entry__number=place.number, pk__gt=place.line)
    return later | same_day & number


def _running(found: list[dict[str, Any]], held: dict[str, Decimal]) -> Iterator[StatementRow]:
    for line in found:
        fund = FUND_OF[line["account__code"]]
        moved = in_own_sense(line["account__code"], line["amount"])
        held = held | {fund: held[fund] + moved}
        yield StatementRow(
            line=line["id"],
            transaction_date=line["entry__booked_on"],
            entry_number=line["entry__number"],
            kind=line["entry__kind"],
            fund=fund,
            came=max(moved, ZERO),
            went=max(ZERO - moved, ZERO),
            voucher=line["entry__voucher__id"],
            reversed=line["is_reversed"],
            balances=held,
        )


def _cursor(row: StatementRow, member: Member) -> str:
    return signing.dumps([row.transaction_date.isoformat(), row.entry_number, row.line.hex], salt=_salt(member))


def _place_of(after: str | None, member: Member, first: dt.date, last: dt.date) -> _Place | None:
    if after is None:
        return None
    try:
        booked_on, number, line = signing.loads(after, salt=_salt(member))
    except signing.BadSignature as error:
        raise BadCursor(field="cursor") from error
    place = _Place(dt.date.fromisoformat(booked_on), number, UUID(line))
    if not first <= place.booked_on <= last:
        raise BadCursor(field="cursor")
    return place


def _salt(member: Member) -> str:
    return f"{_SALT}.{member.pk.hex}"
