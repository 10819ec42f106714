"""Triggers that refuse what nobody may do: put in place after every migrate, counted by a system check, by name.

A room that guards tables says which triggers those are; how they come and go is the same for all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate, pre_migrate

# Name of a trigger → how it is made, and how it is taken away.
Triggers = dict[str, tuple[str, str]]

_STANDING = {
    # One that was switched off guards nothing.
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}


REPLACE = "PRAGMA recursive_triggers"


@dataclass(frozen=True)
class Guards:
    """The triggers of one room on both engines, and what to say when one is gone."""

    tables: tuple[str, ...]
    triggers: Callable[[str], Triggers]  # by the engine's word: postgresql or sqlite
    functions: str  # what the triggers run on PostgreSQL
    complaint: str
    code: str

    def expected(self, connection: BaseDatabaseWrapper) -> Triggers:
        return self.triggers(connection.vendor)

    def tables_stand(self, connection: BaseDatabaseWrapper) -> bool:
        return set(self.tables) <= set(connection.introspection.table_names())

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Put every guard in place, whatever stood there before."""
        self.remove(connection)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(self.functions, None)
            for make, _drop in self.expected(connection).values():
                cursor.execute(make, None)

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Take every guard away: before SQLite rebuilds a table, and before a database is emptied on purpose."""
        with connection.cursor() as cursor:
            for _make, drop in self.expected(connection).values():
                cursor.execute(drop, None)

    def missing(self, connection: BaseDatabaseWrapper) -> list[str]:
        """Guards that ought to stand and do not."""
        with connection.cursor() as cursor:
            cursor.execute(_STANDING[connection.vendor], None)
            standing = {name for (name,) in cursor.fetchall()}
        return sorted(set(self.expected(connection)) - standing | unwatched(connection))

    def stand(self, databases: Sequence[str] | None = None) -> list[CheckMessage]:
        """One error naming the guards that are gone. Silent while migrations wait: they install them."""
        found: list[CheckMessage] = []
        for alias in databases or ():
            connection = connections[alias]
            lacking = self.missing(connection) if self.tables_stand(connection) else []
            if lacking and not migrations_wait(alias):
                said = f"{self.complaint}: {', '.join(lacking)} missing."
                found.append(Error(said, hint="Run `manage.py install_guards`.", id=self.code))
        return found

    def watch(self, app: AppConfig) -> None:
        """From now on they come and go with the app's migrations, and a start without them is refused."""
        if self not in _watched:
            _watched.append(self)

        def before(using: str, **kwargs: Any) -> None:
            if connections[using].vendor == "sqlite" and self.tables_stand(connections[using]):
                self.remove(connections[using])

        def after(using: str, **kwargs: Any) -> None:
            if self.tables_stand(connections[using]):
                self.install(connections[using])

        def check(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
            return self.stand(databases)

        pre_migrate.connect(before, sender=app, weak=False)
        post_migrate.connect(after, sender=app, weak=False)
        checks.register(check, checks.Tags.database)


_watched: list[Guards] = []


def watched() -> tuple[Guards, ...]:
    """The guards of every room that has any, but for those of the books."""
    return tuple(_watched)


def unwatched(connection: BaseDatabaseWrapper) -> set[str]:
    """SQLite fires the delete triggers of a REPLACE only where it is told to; what to tell it, where it was not."""
    if connection.vendor != "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute(REPLACE)
        return set() if cursor.fetchone()[0] else {REPLACE}


def migrations_wait(alias: str) -> bool:
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
