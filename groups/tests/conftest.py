"""A small world: Pamoja with Umoja and Baraka, Tumaini with Neema, and the people who hold roles there."""

import datetime as dt
from collections.abc import Callable

import pytest

from groups.models import BankingGroup, GroupRole, Organisation, RoleName
from groups.operations import create_group, create_organisation, give_role
from users.models import DataKey, User, phone_digest

AT = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)
MakeUser = Callable[[str], User]
MakeGroup = Callable[[Organisation, str], BankingGroup]
Give = Callable[..., GroupRole]


@pytest.fixture
def make_user(db: None) -> MakeUser:
    made: list[User] = []

    def make(name: str) -> User:
        phone = f"2547000001{len(made):02d}"
        user = User(name=name, data_key=DataKey.make(), phone_digest=phone_digest(phone))
        user.phone = phone
        user.set_unusable_password()
        user.save(force_insert=True)
        made.append(user)
        return user

    return make


@pytest.fixture
def sarah(make_user: MakeUser) -> User:
    user = make_user("Sarah Njeri")
    give_role(user=user, role=RoleName.SYSTEM_ADMIN, at=AT, by=None)
    return user


@pytest.fixture
def pamoja(sarah: User) -> Organisation:
    return create_organisation(name="Pamoja", at=AT, by=sarah)


@pytest.fixture
def tumaini(sarah: User) -> Organisation:
    return create_organisation(name="Tumaini", at=AT, by=sarah)


@pytest.fixture
def make_group(sarah: User) -> MakeGroup:
    def make(organisation: Organisation, name: str) -> BankingGroup:
        return create_group(
            organisation=organisation,
            at=AT,
            by=sarah,
            name=name,
            group_code=f"GRP-{name.upper()}",
            county="Kiambu",
            meeting_day=BankingGroup.Weekday.THURSDAY,
            registration_date=dt.date(2025, 1, 15),
        )

    return make


@pytest.fixture
def umoja(pamoja: Organisation, make_group: MakeGroup) -> BankingGroup:
    return make_group(pamoja, "Umoja")


@pytest.fixture
def baraka(pamoja: Organisation, make_group: MakeGroup) -> BankingGroup:
    return make_group(pamoja, "Baraka")


@pytest.fixture
def neema(tumaini: Organisation, make_group: MakeGroup) -> BankingGroup:
    return make_group(tumaini, "Neema")


@pytest.fixture
def give(sarah: User) -> Give:
    def give_now(user: User, role: RoleName, where: BankingGroup | Organisation) -> GroupRole:
        group = where if isinstance(where, BankingGroup) else None
        organisation = where if isinstance(where, Organisation) else None
        return give_role(user=user, role=role, group=group, organisation=organisation, at=AT, by=sarah)

    return give_now
