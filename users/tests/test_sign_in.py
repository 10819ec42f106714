"""Signing in: any spelling of the phone, one answer to every guess."""

from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act
from core.periods import now
from users.models import KnownAddress, Session, SignInFailure, User
from users.operations import SignedIn, sign_in
from users.operations.sign_in import SignInRefused
from users.tests.people import GRACE, HOME, MARY, PASSWORD, person

SPELLINGS = ["0700000012", "700000012", "254700000012", "+254700000012", "+254 700 000-012", " 0700 000 012 "]
GUESSES = ["unknown phone", "no phone at all", "wrong password", "inactive", "never activated", "erased key"]

runs: list[str] = []


class CountingHasher(Argon2PasswordHasher):
    """The real one at its smallest cost, keeping count of its runs."""

    time_cost, memory_cost, parallelism = 1, 8, 1

    def encode(self, password: str, salt: str) -> str:
        runs.append("encode")
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        runs.append("verify")
        return super().verify(password, encoded)


class StrongerHasher(CountingHasher):
    memory_cost = 16


class DeactivatingHasher(CountingHasher):
    """A check so slow that somebody is deactivated meanwhile."""

    def verify(self, password: str, encoded: str) -> bool:
        User.objects.update(is_active=False)
        return super().verify(password, encoded)


def try_to(phone: str = GRACE, password: str = PASSWORD, address: str = HOME) -> SignedIn:
    return sign_in(phone=phone, password=password, address=address, at=now())


def guess(kind: str) -> dict[str, str]:
    """A guess of each kind; all of them must look alike."""
    if kind == "inactive":
        person(MARY, password=PASSWORD, is_active=False)
    elif kind == "never activated":
        person(MARY)
    elif kind == "erased key":
        mary = person(MARY, password=PASSWORD, is_active=False)
        mary.data_key.wrapped = b""
        mary.data_key.save()
    return {
        "unknown phone": {"phone": "0799999999"},
        "no phone at all": {"phone": "grace@example.org"},
        "wrong password": {"password": "not-this-one"},
    }.get(kind, {"phone": MARY})


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_grace_signs_in_however_she_spells_her_number(grace: User, spelling: str) -> None:
    assert try_to(phone=spelling).user == grace


@pytest.mark.parametrize("kind", GUESSES)
def test_every_wrong_guess_gets_the_same_answer(grace: User, kind: str) -> None:
    with pytest.raises(SignInRefused) as refusal:
        try_to(**guess(kind))
    assert (refusal.value.code, refusal.value.status) == ("not_authenticated", 401)
    assert str(refusal.value.detail) == str(SignInRefused.detail)
    assert SignInFailure.objects.count() == 1


@pytest.mark.parametrize("kind", [*GUESSES, "right"])
def test_every_guess_takes_one_run_of_the_hasher(grace: User, settings: Any, kind: str) -> None:
    settings.PASSWORD_HASHERS = ["users.tests.test_sign_in.CountingHasher"]
    grace.set_password(PASSWORD)
    grace.save()
    wrong = guess(kind)
    runs.clear()
    if kind == "right":
        try_to()
    else:
        with pytest.raises(SignInRefused):
            try_to(**wrong)
    assert len(runs) == 1


def test_every_wrong_guess_at_a_phone_asks_the_database_the_same(grace: User) -> None:
    shapes = set()
    for kind in ("unknown phone", "wrong password", "inactive"):
        wrong = guess(kind)
        with (
            CaptureQueriesContext(
                connection,
            ) as asked,
            pytest.raises(SignInRefused),
        ):
            try_to(**wrong)
        shapes.add(tuple(query["sql"].split(" ")[0] for query in asked))
    assert len(shapes) == 1


def test_signing_in_opens_a_session_is_written_down_and_remembers_where(grace: User) -> None:
    signed_in = try_to()
    session = Session.objects.get()
    assert signed_in.tokens is not None
    assert (session.user, session.pk) == (grace, signed_in.tokens.session_id)
    act = Act.objects.get()
    assert (act.verb, act.actor_id, act.subject_id) == ("users.signed_in", grace.pk, session.pk)
    assert KnownAddress.objects.get().user == grace


def test_signing_in_again_from_home_remembers_home_once(grace: User) -> None:
    try_to()
    first = KnownAddress.objects.get().seen_at
    try_to()
    assert KnownAddress.objects.get().seen_at > first


def test_the_staff_page_opens_no_api_session(grace: User) -> None:
    signed_in = sign_in(phone=GRACE, password=PASSWORD, address=HOME, at=now(), keep_session=False)
    assert signed_in.tokens is None
    assert not Session.objects.exists()


def test_a_password_kept_the_old_way_is_kept_the_new_way_after_signing_in(grace: User, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["users.tests.test_sign_in.StrongerHasher"]
    before = grace.password
    assert try_to().user == grace
    grace.refresh_from_db()
    assert grace.password != before
    assert "m=16" in grace.password
    assert try_to().user == grace


def test_neither_phone_nor_address_can_be_read_from_a_failure(grace: User) -> None:
    with pytest.raises(SignInRefused):
        try_to(password="not-this-one")
    row = SignInFailure.objects.values().get()
    assert not any(word in str(row) for word in (GRACE, GRACE[3:], HOME))


def test_whoever_is_deactivated_while_her_password_is_checked_does_not_get_in(grace: User, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["users.tests.test_sign_in.DeactivatingHasher"]
    with pytest.raises(SignInRefused):
        try_to()
    assert not Session.objects.exists()
