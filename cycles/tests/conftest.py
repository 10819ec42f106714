"""Umoja at its table, for every test of this room."""

import pytest

from core.tests.lasting import lasting
from savings.tests.chama import Chama


@pytest.fixture
@lasting
def chama(db: None) -> Chama:
    return Chama()
