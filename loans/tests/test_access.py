"""Who finds which loan, borrower, witness and paper: strangers nothing, members their own, officers their group's."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import Forbidden, NotFound
from core.ids import new_id
from core.tests.lasting import lasting
from groups.models import RoleName
from loans.access import borrower_for, documents_for, loan_for, witnesses_for
from loans.models import Loan
from loans.tests.world import World
from members.papers import documents_of


@pytest.fixture
@lasting
def loan(world: World) -> Loan:
    return world.applies("peter")


@pytest.mark.parametrize("name", ["mary", "grace", "ruth", "esther", "joseph", "daniel", "sarah", "faith", "peter"])
def test_officers_auditors_and_the_borrower_read_the_loan(world: World, loan: Loan, name: str) -> None:
    assert loan_for(world.users[name], loan.pk, "loans:read") == loan


@pytest.mark.parametrize("name", ["jane", "kevin", "rose", "alice", "agnes"])
def test_to_strangers_and_other_members_there_is_no_such_loan(world: World, loan: Loan, name: str) -> None:
    with pytest.raises(NotFound):
        loan_for(world.users[name], loan.pk, "loans:read")


def test_a_loan_nobody_made_is_not_found_either(world: World) -> None:
    with pytest.raises(NotFound):
        loan_for(world.mary, new_id(), "loans:read")
    with pytest.raises(NotFound):
        loan_for(AnonymousUser(), world.applies("peter").pk, "loans:read")


@pytest.mark.parametrize(
    ("name", "word"),
    [("peter", "loans:approve"), ("faith", "loans:approve"), ("mary", "loans:disburse"), ("daniel", "loans:repay")],
)
def test_who_may_see_but_not_act_is_told_so(world: World, loan: Loan, name: str, word: str) -> None:
    with pytest.raises(Forbidden):
        loan_for(world.users[name], loan.pk, word)


@pytest.mark.parametrize("word", ["loans:approve", "loans:apply", "loans:disburse", "loans:repay", "loans:write-off"])
def test_what_another_member_would_do_to_it_does_not_tell_her_that_it_is_there(
    world: World, loan: Loan, word: str
) -> None:
    with pytest.raises(NotFound):
        loan_for(world.alice, loan.pk, word)


def test_a_role_lost_is_lost_at_once(world: World, loan: Loan) -> None:
    world.end("joseph", RoleName.FIELD_OFFICER)
    with pytest.raises(NotFound):
        loan_for(world.joseph, loan.pk, "loans:read")


# The borrower


def test_without_a_name_it_is_her_own_membership(world: World) -> None:
    assert borrower_for(world.peter, None, "loans:apply") == world.members["peter"]
    assert borrower_for(world.peter, None, "loans:apply", group_id=world.umoja.pk) == world.members["peter"]
    assert borrower_for(world.joseph, None, "loans:apply") is None


def test_an_officer_names_whom_he_types_for(world: World) -> None:
    peter = world.members["peter"]
    assert borrower_for(world.joseph, peter.pk, "loans:apply") == peter
    with pytest.raises(Forbidden):
        borrower_for(world.alice, peter.pk, "loans:apply")
    with pytest.raises(NotFound):
        borrower_for(world.jane, peter.pk, "loans:apply")
    with pytest.raises(NotFound):
        borrower_for(world.joseph, peter.pk, "loans:apply", group_id=world.groups["Baraka"].pk)


# Witnesses and papers


def test_witnesses_come_in_their_order_and_each_once(world: World) -> None:
    lucy, agnes = world.members["lucy"], world.members["agnes"]
    assert witnesses_for(world.umoja, [lucy.pk, agnes.pk, lucy.pk]) == [lucy, agnes]
    assert witnesses_for(world.umoja, []) == []


def test_a_stranger_does_not_witness(world: World) -> None:
    for stranger in (world.members["jane"].pk, world.members["kevin"].pk, new_id()):
        with pytest.raises(NotFound):
            witnesses_for(world.umoja, [world.members["lucy"].pk, stranger])


def test_papers_are_her_own(world: World, django_assert_num_queries: Any) -> None:
    hers = documents_of(world.members["peter"].person)[0]
    other = documents_of(world.members["alice"].person)[0]
    with django_assert_num_queries(1):
        assert documents_for(world.members["peter"], [hers.pk, hers.pk]) == [hers]
    with pytest.raises(NotFound):
        documents_for(world.members["peter"], [hers.pk, other.pk])
