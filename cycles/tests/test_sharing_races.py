"""Sharing a surplus by many hands at the same moment: each thing comes about once. Real threads on PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from core.money import kes
from cycles.models import Allocation, Run, RunApproval
from cycles.operations import Handing, hold_everybody, pay_all, preview_all
from cycles.tests.leavers import leaves
from cycles.tests.sharers import Sharing
from cycles.tests.test_races import at_once
from groups.models import Organisation
from ledger.models import Voucher

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
Works = list[Callable[[], Any]]


@pytest.fixture
def table(transactional_db: None) -> Sharing:
    """An empty database first: another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)
    return Sharing()


def papers(detail: str) -> int:
    return Voucher.objects.filter(kind="DIVIDEND", detail=detail).count()


def test_ten_who_look_at_once_make_one_run(table: Sharing) -> None:
    works: Works = [partial(table.looks, by=by) for by in ["mary", "grace"] * 5]
    assert at_once(works) == {"done": 10}
    assert (Run.objects.count(), Allocation.objects.count()) == (1, 3)


def test_two_schedulers_at_once_look_once(table: Sharing) -> None:
    looked = at_once([partial(preview_all, on=table.today, at=table.at)] * 4)
    assert looked == {"done": 4}
    assert (Run.objects.count(), Allocation.objects.count()) == (1, 3)
    assert preview_all(on=table.today, at=table.at) == 0


def test_both_say_yes_many_times_at_once(table: Sharing) -> None:
    table.closes()
    run = table.looks()
    seen = at_once([partial(table.agrees, run, name) for name in ["mary", "grace"] * 5])
    assert seen["done"] == 2
    assert set(seen) <= {"done", "already_approved", "invalid_transition"}
    assert RunApproval.objects.count() == 2
    assert table.run(run).status == "APPROVED"


def test_twenty_declare_it_once(table: Sharing) -> None:
    table.closes()
    run = table.agrees(table.looks(), "mary", "grace")
    assert at_once([partial(table.declares, run)] * 20) == {"done": 1, "invalid_transition": 19}
    assert (papers("DECLARED"), table.holds("2060")) == (1, kes("199232"))
    assert table.books_are_proven


def test_twenty_pay_alice_once(table: Sharing) -> None:
    run = table.declared()
    box = table.holds("1010")
    works: Works = [partial(table.hands, run, "alice"), partial(table.hands, run, "alice", keep=True)] * 10
    assert at_once(works) == {"done": 1, "invalid_transition": 19}
    assert papers("PAID") + papers("KEPT") == 1
    paid, kept = box - table.holds("1010"), table.holds("2010", "alice") - kes("31675")
    assert paid + kept == kes("16901.02")
    assert table.books_are_proven


def within_one_request(table: Sharing, run: Run) -> None:
    with transaction.atomic():
        hold_everybody(run, None)
        pay_all(run=run, how=Handing(), by=table.grace, at=table.at)


def test_all_are_paid_once_by_whoever_comes(table: Sharing) -> None:
    """One by one and within one request, against single payments: nobody waits in a ring, nobody is paid twice."""
    run = table.run(table.declared())
    works: Works = [
        partial(table.hands_all, run),
        partial(within_one_request, table, run),
        *[partial(table.hands, run, name) for name in ("alice", "peter", "lucy")],
    ] * 2
    seen = at_once(works)
    assert set(seen) <= {"done", "invalid_transition"}
    assert (papers("PAID"), table.holds("2060"), table.status(run)) == (3, kes("0"), "PAID")
    assert table.books_are_proven


def test_leaving_against_being_paid(table: Sharing) -> None:
    """Whichever is first, she has her dividend once."""
    run = table.declared()
    works: Works = [partial(table.hands, run, "alice"), partial(leaves, table, "alice")] * 3
    seen = at_once(works)
    assert set(seen) <= {"done", "invalid_transition", "member_inactive", "in_progress"}
    assert seen["done"] >= 1
    assert table.outcomes(run)["alice"] == "PAID"
    assert table.holds("2060", "alice") == kes("0")
    assert table.books_are_proven


def test_a_share_out_against_leaving_and_saving(table: Sharing) -> None:
    run = table.declared("SHARE_OUT")
    works: Works = [partial(table.hands, run, "alice"), partial(leaves, table, "alice")]
    works += [partial(table.brings, "alice", "100")] * 3
    seen: Counter[str] = at_once(works)
    assert set(seen) <= {"done", "invalid_transition", "member_inactive", "in_progress"}
    assert table.holds("2060", "alice") in {kes("0"), kes(table.shares(run)["alice"])}
    assert table.books_are_proven


def test_taking_the_declaration_back_against_the_first_payment(table: Sharing) -> None:
    run = table.declared()
    assert run.voucher
    voucher = run.voucher
    seen = at_once([partial(table.reverses, "mary", voucher), partial(table.hands, run, "alice")])
    assert seen == {"done": 1, "invalid_transition": 1}
    assert table.books_are_proven
