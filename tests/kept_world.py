"""The demo world, built once and kept beside the tests' database: what tests really wrote is undone by a copy."""

from django.core.management import call_command
from django.db import connection

from core.periods import now
from tablebanking import demo

KEPT = "kept"


def build() -> None:
    """A new world, also where a run that was cut short has left one behind; and, on PostgreSQL, a copy beside it."""
    if not demo.is_empty():
        empty()
    demo.build(at=now())
    if connection.vendor == "postgresql":
        connection.creation.clone_test_db(KEPT, verbosity=0, autoclobber=True)


def restore() -> None:
    """The world as it was built. PostgreSQL copies it in less than a second; elsewhere it is built once more."""
    if connection.vendor == "postgresql":
        name = connection.settings_dict["NAME"]
        _replace(name, by=f"{name}_{KEPT}")
    else:
        empty()
        demo.build(at=now())


def forget() -> None:
    """Take the copy down, and send home whoever the browser's threads have left in the tests' database."""
    if connection.vendor == "postgresql":
        name = connection.settings_dict["NAME"]
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(f'{name}_{KEPT}')}")
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def empty() -> None:
    call_command("flush", verbosity=0, interactive=False)


def _replace(name: str, *, by: str) -> None:
    quote = connection.ops.quote_name
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {quote(name)} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(by)}")
