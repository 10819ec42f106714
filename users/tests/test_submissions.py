"""Sent twice, done once: the promise to a phone that lost the answer."""

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from audit.models import Act
from audit.operations import record
from core.errors import Refusal
from core.periods import now
from users import submissions
from users.models import Submission, User
from users.submissions import IdempotencyMismatch, InProgress, Outcome, canonical, once
from users.tests.people import GRACE, in_parallel, person


class NotToday(Refusal):
    code = "not_today"


def write_act(verb: str = "noted") -> tuple[uuid.UUID, Act]:
    row = record(verb=verb, at=now(), actor_id=None)
    return row.pk, row


def find_act(identifier: uuid.UUID) -> Act:
    return Act.objects.get(pk=identifier)


def send(user: User, key: str | None = "k1", operation: str = "note", body: Any = None) -> Outcome[Act]:
    body = {"amount": "1.00"} if body is None else body
    return once(user=user, operation=operation, key=key, body=body, act=write_act, load=find_act)


def test_the_same_submission_again_gives_the_first_outcome(grace: User) -> None:
    first = send(grace)
    second = send(grace)
    assert (first.replayed, second.replayed) == (False, True)
    assert second.row == first.row
    assert Act.objects.count() == 1


def test_the_order_of_names_and_the_key_itself_make_no_other_body(grace: User) -> None:
    send(grace, body={"a": 1, "b": 2, "offline_sync_id": "k1"})
    assert send(grace, body={"b": 2, "a": 1}).replayed


def test_another_body_under_the_same_key_is_refused_and_does_nothing(grace: User) -> None:
    send(grace)
    with pytest.raises(IdempotencyMismatch):
        send(grace, body={"amount": "2.00"})
    assert Act.objects.count() == 1


@pytest.mark.parametrize("change", ["user", "operation", "key"])
def test_another_person_operation_or_key_is_another_submission(grace: User, change: str) -> None:
    send(grace)
    other = {
        "user": lambda: send(person("254700000013")),
        "operation": lambda: send(grace, operation="other"),
        "key": lambda: send(grace, key="k2"),
    }[change]()
    assert not other.replayed
    assert Act.objects.count() == 2


def test_without_a_key_every_request_is_a_new_one(grace: User) -> None:
    assert not send(grace, key=None).replayed
    assert not send(grace, key=None).replayed
    assert Act.objects.count() == 2
    assert Submission.objects.count() == 0


def test_a_refused_request_leaves_nothing_and_may_be_sent_again(grace: User) -> None:
    def refuse() -> tuple[uuid.UUID, Act]:
        write_act()
        raise NotToday

    with pytest.raises(NotToday):
        once(user=grace, operation="note", key="k1", body={"amount": "1.00"}, act=refuse, load=find_act)
    assert (Act.objects.count(), Submission.objects.count()) == (0, 0)
    assert not send(grace).replayed


def test_neither_the_key_nor_the_body_can_be_read_from_the_row(grace: User) -> None:
    send(grace, key="0712345678", body={"phone": "0712345678"})
    row = Submission.objects.values_list("key", "body", "operation").get()
    assert not any("0712345678" in value for value in row)


def test_equal_bodies_have_one_spelling() -> None:
    assert canonical({"b": [1, None], "a": "ä"}) == canonical({"a": "ä", "b": [1, None]})
    assert canonical(["x"]) == '["x"]'
    assert canonical({"a": 1}) != canonical({"a": "1"})


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_twins_at_once_make_one_row() -> None:
    grace = person(GRACE)
    outcomes = in_parallel([lambda: send(grace)] * 20)
    assert len(outcomes) == 20
    assert sum(not outcome.replayed for outcome in outcomes) == 1
    assert len({outcome.row.pk for outcome in outcomes}) == 1
    assert Act.objects.count() == 1


@pytest.fixture
def slow_twin(transactional_db: None) -> Iterator[User]:
    """Grace, whose first submission is still being acted on; it ends with the test."""
    grace = person(GRACE)
    acting, finish = threading.Event(), threading.Event()

    def slow() -> tuple[uuid.UUID, Act]:
        made = write_act()
        acting.set()
        finish.wait(timeout=10)
        return made

    def first() -> None:
        once(user=grace, operation="note", key="k1", body={"amount": "1.00"}, act=slow, load=find_act)
        connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    assert acting.wait(timeout=10)
    yield grace
    finish.set()
    thread.join()
    assert send(grace).replayed


@pytest.mark.race
def test_a_twin_that_waits_too_long_is_told_so(slow_twin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "_WAIT", "'200ms'")
    with pytest.raises(InProgress):
        send(slow_twin)
    assert not Act.objects.exists()


@pytest.mark.race
def test_another_fault_of_the_database_is_not_called_in_progress(slow_twin: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 200")
    with pytest.raises(OperationalError):
        send(slow_twin)
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


@pytest.mark.race
@pytest.mark.django_db
def test_the_acts_own_locks_wait_as_long_as_they_always_do(grace: User) -> None:
    def look() -> tuple[uuid.UUID, str]:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            return uuid.uuid4(), str(cursor.fetchone()[0])

    with transaction.atomic():
        assert once(user=grace, operation="o", key="k", body={}, act=look, load=str).row == "0"
