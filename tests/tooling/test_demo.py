"""`manage.py demo`: never over somebody's books, and from nothing when it is told so."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from audit.guards import LOG
from groups.guards import CONSTITUTIONS
from ledger import guards
from ledger.models import Entry
from tablebanking import demo
from tablebanking.management.commands.demo import Command
from tests import kept_world
from tests.conftest import World


def test_on_a_database_with_books_it_does_nothing(world: World, settings: Any) -> None:
    settings.DEBUG = True
    before, said = Entry.objects.count(), StringIO()
    call_command("demo", stdout=said)
    assert "not empty" in said.getvalue()
    assert Entry.objects.count() == before


def test_where_the_world_can_see_it_its_public_password_is_refused(db: None, settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError):
        call_command("demo")


@pytest.fixture(scope="module")
def written(_demo_world: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The world, really written; put back when this file is through."""
    yield
    with django_db_blocker.unblock():
        kept_world.restore()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fresh_empties_past_every_guard_and_leaves_them_standing(written: None) -> None:
    assert Entry.objects.exists()
    Command()._empty()
    assert demo.is_empty()
    assert not Entry.objects.exists()
    assert [kind.missing(connection) for kind in (guards, CONSTITUTIONS, LOG)] == [[], [], []]
