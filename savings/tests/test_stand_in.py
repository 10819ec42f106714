"""A group that nobody holds an office in: its service admin acts in their place, and every act says so."""

from typing import Any

import pytest

from audit.models import Act
from core.errors import Forbidden, MakerIsChecker
from core.money import kes
from core.tests.lasting import lasting
from groups.models import RoleName
from groups.operations import give_role
from ledger.models import Voucher
from savings import operations, queries
from savings.operations.payouts import OfficeHoldersPay
from savings.rules import OpeningLine
from savings.tests.chama import AT, OFFICES, TODAY, Chama
from savings.tests.doors import deposit, refused


@pytest.fixture
@lasting
def orphaned(chama: Chama) -> Chama:
    """Umoja saved under its officers; then all four left office. Daniel and Dorcas are Pamoja's service admins."""
    chama.brings("peter", "8000", kind="WELFARE")
    chama.brings("alice", "4000", by="joseph")
    chama._staff("dorcas", RoleName.SERVICE_ADMIN, organisation=chama.umoja.organisation)
    for name, office in OFFICES.items():
        chama.end(name, office)
    return chama


def test_daniel_is_seated_only_where_nobody_holds_an_office(orphaned: Chama) -> None:
    baraka, neema = orphaned.groups["Baraka"], orphaned.groups["Neema"]
    seats = queries.seats_of([orphaned.umoja.pk, baraka.pk, neema.pk])
    assert sorted(seat.name for seat in seats[orphaned.umoja.pk] if seat.is_office) == ["Daniel", "Dorcas"]
    assert [seat.name for seat in seats[baraka.pk]] == ["Rose"]
    orphaned.end("rose", RoleName.CHAIR)
    orphaned.end("nancy", RoleName.CHAIR)
    seats = queries.seats_of([orphaned.umoja.pk, baraka.pk, neema.pk])
    assert sorted(seat.name for seat in seats[baraka.pk]) == ["Daniel", "Dorcas"]
    assert seats[neema.pk] == []


def test_daniel_records_and_another_verifies(orphaned: Chama) -> None:
    brought = orphaned.brings("alice", "500", by="daniel")
    assert (brought.status, brought.to_place) == ("VERIFIED", "1010")
    waiting = orphaned.brings("alice", "300", by="alice")
    missing = queries.missing_approvals([orphaned.fresh(waiting)])[waiting.pk][0]
    assert orphaned.daniel.name in missing.may_act
    assert orphaned.verifies("daniel", waiting).to_place == ""
    asked = orphaned.asks("alice", "100", by="daniel")
    with pytest.raises(MakerIsChecker):
        orphaned.verifies("daniel", asked)
    assert orphaned.verifies("dorcas", asked).status == "VERIFIED"
    assert orphaned.holds("1010") == kes("8700")
    assert orphaned.books_are_proven


def test_two_service_admins_pay_from_a_fund(orphaned: Chama) -> None:
    paper = orphaned.moves("WELFARE_PAYOUT", "900", by="daniel", member=orphaned.members["alice"])
    with pytest.raises(OfficeHoldersPay):
        orphaned.verifies("joseph", paper)
    assert orphaned.verifies("dorcas", paper).status == "VERIFIED"
    assert orphaned.books_are_proven


def test_daniel_keeps_the_box(orphaned: Chama) -> None:
    given = orphaned.moves("HANDOVER", "900", by="joseph")
    orphaned.verifies("daniel", given)
    assert orphaned.holds("1010") == kes("8900")
    assert orphaned.moves("EXPENSE", "50", by="daniel").status == "VERIFIED"
    assert orphaned.moves("BANKING", "50", by="daniel").status == "VERIFIED"
    back = orphaned.verifies("joseph", orphaned.moves("HANDOVER", "100", by="dorcas", to=str(orphaned.joseph.pk)))
    assert orphaned.reverses("daniel", back).status == "VERIFIED"
    assert orphaned.books_are_proven


def test_each_act_in_their_place_says_so_and_no_other_does(orphaned: Chama) -> None:
    orphaned.brings("alice", "500", by="daniel")
    orphaned.moves("EXPENSE", "50", by="daniel")
    orphaned.verifies("daniel", orphaned.brings("alice", "300", by="alice"))
    orphaned.brings("alice", "500", by="joseph")
    operations.open_books(
        group=orphaned.umoja, lines=[OpeningLine("1010", kes("5"))], by=orphaned.daniel, at=AT, on=TODAY
    )
    marked = {(act.actor_id, act.in_place_of_office) for act in Act.objects.filter(subject="voucher")}
    assert (orphaned.joseph.pk, True) not in marked
    assert (orphaned.alice.pk, True) not in marked
    by_daniel = Act.objects.filter(actor_id=orphaned.daniel.pk, subject="voucher")
    assert dict(by_daniel.values_list("verb", "in_place_of_office")) == {
        "contribution.recorded": True,
        "cash.moved": True,
        "voucher.verified": True,
        "books.opened": False,
    }


def test_with_the_first_new_officer_daniel_stands_back(orphaned: Chama) -> None:
    waiting: Voucher = orphaned.brings("alice", "300", by="alice")
    give_role(user=orphaned.ruth, role=RoleName.SECRETARY, group=orphaned.umoja, at=AT, by=orphaned.daniel)
    with pytest.raises(Forbidden):
        orphaned.verifies("daniel", waiting)
    with pytest.raises(Forbidden):
        orphaned.moves("EXPENSE", "50", by="daniel")
    assert orphaned.verifies("ruth", waiting).status == "VERIFIED"


@pytest.mark.urls("savings.tests.urls")
def test_over_http_too(orphaned: Chama, door: Any) -> None:
    waiting = orphaned.brings("alice", "300", by="alice")
    answer = door("daniel").post(f"transactions/{waiting.pk}/verify", {"action": "approve"})
    assert (answer.status_code, answer.json()["status"]) == (200, "VERIFIED")
    assert door("daniel").post("transactions", deposit(orphaned)).json()["status"] == "VERIFIED"
    path = f"groups/{orphaned.umoja.pk}/cash-movements"
    spent = door("daniel").post(path, {"kind": "EXPENSE", "amount": 5, "reason": "Chalk"})
    assert (spent.status_code, spent.json()["status"]) == (201, "VERIFIED")
    paid = {"kind": "WELFARE_PAYOUT", "amount": 5, "reason": "x", "member_id": str(orphaned.members["alice"].pk)}
    paper = door("daniel").post(path, paid).json()
    assert (
        door("dorcas").post(f"transactions/{paper['id']}/verify", {"action": "approve"}).json()["status"] == "VERIFIED"
    )
    assert refused(door("daniel").post("transactions", deposit(orphaned, "jane"))) == (403, "forbidden")
    assert refused(door("daniel").post("transactions", deposit(orphaned, "kevin"))) == (404, "not_found")
