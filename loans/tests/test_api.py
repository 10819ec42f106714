"""Asking for a loan over HTTP and deciding about it: shapes, statuses, who may, and what a hostile client gets."""

from typing import Any

import pytest

from core.ids import new_id
from core.periods import now
from core.tests.lasting import lasting
from groups.models import RoleName
from loans.models import Loan
from loans.tests.asking import application, paid_out
from loans.tests.world import World
from savings.tests.doors import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("loans.tests.urls")]

SHAPE = {
    "id", "loan_number", "member_id", "group_id", "loan_type", "loan_amount", "duration_months", "interest_rate",
    "purpose", "status", "application_date", "approved_date", "approved_by", "approvals", "missing_approvals",
    "id_verified", "witnesses", "repayment_schedule", "repayments", "outstanding_principal", "amount_due",
    "settlement_amount", "days_late", "penalties", "write_off", "reschedule", "effective_yearly_rate",
}  # fmt: skip
ROW = {"month", "due_date", "principal", "interest", "total_payment", "remaining_balance"}
APPLY = "savings-groups/loans/apply/"


@pytest.fixture
@lasting
def world(db: None) -> World:
    """The doors read the clock, so this table sits today."""
    return World(at=now())


# Asking


@pytest.mark.parametrize("path", [APPLY, "loans"])
def test_peter_asks_and_gets_the_pinned_shape(world: World, door: Any, path: str) -> None:
    answer = door("peter").post(path, application(world))
    row = answer.json()
    assert answer.status_code == 201
    assert row.keys() >= SHAPE
    assert row == row | {
        "loan_number": "LN-0001",
        "member_id": str(world.members["peter"].pk),
        "group_id": str(world.umoja.pk),
        "loan_type": "SHORT_TERM",
        "loan_amount": "10000.00",
        "duration_months": 3,
        "grace_months": 0,
        "extra_payment": "0.00",
        "interest_rate": "10.00",
        "method": "FLAT",
        "purpose": "A cow",
        "status": "PENDING",
        "application_date": world.today.isoformat(),
        "recorded_by": str(world.peter.pk),
        "approved_date": None,
        "approved_by": None,
        "approvals": [],
        "id_verified": True,
        "witnesses": [str(world.members[name].pk) for name in ("lucy", "agnes")],
        "repayments": [],
        "penalties": [],
        "outstanding_principal": "0.00",
        "amount_due": "0.00",
        "settlement_amount": "0.00",
        "days_late": 0,
        "total_payable": "11000.00",
        "write_off": None,
        "reschedule": None,
    }
    assert door("peter").get(f"loans/{row['id']}").json() == row


def test_what_waits_is_shown_as_if_it_were_paid_out_today(world: World, door: Any) -> None:
    row = door("peter").post(APPLY, application(world)).json()
    schedule = row["repayment_schedule"]
    assert [each["principal"] for each in schedule] == ["3333.33", "3333.33", "3333.34"]
    assert [each["interest"] for each in schedule] == ["333.33", "333.33", "333.34"]
    assert [each["remaining_balance"] for each in schedule] == ["6666.67", "3333.34", "0.00"]
    assert [each["month"] for each in schedule] == [1, 2, 3]
    assert schedule[0].keys() >= ROW
    assert schedule[0]["total_payment"] == "3666.66"
    assert {each["paid"] for each in schedule} == {"0.00"}


def test_mary_types_it_for_alice_and_may_not_be_her_own_witness(world: World, door: Any) -> None:
    alice = str(world.members["alice"].pk)
    row = door("mary").post(APPLY, application(world, member_id=alice)).json()
    assert (row["member_id"], row["recorded_by"]) == (alice, str(world.mary.pk))
    own = application(world, witnesses=[str(world.members["peter"].pk), str(world.members["lucy"].pk)])
    answer = door("peter").post(APPLY, own)
    assert refused(answer) == (422, "not_eligible")
    assert [error["field"] for error in answer.json()["errors"]] == ["witnesses"]


def test_whoever_has_no_membership_says_for_whom(world: World, door: Any) -> None:
    answer = door("joseph").post(APPLY, application(world))
    assert refused(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["field"] == "member_id"


def test_each_rule_that_fails_is_named(world: World, door: Any) -> None:
    lucy = str(world.members["lucy"].pk)
    asked = application(world, member_id=lucy, amount="10000", witnesses=[str(world.members["agnes"].pk)])
    answer = door("grace").post(APPLY, asked)
    assert refused(answer) == (422, "not_eligible")
    errors = answer.json()["errors"]
    assert {error["code"] for error in errors} == {"savings_history", "savings_multiple", "witnesses"}
    assert all(error["field"] and error["detail"] for error in errors)
    assert not Loan.objects.exists()


def test_a_witness_named_twice_is_one_witness(world: World, door: Any) -> None:
    lucy = str(world.members["lucy"].pk)
    answer = door("peter").post(APPLY, application(world, witnesses=[lucy, lucy]))
    assert refused(answer) == (422, "not_eligible")
    assert [error["code"] for error in answer.json()["errors"]] == ["witnesses"]


def test_to_the_cent_of_three_times_her_savings(world: World, door: Any) -> None:
    over = door("peter").post(APPLY, application(world, amount="90000.01"))
    assert [error["code"] for error in over.json()["errors"]] == ["savings_multiple"]
    assert door("peter").post(APPLY, application(world, amount="90000.00")).status_code == 201


def test_one_open_loan(world: World, door: Any) -> None:
    assert door("peter").post(APPLY, application(world)).status_code == 201
    assert refused(door("peter").post(APPLY, application(world))) == (409, "open_loan_exists")


NOT_OFFERED: list[tuple[dict[str, Any], str]] = [
    ({"duration_months": 4}, "duration_months"),
    ({"grace_months": 1}, "grace_months"),
    ({"extra_payment": "10"}, "extra_payment"),
    ({"loan_type": "PROJECT", "duration_months": 12, "grace_months": 12}, "grace_months"),
]


def test_terms_that_the_type_does_not_have_are_refused_on_their_field(world: World, door: Any) -> None:
    for change, field in NOT_OFFERED:
        answer = door("peter").post(APPLY, application(world, **change))
        assert refused(answer) == (400, "invalid")
        assert answer.json()["errors"][0]["field"] == field


NOT_ASKED: list[dict[str, Any]] = [
    {"amount": "1.005"}, {"amount": "NaN"}, {"amount": 0}, {"amount": "-5"}, {"amount": True}, {"amount": None},
    {"amount": "1000000000"}, {"amount": ["1"]}, {"amount": {"kes": 1}}, {"duration_months": 0},
    {"duration_months": True}, {"duration_months": 2.5}, {"duration_months": 10**39}, {"duration_months": "x"},
    {"duration_months": [3]}, {"duration_months": None}, {"duration_months": -1}, {"grace_months": -1},
    {"extra_payment": "-1"}, {"extra_payment": "Infinity"}, {"extra_payment": False}, {"loan_type": "GIFT"},
    {"loan_type": ["SHORT_TERM"]}, {"purpose": ""}, {"purpose": "   "}, {"purpose": "x" * 501}, {"purpose": 7},
    {"purpose": "a\u202eb"}, {"purpose": "a\nb"}, {"purpose": None}, {"witnesses": "lucy"}, {"witnesses": ["x"]},
    {"witnesses": None}, {"witnesses": [None]}, {"witnesses": {"a": 1}}, {"witnesses": [str(new_id())] * 500},
    {"id_documents": "x"}, {"id_documents": [["x"]]}, {"member_id": "alice"},
    {"offline_sync_id": ""}, {"offline_sync_id": "x" * 101},
]  # fmt: skip


def test_what_is_not_an_application_changes_nothing(world: World, door: Any) -> None:
    for change in NOT_ASKED:
        assert refused(door("peter").post(APPLY, application(world) | change)) == (400, "invalid"), change
    assert not Loan.objects.exists()


def test_nothing_that_is_needed_may_be_left_out(world: World, door: Any) -> None:
    for missing in ("loan_type", "amount", "duration_months", "purpose", "witnesses"):
        body = application(world)
        del body[missing]
        answer = door("peter").post(APPLY, body)
        assert refused(answer) == (400, "invalid")
        assert [error["field"] for error in answer.json()["errors"]] == [missing]


def test_an_extra_payment_of_nothing_is_none(world: World, door: Any) -> None:
    for nothing in (0, "0", "0.00", None):
        row = door("peter").post(APPLY, application(world, extra_payment=nothing, grace_months=0)).json()
        assert row["extra_payment"] == "0.00"
        assert door("peter").post(f"loans/{row['id']}/cancel").status_code == 200


# Scope


def test_ids_of_strangers_are_not_found_wherever_they_stand(world: World, door: Any) -> None:
    jane, kevin = (str(world.members[name].pk) for name in ("jane", "kevin"))
    lucy = str(world.members["lucy"].pk)
    paper = world.members["alice"].person.documents.first()
    assert paper is not None
    for body in [
        application(world, member_id=jane),
        application(world, member_id=str(new_id())),
        application(world, witnesses=[lucy, jane]),
        application(world, witnesses=[lucy, kevin]),
        application(world, witnesses=[lucy, str(new_id())]),
        application(world, id_documents=[str(new_id())]),
        application(world, id_documents=[str(paper.pk)]),
    ]:
        assert refused(door("peter").post(APPLY, body)) == (404, "not_found")
    assert not Loan.objects.exists()


def test_her_own_papers_go_along(world: World, door: Any) -> None:
    card = world.members["peter"].person.documents.get()
    row = door("peter").post(APPLY, application(world, id_documents=[str(card.pk)])).json()
    assert row["id_documents"] == [str(card.pk)]


def test_who_may_ask_for_whom(world: World, door: Any) -> None:
    body = application(world, member_id=str(world.members["peter"].pk))

    def asks(name: str | None) -> tuple[int, str]:
        return refused(door(name).post(APPLY, body))

    assert asks(None) == (401, "not_authenticated")
    assert asks("jane") == asks("kevin") == (404, "not_found")
    assert asks("alice") == asks("faith") == asks("daniel") == asks("sarah") == (403, "forbidden")
    assert door("joseph").post(APPLY, body).status_code == 201


def test_strangers_find_no_loan_and_a_witness_neither(world: World, door: Any) -> None:
    world.enrol("wanda", world.umoja)
    loan = world.applies("peter", witnesses=("lucy", "wanda"))
    path = f"loans/{loan.pk}"
    assert door("peter").get(path).status_code == 200
    for name in ("mary", "joseph", "daniel", "faith", "sarah"):
        assert door(name).get(path).status_code == 200, name
    for name in ("jane", "kevin", "nancy", "wanda", "alice"):
        assert refused(door(name).get(path)) == (404, "not_found"), name
    assert refused(door().get(path)) == (401, "not_authenticated")
    assert refused(door("peter").get(f"{path}?colour=red")) == (400, "invalid")


ACTS: list[tuple[str, dict[str, Any]]] = [
    ("approve", {}),
    ("reject", {"reason": "no"}),
    ("disburse", {"payment_method": "CASH"}),
    ("repayment", {"amount": 1, "payment_method": "CASH", "payment_date": "2026-01-01"}),
    ("write-off", {"reason": "gone"}),
    ("reschedule", {"reason": "ill", "duration_months": 6}),
    ("cancel", {}),
]


def test_who_may_see_but_not_act_is_told_so(world: World, door: Any) -> None:
    loan = world.applies("peter")
    for act, body in ACTS:
        path = f"loans/{loan.pk}/{act}"
        assert refused(door().post(path, body)) == (401, "not_authenticated"), act
        assert refused(door("jane").post(path, body)) == (404, "not_found"), act
        assert refused(door("alice").post(path, body)) == (404, "not_found"), act
        assert refused(door("faith").post(path, body)) == (403, "forbidden"), act
        assert act == "cancel" or refused(door("peter").post(path, body)) == (403, "forbidden"), act
        assert refused(door("mary").post(f"loans/{new_id()}/{act}", body)) == (404, "not_found"), act
    assert Loan.objects.get().status == "PENDING"


NOT_ACTS: list[tuple[str, dict[str, Any]]] = [
    ("approve", {"approval_notes": 7}), ("approve", {"approval_notes": "x" * 501}), ("reject", {}),
    ("reject", {"reason": " "}), ("reject", {"reason": ["no"]}), ("cancel", {"reason": "a\u0007b"}),
    ("disburse", {}), ("disburse", {"payment_method": "CHEQUE"}),
    ("disburse", {"payment_method": "CASH", "disbursed_on": "today"}),
    ("disburse", {"payment_method": "MPESA", "transaction_id": "SJK/1"}),
    ("repayment", {"amount": 1, "payment_method": "CASH"}),
    ("repayment", {"amount": "1e400", "payment_method": "CASH", "payment_date": "2026-01-01"}),
    ("repayment", {"amount": 1, "payment_method": "CASH", "payment_date": "1492-01-01"}),
    ("repayment", {"amount": 1, "payment_method": ["CASH"], "payment_date": "2026-01-01"}),
    ("write-off", {"reason": "\u0000"}), ("write-off", {"reason": {}}), ("reschedule", {"reason": "ill"}),
    ("reschedule", {"reason": "ill", "duration_months": 0}),
    ("reschedule", {"reason": "ill", "duration_months": 10**12}),
]  # fmt: skip


def test_what_is_not_an_act_is_refused_by_its_field(world: World, door: Any) -> None:
    waiting, running = world.applies("peter"), paid_out(world, "alice")
    kept = list(Loan.objects.order_by("pk").values())
    for act, body in NOT_ACTS:
        loan = running if act in {"write-off", "reschedule"} else waiting
        assert refused(door("grace").post(f"loans/{loan.pk}/{act}", body)) == (400, "invalid"), (act, body)
    assert list(Loan.objects.order_by("pk").values()) == kept


# Deciding


def test_two_people_say_yes_and_the_body_says_nothing_about_who(world: World, door: Any) -> None:
    path = f"loans/{world.applies('peter').pk}"
    body = {"approval_notes": "Pays in time", "approved_by": str(world.mary.pk), "capacity": "CHAIR"}
    first = door("joseph").post(f"{path}/approve", body)
    row = first.json()
    assert (first.status_code, row["status"], row["approved_by"]) == (200, "PENDING", None)
    (yes,) = row["approvals"]
    assert yes == yes | {
        "capacity": "FIELD_OFFICER",
        "approver": str(world.joseph.pk),
        "approver_name": "Joseph",
        "notes": "Pays in time",
    }
    assert row["missing_approvals"] == [{"capacity": "CHAIR", "have": 0, "need": 1, "may_act": ["Mary wa Umoja"]}]
    last = door("mary").post(f"{path}/approve").json()
    assert (last["status"], last["approved_by"], last["missing_approvals"]) == ("APPROVED", str(world.mary.pk), [])
    assert last["approved_date"] == world.today.isoformat()
    assert len(last["repayment_schedule"]) == 3
    assert refused(door("ruth").post(f"{path}/approve")) == (409, "invalid_transition")


def test_notes_and_reasons_of_approvers_are_not_for_the_borrower(world: World, door: Any) -> None:
    loan = world.applies("peter")
    world.approves("joseph", loan, notes="Watch her cousin")
    path = f"loans/{loan.pk}"
    assert [yes["notes"] for yes in door("faith").get(path).json()["approvals"]] == ["Watch her cousin"]
    assert [yes["notes"] for yes in door("peter").get(path).json()["approvals"]] == [None]


def test_nobody_approves_without_a_verified_id_or_for_themselves(world: World, door: Any) -> None:
    for name in ("agnes", "mary"):
        world.saves(name, "6000")
    unseen = world.applies("agnes", "5000", by="grace", witnesses=("lucy", "peter"))
    row = door("joseph").get(f"loans/{unseen.pk}").json()
    assert row["id_verified"] is False
    assert refused(door("joseph").post(f"loans/{unseen.pk}/approve")) == (422, "id_not_verified")
    world.shows_her_id("mary")
    own = world.applies("mary", "5000")
    assert refused(door("mary").post(f"loans/{own.pk}/approve")) == (422, "maker_is_checker")


def test_a_no_says_why_and_ends_it(world: World, door: Any) -> None:
    path = f"loans/{world.applies('peter').pk}"
    answer = door("mary").post(f"{path}/reject", {"reason": "Too early"})
    row = answer.json()
    assert (answer.status_code, row["status"], row["reason"]) == (200, "REJECTED", "Too early")
    assert (row["repayment_schedule"], row["missing_approvals"], row["interest_rate"]) == ([], [], None)
    assert door("peter").get(path).json()["reason"] == "Too early"
    for act, body in ACTS:
        answer = door("grace").post(f"{path}/{act}", body | {"payment_date": world.today.isoformat()})
        assert refused(answer) in {(409, "invalid_transition"), (403, "forbidden")}, act


def test_peter_changes_his_mind_and_nobody_else_does(world: World, door: Any) -> None:
    path = f"loans/{world.applies('peter').pk}"
    assert refused(door("alice").post(f"{path}/cancel")) == (404, "not_found")
    assert refused(door("mary").post(f"{path}/cancel")) == (403, "forbidden")
    row = door("peter").post(f"{path}/cancel", {"reason": "Found work"}).json()
    assert (row["status"], row["reason"]) == ("CANCELLED", "Found work")
    assert refused(door("peter").post(f"{path}/cancel")) == (409, "invalid_transition")


# May she, and how safe would it be


def test_eligibility_explains_itself_and_names_the_price(world: World, door: Any) -> None:
    path = f"savings-groups/groups/{world.umoja.pk}/members/{world.members['peter'].pk}/loan-eligibility/"
    answer = door("peter").post(path, {"amount": 9000, "duration_months": 3})
    told = answer.json()
    assert (answer.status_code, told["eligible"]) == (200, True)
    assert {rule["code"] for rule in told["rules"]} == {
        "savings_history", "savings_multiple", "open_loan", "active_member", "witnesses", "fund",
    }  # fmt: skip
    assert all(rule["evidence"] for rule in told["rules"])
    terms = told["terms"]
    assert (terms["interest_rate"], terms["total_interest"], terms["total_payable"]) == ("10.00", "900.00", "9900.00")
    assert terms["schedule"][0].keys() == ROW
    assert terms["effective_yearly_rate"] == "77.98"
    too_much = door("joseph").post(path, {"amount": "90000.01"}).json()
    assert too_much["eligible"] is False
    (failed,) = [rule for rule in too_much["rules"] if not rule["passed"] and not rule["is_warning"]]
    assert (failed["code"], bool(failed["remedy"])) == ("savings_multiple", True)
    assert too_much["terms"]["total_payable"] == "99000.01"


def test_a_question_that_is_none_is_refused(world: World, door: Any) -> None:
    path = f"savings-groups/groups/{world.umoja.pk}/members/{world.members['peter'].pk}/loan-eligibility"
    for body in [
        {},
        {"amount": 0},
        {"amount": "x"},
        {"amount": 1, "duration_months": 99},
        {"amount": 1, "loan_type": 7},
    ]:
        assert refused(door("mary").post(path, body)) == (400, "invalid"), body


def test_the_assessment_is_a_number_with_its_parts(world: World, door: Any) -> None:
    path = f"savings-groups/groups/{world.umoja.pk}/members/{world.members['peter'].pk}/loan-assessment/"
    answer = door("mary").post(path)
    told = answer.json()
    assert answer.status_code == 200
    assert told["parts"] == {"consistency": 10, "repayment": 15, "attendance": 10, "tenure": told["parts"]["tenure"]}
    assert told["score"] == pytest.approx(sum(told["parts"].values()), abs=0.1)
    assert (told["risk"], told["max_amount"]) == ("MEDIUM", "90000.00")
    assert told["reasons"]


@pytest.mark.parametrize("question", ["loan-eligibility", "loan-assessment"])
def test_who_may_ask_about_whom(world: World, door: Any, question: str) -> None:
    def asks(name: str | None, group: str = "Umoja", member: str = "peter") -> int:
        path = f"savings-groups/groups/{world.groups[group].pk}/members/{world.members[member].pk}/{question}"
        status: int = door(name).post(path, {"amount": 1000}).status_code
        return status

    assert asks(None) == 401
    assert [asks(name) for name in ("peter", "mary", "joseph", "daniel", "sarah", "faith")] == [200] * 6
    assert asks("alice") == 403
    assert asks("jane") == asks("kevin") == 404
    assert asks("mary", "Umoja", "jane") == asks("daniel", "Baraka", "peter") == 404


def test_a_chair_who_was_let_go_finds_nothing(world: World, door: Any) -> None:
    loan = world.applies("peter")
    world.end("joseph", RoleName.FIELD_OFFICER)
    assert refused(door("joseph").get(f"loans/{loan.pk}")) == (404, "not_found")
