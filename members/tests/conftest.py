"""The small world of the groups' tests, with its people as members."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from core.tests.lasting import lasting
from groups.models import BankingGroup, Organisation, RoleName
from groups.tests.conftest import (
    AT,
    Give,
    MakeUser,
    baraka,
    give,
    make_group,
    make_user,
    neema,
    pamoja,
    sarah,
    tumaini,
    umoja,
)
from members.models import Member
from members.operations import make_sign_in, register
from members.rules import Kin, Particulars
from users.models import User

__all__ = [
    "AT",
    "Give",
    "MakeUser",
    "baraka",
    "give",
    "make_group",
    "make_user",
    "neema",
    "pamoja",
    "sarah",
    "tumaini",
    "umoja",
]

TODAY = dt.date(2026, 3, 4)
LUCY = Particulars(
    name="Lucy Nyambura",
    id_number="23456789",
    phone="0700000016",
    date_of_birth=dt.date(1988, 2, 29),
    kin=(
        Kin(name="Johnstone Gathogo", relationship="husband", phone="0711000016", id_number="22334455"),
        Kin(name="Wairimu Gathogo", relationship="daughter"),
    ),
)
Enrol = Callable[..., Member]


@dataclass
class Enroller:
    by: User
    count: int = 0

    def __call__(self, group: BankingGroup, name: str, *, sign_in: bool = True) -> Member:
        self.count += 1
        id_number, phone = f"3000{self.count:04d}", f"0722{self.count:06d}"
        particulars = replace(LUCY, name=name, id_number=id_number, phone=phone, kin=())
        member = register(group=group, particulars=particulars, at=AT, on=TODAY, by=self.by)
        if sign_in:
            make_sign_in(member=member, at=AT, by=self.by)
        return member


@pytest.fixture
@lasting
def ruth(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    """The secretary of Umoja, who registers people there."""
    user = make_user("Ruth Chebet")
    give(user, RoleName.SECRETARY, umoja)
    return user


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    """The service admin of Pamoja."""
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    return user


@pytest.fixture
@lasting
def joseph(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    """The field officer of Umoja."""
    user = make_user("Joseph Mutua")
    give(user, RoleName.FIELD_OFFICER, umoja)
    return user


@pytest.fixture
@lasting
def enrol(sarah: User) -> Enrol:
    """A new member with a sign-in, by name; ID and phone numbers follow from how many came before."""
    return Enroller(sarah)
