"""The small world of the members' tests, with signed-in clients and money brought to the table today."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from core.periods import now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from ledger.models import Voucher
from members.models import Member
from members.tests.conftest import (
    AT,
    LUCY,
    TODAY,
    Enrol,
    Give,
    MakeUser,
    baraka,
    daniel,
    enrol,
    give,
    joseph,
    make_group,
    make_user,
    neema,
    pamoja,
    ruth,
    sarah,
    tumaini,
    umoja,
)
from reports.tests.desk import At
from savings.operations.contributions import contribute
from users.models import User
from users.operations.sessions import open_session

__all__ = [
    "AT",
    "LUCY",
    "TODAY",
    "Enrol",
    "Give",
    "MakeUser",
    "baraka",
    "daniel",
    "enrol",
    "give",
    "joseph",
    "make_group",
    "make_user",
    "neema",
    "pamoja",
    "ruth",
    "sarah",
    "tumaini",
    "umoja",
]

As = Callable[[User], APIClient]
Bring = Callable[..., Voucher]


def user_of(member: Member) -> User:
    assert member.person.user is not None
    return member.person.user


@dataclass
class Bringer:
    by: User

    def __call__(self, member: Member, amount: str, kind: str = "REGULAR", on: dt.date | None = None) -> Voucher:
        return contribute(member=member, kind=kind, amount=Decimal(amount), by=self.by, at=now(), on=on or today())


@pytest.fixture
def signed_in() -> As:
    """A client with a living session of this user."""

    def sign(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {open_session(user=user, at=now()).access}")
        return client

    return sign


@pytest.fixture
@lasting
def bring(ruth: User) -> Bring:
    """A contribution in cash that Ruth records at the table."""

    return Bringer(ruth)


@pytest.fixture
@lasting
def mary(umoja: BankingGroup, enrol: Enrol, give: Give) -> Member:
    member = enrol(umoja, "Mary Wanjiku")
    give(user_of(member), RoleName.CHAIR, umoja)
    return member


@pytest.fixture
@lasting
def alice(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Alice Wambui")


@pytest.fixture
@lasting
def peter(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Peter Kamau")


@pytest.fixture
@lasting
def jane(baraka: BankingGroup, enrol: Enrol) -> Member:
    return enrol(baraka, "Jane Akinyi")


@pytest.fixture
def at_desk(client: Client) -> At:
    """A browser in which this person has signed in."""

    def sit(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sit


@pytest.fixture
@lasting
def brought(bring: Bring, mary: Member, alice: Member) -> Voucher:
    """Some money in the book, of this month."""
    bring(mary, "1000")
    return bring(alice, "500")
