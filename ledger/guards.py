"""The guards of the books: triggers on either engine that no code path can go round.

Installed after every migrate and by `manage.py install_guards`; counted by name by a system check. What each refuses
stands in `ledger/sql`; a refusal arrives as an IntegrityError whose code `refused_by` reads.
"""

import re
from pathlib import Path

from django.db import IntegrityError
from django.db.backends.base.base import BaseDatabaseWrapper

from core.guards import unwatched

_SQL = Path(__file__).parent / "sql"
_TRIGGER = re.compile(r"^CREATE (?:OR REPLACE )?TRIGGER (\w+) .* ON (\w+)$", re.MULTILINE)
_SQLITE_STATEMENT = re.compile(r"^CREATE TRIGGER .*?^END;$", re.MULTILINE | re.DOTALL)


def script(connection: BaseDatabaseWrapper) -> str:
    return (_SQL / f"{connection.vendor}.sql").read_text(encoding="utf-8")


def expected(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Each guard by name, with the table it stands on."""
    return {match[1]: match[2] for match in _TRIGGER.finditer(script(connection))}


def tables_stand(connection: BaseDatabaseWrapper) -> bool:
    """Whether every guarded table has been migrated into being."""
    return set(expected(connection).values()) <= set(connection.introspection.table_names())


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place, whatever stood there before."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # params=None: psycopg must not read the percent signs.
            cursor.execute(script(connection), None)
            return
        for name in expected(connection):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        for statement in _SQLITE_STATEMENT.findall(script(connection)):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away: before a migration rebuilds SQLite's tables, and before a test empties them."""
    with connection.cursor() as cursor:
        for name in standing(connection):
            table = f" ON {expected(connection)[name]}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{table}")


def standing(connection: BaseDatabaseWrapper) -> set[str]:
    """The guards that are there and on; a trigger that was disabled guards nothing."""
    if connection.vendor == "postgresql":
        sql = (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(pg_class.oid)"
        )
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = {name for (name,) in cursor.fetchall()}
    return found & set(expected(connection))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Guards that ought to stand and do not, in order of their names."""
    return sorted(set(expected(connection)) - standing(connection) | unwatched(connection))


def refused_by(error: IntegrityError) -> str:
    """The code of the guard or constraint behind an integrity error; on SQLite the message itself."""
    cause = error.__cause__
    diagnosis = getattr(cause, "diag", None)
    return str(diagnosis.constraint_name if diagnosis is not None else error)
