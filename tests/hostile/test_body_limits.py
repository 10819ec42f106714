"""A body that is too long is refused before it is read, on every route; pictures get the room they need and no more."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, resolve
from rest_framework.test import APIClient

from core.files.cleaning import MOST_BYTES
from core.files.uploads import MOST_FILES, InMemory
from core.tests.pictures import jpeg
from members.tests.papers import names, shelf
from reports.people_forms import PICTURES
from tablebanking.limits import FORM_OF_FILES, LIMITS, ONE_FILE, TWO_DATA_URLS, BodyLimit, limit_for
from tablebanking.policy import API, PAGES
from tests.conftest import Sign, World

__all__ = ["shelf"]

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
PATHS = [
    "/api/auth/login", "/api/transactions", "/api/groups/{group}/cash-movements", "/api/members",
    "/api/groups/{group}/members", "/api/members/{member}", "/api/members/{member}/documents",
    "/api/members/{member}/verify-id", "/api/schema", "/healthz",
]  # fmt: skip


class Unread(io.BytesIO):
    """A body that must not be touched."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read")


def announced(path: str, length: int, kind: str = "application/json", **headers: str) -> Any:
    """The answer to a request whose body is announced and never sent."""
    send: Any = Client().generic
    return send(
        "POST", path, b"", content_type=kind, **{"CONTENT_LENGTH": str(length), "wsgi.input": Unread(), **headers}
    )


def no_view(request: HttpRequest) -> HttpResponse:
    raise AssertionError("a view was asked")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_a_hundred_megabytes_are_refused_before_they_are_read(world: World, path: str, kind: str) -> None:
    where = path.format(group=world.umoja.id, member=world.member("alice").id)
    answer = announced(where, 100 * MEGABYTE, kind)
    assert (answer.status_code, answer["Content-Type"]) in {
        (413, "application/problem+json"),
        (413, "text/html; charset=utf-8"),
    }
    assert where == "/healthz" or answer.json()["code"] == "too_large"


def test_a_page_says_it_in_words(world: World) -> None:
    answer = announced("/sign-in/", 2 * MEGABYTE, "application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "8 MB" in answer.content.decode()


def test_each_route_has_its_own_limit() -> None:
    assert limit_for("transactions") == limit_for("member-verify-id") == MEGABYTE
    assert limit_for("member-documents") == ONE_FILE < 9 * MEGABYTE
    assert limit_for("members") == TWO_DATA_URLS < 25 * MEGABYTE
    assert TWO_DATA_URLS > 2 * (MOST_BYTES // 3 + 1) * 4
    assert limit_for("register-page") == FORM_OF_FILES < 25 * MEGABYTE


def test_each_picture_that_the_registration_offers_may_be_as_large_as_a_picture_may_be() -> None:
    assert len(PICTURES) == MOST_FILES
    assert len(PICTURES) * MOST_BYTES < FORM_OF_FILES


def test_what_the_largest_route_takes_the_framework_takes(settings: Any) -> None:
    assert max(LIMITS.values()) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_no_limit_is_written_for_a_route_that_is_not_there() -> None:
    assert LIMITS.keys() <= API.keys() | PAGES.keys()


@pytest.mark.parametrize("length", ["", "abc", "-5", "²", "9" * 5000])
def test_a_length_that_is_no_number_lets_nothing_be_read(length: str) -> None:
    request = RequestFactory().post("/api/auth/login", content_type="application/json")
    request.META["CONTENT_LENGTH"], request.resolver_match = length, resolve("/api/auth/login")
    assert BodyLimit(no_view).process_view(request, None, (), {}) is None
    assert announced("/api/auth/login", 0, CONTENT_LENGTH=length).status_code in {400, 415}


def test_two_megabytes_reach_registering_and_nothing_else(world: World, signed_in: Sign) -> None:
    ruth, padding = signed_in("ruth"), "x" * (2 * MEGABYTE)
    assert ruth.post("/api/members", {"padding": padding}, format="json").status_code == 400
    assert ruth.post("/api/transactions", {"padding": padding}, format="json").status_code == 413


def test_three_large_pictures_register_a_member_by_the_page(world: World, client: Client, shelf: Path) -> None:
    """Twenty megabytes of photos: more than the two of the API's registration, and all of them kept."""
    heavy = jpeg((300, 200)) + b"\0" * (7 * MEGABYTE)
    client.force_login(world.user("joseph"), backend="django.contrib.auth.backends.ModelBackend")
    form: dict[str, Any] = {
        "member_name": "Wairimu Gathogo", "id_number": "31415926", "phone": "0733 141 592", "kin_rows": "1",
        "date_of_birth": "1990-01-31", "offline_sync_id": "three-pictures",
    }  # fmt: skip
    form |= {name: SimpleUploadedFile("a.jpg", heavy) for name in PICTURES}
    answer = client.post(f"/groups/{world.umoja.id}/members/register/", form)
    assert answer.status_code == 302, answer.content[:500]
    assert len(names(shelf)) == 3


def test_strangers_with_large_bodies_are_sent_away(world: World) -> None:
    path = f"/api/members/{world.member('alice').id}/documents"
    answer = announced(path, 7 * MEGABYTE, "multipart/form-data; boundary=x")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_files_on_their_way_are_counted_and_never_touch_the_disk(settings: Any) -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["core.files.uploads.InMemory"]
    handler = InMemory()
    handler.new_file("file", "a.jpg", "image/jpeg", None)
    most = MOST_FILES * MOST_BYTES
    for start in range(0, most, MEGABYTE):
        handler.receive_data_chunk(b"x" * MEGABYTE, start)
    kept = handler.file_complete(most)
    assert (kept.name, kept.size, len(kept.read())) == ("a.jpg", most, most)
    with pytest.raises(RequestDataTooBig):
        handler.receive_data_chunk(b"x", 0)


def test_a_thousand_files_in_one_form_are_too_many(world: World, signed_in: Sign) -> None:
    ruth: APIClient = signed_in("ruth")
    form = {"kind": "PHOTO"} | {f"file{number}": io.BytesIO(b"x") for number in range(1000)}
    answer = ruth.post(f"/api/members/{world.member('alice').id}/documents", form, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_nothing_reads_forms_before_the_limit(settings: Any) -> None:
    order = settings.MIDDLEWARE
    assert order.index("tablebanking.limits.BodyLimit") < order.index("django.middleware.csrf.CsrfViewMiddleware")
    assert get_resolver().resolve("/api/members").view_name == "members"
