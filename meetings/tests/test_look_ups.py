"""Twenty look-ups a minute and address: a table checks its receipts, nobody tries codes out."""

import datetime as dt

import pytest
from django.core.cache import cache

from meetings.look_ups import ALLOWED, TooManyLookUps, count_look_up

AT = dt.datetime(2026, 3, 20, 9, tzinfo=dt.UTC)
# So close to the end of a calendar minute that the last look-ups fall into the next one.
LATE = AT + dt.timedelta(seconds=59)


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def ask(times: int, *, address: str = "10.0.0.7", at: dt.datetime = LATE) -> None:
    for _ in range(times):
        count_look_up(address=address, at=at)


def test_the_twenty_first_look_up_waits_for_the_minute_to_end() -> None:
    ask(ALLOWED // 2)
    later = LATE + dt.timedelta(seconds=20)
    ask(ALLOWED // 2, at=later)
    with pytest.raises(TooManyLookUps) as refused:
        ask(1, at=later)
    assert refused.value.facts == {"retry_after": 40}
    ask(ALLOWED, at=LATE + dt.timedelta(seconds=60))


def test_another_address_has_its_own_twenty() -> None:
    ask(ALLOWED)
    ask(ALLOWED, address="10.0.0.8")


def test_one_household_is_one_address_however_many_it_was_given() -> None:
    ask(ALLOWED, address="2001:db8:7::1")
    with pytest.raises(TooManyLookUps):
        ask(1, address="2001:db8:7::2")


def test_a_clock_that_was_set_back_begins_a_new_minute() -> None:
    ask(ALLOWED)
    ask(ALLOWED, at=AT - dt.timedelta(hours=1))
