"""Receipts and repeats over HTTP: one payment is one posting, whichever door, spelling or hand it comes by."""

from typing import Any

import pytest

from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from groups.operations import adopt_constitution
from ledger.models import ReceiptClaim, Voucher
from savings.tests.chama import Chama
from savings.tests.doors import deposit, refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("savings.tests.urls")]
PAID = {"payment_method": "MPESA", "transaction_id": "SJK12AB"}
RECORD = "savings-groups/savings/record"


@pytest.fixture
@lasting
def chama(db: None) -> Chama:
    """The doors read the clock, so this table sits today."""
    return Chama(at=now())


def plan(**more: Any) -> dict[str, Any]:
    """Alice's own 137.50 in the words of the plan."""
    return {"saving_type_code": "PERSONAL", "amount": "137.50", "transaction_type": "DEPOSIT"} | more


def first_error(answer: Any) -> str:
    assert refused(answer) == (400, "invalid")
    return str(answer.json()["errors"][0]["field"])


@pytest.mark.parametrize("number", ["ß" * 40, "SJK/1", "SJK١", "--", "A" * 41, "A" * 101, "SJK\u20631"])
def test_what_is_no_receipt_number_is_refused_on_the_field_that_carried_it(
    chama: Chama, door: Any, number: str
) -> None:
    answer = door("grace").post("transactions", deposit(chama, payment_method="MPESA", transaction_id=number))
    assert first_error(answer) == "transaction_id"
    assert first_error(door("alice").post(RECORD, plan(mobile_money_transaction_id=number))) == (
        "mobile_money_transaction_id"
    )
    assert not Voucher.objects.exists()


def test_every_spelling_of_a_receipt_is_one_receipt(chama: Chama, door: Any) -> None:
    first = door("grace").post("transactions", deposit(chama, **PAID)).json()
    for number in ["sjk-12.ab", " S J K 1 2 A B ", "ＳＪＫ１２ＡＢ", "sjk12ab" + "-" * 50]:
        again = door("grace").post("transactions", deposit(chama, **(PAID | {"transaction_id": number})))
        assert (again.status_code, again.json()["id"]) == (201, first["id"])
    bank = door("grace").post("transactions", deposit(chama, **(PAID | {"payment_method": "BANK"})))
    assert bank.json()["id"] == first["id"]
    assert ReceiptClaim.objects.count() == Voucher.objects.count() == 1


def test_a_receipt_sent_again_without_a_key_says_that_it_is_a_repeat(chama: Chama, door: Any) -> None:
    first = door("grace").post("transactions", deposit(chama, **PAID))
    again = door("mary").post("transactions", deposit(chama, **PAID))
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    keyed = [door("mary").post("transactions", deposit(chama, offline_sync_id="k", **PAID)) for _ in range(2)]
    assert [answer["Idempotent-Replayed"] for answer in keyed] == ["true", "true"]
    assert first.json() == again.json() == keyed[0].json() == keyed[1].json()


def test_an_officer_who_sends_the_receipt_that_alice_recorded_verifies_it(chama: Chama, door: Any) -> None:
    hers = door("alice").post("transactions", deposit(chama, **PAID)).json()
    assert hers["status"] == "PENDING"
    repeat = door("alice").post("transactions", deposit(chama, **PAID))
    assert (repeat.json()["status"], repeat["Idempotent-Replayed"]) == ("PENDING", "true")
    seen = door("joseph").post("transactions", deposit(chama, **PAID))
    assert (seen.json()["id"], seen.json()["status"], seen.json()["verified_by"]) == (
        hers["id"], "VERIFIED", str(chama.joseph.pk),
    )  # fmt: skip
    assert "Idempotent-Replayed" not in seen
    later = door("grace").post("transactions", deposit(chama, **PAID))
    assert (later.json()["verified_by"], later["Idempotent-Replayed"]) == (str(chama.joseph.pk), "true")
    assert chama.holds("1030") == kes("137.50")
    assert chama.books_are_proven


def test_what_may_not_be_verified_is_only_answered_again(chama: Chama, door: Any) -> None:
    """Mary recorded her own; she cannot verify it by sending it twice, and Grace says it came by another way."""
    own = deposit(chama, "mary", **PAID)
    for _ in range(2):
        answer = door("mary").post("transactions", own)
        assert answer.json()["status"] == "PENDING"
    other = door("grace").post("transactions", own | {"payment_method": "BANK"})
    assert (other.json()["status"], other["Idempotent-Replayed"]) == ("PENDING", "true")
    assert not chama.holds("2010")


def test_what_another_officer_recorded_for_a_second_pair_of_eyes_is_not_verified_by_a_repeat(
    chama: Chama, door: Any
) -> None:
    adopt_constitution(group=chama.umoja, effective_on=today(), at=now(), by=chama.sarah, second_pair_of_eyes=True)
    first = door("grace").post("transactions", deposit(chama, **PAID)).json()
    again = door("joseph").post("transactions", deposit(chama, **PAID))
    assert (again.json()["id"], again.json()["status"]) == (first["id"], "PENDING")


def test_peter_is_not_told_what_alice_paid(chama: Chama, door: Any) -> None:
    chama.brings("alice", "8123", method="MPESA", receipt_number="SJK12AB")
    answer = door("peter").post("transactions", deposit(chama, "peter", **PAID))
    assert refused(answer) == (422, "receipt_already_used")
    assert not [word for word in ("8,123", "8123", str(chama.today)) if word in answer.content.decode()]
    told = door("grace").post("transactions", deposit(chama, "peter", **PAID))
    assert "8,123.00" in told.json()["detail"]


@pytest.mark.parametrize("said", [{"mobile_money_provider": "MPESA"}, {"mobile_money_phone": "0712345678"}])
def test_mobile_money_without_its_receipt_is_not_booked_as_cash(chama: Chama, door: Any, said: dict[str, str]) -> None:
    missing: list[dict[str, str | None]] = [
        {},
        {"mobile_money_transaction_id": ""},
        {"mobile_money_transaction_id": None},
    ]
    for number in missing:
        assert first_error(door("alice").post(RECORD, plan(**said, **number))) == "mobile_money_transaction_id"
    assert not Voucher.objects.exists()
    row = door("alice").post(RECORD, plan(**said, mobile_money_transaction_id="SJK1")).json()
    assert row["payment_method"] == "MPESA"


def test_one_key_at_both_doors_posts_once(chama: Chama, door: Any) -> None:
    alice, key = str(chama.members["alice"].pk), {"Idempotency-Key": "phone-7"}
    assert door("grace").post("transactions", deposit(chama), **key).status_code == 201
    other = door("grace").post(RECORD, plan(member_id=alice), **key)
    assert refused(other) == (422, "idempotency_mismatch")
    assert chama.holds("2010", "alice") == kes("137.50")


DAYS = [
    "2026-1-05",
    "20260105",
    "2026-W02-1",
    "２０２６-01-05",
    "1899-12-31",
    "0001-01-01",
    "2026-01-05T00:00:00",
    " 2026-01-05",
]


@pytest.mark.parametrize("day", DAYS)
def test_days_have_one_spelling(chama: Chama, door: Any, day: str) -> None:
    assert first_error(door("grace").post("transactions", deposit(chama, contribution_date=day))) == "contribution_date"
    assert first_error(door("alice").post(RECORD, plan(contribution_date=day))) == "contribution_date"
    opening = {"kind": "OPENING", "booked_on": day, "lines": [{"account": "1010", "amount": "5"}]}
    assert first_error(door("daniel").post(f"groups/{chama.umoja.pk}/cash-movements", opening)) == "booked_on"
    for word in ["from", "to"]:
        assert first_error(door("grace").get(f"transactions?{word}={day}")) == word


def test_every_row_stands_on_one_page_however_equal_the_amounts(chama: Chama, door: Any) -> None:
    for _ in range(23):
        chama.brings("alice", "5", by="alice")
    for ordering in ["amount", "-amount", "contribution_date", "-recorded_at"]:
        seen = [
            row["id"]
            for page in range(1, 5)
            for row in door("grace").get(f"transactions?ordering={ordering}&page_size=7&page={page}").json()["results"]
        ]
        assert len(seen) == len(set(seen)) == 23
