"""Everybody at once: each act happens once, and no limit gives way to a crowd. Real threads on PostgreSQL."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from rest_framework.test import APIClient

from core.errors import Refusal
from core.money import kes
from groups.models import Organisation, RoleName
from ledger.models import Entry, ReceiptClaim, Voucher
from savings import operations
from savings.rules import OpeningLine
from savings.tests.chama import AT, TODAY, Chama
from users.tests.people import in_parallel

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.urls("savings.tests.urls")]


@pytest.fixture
def table(transactional_db: None) -> Chama:
    """An empty database first: another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)
    return Chama()


def outcomes(results: list[Any]) -> Counter[str]:
    """How often each was refused, and how often it went through."""
    return Counter(result.code if isinstance(result, Refusal) else "done" for result in results)


def at_once(works: Sequence[Callable[[], Any]]) -> Counter[str]:
    """In threads; one after the other where the database has one writer anyway."""
    results = in_parallel(list(works))
    assert len(results) == len(works), "a thread died of something that is no refusal"
    return outcomes(results)


def test_two_who_verify_at_once_post_once(table: Chama) -> None:
    waiting = table.brings("alice", "250", by="alice")
    names = ["mary", "grace", "ruth", "esther", "joseph"] * 2
    seen = at_once([lambda name=name: table.verifies(name, waiting) for name in names])  # type: ignore[misc]  # bound per turn
    assert seen == {"done": 1, "already_verified": 9}
    assert table.holds("2010", "alice") == kes("250")
    assert table.books_are_proven


def test_verify_and_reject_at_once_end_in_one_of_the_two(table: Chama) -> None:
    waiting = table.brings("alice", "250", by="alice")

    def reject() -> Voucher:
        return operations.reject(voucher=waiting, by=table.grace, at=AT, reason="No")

    seen = at_once([lambda: table.verifies("mary", waiting), reject])
    assert seen["done"] == 1
    assert Entry.objects.count() == (1 if table.fresh(waiting).status == "VERIFIED" else 0)


def test_fifty_equal_posts_make_one_voucher(table: Chama) -> None:
    body = {
        "member_id": str(table.members["alice"].pk),
        "amount": "137.50",
        "transaction_type": "DEPOSIT",
        "contribution_type": "REGULAR",
        "payment_method": "CASH",
        "offline_sync_id": "phone-7-entry-1",
    }

    def post() -> tuple[int, str]:
        client = APIClient()
        client.force_authenticate(table.grace)
        answer = client.post("/api/transactions", body, format="json")
        return answer.status_code, answer.json().get("id", answer.json().get("code"))

    answers = in_parallel([post] * 50)
    assert len(answers) == 50
    made = {identifier for status, identifier in answers if status == 201}
    assert len(made) == 1
    assert {answer for answer in answers if answer[0] != 201} <= {(409, "in_progress")}
    assert Voucher.objects.count() == Entry.objects.count() == 1
    assert table.books_are_proven


def test_fifty_withdrawals_verified_for_ten_places(table: Chama) -> None:
    """All fifty are within the limit; the box holds ten."""
    table.brings("alice", "90000", method="MPESA")
    table.brings("alice", "10000")
    waiting = [table.asks("alice", "1000") for _ in range(50)]
    works = [lambda voucher=voucher: table.verifies("mary", voucher) for voucher in waiting]
    assert at_once(works) == {"done": 10, "insufficient_cash": 40}
    assert (table.holds("1010"), table.holds("2010", "alice")) == (kes("0"), kes("90000"))
    assert table.books_are_proven


def test_fifty_who_ask_at_once_get_ten_places(table: Chama) -> None:
    table.brings("alice", "20000")
    seen = at_once([lambda: table.asks("alice", "1000")] * 50)
    assert seen == {"done": 10, "withdrawal_limit": 40}


def test_fifty_expenses_from_a_box_that_holds_ten(table: Chama) -> None:
    table.brings("alice", "1000")
    seen = at_once([lambda: table.moves("EXPENSE", "100")] * 50)
    assert seen == {"done": 10, "insufficient_cash": 40}
    assert table.holds("1010") == kes("0")
    assert table.books_are_proven


def test_one_receipt_typed_twenty_times_at_once_is_posted_once(table: Chama) -> None:
    same = [lambda: table.brings("alice", "250", method="MPESA", receipt_number="SJK1")] * 10
    other = [lambda: table.brings("peter", "250", method="MPESA", receipt_number="sjk 1")] * 10
    seen = at_once(same + other)
    assert seen == {"done": 10, "receipt_already_used": 10}
    assert Entry.objects.count() == ReceiptClaim.objects.count() == 1
    assert table.books_are_proven


def test_two_who_open_the_books_at_once_open_them_once(table: Chama) -> None:
    def opens() -> Voucher:
        lines = [OpeningLine("1010", kes("5000"))]
        return operations.open_books(
            group=table.umoja, lines=lines, by=table.daniel, at=AT, on=TODAY - dt.timedelta(days=9)
        )

    assert at_once([opens] * 10) == {"done": 1, "already_opened": 9}
    assert table.holds("1010") == kes("5000")
    assert table.books_are_proven


def meanwhile(table: Chama, act: Callable[[], Any]) -> str:
    """Joseph's role ends in one transaction, and what is begun before that one is committed waits for it."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            table.end("joseph", RoleName.FIELD_OFFICER)
            begun = pool.submit(at_once, [act])
            with pytest.raises(TimeoutError):
                begun.result(timeout=0.7)
        return next(iter(begun.result(timeout=60)))


@pytest.mark.parametrize("act", ["reversal", "own reversal", "opening", "hand-over"])
def test_no_cash_comes_into_hands_that_stop_serving_meanwhile(table: Chama, act: str) -> None:
    table.brings("alice", "9000")
    table.brings("alice", "900", by="joseph")
    paid = table.moves("EXPENSE", "100", by="joseph")
    given = table.moves("HANDOVER", "50", to=str(table.joseph.pk))
    lines = [OpeningLine("1040", kes("700"), officer=table.joseph.pk)]
    acts: dict[str, Callable[[], Any]] = {
        "reversal": lambda: table.reverses("mary", paid),
        "own reversal": lambda: table.reverses("joseph", paid),
        "opening": lambda: operations.open_books(group=table.umoja, lines=lines, by=table.daniel, at=AT, on=TODAY),
        "hand-over": lambda: table.verifies("joseph", given),
    }
    assert meanwhile(table, acts[act]) == "forbidden"
    assert table.holds("1040", "joseph") == kes("800")


def test_a_paper_that_is_verified_meanwhile_is_judged_by_what_became_of_it(table: Chama) -> None:
    """When Joseph asks, it waits and names no place; when it is his turn, the box has paid it."""
    table.brings("alice", "9000")
    waiting = table.asks("alice", "100", by="alice")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            table.verifies("mary", waiting)
            begun = pool.submit(at_once, [lambda: table.reverses("joseph", waiting)])
            with pytest.raises(TimeoutError):
                begun.result(timeout=0.7)
        assert begun.result(timeout=60) == {"forbidden": 1}


def test_ten_who_reverse_at_once_reverse_once(table: Chama) -> None:
    first = table.brings("alice", "250")
    assert at_once([lambda: table.reverses("grace", first)] * 10) == {"done": 1, "already_reversed": 9}
    assert table.holds("1010") == kes("0")
    assert table.books_are_proven


def test_four_who_approve_a_payout_at_once_pay_it_once(table: Chama) -> None:
    table.brings("peter", "8000", kind="WELFARE")
    payout = table.moves("WELFARE_PAYOUT", "900", member=table.members["alice"])
    names = ["mary", "ruth", "esther", "mary", "ruth", "esther"]
    seen = at_once([lambda name=name: table.verifies(name, payout) for name in names])  # type: ignore[misc]  # bound per turn
    assert seen == {"done": 1, "already_verified": 5}
    assert table.holds("2020") == kes("7100")
    assert table.books_are_proven


def test_verbs_of_every_kind_at_once_never_wait_in_a_ring(table: Chama) -> None:
    for name in ["alice", "peter"]:
        table.brings(name, "10000")
    asked = [table.asks(name, "100") for name in ["alice", "peter"] * 3]
    works: list[Callable[[], Any]] = [
        *(lambda voucher=voucher: table.verifies("mary", voucher) for voucher in asked),
        *[lambda: table.brings("alice", "50", method="MPESA", receipt_number="R1")] * 5,
        *[lambda: table.brings("peter", "50", method="MPESA", receipt_number="R2")] * 5,
        *[lambda: table.asks("peter", "10")] * 5,
        *[lambda: table.moves("BANKING", "10")] * 5,
    ]
    assert at_once(works) == {"done": len(works)}
    assert table.books_are_proven
