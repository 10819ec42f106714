"""For tests that empty the database: constitutions refuse that, so their guards step aside for a flush."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from groups import guards


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_constitutions() -> Iterator[None]:
    """Remove the guards before a flush; its own post_migrate puts them back."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def unguarded_flush(operations: Any, sql_list: list[str]) -> None:
        guards.remove(operations.connection)
        flush(operations, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", unguarded_flush)
        yield
