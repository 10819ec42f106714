"""Worlds that last from one test to the next: nobody notices whether hers is new."""

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection

from core.tests.lasting import lasting


@pytest.fixture
@lasting
def village(db: None) -> Group:
    return Group.objects.create(name="Village")


@pytest.fixture
@lasting
def market(village: Group) -> list[Group]:
    return [village, Group.objects.create(name=f"Market of {village.name}")]


@pytest.mark.parametrize("turn", range(3))
def test_whatever_a_test_does_to_its_world_the_next_finds_it_as_it_was_built(village: Group, turn: int) -> None:
    assert village.name == "Village"
    assert list(Group.objects.values_list("name", flat=True)) == ["Village"]
    village.name = f"Burnt {turn} times"
    village.save()
    Group.objects.create(name="Squatters")


@pytest.mark.parametrize("turn", range(2))
def test_what_refers_to_one_thing_refers_to_one_copy_of_it(village: Group, market: list[Group], turn: int) -> None:
    assert market[0] is village
    assert Group.objects.count() == 2
    market.clear()


@pytest.mark.parametrize("turn", range(2))
def test_a_test_that_breaks_its_transaction_leaves_the_world_whole(village: Group, turn: int) -> None:
    assert Group.objects.get() == village
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


@pytest.mark.django_db
def test_who_asked_for_no_world_finds_none() -> None:
    assert not Group.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_commits_finds_no_world() -> None:
    assert not Group.objects.exists()
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_who_commits_builds_her_own_world(village: Group) -> None:
    assert not connection.in_atomic_block
    assert Group.objects.get() == village
