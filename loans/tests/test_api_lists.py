"""Lists of loans over HTTP: whose they show, how they are narrowed and ordered, and what they cost."""

from typing import Any

import pytest

from core.ids import new_id
from core.money import kes
from core.periods import now
from core.tests.lasting import lasting
from groups.operations import adopt_constitution
from loans import operations
from loans.models import Loan
from loans.tests.asking import paid_out, pays_back
from loans.tests.world import World
from savings.tests.doors import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("loans.tests.urls")]

# What a list asks of the database, however many loans it shows.
QUESTIONS = 21


@pytest.fixture
@lasting
def world(db: None) -> World:
    """The doors read the clock, so this table sits today."""
    return World(at=now())


@pytest.fixture
@lasting
def three(world: World) -> World:
    """Peter's loan waits, Alice's runs, Mary's long one waits."""
    world.applies("peter", "9000")
    paid_out(world, "alice", "20000")
    world.saves("mary", "6000")
    world.applies("mary", "15000", loan_type="LONG_TERM", months=12)
    return world


def amounts(answer: Any) -> list[str]:
    assert answer.status_code == 200
    assert answer.json().keys() == {"count", "next", "previous", "results"}
    return [row["loan_amount"] for row in answer.json()["results"]]


def test_each_sees_what_is_hers_to_see(three: World, door: Any) -> None:
    group = f"savings-groups/groups/{three.umoja.pk}/loans/"
    for path in ("loans", group):
        for name in ("grace", "joseph", "daniel", "faith", "sarah"):
            assert amounts(door(name).get(path)) == ["15000.00", "20000.00", "9000.00"], name
        assert amounts(door("peter").get(path)) == ["9000.00"]
        assert amounts(door("agnes").get(path)) == []
    for name in ("jane", "kevin", "nancy"):
        assert amounts(door(name).get("loans")) == []
        assert refused(door(name).get(group)) == (404, "not_found")
    assert refused(door().get("loans")) == (401, "not_authenticated")


def test_a_row_of_a_list_is_the_loan_itself(three: World, door: Any) -> None:
    for row in door("grace").get("loans").json()["results"]:
        assert row == door("grace").get(f"loans/{row['id']}").json()
        assert row["group_id"] == str(three.umoja.pk)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?status=PENDING", ["15000.00", "9000.00"]),
        ("?status=DISBURSED", ["20000.00"]),
        ("?status=COMPLETED", []),
        ("?loan_type=LONG_TERM", ["15000.00"]),
        ("?search=alice", ["20000.00"]),
        ("?search=LN-0003", ["15000.00"]),
        ("?search=ln1", ["9000.00"]),
        ("?search=2", ["20000.00"]),
        ("?search=LN-", []),
        ("?ordering=amount", ["9000.00", "15000.00", "20000.00"]),
        ("?ordering=-amount", ["20000.00", "15000.00", "9000.00"]),
        ("?ordering=-outstanding,amount", ["20000.00", "9000.00", "15000.00"]),
        ("?ordering=applied_at", ["9000.00", "20000.00", "15000.00"]),
        ("?page_size=1&page=2", ["20000.00"]),
        ("?group_id=UMOJA", ["15000.00", "20000.00", "9000.00"]),
        ("?member_id=ALICE", ["20000.00"]),
    ],
)
def test_lists_are_narrowed_and_ordered(three: World, door: Any, query: str, expected: list[str]) -> None:
    named = query.replace("UMOJA", str(three.umoja.pk)).replace("ALICE", str(three.members["alice"].pk))
    assert amounts(door("grace").get(f"loans{named}")) == expected
    assert amounts(door("grace").get(f"savings-groups/groups/{three.umoja.pk}/loans{named}")) == expected


def test_what_a_list_does_not_know_is_refused(door: Any) -> None:
    for query in (
        "colour=red", "status=GIFT", "status=pending", "loan_type=x", "ordering=member", "ordering=purpose_sealed",
        "group_id=x", "member_id=%20", "page_size=0", "page_size=x", "search=" + "x" * 101,
    ):  # fmt: skip
        assert refused(door("grace").get(f"loans?{query}")) == (400, "invalid"), query


def test_strangers_named_in_a_query_are_not_found(three: World, door: Any) -> None:
    jane, baraka = three.members["jane"].pk, three.groups["Baraka"].pk
    for query in (f"member_id={jane}", f"group_id={baraka}", f"member_id={new_id()}", f"group_id={new_id()}"):
        assert refused(door("grace").get(f"loans?{query}")) == (404, "not_found"), query
    alice = three.members["alice"].pk
    assert amounts(door("peter").get(f"loans?member_id={alice}")) == []


def borrowers(world: World, count: int) -> None:
    """So many more members, each with a loan: one in three runs, with a repayment and a change that waits."""
    for number in range(count):
        name = f"b{Loan.objects.count()}"
        world.enrol(name, world.umoja)
        world.saves(name, "6000")
        world.shows_her_id(name)
        if number % 3:
            world.applies(name, "5000")
        else:
            loan = paid_out(world, name, "5000")
            pays_back(world, loan, "1000")
            operations.write_off(loan=loan, by=world.joseph, at=world.at, reason="Moved away")


def test_a_list_costs_the_same_for_three_loans_and_for_twelve(
    world: World, door: Any, django_assert_num_queries: Any
) -> None:
    grace = door("grace")
    for count in (3, 9):
        borrowers(world, count)
        with django_assert_num_queries(QUESTIONS):
            rows = grace.get("loans").json()["results"]
    assert len(rows) == 12
    assert sum(row["write_off"] is not None for row in rows) == 4


def test_newer_rules_do_not_break_the_list(three: World, door: Any) -> None:
    """Peter asked for three months; the constitution now lends for one or two, and charges a fee that eats the loan."""
    terms = [{"loan_type": "SHORT_TERM", "shortest_months": 1, "longest_months": 2}]
    adopt_constitution(
        group=three.umoja,
        effective_on=three.today,
        at=three.at,
        by=three.sarah,
        application_fee=kes("8999.99"),
        loan_terms=terms,
    )
    row = door("grace").get("loans?search=peter").json()["results"][0]
    assert (row["application_fee"], row["effective_yearly_rate"]) == ("8999.99", None)
    assert len(row["repayment_schedule"]) == 3
