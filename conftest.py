"""Fixtures every room's tests share, how hard hypothesis tries, and which tests belong to PostgreSQL alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings as trying

from audit.guards import LOG
from groups.guards import CONSTITUTIONS
from ledger import guards

# Every run tries the same cases, so that red means the change; `make proofs` tries new ones, and many more.
trying.register_profile("house", deadline=None, derandomize=True, print_blob=True)
trying.register_profile("proofs", deadline=None, max_examples=2_000, print_blob=True)
trying.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_guards() -> Iterator[None]:
    """Tests that commit empty the tables afterwards: the guards refuse that, so they step aside for a flush.

    Its own post_migrate puts them back. `manage.py flush` stays refused.
    """
    flush = BaseDatabaseOperations.execute_sql_flush

    def unguarded_flush(operations: Any, sql_list: list[str]) -> None:
        for kind in (guards, CONSTITUTIONS, LOG):
            kind.remove(operations.connection)
        flush(operations, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", unguarded_flush)
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Races need threads on PostgreSQL; on another engine they are left out of the run, not passed over in silence."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    races = [item for item in items if item.get_closest_marker("race")]
    if races:
        config.hook.pytest_deselected(items=races)
        items[:] = [item for item in items if item not in races]
