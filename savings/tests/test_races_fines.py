"""Everybody at one fine at once: it is paid once, waived or paid, and imposed once. Real threads on PostgreSQL."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest

from core.money import kes
from ledger.models import Voucher
from savings.models import Fine
from savings.operations import cancel_for_roll_call, impose_for_roll_call
from savings.tests.chama import AT, TODAY, Chama
from savings.tests.test_races import at_once, table

__all__ = ["table"]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MEETING = UUID(int=7)


def calls(chama: Chama, cause: str, by: str) -> Any:
    return impose_for_roll_call(
        member=chama.members["alice"], meeting_id=MEETING, cause=cause, on=TODAY, by=chama.users[by], at=AT
    )


def test_fifty_who_pay_one_fine_pay_it_once(table: Chama) -> None:
    fine = table.fines("alice", "100")
    names = ["mary", "grace", "ruth", "esther", "joseph"] * 10
    seen = at_once([partial(table.pays, "alice", "100", by=name) for name in names])
    assert seen == {"done": 1, "overpayment": 49}
    assert table.owes(fine) == [("PAID", "0.00")]
    assert table.holds("4050") == kes("100")
    assert Voucher.objects.count() == 1
    assert table.books_are_proven


def test_parts_paid_at_once_never_reach_beyond_the_fines(table: Chama) -> None:
    first, second = table.fines("alice", "100"), table.fines("alice", "50")
    seen = at_once([partial(table.pays, "alice", "40") for _ in range(8)])
    assert seen == {"done": 3, "overpayment": 5}
    assert table.owes(first, second) == [("PAID", "0.00"), ("OUTSTANDING", "30.00")]
    assert table.books_are_proven


def test_paid_or_waived_and_the_books_agree(table: Chama) -> None:
    for _turn in range(3):
        fine = table.fines("alice", "100")
        seen = at_once([partial(table.pays, "alice", "100", fine=fine), partial(table.waives, "mary", fine)])
        assert seen in ({"done": 1, "overpayment": 1}, {"done": 1, "invalid_transition": 1})
        assert Fine.objects.get(pk=fine.pk).status in {"PAID", "WAIVED"}
    assert table.books_are_proven


def test_verified_taken_back_and_waived_at_once_stay_in_step(table: Chama) -> None:
    fine = table.fines("alice", "100")
    paid, waiting = table.pays("alice", "60"), table.pays("alice", "40", by="alice")
    seen = at_once(
        [
            partial(table.verifies, "mary", waiting),
            partial(table.reverses, "grace", paid),
            partial(table.waives, "mary", fine),
            partial(table.pays, "alice", "40"),
        ]
    )
    assert seen["done"] >= 2
    assert table.books_are_proven


def test_two_roll_calls_at_once_impose_once(table: Chama) -> None:
    by = ["mary", "grace", "ruth", "esther", "joseph"] * 2
    assert at_once([partial(calls, table, "LATE", name) for name in by]) == {"done": 10}
    assert Fine.objects.count() == 1


def test_a_fine_that_is_put_right_while_it_is_paid_is_one_of_the_two(table: Chama) -> None:
    put_right = partial(cancel_for_roll_call, member=table.members["alice"], meeting_id=MEETING, by=table.ruth, at=AT)
    for _turn in range(3):
        fine = calls(table, "LATE", "ruth")
        seen = at_once([put_right, partial(table.pays, "alice", "50"), partial(calls, table, "ABSENT", "mary")])
        assert seen["done"] >= 1
        assert table.books_are_proven
        if Fine.objects.get(pk=fine.pk).status == "PAID":
            break
        Fine.objects.filter(status="OUTSTANDING").update(status="CANCELLED")
