"""Who must say yes: the table at its limits, everybody who stands in, and worlds nobody thought of."""

from collections.abc import Iterable
from itertools import permutations
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import kes
from loans.rules.approvals import (
    CAPACITIES,
    OFFICES,
    Limits,
    Place,
    Seated,
    Sitting,
    Yes,
    asked_by,
)
from savings.rules import Named

LIMITS = Limits(kes("50000"), kes("200000"), 3)
NAMES = ("joseph", "brian", "mary", "grace", "ruth", "esther", "daniel", "dora", "sarah", "alice", "peter")
IDS = {name: UUID(int=number) for number, name in enumerate(NAMES, start=1)}
# Joseph serves Umoja; Mary chairs it; Daniel runs its organisation, Sarah the system.
UMOJA = {
    "joseph": "FIELD_OFFICER",
    "mary": "CHAIR",
    "grace": "TREASURER",
    "ruth": "SECRETARY",
    "esther": "COMMITTEE",
    "daniel": "SERVICE_ADMIN",
    "sarah": "SYSTEM_ADMIN",
}


def seated(name: str, roles: str) -> Seated:
    return Seated(IDS[name], name, frozenset(roles.split()), f"phone of {name}")


def sitting(
    amount: str,
    people: dict[str, str] = UMOJA,
    *,
    named: Iterable[str] = (),
    said: Iterable[tuple[str, str]] = (),
    quorum: int = 3,
) -> Sitting:
    return Sitting(
        amount=kes(amount),
        limits=Limits(LIMITS.committee_from, LIMITS.system_admin_above, quorum),
        people=tuple(seated(name, roles) for name, roles in people.items()),
        named=tuple(Named(IDS[name], f"phone of {name}") for name in named),
        said=tuple(Yes(IDS[name], capacity) for name, capacity in said),
    )


def without(*names: str, **more: str) -> dict[str, str]:
    return {name: roles for name, roles in UMOJA.items() if name not in names} | more


def needs(at: Sitting) -> dict[str, tuple[int, int]]:
    return {missing.capacity: (missing.have, missing.need) for missing in at.missing}


def may_act(at: Sitting) -> dict[str, str]:
    return {missing.capacity: " ".join(missing.may_act) for missing in at.missing}


def says(at: Sitting, *names: str) -> Sitting:
    """Each says yes in the capacity in which it counts."""
    for name in names:
        capacity = at.capacity_of(IDS[name])
        assert capacity, f"{name} is not needed"
        at = at.after(Yes(IDS[name], capacity))
    return at


# The table


@pytest.mark.parametrize(
    ("amount", "table"),
    [
        ("0.01", {"FIELD_OFFICER": (0, 1), "CHAIR": (0, 1)}),
        ("49999.99", {"FIELD_OFFICER": (0, 1), "CHAIR": (0, 1)}),
        ("50000", {"FIELD_OFFICER": (0, 1), "COMMITTEE": (0, 3)}),
        ("200000", {"FIELD_OFFICER": (0, 1), "COMMITTEE": (0, 3)}),
        ("200000.01", {"SYSTEM_ADMIN": (0, 1), "FIELD_OFFICER": (0, 1), "COMMITTEE": (0, 3)}),
    ],
)
def test_the_amount_says_who_is_needed(amount: str, table: dict[str, tuple[int, int]]) -> None:
    assert needs(sitting(amount)) == table


def test_who_may_say_the_next_yes_is_named() -> None:
    assert may_act(sitting("49999.99")) == {"FIELD_OFFICER": "joseph", "CHAIR": "mary"}
    assert may_act(sitting("200000.01")) == {
        "SYSTEM_ADMIN": "sarah",
        "FIELD_OFFICER": "joseph",
        "COMMITTEE": "mary grace ruth esther",
    }


def test_a_committee_of_three_does_not_wait_for_the_fourth() -> None:
    at = says(sitting("50000"), "grace", "joseph", "esther")
    assert needs(at) == {"COMMITTEE": (2, 3)}
    assert may_act(at) == {"COMMITTEE": "mary ruth"}
    done = says(at, "ruth")
    assert (done.is_complete, done.missing, done.called) == (True, [], [])
    assert done.capacity_of(IDS["mary"]) is None


def test_nobody_says_yes_twice() -> None:
    at = says(sitting("50000"), "grace")
    assert at.has_said(IDS["grace"])
    assert at.capacity_of(IDS["grace"]) is None


def test_the_treasurer_says_nothing_about_a_small_loan() -> None:
    assert sitting("49999.99").capacity_of(IDS["grace"]) is None
    assert sitting("49999.99").capacity_of(IDS["sarah"]) is None


# Who is not free


@pytest.mark.parametrize("named", [["mary", "alice", "peter"], ["alice", "mary", "peter"]])
def test_two_others_stand_for_a_chair_who_borrows_or_witnesses(named: list[str]) -> None:
    at = sitting("49999.99", named=named)
    assert needs(at) == {"FIELD_OFFICER": (0, 1), "COMMITTEE": (0, 2)}
    assert may_act(at)["COMMITTEE"] == "grace ruth esther"
    assert at.capacity_of(IDS["mary"]) is None
    assert says(at, "ruth", "joseph", "grace").is_complete


def test_two_others_stand_for_a_chair_nobody_is() -> None:
    assert needs(sitting("100", without("mary"))) == {"FIELD_OFFICER": (0, 1), "COMMITTEE": (0, 2)}


def test_the_committee_is_as_many_as_are_free_but_never_fewer_than_two() -> None:
    assert needs(sitting("50000", named=["grace"]))["COMMITTEE"] == (0, 3)
    assert needs(sitting("50000", named=["grace", "mary"]))["COMMITTEE"] == (0, 2)
    assert needs(sitting("50000", quorum=2))["COMMITTEE"] == (0, 2)
    assert needs(sitting("50000", quorum=9))["COMMITTEE"] == (0, 4)


def test_the_service_admin_counts_as_one_where_fewer_than_two_are_free() -> None:
    at = sitting("50000", without("esther"), named=["grace", "mary"])
    assert needs(at)["COMMITTEE"] == (0, 2)
    assert may_act(at)["COMMITTEE"] == "ruth daniel"
    assert needs(says(at, "daniel"))["COMMITTEE"] == (1, 2)
    assert says(at, "daniel", "ruth", "joseph").is_complete


def test_two_service_admins_do_not_outvote_the_one_who_is_free() -> None:
    at = says(sitting("50000", without("esther", dora="SERVICE_ADMIN"), named=["grace", "mary"]), "daniel", "joseph")
    assert may_act(at) == {"COMMITTEE": "ruth"}
    assert at.capacity_of(IDS["dora"]) is None


def test_with_nobody_free_two_service_admins_are_needed() -> None:
    named = ["mary", "grace", "ruth", "esther"]
    alone = says(sitting("50000", named=named), "joseph", "daniel")
    assert needs(alone) == {"COMMITTEE": (1, 2)}
    assert may_act(alone) == {"COMMITTEE": ""}
    assert says(
        sitting("50000", {**UMOJA, "dora": "SERVICE_ADMIN"}, named=named), "joseph", "daniel", "dora"
    ).is_complete


@pytest.mark.parametrize("people", [without("joseph"), UMOJA])
def test_the_service_admin_stands_for_a_field_officer_who_is_not_there_or_borrows(people: dict[str, str]) -> None:
    at = sitting("100", people, named=["joseph"])
    assert may_act(at) == {"FIELD_OFFICER": "daniel", "CHAIR": "mary"}
    assert says(at, "daniel", "mary").is_complete


def test_the_service_admin_is_not_needed_while_an_officer_is_free() -> None:
    assert sitting("100").capacity_of(IDS["daniel"]) is None
    assert may_act(sitting("100", {**UMOJA, "brian": "FIELD_OFFICER"}, named=["joseph"]))["FIELD_OFFICER"] == "brian"


def test_a_group_without_offices_is_served_by_its_service_admins() -> None:
    people = {"joseph": "FIELD_OFFICER", "daniel": "SERVICE_ADMIN", "dora": "SERVICE_ADMIN"}
    assert says(sitting("100", people), "joseph", "daniel").is_complete
    large = says(sitting("50000", people), "joseph", "daniel")
    assert needs(large) == {"COMMITTEE": (1, 2)}
    assert says(large, "dora").is_complete


def test_without_a_system_admin_a_large_loan_waits() -> None:
    at = says(sitting("200000.01", without("sarah")), "joseph", "mary", "grace", "ruth")
    assert needs(at) == {"SYSTEM_ADMIN": (0, 1)}
    assert not at.is_complete


def test_an_officer_who_borrows_in_another_seat_is_known_by_her_phone() -> None:
    at = Sitting(kes("100"), LIMITS, sitting("100").people, (Named(None, "phone of mary"),))
    assert at.capacity_of(IDS["mary"]) is None
    assert needs(at) == {"FIELD_OFFICER": (0, 1), "COMMITTEE": (0, 2)}


# Two seats, one person


def test_one_person_fills_one_place_and_the_first_she_qualifies_for() -> None:
    at = sitting("200000.01", {**UMOJA, "mary": "CHAIR SYSTEM_ADMIN"})
    assert at.capacity_of(IDS["mary"]) == "SYSTEM_ADMIN"
    at = says(at, "mary")
    assert needs(at) == {"FIELD_OFFICER": (0, 1), "COMMITTEE": (0, 3)}
    assert may_act(at)["COMMITTEE"] == "grace ruth esther"


def test_a_yes_is_not_spent_on_a_place_that_others_can_fill() -> None:
    """The committee needs all three; as field officer Grace would leave it one short."""
    people = without("esther", grace="TREASURER FIELD_OFFICER")
    assert sitting("50000", people).capacity_of(IDS["grace"]) == "COMMITTEE"
    assert says(sitting("50000", people), "grace", "mary", "ruth", "joseph").is_complete


def test_where_the_chair_is_the_only_field_officer_two_others_stand_for_her() -> None:
    at = sitting("100", without("joseph", "mary", mary="CHAIR FIELD_OFFICER"))
    assert needs(at) == {"FIELD_OFFICER": (0, 1), "COMMITTEE": (0, 2)}
    assert says(at, "mary", "ruth", "esther").is_complete


def test_where_the_committee_needs_the_only_field_officer_the_service_admin_stands_for_him() -> None:
    at = sitting("50000", {"mary": "CHAIR", "grace": "TREASURER FIELD_OFFICER", "daniel": "SERVICE_ADMIN"})
    assert says(at, "grace", "daniel", "mary").is_complete


# A seat given up in between


def test_a_yes_counts_while_its_giver_holds_the_seat() -> None:
    said = [("joseph", "FIELD_OFFICER"), ("mary", "COMMITTEE"), ("grace", "COMMITTEE")]
    assert needs(sitting("50000", said=said)) == {"COMMITTEE": (2, 3)}
    assert needs(sitting("50000", without("grace"), said=said)) == {"COMMITTEE": (1, 3)}
    assert needs(sitting("50000", without("grace", grace="FIELD_OFFICER"), said=said)) == {"COMMITTEE": (1, 3)}


def test_the_office_may_be_another_one_meanwhile() -> None:
    said = [("joseph", "FIELD_OFFICER"), ("mary", "COMMITTEE"), ("grace", "COMMITTEE"), ("ruth", "COMMITTEE")]
    assert sitting("50000", {**UMOJA, "mary": "SECRETARY", "ruth": "CHAIR"}, said=said).is_complete


def test_the_next_field_officer_is_asked_when_the_first_has_gone() -> None:
    at = sitting("100", without("joseph", brian="FIELD_OFFICER"), said=[("joseph", "FIELD_OFFICER"), ("mary", "CHAIR")])
    assert may_act(at) == {"FIELD_OFFICER": "brian"}


def test_the_new_chair_is_asked_when_the_first_is_one_no_more() -> None:
    at = sitting(
        "100", {**UMOJA, "mary": "SECRETARY", "ruth": "CHAIR"}, said=[("joseph", "FIELD_OFFICER"), ("mary", "CHAIR")]
    )
    assert may_act(at) == {"CHAIR": "ruth"}
    assert says(at, "ruth").is_complete


def test_who_changed_seats_may_say_yes_again_and_counts_once() -> None:
    at = sitting("100", without("mary", mary="SECRETARY"), said=[("joseph", "FIELD_OFFICER"), ("mary", "CHAIR")])
    assert needs(at) == {"COMMITTEE": (0, 2)}
    at = says(at, "mary")
    assert needs(at) == {"COMMITTEE": (1, 2)}
    assert [yes.user for yes in at.said].count(IDS["mary"]) == 1


def test_a_quorum_that_shrinks_may_be_met_already() -> None:
    said = [("joseph", "FIELD_OFFICER"), ("mary", "COMMITTEE"), ("grace", "COMMITTEE")]
    assert sitting("50000", without("ruth", "esther"), said=said).is_complete


def test_an_officer_who_comes_later_is_asked_in_place_of_the_service_admin() -> None:
    said = [("daniel", "FIELD_OFFICER")]
    assert needs(sitting("100", without("joseph"), said=said)) == {"CHAIR": (0, 1)}
    assert may_act(sitting("100", said=said)) == {"FIELD_OFFICER": "joseph", "CHAIR": "mary"}


def test_a_yes_that_nothing_asks_for_any_more_binds_nobody() -> None:
    """Said as chair while less was owed; now the committee needs all three, Mary among them."""
    at = sitting("60000", without("esther"), said=[("mary", "CHAIR"), ("joseph", "FIELD_OFFICER")])
    assert not at.has_said(IDS["mary"])
    assert may_act(at) == {"COMMITTEE": "mary grace ruth"}
    at = says(at, "grace", "ruth", "mary")
    assert at.is_complete
    assert at.has_said(IDS["mary"])


def test_a_committees_yes_is_not_the_chairs() -> None:
    at = sitting("30000", said=[("mary", "COMMITTEE"), ("joseph", "FIELD_OFFICER")])
    assert may_act(at) == {"CHAIR": "mary"}
    assert says(at, "mary").is_complete


@pytest.mark.parametrize(
    ("amount", "asked"),
    [
        ("49999.99", {"FIELD_OFFICER", "CHAIR"}),
        ("50000", {"FIELD_OFFICER", "COMMITTEE"}),
        ("200000", {"FIELD_OFFICER", "COMMITTEE"}),
        ("200000.01", {"FIELD_OFFICER", "COMMITTEE", "SYSTEM_ADMIN"}),
    ],
)
def test_an_amount_asks_for_capacities_whoever_is_free(amount: str, asked: set[str]) -> None:
    assert asked_by(kes(amount), LIMITS) == asked


def test_who_approves_loans_here_may_turn_one_down() -> None:
    at = sitting("100", named=["ruth"])
    allowed = {name for name in UMOJA if at.may_reject(IDS[name])}
    assert allowed == {"joseph", "mary", "grace", "esther", "sarah"}
    assert sitting("100", without("joseph")).may_reject(IDS["daniel"])
    assert not at.may_reject(IDS["peter"])


# Every world


ROLES = ("FIELD_OFFICER", "CHAIR", "SECRETARY", "TREASURER", "COMMITTEE", "SERVICE_ADMIN", "SYSTEM_ADMIN", "MEMBER")
people_of = st.dictionaries(
    st.sampled_from(NAMES), st.sets(st.sampled_from(ROLES), min_size=1, max_size=3).map(" ".join), max_size=9
)
amounts = st.sampled_from(["0.01", "49999.99", "50000", "200000", "200000.01", "999999"])
worlds = st.builds(
    sitting,
    amounts,
    people_of,
    named=st.lists(st.sampled_from(NAMES), max_size=3),
    said=st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(CAPACITIES)), max_size=4, unique_by=lambda yes: yes[0]
    ),
    quorum=st.integers(2, 5),
)


def fewest(at: Sitting) -> int:
    """How many different people the rule asks for at least, by counting alone."""
    free = [one for one in at.people if not at.names(one.user, one.phone)]
    if any(one.is_office_holder for one in at.people):
        holders = [one for one in free if one.is_office_holder]
    else:
        holders = [one for one in free if "SERVICE_ADMIN" in one.roles]
    if at.amount < LIMITS.committee_from:
        return 2
    committee = max(2, min(at.limits.quorum, len(holders)))
    return 1 + committee + (1 if at.amount > LIMITS.system_admin_above else 0)


def fills(places: tuple[Place, ...], said: Iterable[Yes]) -> bool:
    """Brute force: is there any way to give each place another yes of its capacity?"""
    yeses = list(said)
    return any(
        all(place.capacity == yes.capacity and yes.user in place.able for place, yes in zip(places, order, strict=True))
        for order in permutations(yeses, len(places))
    )


@given(worlds)
def test_nobody_whom_the_loan_names_is_ever_called(at: Sitting) -> None:
    barred = {one.name for one in at.people if at.names(one.user, one.phone)}
    assert not barred & {name for missing in at.missing for name in missing.may_act}
    assert all(at.capacity_of(one.user) is None for one in at.people if one.name in barred)


@given(worlds)
def test_nothing_is_missing_exactly_when_every_place_is_filled(at: Sitting) -> None:
    assert (at.missing == []) == at.is_complete == fills(at.places, at.standing)


@given(worlds)
def test_never_fewer_distinct_people_than_the_rule_asks_for(at: Sitting) -> None:
    assert len(at.places) >= fewest(at)
    if at.is_complete:
        assert len({yes.user for yes in at.standing}) >= fewest(at)


@given(worlds)
def test_every_yes_that_is_called_for_fills_one_place_more(at: Sitting) -> None:
    missing = sum(each.need - each.have for each in at.missing)
    for one, capacity in at.called:
        then = at.after(Yes(one.user, capacity))
        assert sum(each.need - each.have for each in then.missing) == missing - 1


@given(worlds, st.randoms(use_true_random=False))
def test_where_everybody_agrees_in_any_order_nobody_is_left_waiting(at: Sitting, order: Random) -> None:
    """Where distinct people could fill every place at the start, no order of their yeses comes to a dead end."""
    fresh = Sitting(at.amount, at.limits, at.people, at.named)
    could = _can_end(fresh)
    while fresh.called:
        one, capacity = order.choice(fresh.called)
        fresh = fresh.after(Yes(one.user, capacity))
    assert fresh.is_complete == could


def _can_end(at: Sitting) -> bool:
    """Brute force over who fills which place."""

    def place(number: int, used: frozenset[UUID]) -> bool:
        if number == len(at.places):
            return True
        return any(place(number + 1, used | {user}) for user in at.places[number].able - used)

    return place(0, frozenset())


@given(worlds)
def test_only_seats_that_are_held_count(at: Sitting) -> None:
    roles = {one.user: one.roles for one in at.free}
    seats = {"COMMITTEE": OFFICES | {"SERVICE_ADMIN"}, "SYSTEM_ADMIN": {"SYSTEM_ADMIN"}}
    for yes in at.standing:
        assert roles[yes.user] & seats.get(yes.capacity, {yes.capacity, "SERVICE_ADMIN"})
    assert set(at.standing) <= set(at.said)
