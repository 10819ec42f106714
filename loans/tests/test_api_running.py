"""A loan that runs, over HTTP: paid out, repaid, taken back, spread anew, written off."""

import datetime as dt
from typing import Any

import pytest

from core.codes import short_code
from core.ids import new_id
from core.periods import now
from core.tests.lasting import lasting
from ledger.models import Voucher
from loans.models import Loan, Repayment
from loans.tests.asking import paid_out, repayment
from loans.tests.world import World
from savings.tests.doors import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("loans.tests.urls")]


@pytest.fixture
@lasting
def world(db: None) -> World:
    """The doors read the clock, so this table sits today."""
    return World(at=now())


# Paying out and paying back


def test_grace_pays_out_what_was_approved(world: World, door: Any) -> None:
    loan = world.approved("peter")
    answer = door("grace").post(f"loans/{loan.pk}/disburse", {"payment_method": "CASH"})
    row = answer.json()
    assert answer.status_code == 200
    assert row == row | {
        "status": "DISBURSED",
        "disbursed_on": world.today.isoformat(),
        "outstanding_principal": "10000.00",
        "amount_due": "0.00",
        "settlement_amount": "11000.00",
        "days_late": 0,
    }
    assert row["repayment_schedule"][0]["settled_on"] is None
    assert refused(door("grace").post(f"loans/{loan.pk}/disburse", {"payment_method": "CASH"})) == (
        409,
        "invalid_transition",
    )
    assert world.books_are_proven


def test_nothing_is_paid_out_before_its_approval_or_for_a_meeting_that_is_not(world: World, door: Any) -> None:
    path = f"loans/{world.approved('peter').pk}/disburse"
    yesterday = (world.today - dt.timedelta(days=1)).isoformat()
    early = door("grace").post(path, {"payment_method": "CASH", "disbursed_on": yesterday})
    assert early.status_code in {400, 422}
    unborn = {"payment_method": "CASH", "meeting_id": str(new_id())}
    assert refused(door("grace").post(path, unborn)) == (404, "not_found")
    assert Loan.objects.get().status == "APPROVED"


def test_at_a_meeting_money_is_of_its_day_and_of_the_box(world: World, door: Any) -> None:
    table = world.sits()
    meeting = {"payment_method": "CASH", "meeting_id": str(table.meeting_id)}
    loan = world.approved("peter")
    assert door("joseph").post(f"loans/{loan.pk}/disburse", meeting).status_code == 200
    answer = door("joseph").post(f"loans/{loan.pk}/repayment", repayment(world, "500.00") | meeting)
    assert answer.status_code == 201
    papers = Voucher.objects.filter(subject_id=loan.pk).order_by("id")
    assert [(paper.kind, paper.meeting_id, paper.booked_on) for paper in papers] == [
        ("DISBURSEMENT", table.meeting_id, world.today),
        ("REPAYMENT", table.meeting_id, world.today),
    ]
    assert (papers[0].from_place, papers[1].to_place) == ("1010", "1010")
    elsewhere = repayment(world, "1") | {"meeting_id": str(world.sits(group=world.groups["Baraka"]).meeting_id)}
    assert refused(door("grace").post(f"loans/{loan.pk}/repayment", elsewhere)) == (404, "not_found")


def test_a_repayment_says_where_it_went(world: World, door: Any) -> None:
    loan = paid_out(world)
    answer = door("grace").post(f"loans/{loan.pk}/repayment", repayment(world, "4000.00"))
    row = answer.json()
    assert answer.status_code == 201
    assert row == row | {
        "loan_id": str(loan.pk),
        "amount": "4000.00",
        "allocation": {"penalty": "0.00", "interest": "366.67", "principal": "3633.33", "savings": "0.00"},
        "settlement_amount": "7000.00",
        "outstanding_principal": "6366.67",
        "loan_status": "DISBURSED",
        "recorded_by": str(world.grace.pk),
        "reversed": False,
    } | {name: row[name] for name in ("allocation", "outstanding_principal")}
    assert sum(map(cents, row["allocation"].values())) == 400_000
    assert row["receipt_code"] == short_code(Repayment.objects.get().pk)
    told = door("peter").get(f"loans/{loan.pk}").json()
    assert told["settlement_amount"] == "7000.00"
    (paid,) = told["repayments"]
    assert (paid["id"], paid["amount"], paid["payment_method"]) == (row["id"], "4000.00", "CASH")
    assert paid["allocation"] == row["allocation"]
    assert told["repayment_schedule"][0]["settled_on"] == world.today.isoformat()


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def test_the_last_shilling_completes_it_and_one_more_is_too_much(world: World, door: Any) -> None:
    loan = paid_out(world)
    path = f"loans/{loan.pk}/repayment"
    over = door("grace").post(path, repayment(world, "11000.01"))
    assert refused(over) == (422, "overpayment")
    assert over.json()["amount_due"] == "11000.00"
    row = door("grace").post(path, repayment(world, "11000.00")).json()
    assert (row["loan_status"], row["settlement_amount"]) == ("COMPLETED", "0.00")
    told = door("grace").get(f"loans/{loan.pk}").json()
    assert (told["status"], told["ended_on"]) == ("COMPLETED", world.today.isoformat())
    assert {each["unpaid"] for each in told["repayment_schedule"]} == {"0.00"}
    assert refused(door("grace").post(path, repayment(world, "1"))) == (409, "invalid_transition")


def test_who_repays_by_phone_and_too_much_saves_the_rest(world: World, door: Any) -> None:
    loan = paid_out(world)
    body = repayment(world, "11500", payment_method="MPESA", transaction_id="SJK1")
    row = door("grace").post(f"loans/{loan.pk}/repayment", body).json()
    assert (row["allocation"]["savings"], row["loan_status"]) == ("500.00", "COMPLETED")
    assert world.books_are_proven


def test_a_day_that_has_not_come_is_refused_by_name(world: World, door: Any) -> None:
    tomorrow = (world.today + dt.timedelta(days=1)).isoformat()
    answer = door("grace").post(f"loans/{paid_out(world).pk}/repayment", repayment(world, "1", payment_date=tomorrow))
    assert refused(answer) == (422, "date_in_future")


# Taking back


def test_a_repayment_is_taken_back_by_its_own_name(world: World, door: Any) -> None:
    loan = paid_out(world)
    paid = door("grace").post(f"loans/{loan.pk}/repayment", repayment(world, "11000")).json()
    path = f"repayments/{paid['id']}/reverse/"
    assert refused(door("ruth").post(path, {"reason": "x"})) == (403, "forbidden")
    assert refused(door("jane").post(path, {"reason": "x"})) == (404, "not_found")
    assert refused(door("grace").post(path)) == (400, "invalid")
    answer = door("grace").post(path, {"reason": "Counted twice"})
    assert (answer.status_code, answer.json()["id"], answer.json()["reversed"]) == (200, paid["id"], True)
    told = door("grace").get(f"loans/{loan.pk}").json()
    assert (told["status"], told["outstanding_principal"]) == ("DISBURSED", "10000.00")
    (gone,) = told["repayments"]
    assert (gone["reversed"], set(gone["allocation"].values())) == (True, {"0.00"})
    assert refused(door("grace").post(path, {"reason": "again"})) == (409, "already_reversed")
    assert world.books_are_proven


def test_the_path_of_repayments_takes_back_nothing_else(world: World, door: Any) -> None:
    saved = world.brings("peter", "100")
    loan = paid_out(world)
    for voucher in (saved.pk, loan.disbursement_id, new_id()):
        assert refused(door("grace").post(f"repayments/{voucher}/reverse", {"reason": "x"})) == (404, "not_found")


# Write-off and rescheduling


def test_a_write_off_is_called_by_each_until_the_last(world: World, door: Any) -> None:
    path = f"loans/{paid_out(world).pk}"
    first = door("joseph").post(f"{path}/write-off", {"reason": "Moved away"})
    row = first.json()
    assert (first.status_code, row["status"]) == (200, "DISBURSED")
    assert (row["write_off"]["status"], row["write_off"]["reason"]) == ("PENDING", "Moved away")
    assert [yes["capacity"] for yes in row["write_off"]["approvals"]] == ["FIELD_OFFICER"]
    assert [each["capacity"] for each in row["missing_approvals"]] == ["CHAIR"]
    assert [yes["capacity"] for yes in row["approvals"]] == ["FIELD_OFFICER", "CHAIR"]
    assert door("peter").get(path).json()["write_off"]["reason"] is None
    last = door("mary").post(f"{path}/write-off").json()
    assert (last["status"], last["outstanding_principal"], last["missing_approvals"]) == ("WRITTEN_OFF", "0.00", [])
    assert (last["write_off"]["status"], last["write_off"]["done_on"]) == ("DONE", world.today.isoformat())
    assert world.books_are_proven


def test_a_rescheduling_spreads_what_is_owed(world: World, door: Any) -> None:
    path = f"loans/{paid_out(world).pk}"
    body = {"duration_months": 6, "reason": "Ill"}
    assert door("mary").post(f"{path}/reschedule", body).json()["reschedule"]["months"] == 6
    row = door("joseph").post(f"{path}/reschedule", body).json()
    assert (row["status"], row["reschedule"]["status"]) == ("DISBURSED", "DONE")
    assert len(row["repayment_schedule"]) == 6
    assert row["settlement_amount"] == "11000.00"


def test_a_no_to_a_change_leaves_the_loan_running(world: World, door: Any) -> None:
    path = f"loans/{paid_out(world).pk}"
    assert refused(door("mary").post(f"{path}/reject", {"reason": "no"})) == (409, "invalid_transition")
    door("joseph").post(f"{path}/write-off", {"reason": "Moved away"})
    row = door("mary").post(f"{path}/reject", {"reason": "She is back"}).json()
    assert (row["status"], row["write_off"]["status"], row["missing_approvals"]) == ("DISBURSED", "REJECTED", [])
