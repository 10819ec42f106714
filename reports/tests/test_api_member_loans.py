"""Loans where answers span rooms: my loans, what a member owes next, and how much could be lent to her."""

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.ids import new_id
from core.periods import add_months, now, today
from loans.tests.asking import paid_out, pays_back
from loans.tests.world import World

pytestmark = pytest.mark.django_db

MINE = "/api/savings-groups/my-loans/"


@pytest.fixture
def world(db: None) -> World:
    """Umoja's table of forty-five days ago; the doors read the clock of today."""
    return World(at=now() - dt.timedelta(days=45))


def door(world: World, name: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(world.users[name])
    return client


def members(world: World, name: str) -> dict[str, Any]:
    """Member number's name → row, as somebody sees them."""
    rows = door(world, name).get(f"/api/groups/{world.umoja.pk}/members?page_size=200").json()["results"]
    return {row["member_name"].split()[0].lower(): row for row in rows}


def test_peter_reads_his_loans_and_none_that_he_witnesses(world: World) -> None:
    running = paid_out(world)
    world.applies("alice", "9000", witnesses=("peter", "lucy"))
    answer = door(world, "peter").get(MINE)
    (row,) = answer.json()["results"]
    assert (answer.status_code, answer.json()["count"]) == (200, 1)
    assert (row["id"], row["group_id"], row["status"]) == (str(running.pk), str(world.umoja.pk), "DISBURSED")
    assert row == door(world, "peter").get(f"/api/loans/{running.pk}").json()
    assert row["days_late"] > 0
    assert door(world, "grace").get(MINE).json()["results"] == []
    assert APIClient().get(MINE).status_code == 401


def test_my_loans_are_narrowed_and_ordered(world: World) -> None:
    loan = paid_out(world, amount="6000")
    pays_back(world, loan, "6600")
    paid_out(world, amount="9000")
    peter = door(world, "peter")

    def amounts(query: str) -> list[str]:
        return [row["loan_amount"] for row in peter.get(MINE + query).json()["results"]]

    assert amounts("") == amounts(f"?group={world.umoja.pk}") == ["9000.00", "6000.00"]
    assert amounts("?status=COMPLETED") == amounts("?ordering=amount&page_size=1") == ["6000.00"]
    assert amounts("?loan_type=PROJECT") == []
    for query in (
        "?group=umoja",
        "?group=",
        "?ordering=name",
        "?member_id=1",
        "?status=x",
        "?search=x",
        "?page_size=0",
    ):
        assert peter.get(MINE + query).status_code == 400, query
    for group in (world.groups["Baraka"].pk, new_id()):
        assert peter.get(f"{MINE}?group={group}").status_code == 404


def test_a_member_row_says_what_she_owes_next_and_for_how_long(world: World) -> None:
    """Peter's first instalment is late; Alice brought hers, so that her second one is next."""
    paid_out(world)
    hers = paid_out(world, "alice", "9000")
    pays_back(world, hers, "3300")
    first, second = (add_months(world.today, months) for months in (1, 2))
    rows = members(world, "grace")
    assert rows["peter"]["next_due"] == {"date": first.isoformat(), "amount": "3666.66"}
    assert rows["peter"]["days_late"] == (today() - first).days > 0
    assert rows["alice"]["next_due"] == {"date": second.isoformat(), "amount": "3300.00"}
    assert (rows["alice"]["days_late"], rows["lucy"]["next_due"], rows["lucy"]["days_late"]) == (0, None, 0)
    detail = door(world, "grace").get(f"/api/members/{world.members['peter'].pk}").json()
    assert (detail["next_due"], detail["days_late"]) == (rows["peter"]["next_due"], rows["peter"]["days_late"])


def test_of_others_a_plain_member_reads_nothing_of_what_they_owe(world: World) -> None:
    paid_out(world)
    rows = members(world, "alice")
    assert (rows["peter"]["next_due"], rows["peter"]["days_late"]) == (None, None)
    assert (rows["alice"]["next_due"], rows["alice"]["days_late"]) == (None, 0)
    assert members(world, "peter")["peter"]["next_due"] is not None


def test_of_two_running_loans_the_oldest_due_counts(world: World) -> None:
    world.rules(open_loans="ONE_PER_TYPE")
    paid_out(world, amount="6000", loan_type="LONG_TERM", months=6)
    world.moves_to(world.today + dt.timedelta(days=20))
    paid_out(world, amount="6000")
    first = add_months(world.today - dt.timedelta(days=20), 1)
    assert members(world, "grace")["peter"]["next_due"]["date"] == first.isoformat()


def test_who_repaid_owes_nothing_next(world: World) -> None:
    pays_back(world, paid_out(world), "11000")
    row = members(world, "grace")["peter"]
    assert (row["next_due"], row["days_late"]) == (None, 0)


def test_the_summary_says_how_much_could_be_lent_to_her(world: World) -> None:
    path = f"/api/members/{world.members['peter'].pk}/savings-summary"
    assert door(world, "peter").get(path).json()["loan_limit"] == "90000.00"
    paid_out(world, "alice", "110000", yes=("joseph", "mary", "grace", "ruth"))
    assert door(world, "peter").get(path).json()["loan_limit"] == "10000.00"
