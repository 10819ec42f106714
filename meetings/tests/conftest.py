"""Umoja at its table, with a meeting of its day, and Umoja at the doors, which read the clock and so sits today."""

import pytest

from core.tests.lasting import lasting
from meetings.models import Meeting
from meetings.tests.gathering import Gathering
from meetings.tests.sitting import Sitting
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


@pytest.fixture
@lasting
def umoja(db: None) -> Sitting:
    return Sitting()


@pytest.fixture
@lasting
def meeting(umoja: Sitting) -> Meeting:
    """The roll was called, so it is open."""
    return umoja.opens()


@pytest.fixture
@lasting
def sealed(umoja: Sitting) -> Meeting:
    """A meeting from roll call to seal, at which nothing else happened."""
    return umoja.sealed()
