"""Dividends and share-outs over HTTP: the steps, who sees what, and the same request sent again."""

import datetime as dt
from typing import Any

import pytest

from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from cycles.models import Run
from cycles.tests.leavers import member
from cycles.tests.sharers import YEAR, Sharing
from ledger.models import Voucher
from savings.tests.doors import Door, refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("cycles.tests.urls")]


@pytest.fixture
@lasting
def chama(db: None) -> Sharing:
    """The clock of the door is the real one."""
    chama = Sharing()
    chama.at = now()
    chama.closes()
    return chama


class Table:
    """Umoja's dividends, or its share-out, at the doors."""

    def __init__(self, chama: Sharing, what: str = "dividends") -> None:
        self.chama, self.root = chama, f"groups/{chama.umoja.pk}/{what}"

    def looks(self, by: str = "grace", year: object = YEAR, **headers: str) -> Any:
        return Door(self.chama, by).post(self.root, {"fiscal_year": year}, **headers)

    def does(self, verb: str, by: str = "grace", body: dict[str, Any] | None = None, **headers: str) -> Any:
        return Door(self.chama, by).post(f"{self.root}/{YEAR}/{verb}", body, **headers)

    def reads(self, by: str = "grace", year: object = YEAR, query: str = "") -> Any:
        return Door(self.chama, by).get(f"{self.root}/{year}{query}")

    def declares(self) -> Any:
        self.looks()
        self.does("approve", "mary")
        self.does("approve", "grace")
        return self.does("declare")


@pytest.fixture
def table(chama: Sharing) -> Table:
    return Table(chama)


def test_the_steps_from_looking_to_paid(table: Table) -> None:
    looked = table.looks()
    assert (looked.status_code, looked.json()["status"]) == (201, "PREVIEW")
    assert [one["capacity"] for one in looked.json()["missing_approvals"]] == ["CHAIR", "TREASURER"]
    assert looked.json()["missing_approvals"][0]["may_act"] == ["Mary wa Umoja"]
    once = table.does("approve", "mary")
    assert (once.status_code, once.json()["status"]) == (200, "PREVIEW")
    assert [one["capacity"] for one in once.json()["missing_approvals"]] == ["TREASURER"]
    agreed = table.does("approve", "grace").json()
    assert (agreed["status"], agreed["missing_approvals"], len(agreed["approvals"])) == ("APPROVED", [], 2)
    declared = table.does("declare", "daniel").json()
    assert (declared["status"], declared["open_amount"]) == ("DECLARED", "199232.00")
    assert declared["entry_number"] > 1
    alice = {"member_id": str(table.chama.members["alice"].pk), "expected_amount": "16901.02"}
    paid = table.does("pay", body=alice).json()
    assert (paid["status"], [part["outcome"] for part in paid["allocations"]]) == ("DECLARED", ["PAID", "OPEN", "OPEN"])
    over = table.does("pay", body={"keep": True}).json()
    assert (over["status"], over["open_amount"]) == ("PAID", "0.00")
    assert table.chama.books_are_proven


def test_the_pinned_shape_says_how_each_figure_came_about(table: Table) -> None:
    answer = table.looks().json()
    assert {name: answer[name] for name in ("fiscal_year", "total_profit", "appreciation_fees", "distributable")} == {
        "fiscal_year": 2025,
        "total_profit": "280000.00",
        "appreciation_fees": "3232.00",
        "distributable": "199232.00",
    }
    assert (answer["percent"], answer["basis"], answer["total_basis"]) == ("70.00", "CLOSING_BALANCE", "373390.00")
    assert answer["allocations"][0] == {
        "member_id": str(table.chama.members["alice"].pk),
        "member_name": "Alice wa Umoja",
        "member_number": table.chama.members["alice"].number,
        "basis": "31675.00",
        "share_percentage": "8.48",
        "dividend_amount": "16901.02",
        "explanation": "31,675.00 of 373,390.00 savings: 199,232.00 × 31,675.00 ÷ 373,390.00 = 16,901.02",
        "outcome": "OPEN",
        "transaction_id": None,
    }


@pytest.mark.parametrize("what", ["dividends", "share-out"])
def test_a_plain_member_sees_the_totals_and_her_own_part(chama: Sharing, what: str) -> None:
    table = Table(chama, what)
    table.looks()
    row = table.reads("alice").json()
    assert (row["total_profit"], [part["member_name"] for part in row["allocations"]]) == (
        "280000.00",
        ["Alice wa Umoja"],
    )
    listed = Door(chama, "alice").get(table.root).json()["results"]
    assert [len(one["allocations"]) for one in listed] == [1]
    assert len(table.reads("faith").json()["allocations"]) == 3
    assert table.reads("ruth").json()["allocations"][0]["member_name"] == "Alice wa Umoja"


def test_strangers_find_nothing_and_others_are_told(table: Table) -> None:
    table.looks()
    for name in ("jane", "kevin", "rose"):
        assert refused(table.reads(name)) == (404, "not_found")
        assert refused(table.does("pay", name)) == (404, "not_found")
    assert refused(table.looks("alice")) == (403, "forbidden")
    assert refused(table.does("approve", "ruth")) == (403, "forbidden")
    assert refused(table.does("declare", "joseph")) == (403, "forbidden")
    assert refused(table.does("pay", "mary")) == (403, "forbidden")


def test_years_that_cannot_be(table: Table) -> None:
    for year in (2024, 12, 99999, 10**20):
        assert refused(table.reads(year=year)) == (404, "not_found")
    for wrong in (True, 2025.5, "twenty", 1899, 9999, None):
        assert refused(table.looks(year=wrong)) == (400, "invalid")
    assert refused(table.looks(year=2024)) == (422, "nothing_to_distribute")
    assert refused(table.looks(year=today().year + 2)) == (422, "date_in_future")
    assert refused(table.reads(query="?on=2025-01-01")) == (400, "invalid")


def test_a_stranger_in_the_body_is_not_found(table: Table) -> None:
    table.declares()
    for name in ("jane", "kevin"):
        answer = table.does("pay", body={"member_id": str(table.chama.members[name].pk)})
        assert refused(answer) == (404, "not_found")
    # Of the group, but without a part.
    assert refused(table.does("pay", body={"member_id": str(table.chama.members["esther"].pk)})) == (404, "not_found")
    nowhere = {"meeting_id": "01900000-0000-7000-8000-000000000000"}
    assert refused(table.does("pay", body=nowhere)) == (404, "not_found")
    assert refused(table.does("pay", body={"keep": "yes"})) == (400, "invalid")


def test_sent_again_it_is_paid_once(table: Table) -> None:
    table.declares()
    body = {"member_id": str(table.chama.members["alice"].pk), "offline_sync_id": "p1"}
    first, second = table.does("pay", body=body), table.does("pay", body=body)
    assert (first.json(), second["Idempotent-Replayed"]) == (second.json(), "true")
    assert refused(table.does("pay", body={"offline_sync_id": "p1"})) == (422, "idempotency_mismatch")
    assert refused(table.does("pay", body=body | {"offline_sync_id": "p2"})) == (409, "invalid_transition")
    assert Voucher.objects.filter(kind="DIVIDEND", detail="PAID").count() == 1


def test_all_or_nothing_within_one_request(table: Table) -> None:
    """The box holds less than all three are paid: nobody is."""
    table.declares()
    chama = table.chama
    chama.moves("BANKING", f"{chama.holds('1010') - kes('120000')}", source="CASH_BOX", to="BANK")
    assert refused(table.does("pay")) == (422, "insufficient_cash")
    assert {part["outcome"] for part in table.reads().json()["allocations"]} == {"OPEN"}
    assert table.does("pay", body={"payment_method": "BANK", "keep": False}).json()["status"] == "PAID"


def test_runs_are_listed_the_newest_first_and_a_list_asks_no_more_for_more(
    table: Table, django_assert_max_num_queries: Any
) -> None:
    table.looks()
    chama = table.chama
    chama.earns("1000", on=chama.today)
    Door(chama, "grace").post(table.root, {"fiscal_year": today().year})
    with django_assert_max_num_queries(14):
        answer = Door(chama, "grace").get(table.root).json()
    assert [row["fiscal_year"] for row in answer["results"]] == [today().year, 2025]
    oldest = Door(chama, "grace").get(f"{table.root}?ordering=fiscal_year").json()["results"][0]
    assert oldest["fiscal_year"] == 2025
    assert refused(Door(chama, "grace").get(f"{table.root}?colour=red")) == (400, "invalid")


def test_a_share_out_is_simulated_before_anybody_looks(chama: Sharing) -> None:
    table = Table(chama, "share-out")
    told = table.reads().json()
    assert (told["id"], told["status"], told["distributable"]) == (None, "PREVIEW", "283232.00")
    assert not Run.objects.exists()
    simulated = told["simulation"]
    alice = simulated["members"][0]
    assert (simulated["surplus"], simulated["percent"]) == ("283232.00", "100.00")
    assert kes(alice["cash"]) == kes("31675") + kes(alice["share"])
    what_if = table.reads(query="?surplus=1000&percent=50").json()["simulation"]
    assert (what_if["distributable"], what_if["totals"]["share"]) == ("500.00", "500.00")
    for query in ("?surplus=-1", "?percent=101", "?surplus=NaN", "?rate=1"):
        assert refused(table.reads(query=query)) == (400, "invalid")
    for year in (99999, 0):
        assert refused(table.reads(year=year)) == (404, "not_found")


def test_a_member_sees_her_own_row_of_a_simulation(chama: Sharing) -> None:
    simulated = Table(chama, "share-out").reads("alice").json()["simulation"]
    assert [row["member_name"] for row in simulated["members"]] == ["Alice wa Umoja"]
    assert simulated["totals"]["share"] == "283232.00"


def test_a_share_out_goes_the_same_steps(chama: Sharing) -> None:
    table = Table(chama, "share-out")
    declared = table.declares().json()
    assert (declared["kind"], declared["status"]) == ("SHARE_OUT", "DECLARED")
    assert table.reads().json()["simulation"] is None
    over = table.does("pay").json()
    assert over["status"] == "PAID"
    assert (chama.holds("2010"), chama.holds("2060")) == (kes("0"), kes("0"))
    assert member(chama, "alice").is_active


def test_the_day_of_the_declaration_is_today(table: Table) -> None:
    assert table.declares().json()["computed_at"] is not None
    assert Voucher.objects.get(detail="DECLARED").booked_on == today() >= dt.date(2026, 1, 1)
