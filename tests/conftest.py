"""The demo world for tests: built once per worker, by the same operations as everybody's."""

import gc
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
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


# By seconds of work: what takes long is begun early, so that no worker is left alone with it at the end.
LONGEST_FIRST = (
    "hostile/test_contract.py",
    "policy/test_matrix.py",
    "journeys/test_kept_secret.py",
    "hostile/test_uploads.py",
    "tooling/test_run.py",
    "policy/test_pages.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These files, longest first; the rest follow as they were, those of the rooms before."""
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        if not item.path.is_relative_to(here):
            return -1
        name = item.path.relative_to(here).as_posix()
        return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)


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
