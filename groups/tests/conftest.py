"""A small world: Pamoja with Umoja and Baraka, Tumaini with Neema, and the people who hold roles there."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from core.tests.lasting import lasting
from groups.models import BankingGroup, GroupRole, Organisation, RoleName
from groups.operations import create_group, create_organisation, give_role
from users.models import DataKey, User, phone_digest

AT = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)
MakeUser = Callable[[str], User]
MakeGroup = Callable[[Organisation, str], BankingGroup]
Give = Callable[..., GroupRole]


@dataclass
class UserMaker:
    made: int = 0

    def __call__(self, name: str) -> User:
        phone = f"2547000001{self.made:02d}"
        user = User(name=name, data_key=DataKey.make(), phone_digest=phone_digest(phone))
        user.phone = phone
        user.set_unusable_password()
        user.save(force_insert=True)
        self.made += 1
        return user


@dataclass
class GroupMaker:
    by: User

    def __call__(self, organisation: Organisation, name: str) -> BankingGroup:
        return create_group(
            organisation=organisation,
            at=AT,
            by=self.by,
            name=name,
            group_code=f"GRP-{name.upper()}",
            county="Kiambu",
            meeting_day=BankingGroup.Weekday.THURSDAY,
            registration_date=dt.date(2025, 1, 15),
        )


@dataclass
class Giver:
    by: User

    def __call__(self, user: User, role: RoleName, where: BankingGroup | Organisation) -> GroupRole:
        group = where if isinstance(where, BankingGroup) else None
        organisation = where if isinstance(where, Organisation) else None
        return give_role(user=user, role=role, group=group, organisation=organisation, at=AT, by=self.by)


@pytest.fixture
@lasting
def make_user(db: None) -> MakeUser:
    return UserMaker()


@pytest.fixture
@lasting
def sarah(make_user: MakeUser) -> User:
    user = make_user("Sarah Njeri")
    give_role(user=user, role=RoleName.SYSTEM_ADMIN, at=AT, by=None)
    return user


@pytest.fixture
@lasting
def pamoja(sarah: User) -> Organisation:
    return create_organisation(name="Pamoja", at=AT, by=sarah)


@pytest.fixture
@lasting
def tumaini(sarah: User) -> Organisation:
    return create_organisation(name="Tumaini", at=AT, by=sarah)


@pytest.fixture
@lasting
def make_group(sarah: User) -> MakeGroup:
    return GroupMaker(sarah)


@pytest.fixture
@lasting
def umoja(pamoja: Organisation, make_group: MakeGroup) -> BankingGroup:
    return make_group(pamoja, "Umoja")


@pytest.fixture
@lasting
def baraka(pamoja: Organisation, make_group: MakeGroup) -> BankingGroup:
    return make_group(pamoja, "Baraka")


@pytest.fixture
@lasting
def neema(tumaini: Organisation, make_group: MakeGroup) -> BankingGroup:
    return make_group(tumaini, "Neema")


@pytest.fixture
@lasting
def give(sarah: User) -> Give:
    return Giver(sarah)
