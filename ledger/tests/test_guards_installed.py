"""The guards come with the migrations, are counted, and step aside for nothing but a test's flush."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core import checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper

from audit.guards import LOG
from core.guards import watched
from groups.guards import CONSTITUTIONS
from ledger import guards
from ledger.apps import _after_migrate, _before_migrate
from ledger.checks import guards_stand
from ledger.models import Entry
from ledger.tests.builders import Table
from ledger.tests.raw import only_postgresql, only_sqlite, refused, run


def test_both_engines_refuse_in_the_same_words() -> None:
    """The refusal codes of the two files are the same, but for what only one engine knows."""
    folder = guards._SQL
    said = {
        name: set(re.findall(r"'((?:ledger|voucher|audit)_[a-z_]+)'", (folder / f"{name}.sql").read_text()))
        for name in ("postgresql", "sqlite")
    }
    assert said["postgresql"] - said["sqlite"] == {"ledger_isolation"}
    assert said["sqlite"] <= said["postgresql"]


def test_all_guards_stand_after_migrate(db: None) -> None:
    assert guards.missing(connection) == []
    assert guards.standing(connection) == set(guards.expected(connection))


def start_checks() -> list[checks.CheckMessage]:
    """What `migrate`, `run` and `check --database default` ask before they do anything."""
    return checks.run_checks(tags=[checks.Tags.database], databases=["default"])


def test_a_missing_guard_stops_the_start_and_the_command_brings_it_back(db: None) -> None:
    guards.remove(connection)
    guards.remove(connection)
    [error] = start_checks()
    assert "entry_seal" in error.msg
    assert error.is_serious()
    out = StringIO()
    call_command("install_guards", stdout=out)
    every = len(guards.expected(connection)) + sum(len(kind.expected(connection)) for kind in watched())
    assert out.getvalue() == f"{every} guards stand.\n"
    assert start_checks() == []


def test_the_command_brings_back_the_guards_of_the_log_and_the_constitutions_too(db: None) -> None:
    kinds: dict[str, Any] = {"ledger.E001": guards, "audit.E001": LOG, "groups.E001": CONSTITUTIONS}
    for kind in kinds.values():
        kind.remove(connection)
    hint = "Run `manage.py install_guards`."
    assert {(error.id, error.hint) for error in start_checks()} == {(code, hint) for code in kinds}
    call_command("install_guards", stdout=StringIO())
    assert [kind.missing(connection) for kind in kinds.values()] == [[], [], []]
    assert start_checks() == []


@only_postgresql
def test_a_guard_that_was_switched_off_counts_as_missing(db: None) -> None:
    run("ALTER TABLE ledger_entry DISABLE TRIGGER entry_seal")
    assert guards.missing(connection) == ["entry_seal"]


@only_sqlite
def test_a_connection_that_does_not_watch_replace_counts_as_unguarded(db: None) -> None:
    run("PRAGMA recursive_triggers = OFF")
    try:
        for kind in (guards, CONSTITUTIONS, LOG):
            assert kind.missing(connection) == ["PRAGMA recursive_triggers"]
    finally:
        run("PRAGMA recursive_triggers = ON")


def test_while_migrations_wait_missing_guards_are_no_error(db: None) -> None:
    guards.remove(connection)
    run("DELETE FROM django_migrations WHERE app = 'ledger'")
    assert start_checks() == []


def test_nothing_is_installed_or_asked_for_before_the_tables_are_there(db: None) -> None:
    guards.remove(connection)
    run("ALTER TABLE audit_act RENAME TO audit_act_of_old")
    assert start_checks() == []
    with pytest.raises(CommandError, match="migrate"):
        call_command("install_guards")


@pytest.fixture
def beside(db: None) -> Iterator[BaseDatabaseWrapper]:
    """An empty SQLite database beside the tests' own, whichever engine that is."""
    settings = {**connections.settings["default"], "ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    options = {"OPTIONS": {"init_command": "PRAGMA recursive_triggers=ON;"}}
    wrapper = DatabaseWrapper({**settings, **options}, alias="beside")
    connections["beside"] = wrapper
    yield wrapper
    # `close` spares databases in memory.
    wrapper.connection.close()
    del connections["beside"]


def migrated(connection: BaseDatabaseWrapper) -> None:
    """The guarded tables, and those their triggers read, without a word of data."""
    tables = {*guards.expected(connection).values(), "members_member"}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.db_table in tables:
                editor.create_model(model)


def test_on_sqlite_the_guards_step_aside_for_a_migration_and_come_back(beside: BaseDatabaseWrapper) -> None:
    _after_migrate(using="beside")
    assert guards.standing(beside) == set()
    assert guards_stand(databases=["beside"]) == []
    migrated(beside)
    _after_migrate(using="beside")
    assert guards.missing(beside) == []
    _before_migrate(using="beside")
    assert guards.missing(beside) == sorted(guards.expected(beside))
    _after_migrate(using="beside")
    _after_migrate(using="beside")
    with beside.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
    assert guards.missing(beside) == ["PRAGMA recursive_triggers"]


def test_on_postgresql_they_stay_where_they_are(db: None) -> None:
    if connection.vendor == "postgresql":
        _before_migrate(using="default")
    assert guards.missing(connection) == []


@pytest.mark.django_db(transaction=True)
class TestFlush:
    """Tests that commit empty the tables afterwards; the guards are back each time."""

    def test_the_first_leaves_rows_behind(self) -> None:
        Table().save("10.00")
        assert guards.missing(connection) == []

    def test_the_second_finds_none_and_all_guards(self) -> None:
        assert not Entry.objects.exists()
        assert guards.missing(connection) == []
        Table().save("10.00")
        with refused("ledger_append_only"):
            run("UPDATE ledger_line SET amount = 1")

    def test_migrating_again_leaves_the_guards_standing(self) -> None:
        call_command("migrate", verbosity=0)
        assert guards.missing(connection) == []

    def test_one_that_left_nothing_behind_left_the_guards(self) -> None:
        assert guards.missing(connection) == []
        assert LOG.missing(connection) == []
