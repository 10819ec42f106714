"""Umoja with savings to lend from, for every test of this room."""

from collections.abc import Callable
from typing import Any

import pytest

from core.tests.lasting import lasting
from loans.tests.world import World
from savings.tests.doors import Door


@pytest.fixture
@lasting
def world(db: None) -> World:
    return World()


@pytest.fixture
def door(world: World) -> Callable[..., Any]:
    """The door as somebody finds it: `door("grace").get("loans")`."""
    return lambda name=None: Door(world, name)
