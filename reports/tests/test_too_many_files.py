"""Pictures by the dozen: whoever sends too many is told when to come again, by every door that takes pictures."""

import base64
from collections.abc import Callable, Iterator
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import turns
from core.files import count_files
from core.files.allowance import ALLOWED, HOUR
from core.ids import new_id
from core.periods import now
from core.tests.pictures import jpeg
from groups.models import BankingGroup
from members.models import IdentityDocument, Member, Person
from members.tests.papers import shelf
from reports.tests.conftest import As
from reports.tests.desk import At, text
from users.models import User

__all__ = ["shelf"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]
PAGES = ["documents-page", "register-page"]
ROUTES = ["member-documents", "members", "group-members"]
WORDS = {429: "Wait a little, then send this one again.", 503: "Wait a few seconds and send this one again."}
Send = Callable[[str], Any]


def particulars(**more: Any) -> dict[str, Any]:
    return {
        "member_name": "Wanja Kariuki", "id_number": "31427999", "date_of_birth": "1990-02-28",
        "phone": "0799 345 678", "offline_sync_id": str(new_id()),
    } | more  # fmt: skip


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")


@pytest.fixture(autouse=True)
def a_quiet_hour() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def spent(ruth: User) -> None:
    """Ruth has sent all that an hour takes."""
    count_files(sender=ruth.pk, files=ALLOWED[60], at=now())
    cache.set(next_key(ruth), ALLOWED[HOUR], HOUR)


def next_key(user: User) -> str:
    return f"files:{user.pk}:{HOUR}:{int(now().timestamp()) // HOUR}"


@pytest.fixture
def no_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others draw their pictures at every bench, and more of them wait."""
    monkeypatch.setattr(turns, "_DOOR", BoundedSemaphore(1))
    turns._DOOR.acquire()


@pytest.fixture
def by_page(at_desk: At, ruth: User, alice: Member) -> Send:
    browser = at_desk(ruth)
    forms: dict[str, tuple[object, dict[str, Any]]] = {
        "documents-page": (alice.pk, {"kind": "PHOTO", "offline_sync_id": str(new_id()), "file": file()}),
        "register-page": (alice.group_id, particulars(photo=file())),
    }
    return lambda name: browser.post(reverse(name, args=[forms[name][0]]), forms[name][1])


@pytest.fixture
def by_api(signed_in: As, ruth: User, alice: Member, umoja: BankingGroup) -> Send:
    client = signed_in(ruth)
    url = f"data:image/jpeg;base64,{base64.b64encode(jpeg()).decode()}"

    def send(name: str) -> Any:
        if name == "member-documents":
            path = f"/api/members/{alice.pk}/documents"
            return client.post(path, {"kind": "PHOTO", "file": file()}, format="multipart")
        if name == "members":
            return client.post("/api/members", particulars(group_id=str(umoja.pk), id_photo=url), format="json")
        return client.post(f"/api/groups/{umoja.pk}/members", particulars(signature=url), format="json")

    return send


def nothing_was_kept() -> bool:
    return not (IdentityDocument.objects.exists() or Person.objects.filter(name="Wanja Kariuki").exists())


@pytest.mark.parametrize("name", PAGES)
def test_on_a_page_it_is_said_above_the_form_with_what_was_typed(spent: None, by_page: Send, name: str) -> None:
    answer = by_page(name)
    assert WORDS[429] in text(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= HOUR
    assert list(answer.context["form"].non_field_errors()) == [
        "You sent many files in a short time. Wait a little, then send this one again."
    ]
    assert nothing_was_kept()


@pytest.mark.parametrize(("name", "field"), [("documents-page", "file"), ("register-page", "photo")])
def test_where_every_bench_is_taken_the_page_says_it_at_the_picture(
    no_bench: None, by_page: Send, name: str, field: str
) -> None:
    answer = by_page(name)
    assert WORDS[503] in text(answer, 503)
    assert (list(answer.context["form"].errors), answer["Retry-After"]) == ([field], "5")
    assert nothing_was_kept()


@pytest.mark.parametrize("name", ROUTES)
def test_a_program_is_told_how_long_to_wait(spent: None, by_api: Send, name: str) -> None:
    answer = by_api(name)
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert (answer.json()["code"], answer.json()["errors"]) == ("throttled", [])
    assert 0 < int(answer["Retry-After"]) <= HOUR
    assert nothing_was_kept()


@pytest.mark.parametrize(
    ("name", "field"), [("member-documents", "file"), ("members", "id_photo"), ("group-members", "signature")]
)
def test_a_program_is_told_that_every_bench_is_taken(no_bench: None, by_api: Send, name: str, field: str) -> None:
    answer = by_api(name)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "busy", "5")
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert nothing_was_kept()


@pytest.mark.parametrize("name", PAGES)
def test_below_that_everything_is_kept_as_always(by_page: Send, name: str) -> None:
    assert by_page(name).status_code == 302
    assert IdentityDocument.objects.count() == 1


@pytest.mark.parametrize("name", ROUTES)
def test_each_file_that_is_drawn_counts_one(by_api: Send, ruth: User, name: str) -> None:
    assert by_api(name).status_code == 201
    assert cache.get(next_key(ruth)) == 1


def test_a_registration_without_pictures_is_never_too_many(
    spent: None, at_desk: At, ruth: User, umoja: BankingGroup
) -> None:
    browser = at_desk(ruth)
    assert browser.post(reverse("register-page", args=[umoja.pk]), particulars()).status_code == 302
    assert Person.objects.filter(name="Wanja Kariuki").exists()


def test_three_pictures_of_a_registration_count_three(at_desk: At, ruth: User, umoja: BankingGroup) -> None:
    form = particulars(photo=file(), id_photo=file(), signature=file())
    assert at_desk(ruth).post(reverse("register-page", args=[umoja.pk]), form).status_code == 302
    assert cache.get(next_key(ruth)) == 3
