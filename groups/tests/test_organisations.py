"""Organisations and their staff: set right, put to rest, people taken on and let go."""

from decimal import Decimal
from typing import Any

import pytest

from audit.models import Act
from core.errors import Forbidden, Invalid, NotFound
from groups.access import must_speak, organisation_for, organisation_to_found_in, staff_role_for
from groups.models import BankingGroup, GroupRole, Organisation, RoleName
from groups.operations import (
    OrganisationInactive,
    appoint,
    create_organisation,
    edit_organisation,
    end_role,
)
from groups.tests.conftest import AT, Give, MakeUser
from notifications.models import Message
from users.models import OneTimeCode, User
from users.tests.people import in_parallel


def test_what_is_set_right_is_kept_and_named_in_the_log(pamoja: Organisation, sarah: User) -> None:
    edit_organisation(
        organisation=pamoja,
        at=AT,
        by=sarah,
        name="Pamoja Tele",
        interest_cap_yearly_percent=Decimal("36.00"),
        position_days_kept=90,
        position_fresh_minutes=15,
    )
    pamoja.refresh_from_db()
    assert (pamoja.name, pamoja.interest_cap_yearly_percent, pamoja.position_fresh_minutes) == (
        "Pamoja Tele",
        Decimal("36.00"),
        15,
    )
    act = Act.objects.get(verb="organisation.edited")
    assert act.facts == {
        "fields": ["interest_cap_yearly_percent", "name", "position_fresh_minutes"],
        "is_active": True,
    }
    assert "Tele" not in str(act.facts)


def test_a_cap_can_be_taken_away_again(pamoja: Organisation, sarah: User) -> None:
    edit_organisation(organisation=pamoja, at=AT, by=sarah, interest_cap_yearly_percent=Decimal(30))
    edit_organisation(organisation=pamoja, at=AT, by=sarah, interest_cap_yearly_percent=None)
    pamoja.refresh_from_db()
    assert pamoja.interest_cap_yearly_percent is None


def test_what_stays_as_it_was_leaves_no_act(pamoja: Organisation, sarah: User) -> None:
    edit_organisation(organisation=pamoja, at=AT, by=sarah, name="Pamoja", is_active=True, created_at=None)
    assert not Act.objects.filter(verb="organisation.edited").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "Tumaini"}, "name"),
        ({"position_days_kept": 0}, "position_days_kept"),
        ({"position_days_kept": 367}, "position_days_kept"),
        ({"position_fresh_minutes": 0}, "position_fresh_minutes"),
        ({"position_fresh_minutes": 1441}, "position_fresh_minutes"),
        ({"interest_cap_yearly_percent": Decimal("-0.01")}, "interest_cap_yearly_percent"),
        ({"interest_cap_yearly_percent": Decimal("1000.01")}, "interest_cap_yearly_percent"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    pamoja: Organisation, tumaini: Organisation, sarah: User, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        edit_organisation(organisation=pamoja, at=AT, by=sarah, **changes)
    assert refusal.value.field == field


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_name_taken_ten_times_at_once_is_one_organisation(sarah: User) -> None:
    results = in_parallel([lambda: create_organisation(name="Tuungane", at=AT, by=sarah)] * 10)
    assert [one.field for one in results if isinstance(one, Invalid)] == ["name"] * 9
    assert Organisation.objects.filter(name="Tuungane").count() == 1


# Staff


def test_somebody_new_gets_a_sign_in_a_role_and_a_code(pamoja: Organisation, sarah: User) -> None:
    role = appoint(
        organisation=pamoja, name="Faith Achieng", phone="0711 222 333", role=RoleName.AUDITOR, at=AT, by=sarah
    )
    assert (role.user.name, role.user.phone, role.role) == ("Faith Achieng", "254711222333", "AUDITOR")
    assert (role.organisation, role.group, role.since, role.given_by) == (pamoja, None, AT, sarah)
    assert OneTimeCode.objects.filter(user=role.user).count() == 1
    assert list(Message.objects.values_list("template", flat=True)) == ["activation_code"]


def test_who_signs_in_already_has_the_role_at_once_and_is_told(
    pamoja: Organisation, tumaini: Organisation, make_user: MakeUser, sarah: User
) -> None:
    samuel = make_user("Samuel Kiprono")
    samuel.set_password("milk-and-maize-2026")
    samuel.save()
    for _time in range(2):
        role = appoint(
            organisation=tumaini,
            name="Somebody Else",
            phone=samuel.phone,
            role=RoleName.SERVICE_ADMIN,
            at=AT,
            by=sarah,
        )
    assert (role.user_id, role.user.name) == (samuel.id, "Samuel Kiprono")
    assert not OneTimeCode.objects.exists()
    message = Message.objects.get()
    assert "Tumaini has taken you on as Service admin" in message.body
    assert GroupRole.objects.filter(user=samuel, until__isnull=True).count() == 1


def test_who_is_taken_on_again_is_told_again(pamoja: Organisation, make_user: MakeUser, sarah: User) -> None:
    faith = make_user("Faith Achieng")
    faith.set_password("milk-and-maize-2026")
    faith.save()

    def take_on() -> GroupRole:
        return appoint(organisation=pamoja, name="Faith", phone=faith.phone, role=RoleName.AUDITOR, at=AT, by=sarah)

    end_role(role=take_on(), at=AT, by=sarah)
    take_on()
    assert Message.objects.filter(template="role_given").count() == 2


@pytest.mark.parametrize(
    ("who", "field"),
    [
        ({"role": RoleName.FIELD_OFFICER}, "role"),
        ({"role": RoleName.SYSTEM_ADMIN}, "role"),
        ({"phone": "12345"}, "phone"),
    ],
)
def test_whom_an_organisation_cannot_take_on(
    pamoja: Organisation, sarah: User, who: dict[str, Any], field: str
) -> None:
    usual: dict[str, Any] = {"name": "Faith Achieng", "phone": "0711222333", "role": RoleName.AUDITOR}
    with pytest.raises(Invalid) as refusal:
        appoint(organisation=pamoja, at=AT, by=sarah, **(usual | who))
    assert refusal.value.field == field
    assert not GroupRole.objects.filter(organisation=pamoja).exists()


def test_a_closed_sign_in_gets_no_role(pamoja: Organisation, make_user: MakeUser, sarah: User) -> None:
    gone = make_user("Gone Away")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    with pytest.raises(Invalid) as refusal:
        appoint(organisation=pamoja, name="Gone", phone=gone.phone, role=RoleName.AUDITOR, at=AT, by=sarah)
    assert refusal.value.field == "phone"


def test_an_organisation_at_rest_takes_nobody_on(pamoja: Organisation, sarah: User) -> None:
    resting = edit_organisation(organisation=pamoja, at=AT, by=sarah, is_active=False)
    with pytest.raises(OrganisationInactive):
        appoint(organisation=resting, name="Faith", phone="0711222333", role=RoleName.AUDITOR, at=AT, by=sarah)
    assert not User.objects.filter(name="Faith").exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_somebody_taken_on_ten_times_at_once_has_one_sign_in_and_one_role(pamoja: Organisation, sarah: User) -> None:
    def take_on() -> GroupRole:
        return appoint(
            organisation=pamoja, name="Faith Achieng", phone="0711222333", role=RoleName.AUDITOR, at=AT, by=sarah
        )

    results = in_parallel([take_on] * 10)
    assert len(results) == 10
    assert GroupRole.objects.filter(organisation=pamoja).count() == 1
    assert User.objects.filter(name="Faith Achieng").count() == 1


# Who may


def test_a_service_admin_founds_groups_in_her_own_organisation(
    pamoja: Organisation, tumaini: Organisation, make_user: MakeUser, give: Give, sarah: User
) -> None:
    daniel = make_user("Daniel Otieno")
    give(daniel, RoleName.SERVICE_ADMIN, pamoja)
    assert organisation_to_found_in(daniel, None, "groups:create") == pamoja
    assert organisation_to_found_in(daniel, pamoja.id, "groups:create") == pamoja
    with pytest.raises(NotFound):
        organisation_to_found_in(daniel, tumaini.id, "groups:create")
    assert organisation_to_found_in(sarah, None, "groups:create") is None
    assert organisation_to_found_in(sarah, tumaini.id, "groups:create") == tumaini
    give(daniel, RoleName.SERVICE_ADMIN, tumaini)
    assert organisation_to_found_in(daniel, None, "groups:create") is None


def test_a_system_admin_who_serves_one_organisation_still_names_it(
    pamoja: Organisation, give: Give, sarah: User
) -> None:
    give(sarah, RoleName.SERVICE_ADMIN, pamoja)
    assert organisation_to_found_in(sarah, None, "groups:create") is None


def test_auditors_and_chairs_found_nothing(
    pamoja: Organisation, umoja: BankingGroup, make_user: MakeUser, give: Give
) -> None:
    faith, mary = make_user("Faith Achieng"), make_user("Mary Wanjiku")
    give(faith, RoleName.AUDITOR, pamoja)
    give(mary, RoleName.CHAIR, umoja)
    for user in (faith, mary):
        for organisation_id in (None, pamoja.id):
            with pytest.raises(Forbidden):
                organisation_to_found_in(user, organisation_id, "groups:create")


def test_the_first_organisation_waits_for_a_system_admin(sarah: User, make_user: MakeUser) -> None:
    assert not Organisation.objects.exists()
    must_speak(sarah, "organisations:manage")
    with pytest.raises(Forbidden):
        must_speak(make_user("Daniel Otieno"), "organisations:manage")


def test_a_staff_role_is_found_in_its_own_organisation_alone(
    pamoja: Organisation, tumaini: Organisation, make_user: MakeUser, give: Give, sarah: User, umoja: BankingGroup
) -> None:
    faith = make_user("Faith Achieng")
    role, seat = give(faith, RoleName.AUDITOR, pamoja), give(faith, RoleName.SECRETARY, umoja)
    assert staff_role_for(sarah, pamoja.id, role.id, "organisations:manage") == role
    for organisation, wrong in ((tumaini, role), (pamoja, seat)):
        with pytest.raises(NotFound):
            staff_role_for(sarah, organisation.id, wrong.id, "organisations:manage")
    with pytest.raises(Forbidden):
        staff_role_for(faith, pamoja.id, role.id, "organisations:manage")
    with pytest.raises(NotFound):
        organisation_for(faith, tumaini.id, "organisations:manage")
