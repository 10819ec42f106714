"""Umoja at its table, for every test of this room."""

from typing import Any

import pytest

from core.tests.lasting import lasting
from savings.tests.chama import Chama
from savings.tests.doors import Door


@pytest.fixture
@lasting
def chama(db: None) -> Chama:
    return Chama()


@pytest.fixture
def door(chama: Chama) -> Any:
    """The door as somebody finds it: `door("grace").get("transactions")`."""
    return lambda name=None: Door(chama, name)
