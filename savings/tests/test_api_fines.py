"""Fines over HTTP: each person sees what the policy says, pays what she owes, and nobody learns of strangers."""

from typing import Any

import pytest

from core.ids import new_id
from core.periods import now, today
from core.tests.lasting import lasting
from ledger.models import Voucher
from savings.models import Fine
from savings.operations import impose_for_roll_call
from savings.tests.chama import Chama
from savings.tests.doors import Door, deposit, refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("savings.tests.urls")]
SHAPE = {
    "id", "group_id", "member_id", "member_name", "cause", "amount", "amount_due", "reason", "status", "imposed_on",
    "due_date", "clause", "constitution_version", "imposed_by", "waived_by", "waived_because", "meeting_id",
}  # fmt: skip


@pytest.fixture
@lasting
def today_at_the_table(chama: Chama) -> Chama:
    """The doors read the clock, so this table sits today."""
    chama.at = now()
    return chama


@pytest.fixture
def door(today_at_the_table: Chama) -> Any:
    return lambda name=None: Door(today_at_the_table, name)


@pytest.fixture
def table(today_at_the_table: Chama) -> Chama:
    return today_at_the_table


def path(chama: Chama, name: str = "alice", group: str = "Umoja") -> str:
    return f"savings-groups/groups/{chama.groups[group].pk}/members/{chama.members[name].pk}/fines"


def body(**more: Any) -> dict[str, Any]:
    return {"amount": "120.00", "reason": "Her phone rang", "due_date": today().isoformat()} | more


def paying(chama: Chama, name: str = "alice", **more: Any) -> dict[str, Any]:
    return deposit(chama, name, contribution_type="FINE", **({"amount": "120.00"} | more))


def test_ruth_imposes_a_fine(table: Chama, door: Any) -> None:
    answer = door("ruth").post(path(table) + "/", body())
    row = answer.json()
    assert (answer.status_code, row.keys()) == (201, SHAPE)
    assert row == {
        "id": str(Fine.objects.get().pk),
        "group_id": str(table.umoja.pk),
        "member_id": str(table.members["alice"].pk),
        "member_name": "Alice wa Umoja",
        "cause": "OTHER",
        "amount": "120.00",
        "amount_due": "120.00",
        "reason": "Her phone rang",
        "status": "OUTSTANDING",
        "imposed_on": today().isoformat(),
        "due_date": today().isoformat(),
        "clause": None,
        "constitution_version": None,
        "imposed_by": str(table.ruth.pk),
        "waived_by": None,
        "waived_because": None,
        "meeting_id": None,
    }


def test_paying_late_cites_clause_and_version(table: Chama, door: Any) -> None:
    row = door("ruth").post(path(table), body(cause="LATE_PAYMENT")).json()
    assert (row["cause"], row["clause"], row["constitution_version"]) == ("LATE_PAYMENT", "2.3", 1)


def test_the_same_sending_is_one_fine(table: Chama, door: Any) -> None:
    first = door("ruth").post(path(table), body(), **{"Idempotency-Key": "F-1"})
    again = door("ruth").post(path(table), body(), **{"Idempotency-Key": "F-1"})
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert again.json() == first.json()
    other = door("ruth").post(path(table, "peter"), body(), **{"Idempotency-Key": "F-1"})
    assert refused(other) == (422, "idempotency_mismatch")
    assert Fine.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "0"}, {"amount": "-1"}, {"amount": "1.005"}, {"amount": True}, {"reason": ""}, {"reason": 7},
        {"reason": None}, {"due_date": "soon"}, {"due_date": None}, {"cause": "ABSENT"}, {"cause": "RUDE"},
        {"meeting_id": "now"},
    ],
)  # fmt: skip
def test_what_is_not_a_fine_is_refused(table: Chama, door: Any, change: dict[str, Any]) -> None:
    assert refused(door("ruth").post(path(table), body(**change))) == (400, "invalid")
    assert not Fine.objects.exists()


def test_who_may_impose(table: Chama, door: Any) -> None:
    for name in ["mary", "grace", "ruth", "esther", "joseph"]:
        assert door(name).post(path(table), body()).status_code == 201
    for name in ["alice", "peter", "daniel", "faith", "sarah"]:
        assert refused(door(name).post(path(table), body())) == (403, "forbidden")
    for name in ["jane", "kevin"]:
        assert refused(door(name).post(path(table), body())) == (404, "not_found")
    assert refused(door().post(path(table), body())) == (401, "not_authenticated")


def test_a_member_of_another_group_is_not_found_under_this_one(table: Chama, door: Any) -> None:
    for place in [path(table, "jane"), path(table, "alice", "Baraka")]:
        assert refused(door("daniel").get(place)) == (404, "not_found")
    table.serve("mary", table.groups["Baraka"])
    assert refused(door("mary").post(path(table, "jane"), body())) == (404, "not_found")


def test_each_reads_her_own_and_the_table_everybodys(table: Chama, door: Any) -> None:
    table.fines("alice", "120")
    for name in ["alice", "mary", "joseph", "daniel", "faith", "sarah"]:
        answer = door(name).get(path(table))
        assert (answer.status_code, answer.json().keys()) == (200, {"count", "next", "previous", "results"})
        assert [row["amount_due"] for row in answer.json()["results"]] == ["120.00"]
    for name in ["peter", "jane", "kevin"]:
        assert refused(door(name).get(path(table))) == (404, "not_found")


def test_the_list_is_narrowed_and_ordered_and_shows_nothing_that_was_put_right(table: Chama, door: Any) -> None:
    cheap, dear = table.fines("alice", "10"), table.fines("alice", "90")
    gone = table.fines("alice", "70")
    Fine.objects.filter(pk=gone.pk).update(status="CANCELLED")
    table.pays("alice", "10", fine=cheap)

    def seen(asked: str) -> list[str]:
        return [row["amount"] for row in door("mary").get(path(table) + asked).json()["results"]]

    assert seen("") == ["90.00", "10.00"]
    assert seen("?ordering=amount") == ["10.00", "90.00"]
    assert seen("?status=OUTSTANDING") == ["90.00"]
    assert seen("?status=PAID") == ["10.00"]
    for wrong in ["?status=CANCELLED", "?colour=red", "?ordering=reason"]:
        assert refused(door("mary").get(path(table) + wrong)) == (400, "invalid")
    assert refused(door("mary").post(f"fines/{gone.pk}/waive", {"reason": "x"})) == (404, "not_found")
    assert dear.pk != gone.pk


def test_the_list_asks_as_often_for_many_as_for_few(
    table: Chama, door: Any, django_assert_max_num_queries: Any
) -> None:
    mary = door("mary")
    table.fines("alice", "10")
    with django_assert_max_num_queries(12) as few:
        mary.get(path(table))
    for amount in ["1", "2", "3"]:
        table.fines("alice", amount, cause="LATE_PAYMENT")
    table.waives("mary", table.fines("alice", "4"))
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert door("mary").get(path(table)).json()["count"] == 5


def test_a_roll_call_fine_says_why_in_the_words_of_the_rules(table: Chama, door: Any) -> None:
    impose_for_roll_call(
        member=table.members["alice"], meeting_id=new_id(), cause="ABSENT", on=today(), by=table.ruth, at=table.at
    )
    [row] = door("alice").get(path(table)).json()["results"]
    assert (row["cause"], row["reason"], row["clause"], row["constitution_version"]) == (
        "ABSENT", "Stayed away", "2.2", 1,
    )  # fmt: skip
    assert row["meeting_id"]


# Waived


def test_mary_waives_it(table: Chama, door: Any) -> None:
    fine = table.fines("alice")
    answer = door("mary").post(f"fines/{fine.pk}/waive", {"reason": "She was ill"})
    row = answer.json()
    assert (answer.status_code, row.keys()) == (200, SHAPE)
    assert (row["status"], row["amount_due"], row["waived_by"]) == ("WAIVED", "0.00", str(table.mary.pk))
    assert row["waived_because"] == "She was ill"
    again = door("grace").post(f"fines/{fine.pk}/waive", {"reason": "She was ill"})
    assert refused(again) == (409, "invalid_transition")


def test_who_may_waive(table: Chama, door: Any) -> None:
    fine = table.fines("alice", by="ruth")

    def says(name: str | None, reason: Any = "x") -> tuple[int, str]:
        return refused(door(name).post(f"fines/{fine.pk}/waive", {"reason": reason}))

    assert says(None) == (401, "not_authenticated")
    # To another member it is a stranger's row; she herself sees it and may not.
    assert says("peter") == says("jane") == says("kevin") == (404, "not_found")
    assert says("alice") == says("ruth") == says("esther") == says("daniel") == says("faith") == (403, "forbidden")
    assert says("mary", "") == says("mary", None) == (400, "invalid")
    assert refused(door("mary").post(f"fines/{new_id()}/waive", {"reason": "x"})) == (404, "not_found")
    own = table.fines("peter", by="grace")
    assert refused(door("grace").post(f"fines/{own.pk}/waive", {"reason": "x"})) == (422, "maker_is_checker")


# Paid


def test_a_fine_is_paid_as_a_transaction(table: Chama, door: Any) -> None:
    fine = table.fines("alice", "150")
    answer = door("grace").post("transactions", paying(table))
    row = answer.json()
    assert (answer.status_code, row["kind"], row["contribution_type"], row["transaction_type"], row["status"]) == (
        201, "FINE_PAYMENT", "FINE", "DEPOSIT", "VERIFIED",
    )  # fmt: skip
    assert door("alice").get(path(table)).json()["results"][0]["amount_due"] == "30.00"
    too_much = door("grace").post("transactions", paying(table, amount="30.01", fine_id=str(fine.pk)))
    assert refused(too_much) == (422, "overpayment")
    assert too_much.json()["amount_due"] == "30.00"
    door("grace").post("transactions", paying(table, amount="30", fine_id=str(fine.pk)))
    assert door("alice").get(path(table)).json()["results"][0]["status"] == "PAID"
    assert table.books_are_proven


@pytest.mark.parametrize("asked", ["kind=FINE_PAYMENT", "contribution_type=FINE"])
def test_lists_of_transactions_are_narrowed_to_fines(table: Chama, door: Any, asked: str) -> None:
    table.brings("alice", "500")
    table.fines("alice", "120")
    table.pays("alice", "120")
    assert [row["amount"] for row in door("mary").get(f"transactions?{asked}").json()["results"]] == ["120.00"]


def test_without_an_open_fine_nothing_is_paid(table: Chama, door: Any) -> None:
    answer = door("grace").post("transactions", paying(table))
    assert refused(answer) == (422, "overpayment")
    assert answer.json()["amount_due"] == "0.00"
    assert not Voucher.objects.exists()


def test_a_strangers_fine_in_a_body_is_not_found(table: Chama, door: Any) -> None:
    table.fines("alice", "120")
    mine = table.fines("peter", "120")
    for fine_id in [str(mine.pk), str(new_id())]:
        answer = door("grace").post("transactions", paying(table, fine_id=fine_id))
        assert refused(answer) == (404, "not_found")


def test_only_a_fine_payment_names_a_fine(table: Chama, door: Any) -> None:
    fine = table.fines("alice", "120")
    answer = door("grace").post("transactions", deposit(table, fine_id=str(fine.pk)))
    assert refused(answer) == (400, "invalid")
    withdrawal = paying(table, transaction_type="WITHDRAWAL")
    assert refused(door("grace").post("transactions", withdrawal)) == (400, "invalid")


def test_alice_pays_her_own_and_waits(table: Chama, door: Any) -> None:
    fine = table.fines("alice", "120")
    row = door("alice").post("transactions", paying(table)).json()
    assert (row["status"], table.owes(fine)) == ("PENDING", [("OUTSTANDING", "120.00")])
    done = door("mary").post(f"transactions/{row['id']}/verify", {"action": "approve"})
    assert (done.status_code, table.owes(fine)) == (200, [("PAID", "0.00")])
    back = door("grace").post(f"transactions/{row['id']}/reverse", {"reason": "counted twice"})
    assert (back.status_code, table.owes(fine)) == (200, [("OUTSTANDING", "120.00")])


# At a meeting


def test_what_names_a_meeting_and_no_day_is_of_its_day(table: Chama, door: Any) -> None:
    table.brings("alice", "5000")
    table.fines("alice", "120")
    day = today().replace(day=1)
    meeting = {"meeting_id": str(table.sits(on=day).meeting_id)}
    for sent in [
        deposit(table, **meeting),
        paying(table, **meeting),
        deposit(table, transaction_type="WITHDRAWAL", **meeting),
    ]:
        answer = door("joseph").post("transactions", sent)
        assert answer.status_code == 201, answer.json()
        assert (answer.json()["contribution_date"], answer.json()["meeting_id"]) == (
            day.isoformat(),
            meeting["meeting_id"],
        )
    moved = {"kind": "EXPENSE", "amount": "1", "reason": "Chalk"} | meeting
    answer = door("grace").post(f"groups/{table.umoja.pk}/cash-movements", moved)
    assert (answer.status_code, answer.json()["contribution_date"]) == (201, day.isoformat())
    plan = {"member_id": str(table.members["alice"].pk), "saving_type_code": "PERSONAL", "amount": 1} | meeting
    answer = door("joseph").post("savings-groups/savings/record", plan | {"transaction_type": "DEPOSIT"})
    assert (answer.status_code, answer.json()["contribution_date"]) == (201, day.isoformat())
    answer = door("ruth").post(path(table), body(**meeting))
    assert (answer.json()["imposed_on"], answer.json()["meeting_id"]) == (day.isoformat(), meeting["meeting_id"])
    assert table.holds("1040", "joseph") == 0
    assert table.books_are_proven


def test_a_meeting_of_another_group_is_not_found(table: Chama, door: Any) -> None:
    table.fines("alice", "120")
    elsewhere = {"meeting_id": str(table.sits(group=table.groups["Baraka"]).meeting_id)}
    day = {"contribution_date": today().isoformat()}
    for sent in [deposit(table, **elsewhere), paying(table, **elsewhere), deposit(table, **elsewhere, **day)]:
        assert refused(door("grace").post("transactions", sent)) == (404, "not_found")
    moved = {"kind": "EXPENSE", "amount": "1", "reason": "Chalk"} | elsewhere
    assert refused(door("grace").post(f"groups/{table.umoja.pk}/cash-movements", moved)) == (404, "not_found")
    assert refused(door("ruth").post(path(table), body(**elsewhere))) == (404, "not_found")
