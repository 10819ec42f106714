"""A door of its own for each test: addresses, outbox, and Grace, who has a password."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from users.models import User
from users.tests.lent import OUTBOX, Sent
from users.tests.people import GRACE, PASSWORD, person


@pytest.fixture(autouse=True)
def _own_door(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "users.tests.urls"
    settings.USER_DESCRIPTION = "users.tests.lent.describe"
    settings.MESSAGE_WRITER = "users.tests.lent.write"
    cache.clear()
    OUTBOX.clear()
    yield
    OUTBOX.clear()


@pytest.fixture
def outbox() -> list[Sent]:
    return OUTBOX


@pytest.fixture
def grace(db: None) -> User:
    return person(GRACE, password=PASSWORD)
