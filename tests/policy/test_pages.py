"""The pages' side of the policy: each page of a group, as every kind of person, towards every group.

Expected answers come from the policy file and the permission table alone. Strangers get 404, people in scope without
the word 403; whoever has not signed in is sent to the door.
"""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from core.ids import new_id
from groups.models import BankingGroup, RoleName
from groups.permissions import Reach
from tablebanking import policy
from tests.conftest import World
from tests.policy.test_matrix import PEOPLE, STAND_INS, reach_of

pytestmark = pytest.mark.django_db

# Where a word that reaches only one's own rows is enough: the page then shows less.
OWN_IS_ENOUGH = {"group-page", "members-page", "record-page", "apply-loan-page", "year-ends-page"}
# The word is hers for the opening balances; who hands cash over is somebody else, or she where she holds the offices.
NOT_WITH_A_STAFF_ROLE = {"hand-over-page"}


def group_pages(group: BankingGroup) -> Iterator[tuple[str, str, str]]:
    """Name, word and address of each page that is asked by the id of a group."""
    for name, methods in policy.PAGES.items():
        try:
            address = reverse(name, kwargs={"group_id": group.pk})
        except NoReverseMatch:
            continue
        yield name, methods["GET"], address


def expected(name: str, word: str, role: RoleName | None, *, stands_in: bool) -> int:
    if role is None:
        return 404
    if role is RoleName.SERVICE_ADMIN and name in NOT_WITH_A_STAFF_ROLE and not stands_in:
        return 403
    reach = reach_of(word, role, stands_in=stands_in)
    return 200 if reach is Reach.ALL or (reach is Reach.OWN and name in OWN_IS_ENOUGH) else 403


def test_each_page_answers_each_person_as_the_policy_says(world: World, client: Client) -> None:
    wrong = []
    for person, roles in PEOPLE.items():
        client.force_login(world.user(person), backend="django.contrib.auth.backends.ModelBackend")
        for group, role in zip((world.umoja, world.baraka, world.neema), roles, strict=True):
            for name, word, address in group_pages(group):
                due = expected(name, word, role, stands_in=(person, group.name) in STAND_INS)
                status = client.get(address).status_code
                if status != due:
                    wrong.append((person, group.name, name, status, due))
    assert wrong == []


def test_a_group_that_does_not_exist_is_not_found_by_anybody(world: World, client: Client) -> None:
    client.force_login(world.user("sarah"), backend="django.contrib.auth.backends.ModelBackend")
    nowhere = BankingGroup(pk=new_id())
    assert {client.get(address).status_code for _name, _word, address in group_pages(nowhere)} == {404}


def test_the_anonymous_are_sent_to_the_door_from_every_page(world: World, client: Client) -> None:
    addresses = [address for _name, _word, address in group_pages(world.umoja)]
    assert len(addresses) > 12
    for address in [*addresses, "/", "/groups/", "/waiting/"]:
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={address}")
