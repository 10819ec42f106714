"""Leaving and everything else about her at the same moment: one comes before the other. Real threads on PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from core.errors import Refusal
from core.money import kes
from cycles.models import Leaving
from cycles.tests.leavers import leaves, member, sister
from groups.models import Organisation
from ledger.models import Voucher
from ledger.operations import hold_books
from members.operations import edit_member
from members.rules import Changes, Kin
from savings import operations
from savings.rules import OpeningLine
from savings.tests.chama import AT, TODAY, Chama
from users.tests.people import in_parallel

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: there is nothing to race"),
]


@pytest.fixture
def table(transactional_db: None) -> Chama:
    """An empty database first: another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)
    chama = Chama()
    for name in ["alice", "peter"]:
        chama.brings(name, "20000")
    return chama


def at_once(works: list[Callable[[], Any]]) -> Counter[str]:
    results = in_parallel(works)
    assert len(results) == len(works), "a thread died of something that is no refusal"
    return Counter(result.code if isinstance(result, Refusal) else "done" for result in results)


def in_turn(table: Chama, first: Callable[[], Any], second: Callable[[], Any]) -> list[str]:
    """Both begin while somebody else holds the book: the first waits for it, then the second comes to its own lock."""
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            hold_books([table.umoja])
            begun = []
            for act in (first, second):
                begun.append(pool.submit(at_once, [act]))
                until_waiting(len(begun))
        return [word for one in begun for word in one.result(timeout=60)]


def until_waiting(number: int) -> None:
    """Until so many other connections to this database wait for a lock, as the server itself sees it."""
    with connection.cursor() as cursor:
        for _ in range(1000):
            # Within a transaction the server shows the same picture of its sessions again, unless asked to look anew.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
                "WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0] >= number:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError(f"fewer than {number} waited")


def owns_nothing_more(table: Chama) -> bool:
    return table.holds("2010", "alice") == kes("0") and not member(table, "alice").is_active


def test_ten_who_let_her_go_at_once_pay_her_once(table: Chama) -> None:
    works: list[Callable[[], Any]] = [
        partial(leaves, table, "alice", by=by) for by in ["mary", "grace", "ruth", "daniel"] * 2
    ]
    assert at_once(works) == {"done": 1, "member_inactive": 7}
    assert Leaving.objects.count() == 1
    assert (table.holds("1010"), owns_nothing_more(table)) == (kes("20000"), True)
    assert table.books_are_proven


def test_with_one_receipt_number_too(table: Chama) -> None:
    table.brings("peter", "30000", method="MPESA")
    seen = at_once([lambda: leaves(table, "alice", method="MPESA", receipt_number="SJK1")] * 6)
    assert seen == {"done": 1, "member_inactive": 5}
    assert owns_nothing_more(table)


def test_a_contribution_is_paid_out_with_the_rest_or_refused(table: Chama) -> None:
    """Ten bring a shilling each while she leaves: all that was taken is paid, and none stays behind."""
    works: list[Callable[[], Any]] = [lambda: table.brings("alice", "1")] * 10
    seen = at_once([*works[:5], lambda: leaves(table, "alice"), *works[5:]])
    taken = Voucher.objects.filter(kind="CONTRIBUTION", member=table.members["alice"], amount=kes("1")).count()
    assert seen["done"] == taken + Leaving.objects.count()
    if Leaving.objects.exists():
        assert seen["member_inactive"] == 10 - taken
        assert Voucher.objects.get(detail="LEAVING").amount == kes("20000") + taken
        assert owns_nothing_more(table)
    else:
        assert seen["in_progress"] == 1
    assert table.books_are_proven


def test_one_contribution_and_her_leaving_both_come_about_or_the_money_is_not_taken(table: Chama) -> None:
    seen = at_once([lambda: table.brings("alice", "500"), lambda: leaves(table, "alice")])
    paid = Voucher.objects.get(detail="LEAVING").amount
    assert (paid, seen) in [
        (kes("20500"), {"done": 2}),
        (kes("20000"), {"done": 1, "member_inactive": 1}),
    ]
    assert owns_nothing_more(table)


def test_money_brought_while_she_goes_is_not_taken(table: Chama) -> None:
    seen = in_turn(table, lambda: leaves(table, "alice"), lambda: table.brings("alice", "500"))
    assert seen == ["done", "member_inactive"]
    assert (Voucher.objects.get(detail="LEAVING").amount, owns_nothing_more(table)) == (kes("20000"), True)


def test_money_brought_just_before_is_paid_out_with_the_rest(table: Chama) -> None:
    """What she owned when the paper was begun has moved: it is written anew."""
    seen = in_turn(table, lambda: table.brings("alice", "500"), lambda: leaves(table, "alice"))
    assert seen == ["done", "done"]
    assert (Voucher.objects.get(detail="LEAVING").amount, owns_nothing_more(table)) == (kes("20500"), True)
    assert table.books_are_proven


@pytest.mark.parametrize("act", ["withdrawal", "payout", "reversal", "opening"])
def test_nothing_of_hers_begins_while_she_goes(table: Chama, act: str) -> None:
    table.brings("peter", "5000", kind="WELFARE")
    taken = table.verifies("mary", table.asks("alice", "100"))
    hers = table.members["alice"]
    lines = [OpeningLine("1010", kes("100")), OpeningLine("2010", kes("100"), member=hers.pk)]
    acts: dict[str, Callable[[], Any]] = {
        "withdrawal": lambda: table.asks("alice", "100"),
        "payout": lambda: table.moves("WELFARE_PAYOUT", "100", member=hers),
        "reversal": lambda: table.reverses("grace", taken),
        "opening": lambda: operations.open_books(group=table.umoja, lines=lines, by=table.daniel, at=AT, on=TODAY),
    }
    assert in_turn(table, lambda: leaves(table, "alice"), acts[act]) == ["done", "member_inactive"]
    assert not Voucher.objects.filter(member=hers, status="PENDING").exists()
    assert owns_nothing_more(table)
    assert table.books_are_proven


def test_what_she_records_herself_waits_or_is_refused_but_never_waits_for_who_is_gone(table: Chama) -> None:
    seen = at_once([lambda: table.brings("alice", "500", by="alice"), lambda: leaves(table, "alice")])
    waiting = Voucher.objects.filter(member=table.members["alice"], status="PENDING").count()
    gone = not member(table, "alice").is_active
    assert (waiting, gone) in [(1, False), (0, True)]
    assert seen == ({"done": 1, "papers_wait": 1} if waiting else {"done": 1, "member_inactive": 1})


def test_a_next_of_kin_changed_meanwhile_is_not_paid(table: Chama) -> None:
    kin = sister(table, "alice")
    changes = Changes(kin=(Kin("Njeri Kamau", "daughter", "254711000111"),))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            edit_member(member=member(table, "alice"), changes=changes, by=table.ruth, at=AT, on=TODAY)
            begun = pool.submit(at_once, [lambda: leaves(table, "alice", kind="DIED", paid_to=kin)])
            until_waiting(1)
        assert begun.result(timeout=60) == {"invalid": 1}
    assert table.holds("2010", "alice") == kes("20000")


def test_a_withdrawal_verified_meanwhile_is_paid_once(table: Chama) -> None:
    asked = table.asks("alice", "4000")
    seen = at_once([lambda: table.verifies("mary", asked), lambda: leaves(table, "alice")])
    assert seen in [{"done": 2}, {"done": 1, "papers_wait": 1}]
    if not Leaving.objects.exists():
        leaves(table, "alice")
    assert table.holds("1010") == kes("20000")
    assert owns_nothing_more(table)
    assert table.books_are_proven


def test_a_reversal_of_what_she_took_gives_it_back_before_she_goes_or_not_at_all(table: Chama) -> None:
    taken = table.verifies("mary", table.asks("alice", "4000"))
    at_once([lambda: table.reverses("grace", taken), lambda: leaves(table, "alice")])
    assert owns_nothing_more(table)
    assert table.holds("1010") == kes("20000")
    assert table.books_are_proven


def test_taken_back_twice_at_once_she_is_back_once(table: Chama) -> None:
    paper = leaves(table, "alice").voucher
    assert paper
    seen = at_once([partial(table.reverses, by, paper) for by in ["mary", "grace", "daniel"]])
    assert seen == {"done": 1, "already_reversed": 2}
    assert (member(table, "alice").is_active, table.holds("2010", "alice")) == (True, kes("20000"))


def test_acts_of_every_kind_around_two_who_leave_never_wait_in_a_ring(table: Chama) -> None:
    table.brings("ruth", "30000", method="MPESA")
    asked = [table.asks(name, "100") for name in ["alice", "peter"]]
    works: list[Callable[[], Any]] = [
        *(partial(operations.reject, voucher=one, by=table.mary, at=AT, reason="Leaves") for one in asked),
        *[lambda: table.brings("alice", "50", method="MPESA", receipt_number="R1")] * 3,
        *[lambda: leaves(table, "alice", method="MPESA", receipt_number="R1")] * 2,
        *[lambda: leaves(table, "peter")] * 2,
        *[lambda: table.asks("peter", "10")] * 2,
        *[lambda: table.moves("BANKING", "10")] * 2,
    ]
    seen = at_once(works)
    assert set(seen) <= {"done", "member_inactive", "papers_wait", "receipt_already_used", "in_progress"}
    assert table.books_are_proven
