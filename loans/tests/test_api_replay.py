"""Sent again, it happens once: keys and receipt numbers of loans over HTTP."""

from typing import Any

import pytest

from core.periods import now
from core.tests.lasting import lasting
from ledger.models import Voucher
from loans.models import Loan, LoanApproval, LoanChange, Repayment
from loans.tests.asking import application, paid_out, repayment
from loans.tests.world import World
from savings.tests.doors import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("loans.tests.urls")]
APPLY = "savings-groups/loans/apply"
KEY = {"Idempotency-Key": "phone-7"}


@pytest.fixture
@lasting
def world(db: None) -> World:
    """The doors read the clock, so this table sits today."""
    return World(at=now())


def is_repeat(answer: Any) -> bool:
    return bool(answer.headers.get("Idempotent-Replayed") == "true")


def test_both_spellings_of_applying_are_one_operation(world: World, door: Any) -> None:
    body = application(world, offline_sync_id="phone-7")
    first, again = door("peter").post("loans", body), door("peter").post(APPLY, body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (is_repeat(first), is_repeat(again), first.json()) == (False, True, again.json())
    other = door("peter").post("loans", body | {"amount": "10000.01"})
    assert refused(other) == (422, "idempotency_mismatch")
    assert Loan.objects.count() == 1


def test_a_refused_application_may_be_sent_again_with_its_key(world: World, door: Any) -> None:
    body = application(world, amount="90000.01")
    assert refused(door("peter").post("loans", body, **KEY)) == (422, "not_eligible")
    world.brings("peter", "100")
    answer = door("peter").post("loans", body, **KEY)
    assert (answer.status_code, is_repeat(answer)) == (201, False)


def test_a_loan_is_paid_out_once(world: World, door: Any) -> None:
    path = f"loans/{world.approved('peter').pk}/disburse"
    body = {"payment_method": "CASH"}
    first, again = door("grace").post(path, body, **KEY), door("grace").post(path, body, **KEY)
    assert (first.status_code, again.status_code, is_repeat(again)) == (200, 200, True)
    assert first.json() == again.json()
    assert Voucher.objects.filter(kind="DISBURSEMENT").count() == 1
    assert refused(door("grace").post(path, {"payment_method": "BANK"}, **KEY)) == (422, "idempotency_mismatch")


def test_a_repayment_sent_again_is_one_repayment(world: World, door: Any) -> None:
    path, body = f"loans/{paid_out(world).pk}/repayment", repayment(world, "4000")
    first, again = door("grace").post(path, body, **KEY), door("grace").post(path, body, **KEY)
    assert (first.status_code, again.status_code, is_repeat(again)) == (201, 201, True)
    assert first.json() == again.json()
    assert refused(door("grace").post(path, body | {"amount": 1}, **KEY)) == (422, "idempotency_mismatch")
    assert door("mary").post(path, body, **KEY).json()["id"] != first.json()["id"]
    assert Repayment.objects.count() == 2


def test_one_key_towards_two_loans_is_a_mismatch(world: World, door: Any) -> None:
    hers, his = paid_out(world, "alice", "20000"), paid_out(world)
    body = repayment(world, "4000")
    assert door("grace").post(f"loans/{hers.pk}/repayment", body, **KEY).status_code == 201
    assert refused(door("grace").post(f"loans/{his.pk}/repayment", body, **KEY)) == (422, "idempotency_mismatch")


def test_the_same_receipt_is_the_same_repayment_whoever_sends_it(world: World, door: Any) -> None:
    path = f"loans/{paid_out(world).pk}/repayment"
    body = repayment(world, "4000", payment_method="MPESA", transaction_id="sjk 1")
    first, again = door("grace").post(path, body), door("mary").post(path, body | {"transaction_id": "SJK1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert (is_repeat(first), is_repeat(again), first.json()["id"]) == (False, True, again.json()["id"])
    other = door("grace").post(path, body | {"amount": 5})
    assert refused(other) == (422, "receipt_already_used")
    assert Repayment.objects.count() == 1


def test_a_repeat_after_the_split_has_moved_still_says_what_the_receipt_said(world: World, door: Any) -> None:
    """Money that came later with an earlier claim on the interest does not change the receipt that was given."""
    path = f"loans/{paid_out(world).pk}/repayment"
    first = door("grace").post(path, repayment(world, "4000"), **KEY).json()
    second = door("grace").post(path, repayment(world, "1000")).json()
    door("mary").post(f"repayments/{second['id']}/reverse", {"reason": "Counted twice"})
    again = door("grace").post(path, repayment(world, "4000"), **KEY).json()
    assert (again["id"], again["allocation"]) == (first["id"], first["allocation"])


@pytest.mark.parametrize(("act", "body"), [("write-off", {}), ("reschedule", {"duration_months": 6})])
def test_a_yes_to_a_change_counts_once(world: World, door: Any, act: str, body: dict[str, Any]) -> None:
    path, said = f"loans/{paid_out(world).pk}/{act}", {"reason": "Moved away"} | body
    first, again = door("joseph").post(path, said, **KEY), door("joseph").post(path, said, **KEY)
    assert (first.status_code, again.status_code, is_repeat(again)) == (200, 200, True)
    assert first.json() == again.json()
    assert LoanApproval.objects.filter(change=LoanChange.objects.get()).count() == 1
    assert refused(door("joseph").post(path, said)) == (409, "already_approved")


def test_one_key_takes_a_repayment_back_once_by_either_of_its_names(world: World, door: Any) -> None:
    paid = door("grace").post(f"loans/{paid_out(world).pk}/repayment", repayment(world, "4000")).json()
    body = {"reason": "Counted twice"}
    first = door("mary").post(f"repayments/{paid['id']}/reverse", body, **KEY)
    again = door("mary").post(f"transactions/{paid['id']}/reverse", body, **KEY)
    assert (first.status_code, again.status_code, is_repeat(again)) == (200, 200, True)
    assert first.json() == again.json()
    assert Voucher.objects.filter(kind="REVERSAL").count() == 1


def test_a_key_is_1_to_100_characters(world: World, door: Any) -> None:
    body = application(world)
    for key in ("", "x" * 101, 7, ["a"]):
        assert refused(door("peter").post("loans", body | {"offline_sync_id": key})) == (400, "invalid")
    two = door("peter").post("loans", body | {"offline_sync_id": "a"}, **KEY)
    assert refused(two) == (400, "invalid")
    assert not Loan.objects.exists()
