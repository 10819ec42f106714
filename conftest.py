"""Fixtures every room's tests share, how hard hypothesis tries, and which tests belong to PostgreSQL alone."""

import gc
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations as PostgreSQL
from hypothesis import settings as trying
from pytest_django.plugin import DjangoDbBlocker

from core.guards import watched
from core.tests.lasting import Ground, alike_together, wanted
from ledger import guards

# Every run tries the same cases, so that red means the change; `make proofs` tries new ones, and many more.
trying.register_profile("house", deadline=None, derandomize=True, print_blob=True)
trying.register_profile("proofs", deadline=None, max_examples=2_000, print_blob=True)
trying.load_profile("house")


# Neither a test nor the rooms write these.
WRITTEN_ONCE = {"auth_permission", "django_content_type"}
GROUND = pytest.StashKey[Ground]()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[None]:
    """As pytest-django's; from then on worlds may stand on the database."""
    ground = request.config.stash[GROUND] = Ground(django_db_blocker)
    yield
    ground.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What the test does not ask for is rolled back; what it asks for stands."""
    if ground := item.config.stash.get(GROUND, None):
        ground.lend(wanted(item))


def pytest_collection_finish() -> None:
    """What is loaded by now stays for the whole run: the collector of garbage need not look through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_guards() -> Iterator[None]:
    """Tests that commit empty the tables afterwards: the guards refuse that, so they step aside for a flush.

    Its own post_migrate puts them back. `manage.py flush` stays refused. A few rows are sooner deleted than sixty
    tables truncated; what post_migrate would only write again stays.
    """
    flush = BaseDatabaseOperations.execute_sql_flush

    def unguarded_flush(operations: Any, sql_list: list[str]) -> None:
        if not sql_list:
            return  # No post_migrate follows either.
        guards.remove(operations.connection)
        for kind in watched():
            kind.remove(operations.connection)
        flush(operations, sql_list)

    def delete_what_is_there(operations: Any, style: Any, tables: Sequence[str], **how: bool) -> list[str]:
        rows = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in set(tables) - WRITTEN_ONCE]  # noqa: S608  # names of our own tables
        with operations.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(rows))
            return [f"DELETE FROM {table}" for (table,) in cursor.fetchall()]  # noqa: S608

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", unguarded_flush)
        patch.setattr(PostgreSQL, "sql_flush", delete_what_is_there)
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Races need threads on PostgreSQL; on another engine they are left out of the run, not passed over in silence."""
    items[:] = alike_together(items)
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    races = [item for item in items if item.get_closest_marker("race")]
    if races:
        config.hook.pytest_deselected(items=races)
        items[:] = [item for item in items if item not in races]
