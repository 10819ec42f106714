"""The verifier: whole books are found whole, and one changed figure is found where it is."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection

from core.codes import short_code
from core.ids import new_id
from core.money import kes
from core.tests.lasting import lasting
from ledger import guards
from ledger.models import Entry, Line, Voucher
from ledger.operations import reverse
from ledger.rules import GENESIS, credit, debit, sha256
from ledger.tests.builders import NOON, TODAY, Table, fresh_key
from ledger.verify import ChainReport, blocks, check_books, told, verify_chain
from users.models import DataKey


@pytest.fixture
@lasting
def busy(table: Table) -> Table:
    """Five entries: savings, cash handed to an officer, a withdrawal, and one of them reversed."""
    table.save("1000.00")
    table.save("500.00", table.beth, on=TODAY - dt.timedelta(days=3))
    taken = [
        debit("1040", kes("200.00"), officer=table.faith.pk, head="banking"),
        credit("1010", kes("200.00"), head="banking"),
    ]
    table.post(taken, kind=Entry.Kind.MOVEMENT)
    entry = table.withdraw("100.00")
    reverse(entry=entry, at=NOON, actor=table.tom, key=fresh_key())
    return table


def by_force(sql: str, *params: UUID | str) -> None:
    """What somebody with the keys to the database can do: take the guards away, change a row, put them back."""
    connection.check_constraints()
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
    connection.check_constraints()
    guards.install(connection)


def as_stored(identifier: UUID | None) -> str:
    """An id as raw SQL takes it on both engines."""
    return identifier.hex if identifier else ""


def line_of(table: Table, number: int, code: str) -> Line:
    return Line.objects.get(entry__group=table.group, entry__number=number, account__code=code)


def test_untouched_books_are_whole(busy: Table) -> None:
    head = Entry.objects.get(number=5).hash
    assert verify_chain(busy.group) == ChainReport(True, 5, head, None)
    assert check_books(busy.group) == []


def test_a_group_that_never_posted_is_whole(table: Table) -> None:
    assert verify_chain(table.group) == ChainReport(True, 0, GENESIS, None)
    assert check_books(table.group) == []


def test_reading_the_chain_costs_one_query_however_long(busy: Table, django_assert_num_queries: Callable) -> None:  # type: ignore[type-arg]
    with django_assert_num_queries(3):
        verify_chain(busy.group)


EDITS = {
    "an amount": "UPDATE ledger_line SET amount = amount + 1 WHERE id = %s",
    "a head": "UPDATE ledger_line SET head = 'welfare' WHERE id = %s",
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_line_is_found_at_its_entry(busy: Table, edit: str) -> None:
    by_force(edit, as_stored(line_of(busy, 2, "1010").pk))
    report = verify_chain(busy.group)
    assert (report.intact, report.entries, report.broken_at) == (False, 1, 2)


HEADER_EDITS = {
    "the day": "UPDATE ledger_entry SET booked_on = '2026-01-01' WHERE number = 3",
    "the instant": "UPDATE ledger_entry SET posted_at = '2026-01-01 00:00:00' WHERE number = 3",
    "the kind": "UPDATE ledger_entry SET kind = 'EXPENSE' WHERE number = 3",
    "the key": "UPDATE ledger_entry SET key = 'another' WHERE number = 3",
    "the payload's hash": "UPDATE ledger_entry SET payload_hash = previous_hash WHERE number = 3",
    "its own hash": "UPDATE ledger_entry SET hash = previous_hash WHERE number = 3",
    "its number": "UPDATE ledger_entry SET number = 33 WHERE number = 3",
}


@pytest.mark.parametrize("edit", HEADER_EDITS.values(), ids=HEADER_EDITS)
def test_an_edited_header_is_found_at_its_entry(busy: Table, edit: str) -> None:
    by_force(edit)
    assert verify_chain(busy.group).broken_at == 3
    assert any(difference.what == "the chain is broken" for difference in check_books(busy.group))


def test_lines_removed_from_the_newest_entry_leave_the_head_alone(busy: Table) -> None:
    by_force("DELETE FROM ledger_line WHERE entry_id = %s", as_stored(Entry.objects.get(number=5).pk))
    assert verify_chain(busy.group).broken_at == 5


def test_a_head_moved_back_is_found(busy: Table) -> None:
    fourth = Entry.objects.get(number=4)
    by_force("UPDATE ledger_book SET entries = 4, last_hash = %s", fourth.hash)
    report = verify_chain(busy.group)
    assert (report.intact, report.broken_at) == (False, 5)


def test_a_head_with_another_hash_is_found(busy: Table) -> None:
    by_force("UPDATE ledger_book SET last_hash = %s", sha256("something else"))
    assert verify_chain(busy.group).broken_at == 5


def test_an_entry_with_a_right_link_and_a_wrong_hash_passes_the_triggers_and_not_the_verifier(busy: Table) -> None:
    newest = Entry.objects.get(number=5)
    entry, lines = new_id(), [new_id(), new_id()]
    savings = line_of(busy, 1, "2010")
    with connection.cursor() as cursor:
        for line, amount in zip(lines, (7, -7), strict=True):
            cursor.execute(
                "INSERT INTO ledger_line (id, entry_id, account_id, member_id, head, amount) "
                "VALUES (%s, %s, %s, %s, '', %s)",
                [line.hex, entry.hex, savings.account_id.hex, as_stored(savings.member_id), amount],
            )
    Entry.objects.create(
        id=entry, group=busy.group, number=6, key="forged", kind="ADJUSTMENT", booked_on=TODAY, posted_at=NOON,
        actor=busy.tom, previous_hash=newest.hash, payload_hash="0" * 64, hash=sha256("forged"),
    )  # fmt: skip
    assert verify_chain(busy.group).broken_at == 6


def found(table: Table) -> dict[str, Decimal]:
    return {difference.what: difference.amount for difference in check_books(table.group)}


def test_a_line_taken_away_unbalances_the_books(busy: Table) -> None:
    by_force("DELETE FROM ledger_line WHERE id = %s", as_stored(line_of(busy, 1, "2010").pk))
    assert found(busy).items() >= {
        ("an entry is not balanced", kes("1000.00")),
        ("a balance is not the sum of its lines", kes("-1000.00")),
        ("a day's total is not the sum of its lines", kes("1000.00")),
        ("members' balances do not add up to the account", kes("1000.00")),
        ("the chain is broken", kes("0.00")),
    }


def test_a_balance_raised_by_hand_is_found_to_the_cent(busy: Table) -> None:
    savings = line_of(busy, 1, "2010")
    by_force(
        "UPDATE ledger_balance SET amount = amount - 5 WHERE account_id = %s AND holder = %s",
        as_stored(savings.account_id), as_stored(savings.member_id),
    )  # fmt: skip
    assert found(busy) == {
        "a balance is not the sum of its lines": kes("-0.05"),
        "debits and credits of the whole books differ": kes("-0.05"),
        "members' balances do not add up to the account": kes("0.05"),
    }


def test_a_balance_that_vanished_is_found_even_at_zero(busy: Table) -> None:
    by_force("DELETE FROM ledger_daytotal")
    by_force("DELETE FROM ledger_balance")
    assert {"a balance is not the sum of its lines", "a day's total is not the sum of its lines"} <= found(busy).keys()


def test_an_entry_that_vanished_leaves_a_gap(busy: Table) -> None:
    third = as_stored(Entry.objects.get(number=3).pk)
    by_force("DELETE FROM ledger_line WHERE entry_id = %s", third)
    by_force("DELETE FROM ledger_entry WHERE id = %s", third)
    assert "numbers have a gap" in found(busy)


def test_a_line_turned_to_another_group_is_found(busy: Table) -> None:
    other = Table("Tumaini")
    by_force("UPDATE ledger_line SET member_id = %s WHERE id = %s", as_stored(other.alice.pk),
             as_stored(line_of(busy, 1, "2010").pk))  # fmt: skip
    assert "a line names another group's account or member" in found(busy)


def test_cash_without_a_head_is_found(busy: Table) -> None:
    by_force("UPDATE ledger_line SET head = '' WHERE id = %s", as_stored(line_of(busy, 1, "1010").pk))
    assert "a line of cash without its head or officer" in found(busy)


def test_officers_cash_without_its_officer_is_found(busy: Table) -> None:
    by_force("UPDATE ledger_line SET officer_id = NULL WHERE id = %s", as_stored(line_of(busy, 3, "1040").pk))
    assert "a line of cash without its head or officer" in found(busy)


@pytest.mark.parametrize("code", ["1010", "1040"])
def test_cash_below_zero_is_found_on_its_day(busy: Table, code: str) -> None:
    by_force("UPDATE ledger_line SET amount = -900000 WHERE id = %s", as_stored(line_of(busy, 3, code).pk))
    found = [told(difference) for difference in check_books(busy.group)]
    who = f" of {busy.faith.pk}" if code == "1040" else ""
    owed = "\u22129,000.00" if code == "1040" else "\u22127,500.00"
    assert f"cash below zero, {code}{who} on 2026-03-20: {owed}" in found


def test_a_voucher_whose_entry_is_another_groups_is_found(busy: Table) -> None:
    other = Table("Tumaini")
    paper = new_id()
    entry = other.save("10.00", key=f"{paper}:0")
    voucher = Voucher.objects.create(
        id=paper, group=busy.group, kind="CONTRIBUTION", amount=kes("10.00"), booked_on=TODAY, recorded_by=busy.tom,
        recorded_at=NOON, data_key=DataKey.make(), status=Voucher.Status.VERIFIED, entry=entry, code=short_code(paper),
    )  # fmt: skip
    assert [told(difference) for difference in check_books(busy.group)] == [
        f"a verified voucher has no entry here, voucher {voucher.pk}: 10.00"
    ]


def test_the_canonical_text_is_the_documented_one(busy: Table) -> None:
    first = next(blocks(busy.group))
    entry = Entry.objects.get(number=1)
    assert first.text == (
        f"tb1 1 2026-03-20T09:00:00.000000Z {GENESIS}\n"
        f"{busy.group.pk} {entry.key} 2026-03-20 CONTRIBUTION {busy.tom.pk} -\n"
        f"1010 - - regular_savings 100000\n"
        f"2010 {busy.alice.pk} - - -100000\n"
    )
