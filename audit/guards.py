"""The log only grows: triggers on either engine that refuse to change, delete or empty it.

Installed after every migrate and by `manage.py install_guards`; a system check counts them. A refusal arrives as an
IntegrityError.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

TABLE = "audit_act"

_POSTGRESQL = {
    "audit_no_change": (
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_act "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "DROP TRIGGER IF EXISTS audit_no_change ON audit_act",
    ),
    "audit_no_truncate": (
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_act "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        "DROP TRIGGER IF EXISTS audit_no_truncate ON audit_act",
    ),
}
_SQLITE = {
    "audit_no_update": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_act BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END",
        "DROP TRIGGER IF EXISTS audit_no_update",
    ),
    "audit_no_delete": (
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_act BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END",
        "DROP TRIGGER IF EXISTS audit_no_delete",
    ),
}
_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of acts only grows' USING ERRCODE = '23514', CONSTRAINT = 'audit_append_only';
END $$
"""


def expected(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Each guard by name: how it is made, and how it is taken away."""
    return _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE


def table_stands(connection: BaseDatabaseWrapper) -> bool:
    return TABLE in connection.introspection.table_names()


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place, whatever stood there before."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION, None)
        for make, _drop in expected(connection).values():
            cursor.execute(make, None)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away: before SQLite rebuilds the table, and before a test empties it."""
    with connection.cursor() as cursor:
        for _make, drop in expected(connection).values():
            cursor.execute(drop, None)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Guards that ought to stand and do not."""
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_act'::regclass AND tgenabled IN ('O', 'A')"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_act'"
    with connection.cursor() as cursor:
        cursor.execute(sql, None)
        standing = {name for (name,) in cursor.fetchall()}
    return sorted(set(expected(connection)) - standing)


def guards_stand(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The system check: one error naming the guards that are gone. Silent while migrations wait: they install them."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        lacking = missing(connection) if table_stands(connection) else []
        if lacking and not migrations_wait(alias):
            text = f"The log of acts can be changed: {', '.join(lacking)} missing."
            found.append(Error(text, hint="Run `manage.py install_guards`.", id="audit.E001"))
    return found


def migrations_wait(alias: str) -> bool:
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
