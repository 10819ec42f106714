"""The sign-in routes as programs see them."""

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from core.periods import now
from users.models import Session, User
from users.operations.sessions import open_session
from users.tests.lent import Sent
from users.tests.people import GRACE, PASSWORD, me, person, post

LOGIN = {"phone": GRACE, "password": PASSWORD}
PROBLEM = "application/problem+json"


def test_the_answer_to_a_sign_in_is_the_pinned_one(grace: User) -> None:
    answer = post("login", LOGIN)
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"success", "access_token", "refresh_token", "user"}
    assert body["success"] is True
    assert {"id", "name", "phone", "role", "assigned_groups", "offices"} <= set(body["user"])
    assert body["user"]["phone"] == GRACE
    assert answer["Cache-Control"] == "no-store"
    assert me(body["access_token"]).json() == body["user"]


@pytest.mark.parametrize("path", ["login", "login/"])
def test_the_trailing_slash_is_a_matter_of_taste(grace: User, path: str) -> None:
    assert post(path, LOGIN).status_code == 200


def test_a_refused_sign_in_is_a_problem_document_that_tells_nothing(grace: User) -> None:
    wrong = post("login", LOGIN | {"password": "not-this-one"})
    unknown = post("login", LOGIN | {"phone": "0799999999"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong["Content-Type"] == PROBLEM
    assert wrong["WWW-Authenticate"] == "Bearer"
    assert wrong.json()["code"] == "not_authenticated"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"phone": GRACE},
        {"password": PASSWORD},
        {"phone": None, "password": PASSWORD},
        {"phone": [GRACE], "password": PASSWORD},
        {"phone": {"a": 1}, "password": PASSWORD},
        {"phone": True, "password": PASSWORD},
        {"phone": "0" * 41, "password": PASSWORD},
        {"phone": GRACE, "password": "x" * 129},
        {"phone": GRACE, "password": ["x"]},
        {"phone": "", "password": ""},
    ],
)
def test_a_body_that_makes_no_sense_is_refused_by_field(grace: User, body: dict[str, Any]) -> None:
    answer = post("login", body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert {error["field"] for error in answer.json()["errors"]} <= {"phone", "password"}


@pytest.mark.parametrize("path", ["login", "refresh", "logout", "activate", "reset"])
@pytest.mark.parametrize(
    "content", ["", "[]", "null", "7", '"x"', "{", '{"phone": "\\u0000"}', '{"phone": "\\ud800"}', '{"a": NaN}']
)
def test_what_is_no_json_object_is_a_bad_request(db: None, path: str, content: str) -> None:
    answer = APIClient().post(f"/api/auth/{path}", content, content_type="application/json")
    assert answer.status_code in {400, 401}
    assert answer["Content-Type"] == PROBLEM


@pytest.mark.parametrize("token", [7, ["x"], {"a": 1}, "", True])
@pytest.mark.parametrize("path", ["refresh", "logout"])
def test_a_refresh_token_of_the_wrong_kind_is_refused(db: None, path: str, token: Any) -> None:
    assert post(path, {"refresh_token": token}).status_code == 400


def test_an_old_access_token_does_not_keep_anybody_from_signing_in(grace: User) -> None:
    assert post("login", LOGIN, token="worn.out.token").status_code == 200
    tokens = open_session(user=grace, at=now())
    assert post("refresh", {"refresh_token": tokens.refresh}, token="worn.out.token").status_code == 200


def test_a_refresh_answers_with_the_new_pair(grace: User) -> None:
    first = post("login", LOGIN).json()
    second = post("refresh", {"refresh_token": first["refresh_token"]})
    assert set(second.json()) == {"success", "access_token", "refresh_token"}
    assert second.json()["refresh_token"] != first["refresh_token"]


def test_a_refresh_without_a_token_is_refused(db: None) -> None:
    answer = post("refresh", {})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


def test_a_reset_is_accepted_for_everybody(grace: User, outbox: list[Sent]) -> None:
    asked = (GRACE, "0799999999", "nobody", GRACE, GRACE, GRACE)
    answers = [post("reset", {"phone": phone}) for phone in asked]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert len(outbox) == 3


def test_activation_over_the_wire(grace: User, outbox: list[Sent]) -> None:
    post("reset", {"phone": GRACE})
    body = {"phone": GRACE, "code": outbox[0].words["code"], "password": "sukuma-wiki-2026"}
    wrong = post("activate", body | {"code": "ZZZZZZZZ"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "code_invalid")
    assert post("activate", body).json() == {"success": True}
    assert post("login", LOGIN | {"password": "sukuma-wiki-2026"}).status_code == 200


def test_only_somebody_signed_in_changes_a_password(db: None) -> None:
    answer = post("password", {"old_password": "a", "new_password": "b"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_refusals_are_in_the_language_of_whoever_is_signed_in(grace: User) -> None:
    tokens = open_session(user=grace, at=now())
    User.objects.update(language="sw")
    answer = me(tokens.access)
    assert answer["Content-Language"] == "sw"


# The phone app: the refresh token in a cookie.


def app() -> APIClient:
    return APIClient(headers={"X-Client": "pwa"})


def test_the_apps_refresh_token_is_in_a_cookie_no_script_can_read(grace: User) -> None:
    answer = app().post("/api/auth/login", LOGIN, format="json")
    cookie = answer.cookies["refresh_token"]
    assert "refresh_token" not in answer.json()
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/api/auth/")
    assert not cookie["secure"]


def test_over_tls_the_cookie_travels_only_over_tls(grace: User) -> None:
    answer = app().post("/api/auth/login", LOGIN, format="json", secure=True)
    assert answer.cookies["refresh_token"]["secure"] is True


def test_the_app_refreshes_and_signs_out_by_its_cookie(grace: User) -> None:
    client = app()
    client.post("/api/auth/login", LOGIN, format="json")
    first = client.cookies["refresh_token"].value
    answer = client.post("/api/auth/refresh", {}, format="json")
    assert set(answer.json()) == {"success", "access_token"}
    assert client.cookies["refresh_token"].value != first
    goodbye = client.post("/api/auth/logout", {}, format="json")
    assert goodbye.status_code == 200
    assert goodbye.cookies["refresh_token"].value == ""
    assert Session.objects.get().ended_because == Session.Ending.SIGN_OUT


def test_a_page_that_cannot_add_the_header_gets_nothing_out_of_the_cookie(grace: User) -> None:
    client = app()
    client.post("/api/auth/login", LOGIN, format="json")
    foreign = APIClient()
    foreign.cookies = client.cookies
    assert foreign.post("/api/auth/refresh", {}, format="json").status_code == 401
    assert foreign.post("/api/auth/logout", {}, format="json").status_code == 401


def test_the_document_describes_each_route(db: None) -> None:
    generator: Any = SchemaGenerator
    schema = generator(urlconf="users.tests.urls").get_schema(request=None, public=True)
    paths = {path: set(methods) for path, methods in schema["paths"].items()}
    assert paths == {
        "/api/auth/login": {"post"},
        "/api/auth/refresh": {"post"},
        "/api/auth/logout": {"post"},
        "/api/auth/me": {"get"},
        "/api/auth/password": {"post"},
        "/api/auth/activate": {"post"},
        "/api/auth/reset": {"post"},
    }
    assert "bearer" in schema["components"]["securitySchemes"]


def test_an_erased_person_has_no_phone_to_show(db: None) -> None:
    mary = person("254700000011", password=PASSWORD)
    mary.data_key.wrapped = b""
    mary.data_key.save()
    tokens = open_session(user=mary, at=now())
    assert me(tokens.access).json()["phone"] == ""
