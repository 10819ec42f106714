"""Carrying a session on: lost answers, two tabs, stolen copies, and its ends."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from audit.models import Act
from core.periods import now
from users.models import Session, User
from users.operations import TokenInvalid, Tokens, refresh, sign_out
from users.operations.sessions import end_session, open_session
from users.tests.people import GRACE, PASSWORD, in_parallel, me, person, post

START = now()
SECOND, MINUTE, DAY = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def first(grace: User) -> Tokens:
    return open_session(user=grace, at=START)


def session() -> Session:
    return Session.objects.get()


def test_a_refresh_gives_a_new_pair_that_works(first: Tokens) -> None:
    second = refresh(token=first.refresh, at=now())
    assert second.refresh != first.refresh
    assert me(second.access).status_code == 200
    assert refresh(token=second.refresh, at=now()).refresh not in {first.refresh, second.refresh}


def test_each_refresh_moves_the_end_a_week_on(first: Tokens) -> None:
    at = START + 6 * DAY
    assert refresh(token=first.refresh, at=at).refresh_expires_at == at + 7 * DAY


def test_a_registered_device_has_thirty_days(grace: User) -> None:
    tokens = open_session(user=grace, at=START, device_id=uuid4())
    assert tokens.refresh_expires_at == START + 30 * DAY
    assert refresh(token=tokens.refresh, at=START + DAY).refresh_expires_at == START + 31 * DAY


def test_a_lost_answer_does_not_log_out(first: Tokens) -> None:
    lost = refresh(token=first.refresh, at=START)
    again = refresh(token=first.refresh, at=START + 60 * SECOND)
    assert again.refresh == lost.refresh
    assert me(again.access).status_code == 200
    assert refresh(token=again.refresh, at=START + 2 * MINUTE).session_id == first.session_id
    assert session().ended_at is None


def test_after_the_grace_the_old_token_ends_the_whole_session(first: Tokens, grace: User) -> None:
    second = refresh(token=first.refresh, at=START)
    with pytest.raises(TokenInvalid):
        refresh(token=first.refresh, at=START + 61 * SECOND)
    assert session().ended_because == Session.Ending.REUSE
    with pytest.raises(TokenInvalid):
        refresh(token=second.refresh, at=START + 62 * SECOND)
    assert me(second.access).status_code == 401
    act = Act.objects.get(verb="users.refresh_reused")
    assert (act.actor_id, act.subject_id) == (grace.pk, first.session_id)


@pytest.mark.django_db(transaction=True)
def test_no_rollback_of_the_request_revives_a_session_that_was_stolen(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = open_session(user=person(GRACE), at=now())
    refresh(token=tokens.refresh, at=now() - 2 * MINUTE)
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert post("refresh", {"refresh_token": tokens.refresh}).status_code == 401
    assert session().ended_because == Session.Ending.REUSE
    assert Act.objects.filter(verb="users.refresh_reused").exists()


def test_a_token_two_steps_old_ends_the_session_even_within_the_minute(first: Tokens) -> None:
    second = refresh(token=first.refresh, at=START)
    refresh(token=second.refresh, at=START + SECOND)
    with pytest.raises(TokenInvalid):
        refresh(token=first.refresh, at=START + 2 * SECOND)
    assert session().ended_because == Session.Ending.REUSE


def test_a_stolen_copy_ends_only_the_session_it_was_stolen_from(first: Tokens, grace: User) -> None:
    other = open_session(user=grace, at=START)
    refresh(token=first.refresh, at=START)
    with pytest.raises(TokenInvalid):
        refresh(token=first.refresh, at=START + 2 * MINUTE)
    assert me(other.access).status_code == 200


def test_an_expired_session_is_not_carried_on(first: Tokens) -> None:
    Session.objects.update(expires_at=START)
    with pytest.raises(TokenInvalid):
        refresh(token=first.refresh, at=START)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_refresh_at_once_both_go_on_working() -> None:
    tokens = open_session(user=person(GRACE), at=now())
    pairs: list[Any] = in_parallel([lambda: refresh(token=tokens.refresh, at=now())] * 8)
    assert len(pairs) == 8
    assert len({pair.refresh for pair in pairs}) == 1
    assert all(me(pair.access).status_code == 200 for pair in pairs)
    assert refresh(token=pairs[0].refresh, at=now())
    assert session().ended_at is None


def test_signing_out_ends_the_session_for_both_tokens(first: Tokens, grace: User) -> None:
    sign_out(token=first.refresh, at=now())
    assert session().ended_because == Session.Ending.SIGN_OUT
    assert me(first.access).status_code == 401
    with pytest.raises(TokenInvalid):
        refresh(token=first.refresh, at=now())
    assert Act.objects.get().verb == "users.signed_out"


def test_signing_out_twice_is_signing_out_once(first: Tokens) -> None:
    sign_out(token=first.refresh, at=now())
    sign_out(token=first.refresh, at=now())
    end_session(session_id=first.session_id, at=now())
    assert Act.objects.count() == 1


def test_logout_takes_the_refresh_token_or_the_access_token(first: Tokens, grace: User) -> None:
    other = open_session(user=grace, at=now())
    assert post("logout", {"refresh_token": first.refresh}).json() == {"success": True}
    assert me(first.access).status_code == 401
    assert me(other.access).status_code == 200
    assert post("logout", {}, token=other.access).status_code == 200
    assert me(other.access).status_code == 401


def test_logout_of_nobody_is_not_authenticated(db: None) -> None:
    answer = post("logout", {})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def change(tokens: Tokens, old: str = PASSWORD, new: str = "another-good-one-2026") -> Any:
    return post("password", {"old_password": old, "new_password": new}, token=tokens.access)


def test_a_new_password_ends_every_other_session_but_this_one(first: Tokens, grace: User) -> None:
    other = open_session(user=grace, at=now())
    assert change(first).status_code == 200
    assert me(first.access).status_code == 200
    assert me(other.access).status_code == 401
    grace.refresh_from_db()
    assert grace.check_password("another-good-one-2026")
    act = Act.objects.get(verb="users.password_changed")
    assert act.facts == {"ended": 1}


def test_the_old_password_has_to_be_right_and_is_guessed_no_oftener_than_at_the_door(first: Tokens) -> None:
    answers = [change(first, old="not-this-one") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert answers[0].json()["errors"][0]["field"] == "old_password"
    assert change(first).status_code == 429


@pytest.mark.parametrize("weak", ["short", "1234567890123", "password123456789"[:11]])
def test_a_weak_new_password_is_refused_with_the_reason(first: Tokens, weak: str) -> None:
    answer = change(first, new=weak)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "new_password"
    assert me(first.access).status_code == 200
