"""Organisations, their staff and the places of Kenya over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.ids import new_id
from core.tests.lasting import lasting
from groups.models import BankingGroup, GroupRole, Organisation, RoleName
from groups.operations import create_organisation
from members.models import Member
from reports.tests.conftest import AT, As, Enrol, Give, MakeUser, user_of
from users.models import OneTimeCode, User

pytestmark = pytest.mark.django_db

PATH = "/api/organisations"
FAITH = {"name": "Faith Achieng", "phone": "0711 222 333", "role": "AUDITOR"}


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    return user


def refused(answer: Any) -> tuple[int, str, list[str]]:
    body = answer.json()
    return answer.status_code, body["code"], sorted(error["field"] for error in body.get("errors", []))


# Organisations


def test_sarah_founds_an_organisation_once(sarah: User, signed_in: As) -> None:
    client, body = signed_in(sarah), {"name": "Tuungane", "offline_sync_id": "org-1"}
    first, again = (client.post(PATH, body, format="json") for _time in range(2))
    assert (first.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert first.json() == again.json() == client.get(f"{PATH}/{first.json()['id']}").json()
    made = first.json()
    assert {name: made[name] for name in made if name not in {"id", "created_at"}} == {
        "name": "Tuungane",
        "is_active": True,
        "interest_cap_yearly_percent": None,
        "position_days_kept": 90,
        "position_fresh_minutes": 30,
        "months_close_on_day": None,
        "groups_count": 0,
        "members_count": 0,
        "staff_count": 0,
    }


def test_the_list_counts_groups_members_and_staff(
    sarah: User,
    daniel: User,
    tumaini: Organisation,
    mary: Member,
    alice: Member,
    jane: Member,
    enrol: Enrol,
    signed_in: As,
) -> None:
    Member.objects.filter(pk=alice.pk).update(is_active=False)
    rows = signed_in(sarah).get(f"{PATH}/").json()["results"]
    counted = [(row["name"], row["groups_count"], row["members_count"], row["staff_count"]) for row in rows]
    assert counted == [("Pamoja", 2, 2, 1), ("Tumaini", 0, 0, 0)]


def test_the_list_is_searched_and_narrowed(
    sarah: User, pamoja: Organisation, tumaini: Organisation, signed_in: As
) -> None:
    Organisation.objects.filter(pk=tumaini.pk).update(is_active=False)

    def names(query: str) -> list[str]:
        return [row["name"] for row in signed_in(sarah).get(PATH + query).json()["results"]]

    assert names("?is_active=true") == ["Pamoja"]
    assert names("?search=tum") == ["Tumaini"]
    assert names("?ordering=-name") == ["Tumaini", "Pamoja"]
    assert refused(signed_in(sarah).get(f"{PATH}?colour=green"))[:2] == (400, "invalid")


def test_the_list_asks_the_same_number_of_questions_for_any_number(
    sarah: User, pamoja: Organisation, signed_in: As, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client = signed_in(sarah)
    with django_assert_max_num_queries(8) as first:
        client.get(PATH)
    for number in range(5):
        create_organisation(name=f"Organisation {number}", at=AT, by=sarah)
    with django_assert_max_num_queries(len(first.captured_queries)):
        assert client.get(PATH).json()["count"] == 6


def test_sarah_sets_an_organisation_right(sarah: User, pamoja: Organisation, signed_in: As) -> None:
    body = {"interest_cap_yearly_percent": "36.50", "position_fresh_minutes": 15, "is_active": False}
    answer = signed_in(sarah).patch(f"{PATH}/{pamoja.id}/", body, format="json").json()
    assert (answer["name"], answer["interest_cap_yearly_percent"]) == ("Pamoja", "36.50")
    assert (answer["position_fresh_minutes"], answer["is_active"]) == (15, False)
    again = signed_in(sarah).patch(f"{PATH}/{pamoja.id}", {"interest_cap_yearly_percent": None}, format="json")
    assert again.json()["interest_cap_yearly_percent"] is None
    for day in (5, None):
        ordered = signed_in(sarah).patch(f"{PATH}/{pamoja.id}", {"months_close_on_day": day}, format="json")
        assert ordered.json()["months_close_on_day"] == day


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Tumaini"}, "name"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"is_active": "perhaps"}, "is_active"),
        ({"interest_cap_yearly_percent": "-1"}, "interest_cap_yearly_percent"),
        ({"interest_cap_yearly_percent": "1.005"}, "interest_cap_yearly_percent"),
        ({"position_days_kept": 0}, "position_days_kept"),
        ({"position_fresh_minutes": 10**9}, "position_fresh_minutes"),
        ({"months_close_on_day": 29}, "months_close_on_day"),
        ({"months_close_on_day": 0}, "months_close_on_day"),
    ],
)
def test_what_cannot_be_set_is_said_by_its_field(
    sarah: User, pamoja: Organisation, tumaini: Organisation, signed_in: As, body: dict[str, Any], field: str
) -> None:
    answer = signed_in(sarah).patch(f"{PATH}/{pamoja.id}", body, format="json")
    assert refused(answer) == (400, "invalid", [field])


def test_nobody_but_the_system_admin_comes_near_organisations(
    daniel: User, mary: Member, pamoja: Organisation, tumaini: Organisation, signed_in: As
) -> None:
    for user, status in ((daniel, 403), (user_of(mary), 404)):
        client = signed_in(user)
        assert client.get(f"{PATH}/{pamoja.id}").status_code == status
        assert client.patch(f"{PATH}/{pamoja.id}", {"name": "Mine"}, format="json").status_code == status
        assert client.get(f"{PATH}/{pamoja.id}/staff").status_code == status
        assert client.post(f"{PATH}/{pamoja.id}/staff", FAITH, format="json").status_code == status
        assert client.get(f"{PATH}/{tumaini.id}").status_code == 404
    assert APIClient().get(PATH).status_code == 401
    assert not User.objects.filter(name="Faith Achieng").exists()


def test_who_manages_no_organisation_sees_and_founds_none(daniel: User, signed_in: As) -> None:
    assert signed_in(daniel).get(PATH).status_code == 403
    for body in ({"name": "Mine"}, {}):
        assert signed_in(daniel).post(PATH, body, format="json").status_code == 403
    assert not Organisation.objects.filter(name="Mine").exists()


# Staff


def test_sarah_takes_an_auditor_on(sarah: User, daniel: User, pamoja: Organisation, signed_in: As) -> None:
    client, body = signed_in(sarah), FAITH | {"offline_sync_id": "staff-1"}
    first, again = (client.post(f"{PATH}/{pamoja.id}/staff", body, format="json") for _time in range(2))
    assert (first.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert first.json() == again.json()
    made = first.json()
    assert (made["name"], made["phone"], made["role"], made["signs_in"]) == (
        "Faith Achieng",
        "254711222333",
        "AUDITOR",
        False,
    )
    assert OneTimeCode.objects.count() == 1
    rows = client.get(f"{PATH}/{pamoja.id}/staff/").json()["results"]
    assert [(row["name"], row["role"]) for row in rows] == [
        ("Daniel Otieno", "SERVICE_ADMIN"),
        ("Faith Achieng", "AUDITOR"),
    ]
    assert client.get(f"{PATH}/{pamoja.id}/staff?role=AUDITOR").json()["count"] == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "CHAIR"}, "role"),
        ({"role": "SYSTEM_ADMIN"}, "role"),
        ({"phone": "123"}, "phone"),
        ({"name": ""}, "name"),
    ],
)
def test_whom_she_cannot_take_on(
    sarah: User, pamoja: Organisation, signed_in: As, change: dict[str, str], field: str
) -> None:
    answer = signed_in(sarah).post(f"{PATH}/{pamoja.id}/staff", FAITH | change, format="json")
    assert refused(answer) == (400, "invalid", [field])
    assert GroupRole.objects.filter(organisation=pamoja).count() == 0


def test_a_role_given_and_ended_counts_from_the_next_request(
    sarah: User, pamoja: Organisation, umoja: BankingGroup, make_user: MakeUser, signed_in: As
) -> None:
    samuel = make_user("Samuel Kiprono")
    hers, his = signed_in(sarah), signed_in(samuel)
    group = f"/api/groups/{umoja.id}"
    assert his.get(group).status_code == 404
    body = {"name": "Samuel", "phone": samuel.phone, "role": "SERVICE_ADMIN"}
    given = hers.post(f"{PATH}/{pamoja.id}/staff", body, format="json").json()
    assert (given["user_id"], given["name"]) == (str(samuel.id), "Samuel Kiprono")
    assert his.patch(group, {"village": "Mulundi"}, format="json").status_code == 200
    for _time in range(2):
        assert hers.delete(f"{PATH}/{pamoja.id}/staff/{given['id']}/").status_code == 204
    assert his.get(group).status_code == 404
    assert his.patch(group, {"village": "Elsewhere"}, format="json").status_code == 404
    role = GroupRole.objects.get(pk=given["id"])
    assert role.until is not None
    umoja.refresh_from_db()
    assert umoja.village == "Mulundi"


def test_a_role_is_ended_in_its_own_organisation_alone(
    sarah: User,
    daniel: User,
    pamoja: Organisation,
    tumaini: Organisation,
    umoja: BankingGroup,
    give: Give,
    signed_in: As,
) -> None:
    client, role = signed_in(sarah), daniel.roles.get()
    seat = give(daniel, RoleName.SECRETARY, umoja)
    for organisation, wrong in ((tumaini.id, role.id), (pamoja.id, seat.id), (pamoja.id, new_id())):
        assert client.delete(f"{PATH}/{organisation}/staff/{wrong}").status_code == 404
    assert signed_in(daniel).delete(f"{PATH}/{pamoja.id}/staff/{role.id}").status_code == 403
    assert GroupRole.objects.filter(user=daniel, until__isnull=True).count() == 2


# Places


def places(client: APIClient, query: str = "") -> list[tuple[str, str]]:
    answer = client.get(f"/api/places{query}")
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["count"], body["next"], body["previous"]) == (len(body["results"]), None, None)
    return [(row["code"], row["name"]) for row in body["results"]]


def test_anybody_who_has_signed_in_finds_every_place(make_user: MakeUser, signed_in: As) -> None:
    client = signed_in(make_user("Nobody Yet"))
    assert len(places(client)) == 47
    assert places(client, "?county=Mombasa")[0] == ("001", "Changamwe")
    assert places(client, "?county=017&constituency=085") == places(client, "?constituency=kaiti")
    assert places(client, "?constituency=kaiti")[-1] == ("0423", "Ilima")
    assert APIClient().get("/api/places").status_code == 401


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?county=Kitiu", "county"),
        ("?county=Mombasa&constituency=Kaiti", "constituency"),
        ("?constituency=Nowhere", "constituency"),
        ("?ward=Ilima", "ward"),
    ],
)
def test_what_is_no_place_is_refused(sarah: User, signed_in: As, query: str, field: str) -> None:
    assert refused(signed_in(sarah).get(f"/api/places{query}")) == (400, "invalid", [field])
