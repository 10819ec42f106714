"""Asking for a code takes the same time whatever is known about the number."""

import time

import pytest

from core.periods import now
from users.operations import ask_reset
from users.rules import RESET, RESET_TAKES
from users.tests.people import GRACE, HOME, MARY, PASSWORD, person

pytestmark = pytest.mark.django_db


def seconds(phone: str) -> float:
    began = time.monotonic()
    ask_reset(phone=phone, address=HOME, at=now())
    return time.monotonic() - began


@pytest.mark.parametrize("phone", [MARY, GRACE, "254799999999", "no phone"], ids=["known", "new", "unknown", "none"])
def test_no_number_is_answered_sooner_than_another(phone: str) -> None:
    person(MARY, "Mary", PASSWORD)
    person(GRACE, "Grace")
    assert seconds(phone) >= RESET_TAKES.total_seconds()


def test_one_that_was_asked_for_too_often_is_not_answered_sooner_either() -> None:
    for _each in range(RESET.pair + 1):
        assert seconds(MARY) >= RESET_TAKES.total_seconds()
