"""Umoja at its table, with a meeting of today, for every test of this room."""

import pytest

from core.tests.lasting import lasting
from meetings.tests.gathering import Gathering
from savings.tests.chama import Chama


@pytest.fixture
@lasting
def chama(db: None) -> Chama:
    return Chama()


@pytest.fixture
@lasting
def gathering(chama: Chama) -> Gathering:
    """Today's meeting of Umoja, open, nothing done yet."""
    return Gathering(chama)
