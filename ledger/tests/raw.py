"""Round the ORM: raw statements, and the word with which a guard refuses one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from ledger import guards

Value = str | int | None

on_postgresql = connection.vendor == "postgresql"
only_postgresql = pytest.mark.skipif(not on_postgresql, reason="SQLite has no such statement")
only_sqlite = pytest.mark.skipif(on_postgresql, reason="PostgreSQL has no such statement")


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The statement inside is refused with exactly this code, and the transaction lives on."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert guards.refused_by(caught.value) == code


def run(sql: str, *params: Value) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
