"""Pamoja's officers, for every test of this room."""

import pytest

from core.tests.lasting import lasting
from officers.tests.service import Service


@pytest.fixture
@lasting
def service(db: None) -> Service:
    return Service()
