"""`manage.py demo`: never over somebody's books, and from nothing when it is told so."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.guards import LOG
from core.periods import now
from groups.guards import CONSTITUTIONS
from ledger import guards
from ledger.models import Entry
from tablebanking import demo
from tablebanking.management.commands.demo import Command
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


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fresh_empties_past_every_guard_and_leaves_them_standing() -> None:
    if demo.is_empty():
        demo.build(at=now())
    Command()._empty()
    assert demo.is_empty()
    assert not Entry.objects.exists()
    assert [kind.missing(connection) for kind in (guards, CONSTITUTIONS, LOG)] == [[], [], []]
