"""Fixtures every room's tests share, how hard hypothesis tries, and which tests belong to PostgreSQL alone."""

import pytest
from django.conf import settings
from hypothesis import settings as trying

from audit.testing import flush_past_the_log
from groups.testing import flush_past_the_constitutions
from ledger.testing import flush_past_the_guards

__all__ = ["flush_past_the_constitutions", "flush_past_the_guards", "flush_past_the_log"]

# Every run tries the same cases, so that red means the change; `make proofs` tries new ones, and many more.
trying.register_profile("house", deadline=None, derandomize=True, print_blob=True)
trying.register_profile("proofs", deadline=None, max_examples=2_000, print_blob=True)
trying.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Races need threads on PostgreSQL; on another engine they are left out of the run, not passed over in silence."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    races = [item for item in items if item.get_closest_marker("race")]
    if races:
        config.hook.pytest_deselected(items=races)
        items[:] = [item for item in items if item not in races]
