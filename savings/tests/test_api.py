"""Savings over HTTP: shapes, statuses, scope, repeats, and what a hostile client gets."""

import datetime as dt
import uuid
from typing import Any

import pytest

from core.codes import short_code
from core.ids import new_id
from core.periods import now
from core.tests.lasting import lasting
from ledger.models import Voucher
from ledger.rules import CHART
from savings.tests.chama import Chama
from savings.tests.doors import deposit, refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("savings.tests.urls")]

SHAPE = {
    "id", "kind", "member_id", "group_id", "contribution_type", "transaction_type", "amount", "payment_method",
    "contribution_date", "status", "recorded_by", "verified_by", "entry_number", "receipt_code", "reversed",
    "missing_approvals", "is_short", "meeting_id", "reason",
}  # fmt: skip


@pytest.fixture
@lasting
def chama(db: None) -> Chama:
    """The doors read the clock, so this table sits today."""
    return Chama(at=now())


# Recording


def test_grace_records_and_gets_the_pinned_shape(chama: Chama, door: Any) -> None:
    answer = door("grace").post("transactions/", deposit(chama))
    row = answer.json()
    assert answer.status_code == 201
    assert row.keys() >= SHAPE
    assert row == row | {
        "kind": "CONTRIBUTION",
        "member_id": str(chama.members["alice"].pk),
        "group_id": str(chama.umoja.pk),
        "contribution_type": "REGULAR",
        "transaction_type": "DEPOSIT",
        "amount": "137.50",
        "payment_method": "CASH",
        "contribution_date": chama.today.isoformat(),
        "status": "VERIFIED",
        "recorded_by": str(chama.grace.pk),
        "verified_by": None,
        "entry_number": 1,
        "receipt_code": short_code(uuid.UUID(row["id"])),
        "reversed": False,
        "is_short": True,
        "meeting_id": None,
        "missing_approvals": [],
    }
    assert door("grace").get(f"transactions/{row['id']}").json() == row


def test_the_same_key_gives_the_first_answer(chama: Chama, door: Any) -> None:
    body = deposit(chama, offline_sync_id="phone-7", contribution_date="2024-12-31")
    first, again = door("grace").post("transactions", body), door("grace").post("transactions", body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json(), again["Idempotent-Replayed"]) == (again.json(), "true")
    assert "Idempotent-Replayed" not in first
    other = door("grace").post("transactions", body | {"amount": 1})
    assert refused(other) == (422, "idempotency_mismatch")
    assert Voucher.objects.count() == 1
    assert door("mary").post("transactions", body).status_code == 201


def test_the_plans_endpoint_records_for_oneself(chama: Chama, door: Any) -> None:
    body = {
        "saving_type_code": "PERSONAL",
        "amount": 250,
        "transaction_type": "DEPOSIT",
        "mobile_money_transaction_id": "sjk1",
        "mobile_money_provider": "MPESA",
        "mobile_money_phone": "0712345678",
    }
    row = door("alice").post("savings-groups/savings/record/", body).json()
    assert (row["status"], row["payment_method"], row["receipt_code"]) == ("PENDING", "MPESA", None)
    assert row["missing_approvals"][0]["capacity"] == "VERIFIER"
    cash = door("grace").post(
        "savings-groups/savings/record",
        {"saving_type_code": "SOCIAL", "amount": "20.00", "transaction_type": "DEPOSIT",
         "member_id": str(chama.members["peter"].pk), "group_id": str(chama.umoja.pk)},
    ).json()  # fmt: skip
    assert (cash["contribution_type"], cash["payment_method"], cash["status"]) == ("WELFARE", "CASH", "VERIFIED")
    nobody = door("joseph").post("savings-groups/savings/record", body)
    assert refused(nobody) == (400, "invalid")
    assert nobody.json()["errors"][0]["field"] == "member_id"
    assert refused(door("daniel").post("savings-groups/savings/record", body)) == (403, "forbidden")


def test_a_withdrawal_waits_and_is_verified(chama: Chama, door: Any) -> None:
    chama.brings("alice", "1000")
    body = deposit(chama, transaction_type="WITHDRAWAL", amount="500")
    row = door("alice").post("transactions", body).json()
    assert (row["status"], row["transaction_type"], row["contribution_type"]) == ("PENDING", "WITHDRAWAL", "REGULAR")
    too_much = door("alice").post("transactions", body | {"amount": "0.01"})
    assert refused(too_much) == (422, "withdrawal_limit")
    assert too_much.json()["available"] == "0.00"
    done = door("mary").post(f"transactions/{row['id']}/verify", {"action": "approve"})
    assert (done.status_code, done.json()["status"]) == (200, "VERIFIED")
    assert chama.books_are_proven


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "1.005"}, {"amount": "NaN"}, {"amount": "1e400"}, {"amount": True}, {"amount": "-5"},
        {"amount": 0}, {"amount": "1000000000"}, {"amount": None}, {"amount": ["1"]}, {"member_id": "alice"},
        {"member_id": None}, {"contribution_type": "PERSONAL"}, {"contribution_type": "GIFT"},
        {"transaction_type": "GIFT"}, {"transaction_type": "WITHDRAWAL", "contribution_type": "ECD"},
        {"payment_method": "CHEQUE"}, {"contribution_date": "yesterday"}, {"contribution_date": "2026-13-01"},
        {"transaction_id": "A\u0000B"}, {"transaction_id": "x" * 41}, {"transaction_id": 7},
        {"offline_sync_id": ""}, {"offline_sync_id": "x" * 101},
    ],
)  # fmt: skip
def test_what_is_not_a_transaction_changes_nothing(chama: Chama, door: Any, change: dict[str, Any]) -> None:
    assert refused(door("grace").post("transactions", deposit(chama) | change)) == (400, "invalid")
    assert not Voucher.objects.exists()


def test_the_plans_endpoint_withdraws_personal_savings_only(chama: Chama, door: Any) -> None:
    body = {"saving_type_code": "ECD", "amount": 5, "transaction_type": "WITHDRAWAL"}
    answer = door("alice").post("savings-groups/savings/record", body)
    assert answer.json()["errors"][0]["field"] == "saving_type_code"


def test_a_future_day_is_refused_by_name(chama: Chama, door: Any) -> None:
    tomorrow = deposit(chama, contribution_date=str(chama.today + dt.timedelta(days=1)))
    assert refused(door("grace").post("transactions", tomorrow)) == (422, "date_in_future")


def test_the_same_receipt_for_another_member_is_refused(chama: Chama, door: Any) -> None:
    paid = {"payment_method": "MPESA", "transaction_id": "SJK1"}
    first = door("grace").post("transactions", deposit(chama, **paid)).json()
    assert door("mary").post("transactions", deposit(chama, **paid)).json()["id"] == first["id"]
    assert refused(door("grace").post("transactions", deposit(chama, "peter", **paid))) == (422, "receipt_already_used")


# Scope


def test_strangers_find_nothing_members_may_not_and_nobody_is_anonymous(chama: Chama, door: Any) -> None:
    def create(name: str | None) -> tuple[int, str]:
        return refused(door(name).post("transactions", deposit(chama)))

    assert create(None) == (401, "not_authenticated")
    assert create("jane") == create("kevin") == (404, "not_found")
    assert create("peter") == create("faith") == create("daniel") == create("sarah") == (403, "forbidden")
    # Who may record nowhere learns nothing of strangers either.
    for name in ["daniel", "faith"]:
        assert refused(door(name).post("transactions", deposit(chama, "kevin"))) == (404, "not_found")
    assert refused(door("alice").post("transactions", deposit(chama, contribution_type="ECD"))) == (403, "forbidden")
    assert not Voucher.objects.exists()


@pytest.mark.parametrize("field", ["meeting_id", "fine_id"])
def test_ids_of_nothing_are_not_found(chama: Chama, door: Any, field: str) -> None:
    assert refused(door("grace").post("transactions", deposit(chama, **{field: str(new_id())}))) == (404, "not_found")


def test_the_lists_show_each_her_own(chama: Chama, door: Any) -> None:
    chama.brings("alice", "1")
    chama.brings("peter", "2")
    chama.moves("EXPENSE", "0.50", reason="Chalk")

    def seen(name: str, path: str) -> list[str]:
        answer = door(name).get(path)
        assert answer.status_code == 200
        assert answer.json().keys() == {"count", "next", "previous", "results"}
        return [row["amount"] for row in answer.json()["results"]]

    group = f"savings-groups/groups/{chama.umoja.pk}/transactions/"
    for path in ["transactions", group]:
        assert seen("grace", path) == seen("faith", path) == ["0.50", "2.00", "1.00"]
        assert seen("alice", path) == ["1.00"]
    assert seen("jane", "transactions") == []
    assert refused(door("jane").get(group)) == (404, "not_found")
    assert seen("grace", "savings-groups/my-transactions") == []
    assert seen("peter", "savings-groups/my-transactions") == ["2.00"]


def test_reasons_are_for_those_who_read_every_row(chama: Chama, door: Any) -> None:
    chama.brings("peter", "8000", kind="WELFARE")
    payout = chama.moves("WELFARE_PAYOUT", "500", member=chama.members["alice"], reason="Hospital bill")
    path = f"transactions/{payout.pk}"
    assert door("mary").get(path).json()["reason"] == "Hospital bill"
    assert door("alice").get(path).json()["reason"] is None
    assert refused(door("peter").get(path)) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("?kind=CONTRIBUTION", ["3.00", "2.00", "1.00"]),
        ("?contribution_type=ECD", ["2.00"]),
        ("?status=PENDING", ["3.00"]),
        ("?method=MPESA", ["3.00"]),
        ("?from=TODAY", ["0.50", "3.00", "2.00"]),
        ("?to=YESTERDAY", ["1.00"]),
        ("?search=alice", ["3.00", "1.00"]),
        ("?ordering=amount", ["0.50", "1.00", "2.00", "3.00"]),
        ("?ordering=-contribution_date,amount", ["0.50", "2.00", "3.00", "1.00"]),
        ("?page_size=1", ["0.50"]),
    ],
)
def test_lists_are_narrowed(chama: Chama, door: Any, query: str, amounts: list[str]) -> None:
    yesterday = chama.today - dt.timedelta(days=1)
    chama.brings("alice", "1", on=yesterday)
    chama.brings("peter", "2", kind="ECD")
    chama.brings("alice", "3", by="alice", method="MPESA")
    chama.moves("EXPENSE", "0.50")
    dated = query.replace("YESTERDAY", str(yesterday)).replace("TODAY", str(chama.today))
    rows = door("grace").get(f"transactions{dated}").json()["results"]
    assert [row["amount"] for row in rows] == amounts


def test_members_and_groups_narrow_and_strangers_are_not_found(chama: Chama, door: Any) -> None:
    chama.brings("alice", "1")
    alice, jane = chama.members["alice"].pk, chama.members["jane"].pk
    assert door("grace").get(f"transactions?member={alice}&group={chama.umoja.pk}").json()["count"] == 1
    assert refused(door("grace").get("transactions?member=%20")) == (400, "invalid")
    for query in [f"member={jane}", f"group={chama.groups['Baraka'].pk}", f"member={new_id()}", f"group={new_id()}"]:
        assert refused(door("grace").get(f"transactions?{query}")) == (404, "not_found")
    assert door("peter").get(f"transactions?member={alice}").json()["count"] == 0


@pytest.mark.parametrize("query", ["colour=red", "kind=GIFT", "from=x", "ordering=name", "member=x", "page_size=0"])
def test_unknown_filters_are_refused(door: Any, query: str) -> None:
    assert refused(door("grace").get(f"transactions?{query}")) == (400, "invalid")


def test_a_list_costs_the_same_for_one_row_and_for_ten(
    chama: Chama, door: Any, django_assert_max_num_queries: Any
) -> None:
    grace = door("grace")
    for _ in range(10):
        chama.brings("alice", "1", by="alice")
    with django_assert_max_num_queries(14):
        assert len(grace.get("transactions?page_size=1").json()["results"]) == 1
    with django_assert_max_num_queries(14):
        assert len(grace.get("transactions").json()["results"]) == 10


# Verifying and reversing


def test_grace_rejects_with_a_reason(chama: Chama, door: Any) -> None:
    waiting = chama.brings("alice", "9", by="alice")
    path = f"savings-groups/transactions/{waiting.pk}/verify/"
    assert refused(door("grace").post(path, {"action": "reject"})) == (400, "invalid")
    assert refused(door("grace").post(path, {"action": "perhaps"})) == (400, "invalid")
    answer = door("grace").post(path, {"action": "reject", "reason": "Never came"})
    assert (answer.status_code, answer.json()["status"]) == (200, "REJECTED")
    assert door("alice").get(f"transactions/{waiting.pk}").json()["verdict"] == "Never came"
    assert refused(door("mary").post(path, {"action": "approve"})) == (409, "invalid_transition")


def test_who_may_verify_over_http(chama: Chama, door: Any) -> None:
    waiting = chama.brings("grace", "9", by="grace")
    path = f"transactions/{waiting.pk}/verify"

    def says(name: str | None) -> tuple[int, str]:
        return refused(door(name).post(path, {"action": "approve"}))

    assert says(None)[0] == 401
    assert says("jane") == (404, "not_found")
    assert says("alice") == (404, "not_found")
    assert says("daniel") == says("faith") == (403, "forbidden")
    assert says("grace") == (422, "maker_is_checker")
    key = {"Idempotency-Key": "yes-1"}
    assert door("mary").post(path, {"action": "approve"}, **key).status_code == 200
    assert door("mary").post(path, {"action": "approve"}, **key)["Idempotent-Replayed"] == "true"
    assert says("mary") == (409, "already_verified")


def test_a_payout_is_called_by_each_until_the_last(chama: Chama, door: Any) -> None:
    chama.brings("peter", "8000", kind="WELFARE")
    body = {
        "kind": "WELFARE_PAYOUT", "amount": "900", "member_id": str(chama.members["mary"].pk), "reason": "Hospital",
        "event": "HOSPITAL",
    }  # fmt: skip
    made = door("mary").post(f"groups/{chama.umoja.pk}/cash-movements", body)
    row = made.json()
    assert (made.status_code, row["kind"], row["status"]) == (201, "PAYOUT", "PENDING")
    assert row["missing_approvals"][0] | {"may_act": 0} == {
        "capacity": "OFFICE_HOLDER", "have": 0, "need": 2, "may_act": 0,
    }  # fmt: skip
    first = door("grace").post(f"transactions/{row['id']}/verify", {"action": "approve"})
    assert (first.status_code, first.json()["missing_approvals"][0]["have"]) == (200, 1)
    last = door("ruth").post(f"transactions/{row['id']}/verify", {"action": "approve"})
    assert (last.json()["status"], last.json()["missing_approvals"]) == ("VERIFIED", [])
    assert chama.books_are_proven


def test_a_reversal_answers_with_the_row_it_reverses(chama: Chama, door: Any) -> None:
    first = chama.brings("alice", "9")
    path = f"transactions/{first.pk}/reverse"
    assert refused(door("ruth").post(path, {"reason": "x"})) == (403, "forbidden")
    assert refused(door("jane").post(path, {"reason": "x"})) == (404, "not_found")
    assert refused(door("grace").post(path)) == (400, "invalid")
    answer = door("grace").post(path, {"reason": "Counted twice"})
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["reversed"]) == (str(first.pk), True)
    assert refused(door("mary").post(path, {"reason": "x"})) == (409, "already_reversed")
    newest = door("grace").get("transactions").json()["results"][0]
    assert (newest["kind"], newest["reverses"], newest["reason"]) == ("REVERSAL", str(first.pk), "Counted twice")
    assert (newest["contribution_type"], newest["transaction_type"]) == (None, None)


# Cash


def cash(chama: Chama) -> str:
    return f"groups/{chama.umoja.pk}/cash-movements/"


def test_cash_moves_over_http(chama: Chama, door: Any) -> None:
    chama.brings("alice", "1000")
    body = {"kind": "BANKING", "amount": 400, "from": "CASH_BOX", "to": "BANK", "reason": "Friday"}
    row = door("grace").post(cash(chama), body).json()
    assert (row["kind"], row["detail"], row["status"], row["payment_method"]) == (
        "MOVEMENT", "BANKING", "VERIFIED", None,
    )  # fmt: skip
    assert refused(door("grace").post(cash(chama), body | {"amount": 601})) == (422, "insufficient_cash")
    assert chama.books_are_proven


def test_who_may_move_cash_over_http(chama: Chama, door: Any) -> None:
    body = {"kind": "EXPENSE", "amount": 1, "reason": "x"}

    def says(name: str | None, **change: Any) -> tuple[int, str]:
        return refused(door(name).post(cash(chama), body | change))

    assert says(None)[0] == 401
    assert says("jane") == says("kevin") == (404, "not_found")
    for name in ["mary", "ruth", "alice", "daniel", "faith", "sarah"]:
        assert says(name) == (403, "forbidden")
    assert says("joseph", kind="ECD_PAYOUT", member_id=str(chama.members["alice"].pk)) == (403, "forbidden")
    assert says("joseph", kind="OPENING") == (400, "invalid")


def test_ids_in_a_movement_are_looked_up_in_the_group(chama: Chama, door: Any) -> None:
    body = {"kind": "ECD_PAYOUT", "amount": 1, "reason": "x"}
    for change in [
        {"member_id": str(chama.members["jane"].pk)},
        {"member_id": str(new_id())},
        {"member_id": str(chama.members["alice"].pk), "meeting_id": str(new_id())},
        {"kind": "CAMPAIGN_PAYOUT", "group_campaign_id": str(new_id())},
    ]:
        assert refused(door("grace").post(cash(chama), body | change)) == (404, "not_found")
    # Grace serves both groups now: Jane is no stranger to her, but she is to Umoja.
    chama.serve("grace", chama.groups["Baraka"])
    there = body | {"member_id": str(chama.members["jane"].pk)}
    assert refused(door("grace").post(cash(chama), there)) == (404, "not_found")
    giving = {"kind": "HANDOVER", "amount": 1, "reason": "x", "to": str(chama.jane.pk)}
    assert refused(door("joseph").post(cash(chama), giving)) == (404, "not_found")


@pytest.mark.parametrize("change", [{"kind": "THEFT"}, {"kind": 5}, {"amount": "x"}, {"reason": ""}, {"from": 5}])
def test_what_is_not_a_movement_is_refused(chama: Chama, door: Any, change: dict[str, Any]) -> None:
    body = {"kind": "EXPENSE", "amount": 1, "reason": "x"} | change
    assert refused(door("grace").post(cash(chama), body)) == (400, "invalid")


def opening(chama: Chama, **line: Any) -> dict[str, Any]:
    lines = [
        {"account": "1010", "amount": "5000"},
        {"account": "2010", "amount": "4000", "member_id": str(chama.members["alice"].pk)},
    ]
    return {"kind": "OPENING", "booked_on": "2024-12-31", "lines": [*lines, line] if line else lines}


def test_daniel_opens_the_books_once(chama: Chama, door: Any) -> None:
    answer = door("daniel").post(cash(chama), opening(chama))
    assert (answer.status_code, answer.json()["kind"], answer.json()["amount"]) == (201, "OPENING", "5000.00")
    assert refused(door("daniel").post(cash(chama), opening(chama))) == (409, "already_opened")
    assert chama.books_are_proven


def test_an_opening_of_strangers_or_nonsense_changes_nothing(chama: Chama, door: Any) -> None:
    def says(name: str = "daniel", **line: Any) -> tuple[int, str]:
        return refused(door(name).post(cash(chama), opening(chama, **line)))

    assert says("grace") == says("joseph") == (403, "forbidden")
    stranger = str(chama.members["jane"].pk)
    assert says(account="2010", amount=1, member_id=stranger) == (404, "not_found")
    assert says(account="1110", amount=1, loan_id=str(new_id())) == (404, "not_found")
    assert says(account="2050", amount=1, group_campaign_id=str(new_id())) == (404, "not_found")
    assert says(account="3010", amount=1) == (400, "invalid")
    assert says(account="1010", amount=-1) == (400, "invalid")
    assert refused(door("daniel").post(cash(chama), opening(chama) | {"lines": []})) == (400, "invalid")
    assert not Voucher.objects.exists()


# Mine


def test_my_savings_tells_each_group_and_its_totals_to_officers(chama: Chama, door: Any) -> None:
    chama.brings("alice", "600")
    chama.brings("mary", "400")
    hers = door("alice").get("savings-groups/my-savings/").json()["groups"]
    assert len(hers) == 1
    assert hers[0] == hers[0] | {
        "group_id": str(chama.umoja.pk),
        "group_name": "Umoja",
        "balances": {"PERSONAL": "600.00", "SOCIAL": "0.00", "ECD": "0.00", "PROJECT": "0.00"},
        "contributed": "600.00",
        "withdrawn": "0.00",
        "withdrawable": "300.00",
        "months_consistent": 1,
        "loan_limit": "1000.00",
        "group_totals": None,
    }
    totals = door("mary").get("savings-groups/my-savings").json()["groups"][0]["group_totals"]
    assert totals["PERSONAL"] == "1000.00"


def test_my_savings_is_narrowed_to_one_of_my_groups(chama: Chama, door: Any) -> None:
    chama.join("alice", chama.groups["Baraka"])
    mine = "savings-groups/my-savings"
    assert len(door("alice").get(mine).json()["groups"]) == 2
    one = door("alice").get(f"{mine}?group={chama.umoja.pk}").json()["groups"]
    assert [group["group_name"] for group in one] == ["Umoja"]
    assert refused(door("alice").get(f"{mine}?group={chama.groups['Neema'].pk}")) == (404, "not_found")
    assert refused(door("alice").get(f"{mine}?group=x")) == (400, "invalid")
    assert refused(door("alice").get(f"{mine}?colour=red")) == (400, "invalid")


def test_who_reads_a_members_summary(chama: Chama, door: Any) -> None:
    chama.brings("alice", "600")
    path = f"members/{chama.members['alice'].pk}/savings-summary"
    for name in ["alice", "grace", "joseph", "daniel", "sarah", "faith"]:
        assert door(name).get(path).json()["balances"]["PERSONAL"] == "600.00"
    assert refused(door("peter").get(path)) == (403, "forbidden")
    assert refused(door("jane").get(path)) == (404, "not_found")
    assert refused(door().get(path)) == (401, "not_authenticated")
    for mine in ["savings-groups/my-savings", "savings-groups/my-transactions", "transactions"]:
        assert refused(door().get(mine)) == (401, "not_authenticated")


def test_an_opening_line_that_says_too_much_is_told_where(chama: Chama, door: Any) -> None:
    """Every account with ids of everybody: refused on the line's own field, or opened, and never a broken program."""
    alice, joseph = str(chama.members["alice"].pk), str(chama.joseph.pk)
    for account in [*CHART, "", "0", "２０１０"]:
        for whose in [{"member_id": alice}, {"officer_id": joseph}, {"member_id": alice, "officer_id": joseph}]:
            answer = door("daniel").post(cash(chama), opening(chama, account=account, amount="5", **whose))
            if answer.status_code != 201:
                assert refused(answer) == (400, "invalid")
                assert answer.json()["errors"][0]["field"].startswith("lines.2.")
            else:
                chama.reverses("daniel", Voucher.objects.get(pk=answer.json()["id"]))
    opened = Voucher.objects.filter(kind="OPENING").count()
    # A member on the funds that may be hers, and an officer on the cash in his hands.
    assert opened == len({"2010", "2020", "2030", "2040", "2060"}) + 1
