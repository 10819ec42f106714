"""The demo world for tests: built once per worker, by the same operations as everybody's."""

import gc
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from core.periods import now
from groups.models import BankingGroup
from members.models import Member
from tablebanking import demo
from tests import kept_world
from users.models import User, phone_digest

PHONES = {
    "sarah": "254700000001",
    "daniel": "254700000002",
    "joseph": "254700000003",
    "faith": "254700000004",
    "mary": "254700000011",
    "grace": "254700000012",
    "ruth": "254700000013",
    "alice": "254700000014",
    "peter": "254700000015",
    "lucy": "254700000016",
    "esther": "254700000017",
    "jane": "254700000021",
    "samuel": "254700000031",
    "kevin": "254700000051",
}


@dataclass(frozen=True)
class World:
    """The demo world, by first names."""

    umoja: BankingGroup
    baraka: BankingGroup
    neema: BankingGroup

    def user(self, name: str) -> User:
        return User.objects.get(phone_digest=phone_digest(PHONES[name]))

    def member(self, name: str) -> Member:
        return Member.objects.select_related("group", "person").get(person__user=self.user(name))


@pytest.fixture(scope="session", autouse=True)
def what_is_loaded_stays() -> None:
    """The collector need not search again and again what Django and the rooms have loaded: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def _demo_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Committed once for the whole session, before any test's own transaction begins."""
    with django_db_blocker.unblock():
        kept_world.build()
        yield
        kept_world.forget()


@pytest.fixture
def world(_demo_world: None, db: None) -> World:
    """The world, lent inside a transaction that is rolled back; built anew where a test before has flushed it."""
    if demo.is_empty():
        demo.build(at=now())
    cache.clear()
    return by_first_names()


def by_first_names() -> World:
    groups = {group.name: group for group in BankingGroup.objects.select_related("organisation")}
    return World(umoja=groups["Umoja"], baraka=groups["Baraka"], neema=groups["Neema"])


Sign = Callable[[str], APIClient]


@pytest.fixture
def signed_in(world: World) -> Sign:
    """A client that has really signed in, by first name."""

    def sign(name: str) -> APIClient:
        client = APIClient()
        answer = client.post("/api/auth/login", {"phone": PHONES[name], "password": demo.PASSWORD}, format="json")
        assert answer.status_code == 200, answer.content
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")
        return client

    return sign


@pytest.fixture
def fresh_key() -> Callable[[], str]:
    return lambda: str(uuid.uuid4())


def data(answer: Any) -> Any:
    """The body of a good answer."""
    assert answer.status_code in {200, 201, 202}, (answer.status_code, answer.content)
    return answer.json()
