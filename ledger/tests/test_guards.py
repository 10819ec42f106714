"""The guards, tried from raw SQL past the ORM: what each engine refuses, and with which word."""

# ruff: noqa: S608 - the statements are made of this file's own words

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from audit.models import Act
from core.codes import short_code
from core.ids import new_id
from core.money import kes
from core.tests.lasting import lasting
from ledger import guards
from ledger.models import (
    Account,
    Approval,
    Balance,
    Book,
    ClosedPeriod,
    ClosingBalance,
    DayTotal,
    Entry,
    Line,
    ReceiptClaim,
    Voucher,
)
from ledger.operations import close_month
from ledger.tests.builders import NOON, TODAY, Table, make_user
from ledger.tests.raw import Value, on_postgresql, only_postgresql, only_sqlite, refused, run
from ledger.verify import check_books
from users.models import DataKey

Row = dict[str, Value]


def account(table: Table, code: str) -> UUID:
    return Account.objects.get(group=table.group, code=code).pk


def add_line(entry: UUID, account: UUID, cents: int, *, member: UUID | None = None, verb: str = "INSERT") -> None:
    run(
        f"{verb} INTO ledger_line (id, entry_id, account_id, member_id, head, amount) VALUES (%s, %s, %s, %s, '', %s)",
        new_id().hex, entry.hex, account.hex, member.hex if member else None, cents,
    )  # fmt: skip


def add_entry(table: Table, entry: UUID, given: Row | None = None, *, verb: str = "INSERT", tail: str = "") -> None:
    """A header right behind the head, unless something else is given."""
    book = Book.objects.get(group=table.group)
    row: Row = {
        "id": entry.hex, "group_id": table.group.pk.hex, "number": book.entries + 1, "key": entry.hex,
        "kind": "ADJUSTMENT", "booked_on": "2026-03-20", "posted_at": "2026-03-20 09:00:00",
        "actor_id": table.tom.pk.hex, "reverses_id": None, "previous_hash": book.last_hash,
        "payload_hash": "a" * 64, "hash": "b" * 64,
    }  # fmt: skip
    row |= given or {}
    places = ", ".join(["%s"] * len(row))
    run(f"{verb} INTO ledger_entry ({', '.join(row)}) VALUES ({places}) {tail}", *row.values())


def add_whole(table: Table, given: Row | None = None) -> UUID:
    entry = new_id()
    for cents in (100, -100):
        add_line(entry, account(table, "1010"), cents)
    add_entry(table, entry, given)
    return entry


@pytest.fixture
@lasting
def kept(table: Table) -> Table:
    """One entry in the books and its settled voucher, and a closed month, an act, a yes and a claim beside them."""
    paper = new_id()
    entry = table.save("1000.00", key=f"{paper}:0")
    period = close_month(group=table.group, month=dt.date(2026, 1, 31), at=NOON, actor=table.tom)
    ClosingBalance.objects.create(period=period, code="1010", amount=kes("0.00"))
    Act.objects.create(at=NOON, verb="contribution.record")
    voucher = make_voucher(table, id=paper, status=Voucher.Status.VERIFIED, entry=entry)
    Approval.objects.create(voucher=voucher, approver=table.faith, at=NOON)
    ReceiptClaim.objects.create(
        organisation=table.group.organisation, group=table.group, method="", number="YEAR:2026", voucher=voucher
    )
    return table


def make_voucher(table: Table, **given: object) -> Voucher:
    paper = given.get("id") or new_id()
    words = {
        "id": paper, "code": short_code(UUID(str(paper))), "group": table.group, "kind": "CONTRIBUTION",
        "amount": kes("1000.00"), "booked_on": TODAY,
        "recorded_by": table.tom, "recorded_at": NOON, "data_key": DataKey.make(),
    } | given  # fmt: skip
    return Voucher.objects.create(**words)


FROZEN = [
    ("ledger_entry", "booked_on = booked_on", "ledger_append_only"),
    ("ledger_line", "amount = amount", "ledger_append_only"),
    ("ledger_account", "code = '9999'", "ledger_append_only"),
    ("ledger_closedperiod", "month = month", "ledger_append_only"),
    ("ledger_closingbalance", "amount = amount + 1", "ledger_append_only"),
    ("audit_act", "verb = 'nothing'", "audit_append_only"),
    ("ledger_balance", "amount = amount + 1", "ledger_hands_off"),
    ("ledger_daytotal", "debit = debit + 1", "ledger_hands_off"),
    ("ledger_book", "entries = entries + 1", "ledger_hands_off"),
    ("ledger_voucher", "amount = amount + 1", "voucher_settled"),
    ("ledger_approval", "at = at", "ledger_append_only"),
    ("ledger_receiptclaim", "number = 'YEAR:2027'", "ledger_claim_kept"),
]
TABLES = [table for table, _change, _code in FROZEN]


@pytest.mark.parametrize(("name", "change", "code"), FROZEN, ids=TABLES)
def test_nobody_updates(kept: Table, name: str, change: str, code: str) -> None:
    with refused(code):
        run(f"UPDATE {name} SET {change}")


@pytest.mark.parametrize(("name", "change", "code"), FROZEN, ids=TABLES)
def test_nobody_deletes(kept: Table, name: str, change: str, code: str) -> None:
    with refused(code):
        run(f"DELETE FROM {name}")


def pointing_at(name: str) -> set[str]:
    """The tables that point at this one, at those, and so on, in whatever room they stand."""
    pointers = [
        (field.related_model._meta.db_table, model._meta.db_table)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field.related_model, type)
    ]
    found, grew = {name}, True
    while grew:
        along = {table for target, table in pointers if target in found}
        grew = not along <= found
        found |= along
    return found - {name}


@only_postgresql
@pytest.mark.parametrize("cascade", ["", "CASCADE"])
@pytest.mark.parametrize(("name", "change", "code"), FROZEN, ids=TABLES)
def test_nobody_truncates(kept: Table, name: str, change: str, code: str, cascade: str) -> None:
    connection.check_constraints()
    if cascade:
        with refused_somewhere():
            run(f"TRUNCATE {name} CASCADE")
    elif pointing_at(name):
        # PostgreSQL itself refuses to truncate what other tables point at, unless all are named.
        pointing = ", ".join(sorted(pointing_at(name)))
        with refused_somewhere():
            run(f"TRUNCATE {name}, {pointing}")
    else:
        with refused(code):
            run(f"TRUNCATE {name}")


@contextmanager
def refused_somewhere() -> Iterator[None]:
    """A cascade meets the guards of several tables, in an order of the server's own."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert guards.refused_by(caught.value) in {
        "ledger_append_only", "ledger_hands_off", "voucher_settled", "audit_append_only",
        "ledger_claim_kept", "constitution_stands",
    }  # fmt: skip


@only_postgresql
def test_truncating_the_groups_does_not_take_the_books_along(kept: Table) -> None:
    connection.check_constraints()
    with refused_somewhere():
        run("TRUNCATE groups_bankinggroup CASCADE")


@pytest.mark.parametrize(
    "name",
    ["ledger_entry", "ledger_line", "ledger_account", "ledger_closedperiod", "ledger_approval", "audit_act"],
)
def test_nobody_replaces(kept: Table, name: str) -> None:
    columns = ", ".join(column.name for column in connection.introspection.get_table_description(
        connection.cursor(), name))  # fmt: skip
    first = columns.split(", ")[0]
    if on_postgresql:
        sql = f"INSERT INTO {name} SELECT * FROM {name} ON CONFLICT (id) DO UPDATE SET {first} = excluded.{first}"
    else:
        sql = f"INSERT OR REPLACE INTO {name} ({columns}) SELECT {columns} FROM {name}"
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        run(sql)
    assert guards.refused_by(caught.value) in {"ledger_append_only", "audit_append_only", "ledger_sealed"}


def test_the_orm_is_refused_like_anybody(kept: Table) -> None:
    with refused("ledger_append_only"):
        Line.objects.update(amount=kes("1.00"))
    with refused("ledger_append_only"):
        Entry.objects.filter(number=1)._raw_delete("default")
    entry = Entry.objects.get()
    entry.kind = Entry.Kind.EXPENSE
    with refused("ledger_append_only"):
        entry.save()


def test_a_late_line_is_refused(kept: Table) -> None:
    entry = Entry.objects.get()
    with refused("ledger_sealed"):
        add_line(entry.pk, account(kept, "1010"), 100)


def test_a_late_line_that_names_another_groups_account_is_refused(kept: Table) -> None:
    other = Table("Tumaini")
    other.save("1.00")
    with refused("ledger_sealed"):
        add_line(Entry.objects.get(group=kept.group).pk, account(other, "1010"), 100)


def test_lines_without_an_entry_cannot_be_committed(kept: Table) -> None:
    with transaction.atomic():
        add_line(new_id(), account(kept, "1010"), 100)
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_an_entry_without_lines_is_refused(kept: Table) -> None:
    with refused("ledger_too_few_lines"):
        add_entry(kept, new_id())


def test_an_entry_of_one_line_is_refused(kept: Table) -> None:
    entry = new_id()
    with refused("ledger_too_few_lines"):
        add_line(entry, account(kept, "1010"), 100)
        add_entry(kept, entry)


def test_an_entry_that_does_not_balance_is_refused(kept: Table) -> None:
    entry = new_id()
    with refused("ledger_unbalanced"):
        for cents in (100, -99):
            add_line(entry, account(kept, "1010"), cents)
        add_entry(kept, entry)


def test_a_line_of_nothing_is_refused(kept: Table) -> None:
    with refused("line_not_zero" if on_postgresql else "CHECK constraint failed: line_not_zero"):
        add_line(new_id(), account(kept, "1010"), 0)


def test_a_line_on_another_groups_account_is_refused(kept: Table) -> None:
    other = Table("Tumaini")
    other.save("1.00")
    entry = new_id()
    with refused("ledger_foreign_account"):
        add_line(entry, account(kept, "1010"), 100)
        add_line(entry, account(other, "1010"), -100)
        add_entry(kept, entry)


def test_a_line_of_another_groups_member_is_refused(kept: Table) -> None:
    jane = Table("Tumaini").alice
    entry = new_id()
    with refused("ledger_foreign_member"):
        add_line(entry, account(kept, "1010"), 100)
        add_line(entry, account(kept, "2010"), -100, member=jane.pk)
        add_entry(kept, entry)


def test_an_entry_that_reverses_another_groups_is_refused(kept: Table) -> None:
    theirs = Table("Tumaini").save("1.00")
    with refused("ledger_foreign_entry"):
        add_whole(kept, {"reverses_id": theirs.pk.hex})


@pytest.mark.parametrize("number", [0, 1, 3, 99])
def test_a_number_out_of_turn_is_refused(kept: Table, number: int) -> None:
    # A number that is taken meets the unique key first on SQLite, which checks it before the seal.
    codes = {"ledger_gap", "entry_number_once"}
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        add_whole(kept, {"number": number})
    code = guards.refused_by(caught.value)
    assert code in codes or code == "UNIQUE constraint failed: ledger_entry.group_id, ledger_entry.number"


def test_a_wrong_link_is_refused(kept: Table) -> None:
    with refused("ledger_broken_link"):
        add_whole(kept, {"previous_hash": "c" * 64})


def test_an_entry_of_a_group_without_a_book_is_refused(kept: Table) -> None:
    bookless = Table("Tumaini")
    with refused("ledger_gap"):
        add_whole(kept, {"group_id": bookless.group.pk.hex, "number": 1, "previous_hash": "0" * 64})


def test_a_gap_inside_one_statement_is_refused(kept: Table) -> None:
    first, second = new_id(), new_id()
    for entry in (first, second):
        for cents in (5, -5):
            add_line(entry, account(kept, "1010"), cents)
    book = Book.objects.get(group=kept.group)
    for numbers, links, code in (
        ((2, 4), (book.last_hash, "b" * 64), "ledger_gap"),
        ((2, 3), (book.last_hash, "d" * 64), "ledger_broken_link"),
    ):
        with refused(code):
            insert_two(kept, (first, second), numbers, links)
    insert_two(kept, (first, second), (2, 3), (book.last_hash, "b" * 64))
    assert Book.objects.get(group=kept.group).entries == 3


def insert_two(table: Table, entries: Sequence[UUID], numbers: Sequence[int], links: Sequence[str]) -> None:
    one = "(%s, %s, %s, %s, 'ADJUSTMENT', '2026-03-20', '2026-03-20 09:00:00', %s, %s, %s, %s)"
    values: list[Value] = []
    for entry, number, link, own in zip(entries, numbers, links, ("b" * 64, "e" * 64), strict=True):
        values += [entry.hex, table.group.pk.hex, number, entry.hex, table.tom.pk.hex, link, "a" * 64, own]
    run(
        "INSERT INTO ledger_entry (id, group_id, number, key, kind, booked_on, posted_at, actor_id, previous_hash, "
        f"payload_hash, hash) VALUES {one}, {one}",
        *values,
    )


def test_raw_sql_that_keeps_every_rule_is_sealed_like_any_entry(kept: Table) -> None:
    add_whole(kept)
    kept.save("10.00")
    assert [difference.what for difference in check_books(kept.group)] == [
        # No head on its cash lines, and a made-up hash: beyond the triggers, not beyond the verifier.
        "a line of cash without its head or officer", "a line of cash without its head or officer",
        "the chain is broken",
    ]  # fmt: skip


@only_sqlite
@pytest.mark.parametrize("verb", ["INSERT OR IGNORE", "INSERT OR REPLACE"])
def test_a_conflict_clause_on_the_entry_does_not_soften_the_seal(kept: Table, verb: str) -> None:
    entry = new_id()
    for cents in (100, -100):
        add_line(entry, account(kept, "2020"), cents)
    add_entry(kept, entry, verb=verb)
    half = new_id()
    with refused("ledger_too_few_lines"):
        add_line(half, account(kept, "2020"), 100)
        add_entry(kept, half, verb=verb)
    assert Balance.objects.get(account__code="1010").amount == kes("1000.00")


@only_postgresql
def test_doing_nothing_on_conflict_moves_nothing(kept: Table) -> None:
    before = list(Balance.objects.order_by("pk").values_list("amount", flat=True))
    first = Entry.objects.get()
    add_entry(kept, new_id(), {"key": first.key}, tail="ON CONFLICT (key) DO NOTHING")
    assert list(Balance.objects.order_by("pk").values_list("amount", flat=True)) == before
    assert Book.objects.get(group=kept.group).entries == 1


@only_postgresql
def test_copy_goes_through_the_guards_too(kept: Table) -> None:
    entry = Entry.objects.get()
    row = f"{new_id()}\t{entry.pk}\t{account(kept, '1010')}\t\t500\n"
    sql = "COPY ledger_line (id, entry_id, account_id, head, amount) FROM STDIN"
    with (
        refused("ledger_sealed"),
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(sql) as into,
    ):
        into.write(row)


@only_postgresql
def test_a_shadow_table_does_not_blind_the_seal(kept: Table) -> None:
    """A temporary table of the same name is found first, unless the functions say where they look."""
    entry = Entry.objects.get()
    run("CREATE TEMP TABLE ledger_entry AS SELECT * FROM public.ledger_entry LIMIT 0")
    with refused("ledger_sealed"):
        add_line(entry.pk, account(kept, "1010"), 100)
    run("DROP TABLE pg_temp.ledger_entry")


def test_a_balance_is_not_made_by_hand(kept: Table) -> None:
    with refused("ledger_hands_off"):
        Balance.objects.create(account_id=account(kept, "2020"), holder=kept.alice.pk, amount=kes("5.00"))


def test_a_day_total_is_not_made_by_hand(kept: Table) -> None:
    with refused("ledger_hands_off"):
        DayTotal.objects.create(
            account_id=account(kept, "2020"), booked_on=TODAY, debit=kes("5.00"), credit=kes("0.00")
        )


@pytest.mark.parametrize("born", [{"entries": 7}, {"last_hash": "f" * 64}])
def test_a_book_is_born_empty(kept: Table, born: dict[str, object]) -> None:
    with refused("ledger_hands_off"):
        Book.objects.create(group=Table("Tumaini").group, **born)


def test_a_head_is_not_moved_onto_the_entry_it_stands_on(kept: Table) -> None:
    with refused("ledger_hands_off"):
        run("UPDATE ledger_book SET entries = 1, last_hash = last_hash")


def test_a_waiting_voucher_takes_its_verdict_and_then_nothing(kept: Table) -> None:
    waiting = make_voucher(kept)
    Voucher.objects.filter(pk=waiting.pk).update(to_officer=make_user("Fred"))
    Voucher.objects.filter(pk=waiting.pk).update(
        status=Voucher.Status.REJECTED, verified_by=make_user("Rose"), verified_at=NOON, verdict_sealed=b"no"
    )
    with refused("voucher_settled"):
        Voucher.objects.filter(pk=waiting.pk).update(status=Voucher.Status.PENDING)
    with refused("voucher_settled"):
        Voucher.objects.filter(pk=waiting.pk).delete()


OPEN_COLUMNS = {"status", "verified_by_id", "verified_at", "entry_id", "verdict_sealed", "to_officer_id"}
OTHERS: dict[str, object] = {
    "id": new_id(), "group_id": new_id(), "kind": "EXPENSE", "detail": "WELFARE", "member_id": new_id(),
    "amount": kes("2.00"), "method": "BANK", "booked_on": dt.date(2026, 1, 1), "from_place": "1020",
    "from_officer_id": new_id(), "to_place": "1030", "meeting_id": new_id(), "subject_id": new_id(),
    "receipt_number": "QX1", "is_short": True, "recorded_by_id": new_id(), "recorded_at": NOON + dt.timedelta(days=1),
    "reverses_id": new_id(), "data_key_id": new_id(), "reason_sealed": b"because", "code": "0123456789A",
    "bundle_id": new_id(),
}  # fmt: skip


def test_every_column_of_a_voucher_is_open_or_frozen() -> None:
    columns = {field.column for field in Voucher._meta.concrete_fields}
    assert columns == OPEN_COLUMNS | OTHERS.keys()


@pytest.mark.parametrize("column", OTHERS)
def test_a_waiting_voucher_keeps_what_was_recorded(kept: Table, column: str) -> None:
    waiting = make_voucher(kept)
    with refused("voucher_frozen"):
        Voucher.objects.filter(pk=waiting.pk).update(**{column: OTHERS[column]})


def test_a_pending_voucher_is_not_deleted_either(kept: Table) -> None:
    waiting = make_voucher(kept)
    with refused("voucher_settled"):
        Voucher.objects.filter(pk=waiting.pk).delete()


def test_a_closed_month_stays_closed(kept: Table) -> None:
    with refused("ledger_append_only"):
        ClosingBalance.objects.all().delete()
    with refused("ledger_append_only"):
        ClosedPeriod.objects.all()._raw_delete(connection.alias)


def test_an_act_in_the_log_stays(kept: Table) -> None:
    with refused("audit_append_only"):
        Act.objects.all().delete()
