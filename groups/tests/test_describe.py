"""Who somebody is, as her phone is told at sign-in."""

import pytest

from core.periods import now, today
from core.tests.lasting import lasting
from groups.describe import describe_user, strongest
from groups.models import BankingGroup, GroupRole, Organisation, RoleName
from users.models import DataKey, User, phone_digest


@pytest.fixture
@lasting
def mary(db: None) -> User:
    user = User(name="Mary", data_key=DataKey.make(), phone_digest=phone_digest("254700000011"))
    user.phone = "254700000011"
    user.save()
    return user


@pytest.fixture
@lasting
def umoja(db: None) -> BankingGroup:
    pamoja = Organisation.objects.create(name="Pamoja")
    return BankingGroup.objects.create(
        organisation=pamoja,
        data_key=DataKey.make(),
        name="Umoja",
        group_code="UMO",
        county="Kiambu",
        meeting_day="MONDAY",
        registration_date=today(),
    )


def give(user: User, role: RoleName, group: BankingGroup | None = None, ended: bool = False) -> None:
    organisation = group.organisation if group and role in {RoleName.SERVICE_ADMIN, RoleName.AUDITOR} else None
    GroupRole.objects.create(
        user=user,
        role=role,
        organisation=organisation,
        group=None if organisation else group,
        since=now(),
        until=now() if ended else None,
    )


@pytest.mark.parametrize(
    ("roles", "word"),
    [
        (set(), "MEMBER"),
        ({"MEMBER"}, "MEMBER"),
        ({"MEMBER", "CHAIR"}, "GROUP_OFFICER"),
        ({"COMMITTEE"}, "GROUP_OFFICER"),
        ({"MEMBER", "TREASURER", "FIELD_OFFICER"}, "FIELD_OFFICER"),
        ({"FIELD_OFFICER", "AUDITOR"}, "AUDITOR"),
        ({"AUDITOR", "SERVICE_ADMIN"}, "SERVICE_ADMIN"),
        ({"SERVICE_ADMIN", "SYSTEM_ADMIN", "CHAIR"}, "SYSTEM_ADMIN"),
    ],
)
def test_one_word_says_the_strongest_role(roles: set[str], word: str) -> None:
    assert strongest(roles) == word


def test_mary_is_told_her_office_and_nothing_of_former_ones(mary: User, umoja: BankingGroup) -> None:
    give(mary, RoleName.SECRETARY, umoja, ended=True)
    give(mary, RoleName.MEMBER, umoja)
    give(mary, RoleName.CHAIR, umoja)
    assert describe_user(mary) == {
        "id": str(mary.pk),
        "name": "Mary",
        "phone": "254700000011",
        "language": "en",
        "role": "GROUP_OFFICER",
        "assigned_groups": [],
        "offices": [{"group_id": str(umoja.pk), "office": "CHAIR"}],
    }


def test_a_field_officer_is_told_the_groups_assigned_to_him(mary: User, umoja: BankingGroup) -> None:
    give(mary, RoleName.FIELD_OFFICER, umoja)
    described = describe_user(mary)
    assert (described["role"], described["assigned_groups"]) == ("FIELD_OFFICER", [str(umoja.pk)])
    assert described["offices"] == []


def test_a_service_admin_holds_no_group(mary: User, umoja: BankingGroup) -> None:
    give(mary, RoleName.SERVICE_ADMIN, umoja)
    described = describe_user(mary)
    assert (described["role"], described["assigned_groups"], described["offices"]) == ("SERVICE_ADMIN", [], [])
