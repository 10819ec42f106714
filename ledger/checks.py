"""A start on unguarded books is refused: the system check that counts the guards by name."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from core.guards import migrations_wait
from ledger import guards


def guards_stand(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """One error naming the missing guards. Silent while migrations wait: they install the guards when they are done."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if not guards.tables_stand(connection):
            continue
        lacking = guards.missing(connection)
        if lacking and not migrations_wait(alias):
            found.append(
                Error(
                    f"The books are unguarded: {', '.join(lacking)}.",
                    hint="Run `manage.py install_guards`.",
                    id="ledger.E001",
                )
            )
    return found
