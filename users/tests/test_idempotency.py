"""Requests that may be sent again: the key in header or body, the first outcome as the answer."""

import uuid
from typing import Any, cast

import pytest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from audit.models import Act
from audit.operations import record
from core.errors import Refusal
from core.periods import now
from users.api.idempotency import answer_once
from users.models import Submission, User
from users.tests.people import MARY, person


class Broke(Refusal):
    code = "insufficient_cash"


class Note(APIView):
    """A door that notes an amount, unless it is 13."""

    def post(self, request: Request, place: str = "here") -> Response:
        def act() -> tuple[uuid.UUID, Act]:
            amount = cast("dict[str, str]", request.data)["amount"]
            row = record(verb="noted", at=now(), actor_id=None, amount=amount)
            if amount == "13":
                raise Broke
            return row.pk, row

        return answer_once(request, "notes", {"place": place}, act, find, render)


def find(identifier: uuid.UUID) -> Act:
    return Act.objects.get(pk=identifier)


def render(row: Act) -> dict[str, Any]:
    return {"id": str(row.pk), "amount": row.facts["amount"]}


def send(user: User | None, body: dict[str, Any], place: str = "here", **headers: str) -> Any:
    request = APIRequestFactory().post("/notes", body, format="json", headers=headers)
    request.may = "open"  # type: ignore[attr-defined]  # what the gate puts there
    if user is not None:
        force_authenticate(request, user=user)
    return Note.as_view()(request, place=place)


KEY = {"Idempotency-Key": "key-1"}
BODY = {"amount": "5.00"}


def test_the_same_request_again_is_answered_from_the_first(grace: User) -> None:
    first, second = send(grace, BODY, **KEY), send(grace, BODY, **KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Act.objects.count() == 1


def test_the_phones_own_id_in_the_body_is_as_good_as_the_header(grace: User) -> None:
    first = send(grace, BODY | {"offline_sync_id": "key-1"})
    assert send(grace, BODY, **KEY).data == first.data
    assert send(grace, BODY | {"offline_sync_id": "key-1"}, **KEY).data == first.data


def test_the_same_key_with_another_body_is_refused(grace: User) -> None:
    send(grace, BODY, **KEY)
    answer = send(grace, {"amount": "6.00"}, **KEY)
    assert (answer.status_code, answer.data["code"]) == (422, "idempotency_mismatch")


def test_the_same_key_on_another_path_is_another_body(grace: User) -> None:
    send(grace, BODY, **KEY)
    assert send(grace, BODY, place="there", **KEY).data["code"] == "idempotency_mismatch"


def test_marys_key_is_not_graces(grace: User) -> None:
    first = send(grace, BODY, **KEY)
    assert send(person(MARY), BODY, **KEY).data["id"] != first.data["id"]


def test_without_a_key_each_request_counts(grace: User) -> None:
    assert send(grace, BODY).data["id"] != send(grace, BODY).data["id"]


def test_a_refused_request_may_be_sent_again_with_its_key(grace: User) -> None:
    assert send(grace, {"amount": "13"}, **KEY).data["code"] == "insufficient_cash"
    assert (Act.objects.count(), Submission.objects.count()) == (0, 0)
    assert send(grace, BODY, **KEY).status_code == 201


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("", None),
        ("x" * 101, None),
        ("a\tb", None),
        (None, ""),
        (None, "x" * 101),
        (None, 7),
        (None, True),
        (None, ["a"]),
    ],
)
def test_a_key_that_is_none_is_refused(grace: User, header: str | None, field: Any) -> None:
    headers = {} if header is None else {"Idempotency-Key": header}
    body = BODY if field is None else BODY | {"offline_sync_id": field}
    answer = send(grace, body, **headers)
    assert (answer.status_code, answer.data["code"]) == (400, "invalid")
    assert not Act.objects.exists()


def test_an_id_of_null_is_no_id(grace: User) -> None:
    assert send(grace, BODY | {"offline_sync_id": None}).status_code == 201
    assert not Submission.objects.exists()


def test_header_and_body_must_not_name_two_submissions(grace: User) -> None:
    answer = send(grace, BODY | {"offline_sync_id": "key-2"}, **KEY)
    assert (answer.status_code, answer.data["errors"][0]["field"]) == (400, "offline_sync_id")


@pytest.mark.parametrize("key", ["x", "x" * 100, "ufunguo wa Grace", "a\u200db\n"])
def test_any_text_of_one_to_a_hundred_characters_is_a_key(grace: User, key: str) -> None:
    first = send(grace, BODY | {"offline_sync_id": key})
    assert send(grace, BODY | {"offline_sync_id": key}).data == first.data


def test_nobody_sends_nothing_once(db: None) -> None:
    with pytest.raises(TypeError):
        send(None, BODY, **KEY)
