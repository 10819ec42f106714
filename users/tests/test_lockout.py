"""Too many failures: refused unchecked, for every spelling, whatever is rolled back, however many come at once."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from core.periods import now
from users.models import SignInFailure
from users.operations import sign_in
from users.operations.attempts import TooManyAttempts
from users.operations.sign_in import SignInRefused
from users.tests.people import GRACE, HOME, MARY, PASSWORD, in_parallel, person, post
from users.tests.test_sign_in import runs

WRONG = "not-this-one"
pytestmark = pytest.mark.django_db(transaction=True)
SPELLINGS = ["0700000012", "700000012", "254700000012", "+254700000012", "+254 700 000 012"]
COUNTING = override_settings(PASSWORD_HASHERS=["users.tests.test_sign_in.CountingHasher"])


def attempt(phone: str = GRACE, password: str = WRONG, address: str = HOME, at: dt.datetime | None = None) -> str:
    """One sign-in; "in", "no" or "wait"."""
    try:
        sign_in(phone=phone, password=password, address=address, at=at or now())
    except TooManyAttempts:
        return "wait"
    except SignInRefused:
        return "no"
    return "in"


def test_after_five_failures_no_spelling_and_not_even_the_right_password_gets_in() -> None:
    person(GRACE, password=PASSWORD)
    assert [attempt(phone=spelling) for spelling in SPELLINGS] == ["no"] * 5
    for spelling in SPELLINGS:
        assert attempt(phone=spelling, password=PASSWORD) == "wait"


def test_a_number_nobody_has_locks_in_the_same_way() -> None:
    assert [attempt(phone="0799999999") for _ in range(6)] == ["no"] * 5 + ["wait"]
    assert [attempt(phone="grace@example.org") for _ in range(6)] == ["no"] * 5 + ["wait"]


def test_fifteen_minutes_later_she_may_try_again() -> None:
    person(GRACE, password=PASSWORD)
    start = now()
    for minute in range(5):
        assert attempt(at=start + dt.timedelta(minutes=minute)) == "no"
    with pytest.raises(TooManyAttempts) as refusal:
        sign_in(phone=GRACE, password=PASSWORD, address=HOME, at=start + dt.timedelta(minutes=5))
    assert refusal.value.facts["retry_after"] == 10 * 60
    assert attempt(password=PASSWORD, at=start + dt.timedelta(minutes=15)) == "in"


def test_refused_attempts_do_not_lengthen_the_wait() -> None:
    person(GRACE, password=PASSWORD)
    start = now()
    for minute in range(15):
        attempt(at=start + dt.timedelta(minutes=minute))
    assert SignInFailure.objects.count() == 5
    assert attempt(password=PASSWORD, at=start + dt.timedelta(minutes=15)) == "in"


def test_a_hundred_addresses_get_ten_guesses_at_one_account() -> None:
    person(GRACE, password=PASSWORD)
    answers = [attempt(address=f"10.9.0.{number}") for number in range(100)]
    assert answers.count("no") == 10


def test_one_address_gets_fifty_guesses_at_a_thousand_accounts() -> None:
    answers = [attempt(phone=f"0711000{number:03}") for number in range(70)]
    assert answers.count("no") == 50


def test_a_household_of_ipv6_addresses_is_one_address() -> None:
    answers = [attempt(address=f"2001:db8:1:2::{number:x}") for number in range(1, 11)]
    assert answers.count("no") == 5


def test_strangers_cannot_lock_grace_out_where_she_has_signed_in_before() -> None:
    person(GRACE, password=PASSWORD)
    assert attempt(password=PASSWORD) == "in"
    for number in range(20):
        attempt(address=f"10.9.0.{number}")
    for number in range(60):
        attempt(phone=f"0711000{number:03}")
    assert attempt(password=PASSWORD, address="10.8.8.8") == "wait"
    assert attempt(password=PASSWORD) == "in"


def test_an_address_is_known_for_thirty_days() -> None:
    person(GRACE, password=PASSWORD)
    past = now() - dt.timedelta(days=30, minutes=1)
    assert attempt(password=PASSWORD, at=past) == "in"
    for number in range(10):
        attempt(address=f"10.9.0.{number}")
    assert attempt(password=PASSWORD) == "wait"


def test_signing_in_clears_her_own_failures_from_this_address_and_nobody_elses() -> None:
    person(GRACE, password=PASSWORD)
    person(MARY, password=PASSWORD)
    for _ in range(4):
        attempt()
        attempt(phone=MARY)
    assert attempt(password=PASSWORD) == "in"
    assert SignInFailure.objects.count() == 4
    assert [attempt() for _ in range(6)] == ["no"] * 5 + ["wait"]
    assert attempt(phone=MARY) == "no"
    assert attempt(phone=MARY) == "wait"


def test_no_rollback_of_the_request_undoes_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    person(GRACE, password=PASSWORD)
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    statuses = [post("login", {"phone": GRACE, "password": "not-this-one"}).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    answer = post("login", {"phone": GRACE, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.json()["code"] == "throttled"
    assert 0 < int(answer["Retry-After"]) <= 900


def test_signing_in_within_a_transaction_is_a_mistake_that_shows() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        attempt()


@pytest.mark.race
@COUNTING
def test_thirty_guesses_at_once_get_no_more_than_five_checks() -> None:
    person(GRACE, password=PASSWORD)
    runs.clear()
    answers: list[Any] = in_parallel([attempt] * 30)
    assert len(answers) == 30
    assert answers.count("no") == len(runs) <= 5
    assert SignInFailure.objects.count() == len(runs)
    while attempt() == "no":
        pass
    assert len(runs) == 5


@pytest.mark.race
@COUNTING
def test_guesses_at_once_from_many_addresses_get_no_more_than_ten_checks() -> None:
    person(GRACE, password=PASSWORD)
    runs.clear()

    def from_address(number: int) -> Any:
        return lambda: attempt(address=f"10.9.0.{number}")

    in_parallel([from_address(number) for number in range(30)])
    assert len(runs) <= 10
