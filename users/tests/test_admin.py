"""The records of people and acts: to be looked at, without numbers, and never changed."""

from typing import Any

import pytest
from django.test import Client

from audit.models import Act
from core.periods import now
from users.models import Session, User
from users.operations import sign_in
from users.tests.people import GRACE, HOME, PASSWORD

LISTS = ["/admin/users/user/", "/admin/users/session/", "/admin/audit/act/"]


@pytest.fixture
def keeper(grace: User, settings: Any) -> Client:
    """Grace, who may enter the records, with one of everything in them."""
    sign_in(phone=GRACE, password=PASSWORD, address=HOME, at=now())
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "users.tests.lent.Keeper"]
    client = Client()
    client.force_login(grace, backend="django.contrib.auth.backends.ModelBackend")
    return client


def details(grace: User) -> list[str]:
    rows = [grace, Session.objects.get(), Act.objects.get()]
    return [f"{place}{row.pk}/change/" for place, row in zip(LISTS, rows, strict=True)]


def test_no_record_shows_a_phone_number_or_a_password(keeper: Client, grace: User) -> None:
    for place in LISTS + details(grace):
        page = keeper.get(place)
        assert page.status_code == 200, place
        text = page.content.decode()
        assert GRACE[3:] not in text
        assert grace.password not in text
        assert grace.phone_digest not in text


def test_records_are_found_by_what_one_knows(keeper: Client, grace: User) -> None:
    assert "Grace" in keeper.get(LISTS[0], {"q": "grace"}).content.decode()
    assert "users.signed_in" in keeper.get(LISTS[2], {"q": str(grace.pk)}).content.decode()


def test_nobody_adds_changes_or_deletes_a_record(keeper: Client, grace: User) -> None:
    for place in LISTS:
        assert keeper.get(f"{place}add/").status_code == 403
    for place in details(grace):
        assert keeper.post(place, {"name": "Nobody"}).status_code == 403
        assert keeper.post(place.replace("change", "delete"), {"post": "yes"}).status_code == 403
    grace.refresh_from_db()
    assert grace.name == "Grace"


def test_whoever_holds_no_role_is_not_let_in(keeper: Client, settings: Any) -> None:
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    assert keeper.get(LISTS[0]).status_code == 302
