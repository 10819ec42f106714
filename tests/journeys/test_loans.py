"""Loans, from the first question to the last shilling: asked, agreed, paid out, late, settled; and one that never came.

After every act the books of the group are asked to prove themselves.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.money import kes
from core.periods import NAIROBI, add_months, today
from ledger.queries.trf import trf_sheet
from ledger.verify import check_books
from loans import operations as loans
from loans.models import Loan
from loans.operations import Application
from members import operations as members
from members.models import Member
from members.rules import Particulars
from savings import operations as savings
from tablebanking.demo_people import bring_papers
from tests.conftest import Sign, World, data

pytestmark = pytest.mark.django_db

PROVED = Decimal("0.00")


def proved(world: World) -> None:
    """The chain, the papers, the trial balance and both sides of the TRF sheet."""
    assert check_books(world.umoja) == []
    assert trf_sheet(group=world.umoja, on=today()).difference == PROVED


def asked(world: World, name: str, amount: str, **changes: Any) -> dict[str, Any]:
    return {
        "member_id": str(world.member(name).id),
        "loan_type": "LONG_TERM",
        "amount": amount,
        "duration_months": 12,
        "purpose": "Buy and store maize until February",
        "witnesses": [str(world.member("ruth").id), str(world.member("alice").id)],
        **changes,
    }


def post(client: APIClient, path: str, body: dict[str, Any] | None = None, **headers: Any) -> Any:
    return client.post(f"/api/{path}", body or {}, format="json", **headers)


def mwende(world: World) -> Member:
    """Registered half a year ago, known by her ID, with savings in each month since."""
    since = add_months(today(), -6)
    at = instant(since)
    member = members.register(
        group=world.umoja,
        particulars=Particulars(
            name="Mwende Kilonzo",
            id_number="29384756",
            phone="254711222333",
            date_of_birth=dt.date(1991, 4, 17),
            kin=(),
        ),
        at=at,
        on=since,
        by=world.user("joseph"),
    )
    checkers = (world.user("ruth"), world.user("mary"))
    bring_papers([member], by=world.user("joseph"), checkers=checkers, at=at, verified_at=at)
    for month in range(6):
        day = add_months(since, month)
        savings.contribute(
            member=member, kind="REGULAR", amount=kes(5_000), by=world.user("grace"), at=instant(day), on=day
        )
    return member


def instant(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(15), tzinfo=NAIROBI)


def running(world: World, member: Member) -> Loan:
    """A short-term loan of 12,000.00 over three months, asked for, agreed and paid out 45 days ago: whatever the month,
    one instalment is late by now, and the next is not due yet."""
    at = instant(today() - dt.timedelta(days=45))
    request = Application(
        loan_type="SHORT_TERM",
        amount=kes(12_000),
        months=3,
        purpose="Stock",
        witnesses=(world.member("ruth"), world.member("alice")),
    )
    loan = loans.apply(member=member, request=request, by=world.user("joseph"), at=at)
    for yes in ("joseph", "mary"):
        loan = loans.approve(loan=loan, by=world.user(yes), at=at, notes="")
    return loans.disburse(loan=loan, method="CASH", by=world.user("grace"), at=at, on=at.astimezone(NAIROBI).date())


def first_due(loan: Loan) -> dt.date:
    assert loan.disbursed_on
    return add_months(loan.disbursed_on, 1)


def test_peter_may_borrow_three_times_what_he_saved_and_not_a_cent_more(world: World, signed_in: Sign) -> None:
    peter = signed_in("peter")
    path = f"savings-groups/groups/{world.umoja.id}/members/{world.member('peter').id}/loan-eligibility/"
    whole = data(post(peter, path, {"amount": "90000.00", "loan_type": "LONG_TERM", "duration_months": 12}))
    assert whole["eligible"] is True
    more = data(post(peter, path, {"amount": "90000.01", "loan_type": "LONG_TERM", "duration_months": 12}))
    assert more["eligible"] is False
    failed = [rule for rule in more["rules"] if not rule["passed"]]
    assert [rule["code"] for rule in failed] == ["savings_multiple"]
    assert "90,000.00" in failed[0]["evidence"] + failed[0]["remedy"]
    assert more["terms"]["schedule"]
    refused = post(peter, "loans", asked(world, "peter", "90000.01"))
    assert (refused.status_code, refused.json()["code"]) == (422, "not_eligible")
    assert [error["code"] for error in refused.json()["errors"]] == ["savings_multiple"]


def test_from_the_question_to_the_last_shilling(world: World, signed_in: Sign, fresh_key: Callable[[], str]) -> None:
    peter, joseph, mary, grace = (signed_in(name) for name in ("peter", "joseph", "mary", "grace"))
    key = fresh_key()
    body = asked(world, "peter", "60000.00", offline_sync_id=key, approved_by=str(world.user("peter").id))
    loan = data(post(peter, "savings-groups/loans/apply/", body))
    assert data(post(peter, "savings-groups/loans/apply/", body))["id"] == loan["id"]
    assert [(each["capacity"], each["need"]) for each in loan["missing_approvals"]] == [
        ("FIELD_OFFICER", 1), ("COMMITTEE", 3),
    ]  # fmt: skip
    second = post(peter, "loans", asked(world, "peter", "1000.00"))
    assert (second.status_code, second.json()["code"]) == (409, "open_loan_exists")

    assert post(peter, f"loans/{loan['id']}/approve").status_code == 403
    # Ruth is a witness, so the three of the committee are Mary, Grace and Esther.
    assert post(signed_in("ruth"), f"loans/{loan['id']}/approve").status_code in {403, 422}
    for client in (joseph, mary, grace):
        half = data(post(client, f"loans/{loan['id']}/approve", {"approval_notes": "A good plan"}))
        assert half["status"] == "PENDING"
    assert post(mary, f"loans/{loan['id']}/approve").status_code == 409
    agreed = data(post(signed_in("esther"), f"loans/{loan['id']}/approve"))
    assert (agreed["status"], agreed["missing_approvals"]) == ("APPROVED", [])

    before = trf_sheet(group=world.umoja, on=today())
    paid = data(post(grace, f"loans/{loan['id']}/disburse", {"payment_method": "CASH"}))
    assert (paid["status"], paid["outstanding_principal"]) == ("DISBURSED", "60000.00")
    assert trf_sheet(group=world.umoja, on=today()).trf == before.trf
    proved(world)

    paper = {"amount": "10000.00", "payment_date": today().isoformat(), "payment_method": "MPESA",
             "transaction_id": "SKK71PETER"}  # fmt: skip
    first = data(post(grace, f"loans/{loan['id']}/repayment", paper))
    assert first["allocation"] == {
        "penalty": "0.00", "interest": "600.00", "principal": "9400.00", "savings": "0.00",
    }  # fmt: skip
    again = data(post(grace, f"loans/{loan['id']}/repayment", paper))
    assert again["id"] == first["id"]
    proved(world)

    too_much = {"amount": "50600.01", "payment_date": today().isoformat(), "payment_method": "CASH"}
    refused = post(grace, f"loans/{loan['id']}/repayment", too_much)
    assert (refused.status_code, refused.json()["code"]) == (422, "overpayment")
    last = data(post(grace, f"loans/{loan['id']}/repayment", too_much | {"amount": "50600.00"}))
    assert (last["loan_status"], last["settlement_amount"]) == ("COMPLETED", "0.00")
    proved(world)

    undone = post(mary, f"repayments/{first['id']}/reverse", {"reason": "The receipt was another group's"})
    assert undone.status_code in {200, 201}, undone.content
    reopened = data(peter.get(f"/api/loans/{loan['id']}"))
    assert (reopened["status"], reopened["outstanding_principal"]) == ("DISBURSED", "10000.00")
    proved(world)
    mine = data(peter.get("/api/savings-groups/my-loans/"))["results"]
    assert [row["id"] for row in mine] == [loan["id"]]


def test_somebody_new_saves_borrows_falls_behind_and_settles(world: World, signed_in: Sign) -> None:
    member = mwende(world)
    loan = running(world, member)
    grace, mary = signed_in("grace"), signed_in("mary")
    late = data(mary.get(f"/api/loans/{loan.id}"))
    due = first_due(loan)
    assert late["days_late"] == (today() - due).days
    # 12,000 at 10 %: 4,000 and 400 a month; one month begun since the first was due: 5 % of 4,400.
    charged = [penalty["amount"] for penalty in late["penalties"]]
    assert charged == ["220.00"]
    assert late["amount_due"] == "4620.00"
    proved(world)

    listed = data(mary.get(f"/api/savings-groups/groups/{world.umoja.id}/loans/?status=DISBURSED"))["results"]
    assert str(loan.id) in {row["id"] for row in listed}
    shown = data(mary.get(f"/api/members/{member.id}"))
    assert shown["days_late"] == late["days_late"]
    assert shown["next_due"]["date"] == due.isoformat()

    part = data(post(grace, f"loans/{loan.id}/repayment", {
        "amount": "1000.00", "payment_date": today().isoformat(), "payment_method": "CASH"}))  # fmt: skip
    assert part["allocation"] == {
        "penalty": "220.00", "interest": "400.00", "principal": "380.00", "savings": "0.00",
    }  # fmt: skip
    proved(world)
    settled = data(post(grace, f"loans/{loan.id}/repayment", {
        "amount": part["settlement_amount"], "payment_date": today().isoformat(),
        "payment_method": "CASH"}))  # fmt: skip
    assert settled["loan_status"] == "COMPLETED"
    proved(world)


def test_what_came_on_its_day_and_is_typed_late_takes_the_penalty_back(world: World, signed_in: Sign) -> None:
    member = mwende(world)
    loan = running(world, member)
    grace = signed_in("grace")
    path = f"loans/{loan.id}/repayment"
    data(post(grace, path, {"amount": "1000.00", "payment_date": today().isoformat(), "payment_method": "CASH"}))
    on_its_day = {"amount": "4400.00", "payment_date": first_due(loan).isoformat(), "payment_method": "CASH"}
    late = data(post(grace, path, on_its_day))
    assert late["allocation"] == {
        "penalty": "0.00", "interest": "400.00", "principal": "4000.00", "savings": "0.00",
    }  # fmt: skip
    proved(world)
    told = data(grace.get(f"/api/loans/{loan.id}"))
    assert told["days_late"] == 0
    # The thousand now goes to the second instalment, ahead of its day: 400 of interest and 600 of principal.
    assert told["outstanding_principal"] == "7400.00"
    assert told["amount_due"] == "0.00"


def test_a_loan_is_written_off_by_those_whom_a_new_one_would_need_and_comes_back(world: World, signed_in: Sign) -> None:
    loan = running(world, mwende(world))
    joseph, mary, grace = (signed_in(name) for name in ("joseph", "mary", "grace"))
    before = trf_sheet(group=world.umoja, on=today())
    waiting = data(post(joseph, f"loans/{loan.id}/write-off", {"reason": "She moved away and nobody knows where"}))
    assert waiting["status"] == "DISBURSED"
    gone = data(post(mary, f"loans/{loan.id}/write-off", {"reason": "The committee has asked everybody"}))
    assert (gone["status"], gone["outstanding_principal"]) == ("WRITTEN_OFF", "0.00")
    assert trf_sheet(group=world.umoja, on=today()).trf == before.trf - 12_000
    proved(world)

    back = data(post(grace, f"loans/{loan.id}/repayment", {
        "amount": "5000.00", "payment_date": today().isoformat(), "payment_method": "CASH"}))  # fmt: skip
    assert back["loan_status"] == "WRITTEN_OFF"
    assert back["allocation"]["principal"] == "5000.00"
    assert trf_sheet(group=world.umoja, on=today()).trf == before.trf - 7_000
    proved(world)


def test_nobody_says_yes_before_lucys_id_is_verified(world: World, signed_in: Sign) -> None:
    loan = data(post(signed_in("lucy"), "loans", asked(world, "lucy", "5000.00")))
    refused = post(signed_in("mary"), f"loans/{loan['id']}/approve")
    assert (refused.status_code, refused.json()["code"]) == (422, "id_not_verified")


def test_jane_of_another_group_finds_nothing_of_all_this(world: World, signed_in: Sign) -> None:
    jane = signed_in("jane")
    loan = Loan.objects.get(member=world.member("alice"))
    assert jane.get(f"/api/loans/{loan.id}").status_code == 404
    for act in ("approve", "reject", "cancel", "disburse", "repayment", "write-off", "reschedule"):
        assert post(jane, f"loans/{loan.id}/{act}").status_code == 404
    assert data(jane.get("/api/loans"))["results"] == []
