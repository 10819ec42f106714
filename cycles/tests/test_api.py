"""Leaving over HTTP: the body, the answer, who gets one, and the same request sent again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from core.codes import short_code
from core.ids import new_id
from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from cycles.models import Leaving
from cycles.tests.leavers import member, sister
from ledger.models import Voucher
from savings.tests.chama import Chama
from savings.tests.doors import Door, refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("cycles.tests.urls")]
Leave = Callable[..., Any]


@pytest.fixture
@lasting
def today_at_the_table(chama: Chama) -> Chama:
    """The clock of the door is the real one."""
    chama.at = now()
    chama.brings("alice", "2000")
    chama.brings("alice", "300", kind="ECD")
    return chama


@pytest.fixture
def let_go(today_at_the_table: Chama) -> Leave:
    def ask(name: str, by: str = "grace", body: dict[str, Any] | None = None, **headers: str) -> Any:
        chama = today_at_the_table
        path = reverse("member-leave", args=[chama.members[name].pk]).removeprefix("/api/")
        return Door(chama, by).post(path, body, **headers)

    return ask


def test_the_amount_that_was_seen_is_the_one_that_is_paid(let_go: Leave) -> None:
    assert refused(let_go("alice", body={"expected_amount": "2000.00"})) == (422, "amount_changed")
    assert refused(let_go("alice", body={"expected_amount": "0"})) == (400, "invalid")
    assert let_go("alice", body={"expected_amount": "2300.00"}).json()["paid_out"] == "2300.00"


def test_the_answer_says_what_she_was_paid(today_at_the_table: Chama, let_go: Leave) -> None:
    answer = let_go("alice")
    assert answer.status_code == 200
    voucher = Voucher.objects.select_related("entry").get(detail="LEAVING")
    assert voucher.entry
    assert answer.json() == {
        "id": str(Leaving.objects.get().pk),
        "member_id": str(today_at_the_table.members["alice"].pk),
        "group_id": str(today_at_the_table.umoja.pk),
        "kind": "LEFT",
        "left_on": today().isoformat(),
        "paid_out": "2300.00",
        "netted": "0.00",
        "transaction_id": str(voucher.pk),
        "receipt_code": short_code(voucher.pk),
        "entry_number": voucher.entry.number,
        "recorded_by": str(today_at_the_table.grace.pk),
    }


def test_of_who_owned_nothing_there_is_no_paper(let_go: Leave) -> None:
    body = let_go("lucy").json()
    assert (body["paid_out"], body["transaction_id"], body["receipt_code"], body["entry_number"]) == (
        "0.00", None, None, None,
    )  # fmt: skip


def test_everything_said(today_at_the_table: Chama, let_go: Leave) -> None:
    today_at_the_table.brings("peter", "9000", method="BANK")
    kin = sister(today_at_the_table, "alice")
    body = {
        "kind": "DIED",
        "payment_method": "BANK",
        "transaction_id": "slip 77",
        "next_of_kin": str(kin.pk),
        "reason": "After a long illness",
        "left_on": today().isoformat(),
        "meeting_id": None,
    }
    answer = let_go("alice", body=body)
    assert (answer.status_code, answer.json()["kind"]) == (200, "DIED")
    leaving = Leaving.objects.select_related("data_key", "voucher").get()
    assert leaving.voucher
    assert (leaving.voucher.method, leaving.voucher.receipt_number) == ("BANK", "SLIP77")
    assert leaving.paid_to.startswith("Wairimu Kamau")
    assert "illness" not in answer.content.decode()


def test_the_next_of_kin_by_her_place(today_at_the_table: Chama, let_go: Leave) -> None:
    sister(today_at_the_table, "alice")
    assert let_go("alice", body={"kind": "DIED", "next_of_kin": 1}).status_code == 200


@pytest.mark.parametrize("asked", [2, "hers", "nobody"])
def test_somebody_elses_next_of_kin_is_not_found(today_at_the_table: Chama, let_go: Leave, asked: Any) -> None:
    sister(today_at_the_table, "alice")
    hers = str(sister(today_at_the_table, "peter").pk)
    named = {"hers": hers, "nobody": str(new_id())}.get(asked, asked)
    assert refused(let_go("alice", body={"kind": "DIED", "next_of_kin": named})) == (404, "not_found")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "MARRIED"},
        {"kind": "DIED"},
        {"kind": "LEFT", "next_of_kin": 1},
        {"next_of_kin": 0},
        {"next_of_kin": True},
        {"next_of_kin": "first"},
        {"payment_method": "COWS"},
        {"left_on": "today"},
        {"left_on": "1999-01-01"},
        {"reason": 7},
        {"transaction_id": "…"},
    ],
)
def test_what_cannot_be_read_is_refused(today_at_the_table: Chama, let_go: Leave, wrong: dict[str, Any]) -> None:
    sister(today_at_the_table, "alice")
    assert refused(let_go("alice", body=wrong)) == (400, "invalid")
    assert member(today_at_the_table, "alice").is_active


def test_a_meeting_that_does_not_exist_is_not_found(let_go: Leave) -> None:
    assert refused(let_go("alice", body={"meeting_id": str(new_id())})) == (404, "not_found")


def test_at_a_meeting_it_is_of_its_day_and_of_the_box(today_at_the_table: Chama, let_go: Leave) -> None:
    elsewhere = today_at_the_table.sits(group=today_at_the_table.groups["Baraka"]).meeting_id
    assert refused(let_go("alice", body={"meeting_id": str(elsewhere)})) == (404, "not_found")
    table = today_at_the_table.sits()
    answer = let_go("alice", by="joseph", body={"meeting_id": str(table.meeting_id)})
    assert (answer.status_code, answer.json()["left_on"]) == (200, today().isoformat())
    leaving = Leaving.objects.select_related("voucher").get()
    assert leaving.voucher
    assert (leaving.voucher.from_place, leaving.voucher.meeting_id) == ("1010", table.meeting_id)


@pytest.mark.parametrize(
    ("by", "status"),
    [("mary", 200), ("ruth", 200), ("joseph", 422), ("daniel", 200), ("esther", 403), ("peter", 403), ("sarah", 403),
     ("alice", 403), ("faith", 403), ("jane", 404), ("kevin", 404)],
)  # fmt: skip
def test_who_may_let_her_go(let_go: Leave, by: str, status: int) -> None:
    """Joseph may, but his hands hold nothing to pay her with."""
    assert let_go("alice", by=by).status_code == status


def test_refusals_come_as_problems(today_at_the_table: Chama, let_go: Leave) -> None:
    today_at_the_table.asks("alice", "100")
    assert refused(let_go("alice")) == (422, "papers_wait")
    assert refused(let_go("mary", by="mary")) == (422, "maker_is_checker")
    assert refused(let_go("lucy", body={"left_on": "2999-01-01"})) == (422, "date_in_future")
    let_go("lucy")
    assert refused(let_go("lucy")) == (422, "member_inactive")


def test_sent_again_it_happens_once(today_at_the_table: Chama, let_go: Leave) -> None:
    first = let_go("alice", body={"offline_sync_id": "phone-1"})
    again = let_go("alice", body={"offline_sync_id": "phone-1"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Leaving.objects.count() == 1
    assert today_at_the_table.holds("1010") == kes("0")
    other = let_go("alice", body={"offline_sync_id": "phone-1", "reason": "another"})
    assert refused(other) == (422, "idempotency_mismatch")
