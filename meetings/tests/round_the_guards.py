"""Raw statements with every guard aside, as somebody would write them who owns the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from core.guards import watched
from ledger import guards
from ledger.tests.raw import on_postgresql, run


@contextmanager
def unguarded() -> Iterator[None]:
    """No trigger fires inside."""
    if on_postgresql:
        connection.check_constraints()
        run("SET LOCAL session_replication_role = replica")
        yield
        run("SET LOCAL session_replication_role = origin")
        return
    for kind in (guards, *watched()):
        kind.remove(connection)  # type: ignore[attr-defined]  # both kinds have it
    yield
    for kind in (guards, *watched()):
        kind.install(connection)  # type: ignore[attr-defined]  # both kinds have it
