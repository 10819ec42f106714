"""Umoja at its table, for every test of this room."""

import pytest

from savings.tests.chama import Chama


@pytest.fixture
def chama(db: None) -> Chama:
    return Chama()
