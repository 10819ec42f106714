"""The pages of organisations: the system admin founds them, sets them right, takes people on and lets them go."""

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.periods import now
from core.tests.lasting import lasting
from groups.models import BankingGroup, GroupRole, Organisation, RoleName
from groups.operations import edit_organisation
from members.models import Member
from reports.tests.conftest import Give, MakeUser, user_of
from reports.tests.desk import At, text, told
from users.models import OneTimeCode, User

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    return user


def settings(organisation: Organisation, **more: str) -> dict[str, str]:
    usual = {
        "name": organisation.name,
        "interest_cap_yearly_percent": "",
        "position_days_kept": "90",
        "position_fresh_minutes": "30",
        "months_close_on_day": "",
        "is_active": "yes",
        "offline_sync_id": str(new_id()),
    }
    return usual | more


def somebody(**more: str) -> dict[str, str]:
    usual = {"name": "Faith Achieng", "phone": "0711 222 333", "role": "AUDITOR", "offline_sync_id": str(new_id())}
    return {f"staff-{name}": value for name, value in (usual | more).items()}


def page_of(organisation: Organisation) -> str:
    return reverse("organisation-page", args=[organisation.pk])


# All of them


def test_sarah_sees_every_organisation_with_its_figures(
    at_desk: At, sarah: User, daniel: User, tumaini: Organisation, mary: Member
) -> None:
    edit_organisation(organisation=tumaini, at=now(), by=sarah, is_active=False)
    answer = at_desk(sarah).get(reverse("organisations-page"))
    rows = [(row.name, row.is_active, row.groups, row.members, row.staff) for row in answer.context["rows"]]
    assert rows == [("Pamoja", True, 1, 1, 1), ("Tumaini", False, 0, 0, 0)]
    assert "At rest: no new groups, no money" in text(answer)


def test_before_the_first_there_are_none(at_desk: At, sarah: User) -> None:
    assert "There is no organisation yet." in text(at_desk(sarah).get(reverse("organisations-page")))


def test_sarah_founds_an_organisation_once(at_desk: At, sarah: User) -> None:
    browser, form = at_desk(sarah), {"name": "Tuungane", "offline_sync_id": str(new_id())}
    first, again = (browser.post(reverse("organisations-page"), form) for _time in range(2))
    assert first["Location"] == again["Location"] == page_of(Organisation.objects.get())
    assert told(first) == ["Tuungane is founded."]


@pytest.mark.parametrize("name", ["", "Pamoja"])
def test_a_name_that_cannot_be_stands_beside_its_field(
    at_desk: At, sarah: User, pamoja: Organisation, name: str
) -> None:
    form = {"name": name, "offline_sync_id": str(new_id())}
    page = text(at_desk(sarah).post(reverse("organisations-page"), form), 422)
    assert 'id="id_name_error"' in page
    assert "autofocus" in page
    assert Organisation.objects.count() == 1


def test_the_rail_leads_the_system_admin_there_and_nobody_else(at_desk: At, sarah: User, daniel: User) -> None:
    assert reverse("organisations-page") in text(at_desk(sarah).get(reverse("home")))
    assert reverse("organisations-page") not in text(at_desk(daniel).get(reverse("home")))


def test_nobody_else_opens_these_pages(
    at_desk: At, daniel: User, mary: Member, pamoja: Organisation, tumaini: Organisation, client: Client
) -> None:
    role = daniel.roles.get()
    staff, end = reverse("staff-page", args=[pamoja.pk]), reverse("staff-end-page", args=[pamoja.pk, role.pk])
    assert client.get(page_of(pamoja)).status_code == 302
    for user, status in ((daniel, 403), (user_of(mary), 404)):
        browser = at_desk(user)
        assert browser.get(reverse("organisations-page")).status_code == 403
        assert browser.post(reverse("organisations-page"), {"name": "Mine"}).status_code == 403
        assert browser.get(page_of(pamoja)).status_code == status
        assert browser.post(page_of(pamoja), settings(pamoja, name="Mine")).status_code == status
        assert browser.post(staff, somebody()).status_code == status
        assert browser.post(end, {"step": "confirm"}).status_code == status
    assert at_desk(daniel).get(page_of(tumaini)).status_code == 404
    assert {one.name for one in Organisation.objects.all()} == {"Pamoja", "Tumaini"}
    assert GroupRole.objects.get(pk=role.pk).until is None
    assert not User.objects.filter(name="Faith Achieng").exists()


# One of them


def test_the_settings_are_kept(at_desk: At, sarah: User, pamoja: Organisation) -> None:
    form = settings(pamoja, name="Pamoja Tele", interest_cap_yearly_percent="36.5", position_fresh_minutes="15")
    answer = at_desk(sarah).post(page_of(pamoja), form)
    assert told(answer) == ["The settings are saved."]
    pamoja.refresh_from_db()
    assert (pamoja.name, str(pamoja.interest_cap_yearly_percent), pamoja.position_fresh_minutes) == (
        "Pamoja Tele",
        "36.50",
        15,
    )
    assert 'value="36.50"' in text(at_desk(sarah).get(page_of(pamoja)))
    assert pamoja.months_close_on_day is None


def test_a_standing_order_to_close_months_is_kept(at_desk: At, sarah: User, pamoja: Organisation) -> None:
    at_desk(sarah).post(page_of(pamoja), settings(pamoja, months_close_on_day="5"))
    pamoja.refresh_from_db()
    assert pamoja.months_close_on_day == 5
    assert 'name="months_close_on_day" value="5"' in text(at_desk(sarah).get(page_of(pamoja)))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Tumaini"}, "name"),
        ({"position_days_kept": "0"}, "position_days_kept"),
        ({"position_days_kept": "many"}, "position_days_kept"),
        ({"months_close_on_day": "29"}, "months_close_on_day"),
        ({"interest_cap_yearly_percent": "-1"}, "interest_cap_yearly_percent"),
        ({"is_active": "perhaps"}, "is_active"),
    ],
)
def test_a_setting_that_cannot_be_stands_beside_its_field(
    at_desk: At, sarah: User, pamoja: Organisation, tumaini: Organisation, change: dict[str, str], field: str
) -> None:
    page = text(at_desk(sarah).post(page_of(pamoja), settings(pamoja, **change)), 422)
    assert f'id="id_{field}_error"' in page


def is_awake(organisation: Organisation) -> bool:
    return Organisation.objects.get(pk=organisation.pk).is_active


def test_putting_to_rest_is_shown_before_it_is_done(
    at_desk: At, sarah: User, pamoja: Organisation, umoja: BankingGroup
) -> None:
    browser, form = at_desk(sarah), settings(pamoja, is_active="no")
    page = text(browser.post(page_of(pamoja), form))
    assert "Nothing has happened yet." in page
    assert "1 group takes money" in page
    assert is_awake(pamoja)
    back = text(browser.post(page_of(pamoja), form | {"step": "change"}))
    assert is_awake(pamoja)
    assert "checked" in back
    browser.post(page_of(pamoja), form | {"step": "confirm"})
    assert not is_awake(pamoja)
    page = text(browser.get(page_of(pamoja)))
    assert "An organisation at rest takes nobody on." in page
    assert "Pamoja is woken." in text(browser.post(page_of(pamoja), settings(pamoja)))
    browser.post(page_of(pamoja), settings(pamoja, step="confirm"))
    pamoja.refresh_from_db()
    assert pamoja.is_active


# Its staff


def test_somebody_new_is_taken_on_and_sent_a_code(at_desk: At, sarah: User, pamoja: Organisation) -> None:
    browser, form = at_desk(sarah), somebody()
    for _time in range(2):
        answer = browser.post(reverse("staff-page", args=[pamoja.pk]), form)
        assert answer["Location"] == page_of(pamoja)
    assert "Faith Achieng is Auditor. A code to choose a password with is on its way to her phone." in told(answer)
    assert OneTimeCode.objects.count() == 1
    page = text(browser.get(page_of(pamoja)))
    assert "0711 222 333" in page
    assert "not yet: a code was sent" in page


def test_who_signs_in_already_is_named_as_she_is(
    at_desk: At, sarah: User, pamoja: Organisation, make_user: MakeUser
) -> None:
    samuel = make_user("Samuel Kiprono")
    samuel.set_password("milk-and-maize-2026")
    samuel.save()
    answer = at_desk(sarah).post(reverse("staff-page", args=[pamoja.pk]), somebody(phone=samuel.phone))
    assert told(answer) == ["Samuel Kiprono signs in with this number already and is Auditor from now on."]


@pytest.mark.parametrize(
    ("change", "field"), [({"name": ""}, "name"), ({"phone": "12"}, "phone"), ({"role": "CHAIR"}, "role")]
)
def test_whom_she_cannot_take_on_stands_beside_the_field(
    at_desk: At, sarah: User, pamoja: Organisation, change: dict[str, str], field: str
) -> None:
    page = text(at_desk(sarah).post(reverse("staff-page", args=[pamoja.pk]), somebody(**change)), 422)
    assert f'id="id_staff-{field}_error"' in page
    assert not GroupRole.objects.filter(organisation=pamoja).exists()


def test_an_organisation_at_rest_takes_nobody_on(at_desk: At, sarah: User, pamoja: Organisation) -> None:
    edit_organisation(organisation=pamoja, at=now(), by=sarah, is_active=False)
    assert at_desk(sarah).post(reverse("staff-page", args=[pamoja.pk]), somebody()).status_code == 422
    assert not GroupRole.objects.filter(organisation=pamoja).exists()


def test_a_role_is_ended_after_a_second_look(
    at_desk: At, sarah: User, daniel: User, pamoja: Organisation, umoja: BankingGroup
) -> None:
    role = daniel.roles.get()
    browser, address = at_desk(sarah), reverse("staff-end-page", args=[pamoja.pk, role.pk])
    assert "Daniel Otieno is no longer Service admin of Pamoja." in text(browser.post(address))
    assert GroupRole.objects.get(pk=role.pk).until is None
    answer = browser.post(address, {"step": "confirm"})
    assert answer["Location"] == page_of(pamoja)
    assert GroupRole.objects.get(pk=role.pk).until is not None
    assert at_desk(daniel).get(reverse("group-page", args=[umoja.pk])).status_code == 404


def test_a_role_of_another_organisation_is_not_found(
    at_desk: At, sarah: User, daniel: User, tumaini: Organisation
) -> None:
    address = reverse("staff-end-page", args=[tumaini.pk, daniel.roles.get().pk])
    assert at_desk(sarah).post(address, {"step": "confirm"}).status_code == 404
