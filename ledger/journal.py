"""Writing to the journal: the group's lock, its position, and the rows as plain statements that serve both engines.

Only `ledger.operations` calls in here, always inside its transaction. Values go in as text and whole numbers, so that
one statement serves PostgreSQL and SQLite.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from core.ids import new_id
from groups.models import BankingGroup
from ledger.models import Account, Book, Entry
from ledger.rules import CHART, Header, Leg, entry_text, leg_text, payload_text, sha256

_LINE = ("id", "entry_id", "account_id", "member_id", "officer_id", "subject_id", "head", "amount")
_ENTRY = (
    "id", "group_id", "number", "key", "kind", "booked_on", "posted_at", "actor_id", "reverses_id",
    "previous_hash", "payload_hash", "hash",
)  # fmt: skip
# SQLite takes no more than 32,766 values in a statement.
_VALUES_A_STATEMENT = 30_000


@dataclass(frozen=True)
class Head:
    """Where a group's chain stands: how many entries, the last hash."""

    entries: int
    last_hash: str


@dataclass(frozen=True)
class Sheet:
    """An entry ready to be written: its header, its lines, and the payload's text and hash."""

    header: Header
    legs: tuple[Leg, ...]
    payload: str
    payload_hash: str

    @classmethod
    def of(cls, header: Header, legs: Iterable[Leg]) -> "Sheet":
        lines = tuple(legs)
        payload = payload_text(header, map(leg_text, lines))
        return cls(header, lines, payload, sha256(payload))


def ensure_book(group: BankingGroup) -> None:
    """Give a group its book and accounts where they are missing; two that do so at once meet without harm."""
    Book.objects.bulk_create([Book(group=group)], ignore_conflicts=True)
    Account.objects.bulk_create([Account(group=group, code=code) for code in CHART], ignore_conflicts=True)


def lock(group: BankingGroup) -> Head:
    """Hold the group's book until the transaction ends; the chain cannot grow under us meanwhile."""
    head = _locked_head(group)
    if head is None:
        ensure_book(group)
        head = _locked_head(group)
    assert head is not None  # noqa: S101 - the row was just made sure of
    return head


def _locked_head(group: BankingGroup) -> Head | None:
    wait = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
    rows = _select(f"SELECT entries, last_hash FROM ledger_book WHERE group_id = %s{wait}", [group.pk.hex])  # noqa: S608
    return Head(*rows[0]) if rows else None


def payload_hashes(keys: Sequence[str]) -> dict[str, str]:
    """Of the entries that stand under these keys already."""
    return dict(_select(f"SELECT key, payload_hash FROM ledger_entry WHERE key IN ({_marks(keys)})", keys))  # noqa: S608


def closed_since(group: BankingGroup, month: dt.date) -> bool:
    """Whether this month (by its first day) or a later one is closed: what a closing proved is not added to."""
    sql = "SELECT 1 FROM ledger_closedperiod WHERE group_id = %s AND month >= %s LIMIT 1"
    return bool(_select(sql, [group.pk.hex, month.isoformat()]))


def account_ids(group: BankingGroup) -> dict[str, str]:
    rows = _select("SELECT code, id FROM ledger_account WHERE group_id = %s", [group.pk.hex])
    return {code: str(identifier) for code, identifier in rows}


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _select(sql: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def write(*, head: Head, sheets: Sequence[Sheet], accounts: dict[str, str], at: dt.datetime) -> list[Entry]:
    """All lines in one statement, then all headers in one: each header seals the lines written before it."""
    entries = _chained(head, sheets, at)
    lines = [row for entry, sheet in zip(entries, sheets, strict=True) for row in _line_rows(entry, sheet, accounts)]
    _insert("ledger_line", _LINE, lines)
    _insert("ledger_entry", _ENTRY, [_entry_row(entry) for entry in entries])
    return entries


def _chained(head: Head, sheets: Sequence[Sheet], at: dt.datetime) -> list[Entry]:
    entries: list[Entry] = []
    number, previous = head.entries, head.last_hash
    for sheet in sheets:
        number += 1
        header = sheet.header
        entry = Entry(
            id=new_id(), group_id=header.group, number=number, key=header.key, kind=header.kind,
            booked_on=header.booked_on, posted_at=at, actor_id=header.actor, reverses_id=header.reverses,
            previous_hash=previous, payload_hash=sheet.payload_hash,
            hash=sha256(entry_text(number, at, previous, sheet.payload)),
        )  # fmt: skip
        entry._state.adding, entry._state.db = False, connection.alias
        entries.append(entry)
        previous = entry.hash
    return entries


def _line_rows(entry: Entry, sheet: Sheet, accounts: dict[str, str]) -> list[tuple[Any, ...]]:
    # The hash is over the lines in the order of their ids.
    ids = sorted(new_id() for _ in sheet.legs)
    return [
        (_hex(line), _hex(entry.id), accounts[leg.account], _hex(leg.member), _hex(leg.officer),
         _hex(leg.subject), leg.head, leg.cents)
        for line, leg in zip(ids, sheet.legs, strict=True)
    ]  # fmt: skip


def _entry_row(entry: Entry) -> tuple[Any, ...]:
    return (
        _hex(entry.id), _hex(entry.group_id), entry.number, entry.key, entry.kind, entry.booked_on.isoformat(),
        connection.ops.adapt_datetimefield_value(entry.posted_at), _hex(entry.actor_id), _hex(entry.reverses_id),
        entry.previous_hash, entry.payload_hash, entry.hash,
    )  # fmt: skip


def _hex(value: UUID | None) -> str | None:
    return value.hex if value else None


def _insert(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    step = _VALUES_A_STATEMENT // len(columns)
    place = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([place] * len(some))}",  # noqa: S608
                [value for row in some for value in row],
            )
