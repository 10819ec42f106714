"""Pamoja's officers, for every test of this room."""

import pytest

from officers.tests.service import Service


@pytest.fixture
def service(db: None) -> Service:
    return Service()
