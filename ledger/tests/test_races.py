"""Many hands at once, on real PostgreSQL connections: each effect happens exactly once, and groups do not wait."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import Refusal
from core.ids import new_id
from core.money import kes
from ledger import guards, journal
from ledger.models import Account, Balance, Book, Entry, Line
from ledger.operations import IdempotencyMismatch, ensure_book, hold_books, reverse
from ledger.rules import credit, debit
from ledger.tests.builders import NOON, Table, fresh_key
from ledger.verify import check_books

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: there is nothing to race"),
]


def at_once(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Run every act in a thread of its own, all starting together; count the outcomes by name."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        try:
            gate.wait(timeout=60)
            act()
        except Refusal as refusal:
            return refusal.code
        except IntegrityError as error:
            return guards.refused_by(error)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(one, acts))


def test_fifty_hands_on_one_key_write_one_entry() -> None:
    table, key = Table(), fresh_key()
    found: list[Entry] = []
    assert at_once([lambda: found.append(table.save("100.00", key=key))] * 50) == {"done": 50}
    assert {entry.pk for entry in found} == {Entry.objects.get().pk}
    assert Balance.objects.get(account__code="1010").amount == kes("100.00")
    assert check_books(table.group) == []


def test_fifty_withdrawals_for_ten_places_give_ten() -> None:
    table = Table()
    table.save("100.00")
    outcomes = at_once([lambda: table.withdraw("10.00")] * 50)
    assert outcomes == {"done": 10, "insufficient_cash": 40}
    assert Balance.objects.get(account__code="1010").amount == kes("0.00")
    assert check_books(table.group) == []


def test_twenty_reversals_of_one_entry_leave_one() -> None:
    table = Table()
    wrong = table.save("100.00")
    outcomes = at_once([lambda: reverse(entry=wrong, at=NOON, actor=table.tom, key=fresh_key())] * 20)
    assert outcomes == {"done": 1, "already_reversed": 19}


def test_a_new_group_gets_one_book_from_many_first_entries() -> None:
    table = Table()
    assert at_once([lambda: table.save("1.00")] * 10) == {"done": 10}
    assert sorted(Entry.objects.values_list("number", flat=True)) == list(range(1, 11))
    assert check_books(table.group) == []


def test_two_groups_never_wait_for_each_other() -> None:
    table, other = Table(), Table("Tumaini")
    ensure_book(table.group)
    other.save("5.00")

    def impatient() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        other.save("1.00")
        other.withdraw("2.00")

    with transaction.atomic():
        table.save("1.00")
        assert at_once([impatient]) == {"done": 1}
    assert check_books(other.group) == []


def test_the_books_of_two_groups_held_in_order_never_lock_in_a_ring() -> None:
    one, other = Table(), Table("Tumaini")
    for table in (one, other):
        table.save("1.00")

    def both(first: Table, second: Table) -> Callable[[], object]:
        def act() -> None:
            for _ in range(5):
                with transaction.atomic():
                    hold_books([first.group, second.group])
                    first.save("1.00")
                    second.save("1.00")

        return act

    assert at_once([both(one, other), both(other, one)] * 3) == {"done": 6}
    assert Entry.objects.count() == 2 + 6 * 5 * 2


def test_two_groups_that_race_with_one_key_leave_one_entry_and_a_named_refusal() -> None:
    """The group's lock does not put them in order; the unique key does."""
    one, other, key = Table(), Table("Tumaini"), fresh_key()
    ensure_book(other.group)
    waiting = threading.Event()

    def late() -> None:
        waiting.set()
        other.save("1.00", key=key)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            one.save("1.00", key=key)
            outcome = pool.submit(at_once_alone, late)
            waiting.wait(timeout=30)
            until_somebody_waits()
        assert outcome.result(timeout=30) == IdempotencyMismatch.code
    assert Entry.objects.count() == 1
    assert check_books(other.group) == []


def at_once_alone(act: Callable[[], object]) -> str:
    [outcome] = at_once([act])
    return outcome


def until_somebody_waits() -> None:
    """Until another connection to this database waits for a lock, as the server itself sees it."""
    with connection.cursor() as cursor:
        for _ in range(3000):
            # Within a transaction the server shows who was connected at the first look, until it is told to look anew.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
                "WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waited")


class Stranger:
    """Somebody with a connection of her own who slips a line into an entry, by raw SQL."""

    def __init__(self, isolation: psycopg.IsolationLevel | None = None) -> None:
        settings = connection.get_connection_params()
        wanted = {name: settings[name] for name in ("dbname", "user", "password", "host", "port") if name in settings}
        self.connection = psycopg.connect(**wanted)
        if isolation is not None:
            self.connection.isolation_level = isolation

    def slip_in(self, entry: Entry, account: Account, cents: int) -> str:
        """ "" when it was taken, else the guard that refused."""
        try:
            self.connection.execute(
                "INSERT INTO ledger_line (id, entry_id, account_id, head, amount) VALUES (%s, %s, %s, '', %s)",
                [new_id(), entry.pk, account.pk, cents],
            )
            self.connection.commit()
        except psycopg.errors.CheckViolation as error:
            self.connection.rollback()
            return error.diag.constraint_name or ""
        return ""

    def close(self) -> None:
        self.connection.close()


@pytest.mark.parametrize("whose", ["own", "other"])
def test_a_line_slipped_into_an_entry_not_yet_committed_waits_and_is_refused(whose: str) -> None:
    """Also one on another group's account, which a lock on that account's book would let through."""
    table, other = Table(), Table("Tumaini")
    for each in (table, other):
        ensure_book(each.group)
    account = Account.objects.get(group=(table if whose == "own" else other).group, code="2020")
    with closing(Stranger()) as stranger, ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            entry = table.save("1.00")
            outcome = pool.submit(stranger.slip_in, entry, account, 777)
            until_somebody_waits()
        assert outcome.result(timeout=30) == "ledger_sealed"
    assert Line.objects.count() == 2
    assert check_books(table.group) == []


def test_a_line_that_waits_for_an_entry_to_come_cannot_be_committed() -> None:
    """Else somebody could lay lines out for an entry whose id she guessed."""
    table = Table()
    ensure_book(table.group)
    account = Account.objects.get(group=table.group, code="2020")
    with closing(Stranger()) as stranger:
        orphan = Entry(id=new_id())
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            stranger.slip_in(orphan, account, 777)
        stranger.connection.rollback()
    table.save("1.00")
    assert Line.objects.count() == 2


@pytest.mark.parametrize("level", [psycopg.IsolationLevel.REPEATABLE_READ, psycopg.IsolationLevel.SERIALIZABLE])
def test_an_old_snapshot_may_not_write_lines_at_all(level: psycopg.IsolationLevel) -> None:
    table = Table()
    entry = table.save("1.00")
    account = Account.objects.get(group=table.group, code="2020")
    with closing(Stranger(level)) as stranger:
        assert stranger.slip_in(entry, account, 777) == "ledger_isolation"


def test_an_old_snapshot_may_not_seal_either() -> None:
    table = Table()
    with transaction.atomic():
        head = journal.lock(table.group)
    row = Book.objects.get(group=table.group)
    with closing(Stranger(psycopg.IsolationLevel.REPEATABLE_READ)) as stranger:
        with pytest.raises(psycopg.errors.CheckViolation) as caught:
            stranger.connection.execute(
                "INSERT INTO ledger_entry (id, group_id, number, key, kind, booked_on, posted_at, actor_id, "
                "previous_hash, payload_hash, hash) VALUES "
                "(%s, %s, 1, 'k', 'FEE', '2026-03-20', now(), %s, %s, '', '')",
                [new_id(), row.pk, table.tom.pk, head.last_hash],
            )
        assert caught.value.diag.constraint_name == "ledger_isolation"


def test_officers_take_from_one_box_no_more_than_it_holds() -> None:
    table = Table()
    table.save("100.00")
    takes = [
        [debit("1040", kes("30.00"), officer=who.pk, head="banking"), credit("1010", kes("30.00"), head="banking")]
        for who in (table.tom, table.faith)
    ]
    acts = [lambda legs=legs: table.post(legs, kind="MOVEMENT") for legs in takes * 5]
    assert at_once(acts) == {"done": 3, "insufficient_cash": 7}
