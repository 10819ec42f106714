"""Groups founded, set right, suspended and looked at by their administrators, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import Act
from core.periods import now, today
from groups.models import BankingGroup, Organisation, RoleName
from groups.operations import edit_organisation, suspend_group
from groups.tests.conftest import MakeGroup
from members.models import Member
from reports.tests.conftest import As, Bring, Enrol, Give, MakeUser, user_of
from users.models import User

pytestmark = pytest.mark.django_db

ADMIN = "/api/savings-groups/admin/groups/"
NEW = {"name": "Tujitegemee", "county": "Kitui", "meeting_day": "MONDAY"}
Refused = tuple[int, str, list[str]]


@pytest.fixture
def daniel(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    return user


@pytest.fixture
def faith(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Faith Achieng")
    give(user, RoleName.AUDITOR, pamoja)
    return user


@pytest.fixture
def samuel(make_user: MakeUser, tumaini: Organisation, give: Give) -> User:
    user = make_user("Samuel Kiprono")
    give(user, RoleName.SERVICE_ADMIN, tumaini)
    return user


def refused(answer: Any) -> Refused:
    body = answer.json()
    return answer.status_code, body["code"], sorted(error["field"] for error in body.get("errors", []))


def act(client: APIClient, group: BankingGroup, **body: Any) -> Any:
    return client.post(f"{ADMIN}{group.id}/actions/", body, format="json")


# Founding


@pytest.mark.parametrize("path", ["/api/savings-groups/", "/api/groups"])
def test_daniel_founds_a_group_in_his_organisation(
    daniel: User, pamoja: Organisation, signed_in: As, path: str
) -> None:
    body = NEW | {
        "constituency": "Kitui East",
        "ward": "0359",
        "location": "Zombe",
        "village": "Kasovoni",
        "meeting_venue": "Market hall",
        "target_amount": "20000.00",
        "registration_date": "2024-02-29",
        "group_code": "tuj-7",
    }
    answer = signed_in(daniel).post(path, body, format="json")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    expected = body | {
        "county_code": "015",
        "constituency_code": "073",
        "ward": "Zombe/Mwitika",
        "ward_code": "0359",
        "group_code": "TUJ-7",
        "organisation": str(pamoja.id),
        "organisation_name": "Pamoja",
        "status": "ACTIVE",
        "members_count": 0,
        "status_changes": [],
    }
    assert {name: made[name] for name in expected} == expected
    assert made["financial_summary"]["trf"] == "0.00"
    assert signed_in(daniel).get(f"/api/groups/{made['id']}").json() == made


def test_what_is_left_out_is_given(daniel: User, signed_in: As) -> None:
    made = signed_in(daniel).post("/api/groups", NEW | {"target_amount": 0}, format="json").json()
    assert made["group_code"] == "TUJ-001"
    assert made["registration_date"] == today().isoformat()
    assert (made["target_amount"], made["ward"], made["ward_code"]) == ("0.00", "", "")


def test_sent_twice_it_is_founded_once(daniel: User, signed_in: As) -> None:
    client, body = signed_in(daniel), NEW | {"offline_sync_id": "found-1"}
    first, again = (client.post("/api/groups", body, format="json") for _time in range(2))
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    other = client.post("/api/groups", body | {"name": "Other"}, format="json")
    assert refused(other)[:2] == (422, "idempotency_mismatch")
    assert BankingGroup.objects.filter(name__in=["Tujitegemee", "Other"]).count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"county": "Kitiu"}, "county"),
        ({"constituency": "Kaiti"}, "constituency"),
        ({"ward": "Miambani"}, "constituency"),
        ({"meeting_day": "SOMEDAY"}, "meeting_day"),
        ({"name": ""}, "name"),
        ({"name": "a\u200bb"}, "name"),
        ({"registration_date": "2999-01-01"}, "registration_date"),
        ({"registration_date": "1899-12-31"}, "registration_date"),
        ({"target_amount": "-1"}, "target_amount"),
        ({"target_amount": "1.005"}, "target_amount"),
        ({"target_amount": False}, "target_amount"),
        ({"group_code": "a b"}, "group_code"),
        ({"group_code": "GRP-UMOJA"}, "group_code"),
        ({"group_code": "X" * 51}, "group_code"),
        ({"organisation": "pamoja"}, "organisation"),
    ],
)
def test_what_cannot_be_founded_is_said_by_its_field(
    daniel: User, umoja: BankingGroup, signed_in: As, change: dict[str, Any], field: str
) -> None:
    answer = signed_in(daniel).post("/api/groups", NEW | change, format="json")
    assert refused(answer) == (400, "invalid", [field])
    assert BankingGroup.objects.count() == 1


def test_the_system_admin_says_which_organisation(sarah: User, tumaini: Organisation, signed_in: As) -> None:
    client = signed_in(sarah)
    assert refused(client.post("/api/groups", NEW, format="json")) == (400, "invalid", ["organisation"])
    made = client.post("/api/groups", NEW | {"organisation": str(tumaini.id)}, format="json").json()
    assert made["organisation"] == str(tumaini.id)


def test_daniel_founds_nothing_in_another_organisation(daniel: User, tumaini: Organisation, signed_in: As) -> None:
    for organisation in (tumaini.id, "0190f5a0-0000-7000-8000-000000000000"):
        answer = signed_in(daniel).post("/api/groups", NEW | {"organisation": str(organisation)}, format="json")
        assert refused(answer)[:2] == (404, "not_found")


def test_who_may_not_found_learns_that_before_anything_else(
    faith: User, mary: Member, pamoja: Organisation, signed_in: As
) -> None:
    for user in (faith, user_of(mary)):
        for body in ({}, {"organisation": str(pamoja.id)}):
            assert refused(signed_in(user).post("/api/groups", body, format="json"))[:2] == (403, "forbidden")
    assert APIClient().post("/api/groups", NEW, format="json").status_code == 401


def test_an_organisation_at_rest_founds_nothing(daniel: User, sarah: User, pamoja: Organisation, signed_in: As) -> None:
    edit_organisation(organisation=pamoja, at=now(), by=sarah, is_active=False)
    answer = signed_in(daniel).post("/api/groups", NEW, format="json")
    assert refused(answer)[:2] == (422, "organisation_inactive")


# Setting right


def test_daniel_sets_a_group_right(daniel: User, umoja: BankingGroup, signed_in: As) -> None:
    body = {"name": "Umoja Mpya", "county": "kitui", "target_amount": 0, "meeting_day": "FRIDAY"}
    answer = signed_in(daniel).patch(f"/api/savings-groups/{umoja.id}/", body, format="json").json()
    assert (answer["name"], answer["county"], answer["county_code"]) == ("Umoja Mpya", "Kitui", "015")
    assert (answer["meeting_day"], answer["group_code"]) == ("FRIDAY", "GRP-UMOJA")
    facts = Act.objects.get(verb="group.edited").facts
    assert facts == {"fields": ["county", "county_code", "meeting_day", "name"]}


def test_a_patch_leaves_organisation_and_status_alone(
    daniel: User, umoja: BankingGroup, tumaini: Organisation, signed_in: As
) -> None:
    body = {"organisation": str(tumaini.id), "status": "INACTIVE", "registration_date": "2020-01-01"}
    answer = signed_in(daniel).patch(f"/api/groups/{umoja.id}", body, format="json").json()
    assert answer["organisation"] == str(umoja.organisation_id)
    assert (answer["status"], answer["registration_date"]) == ("ACTIVE", "2025-01-15")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"group_code": "grp-baraka"}, "group_code"), ({"ward": "Kinale"}, "constituency"), ({"name": None}, "name")],
)
def test_what_cannot_be_set_is_said_by_its_field(
    daniel: User, umoja: BankingGroup, baraka: BankingGroup, signed_in: As, change: dict[str, Any], field: str
) -> None:
    answer = signed_in(daniel).patch(f"/api/groups/{umoja.id}", change, format="json")
    assert refused(answer) == (400, "invalid", [field])


# Suspending


def test_a_suspended_group_takes_no_money_at_the_door_and_is_still_read(
    daniel: User, mary: Member, alice: Member, umoja: BankingGroup, bring: Bring, signed_in: As
) -> None:
    bring(alice, "500.00")
    answer = act(signed_in(daniel), umoja, action="suspend", reason="The books were lost")
    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == "SUSPENDED"
    [change] = answer.json()["status_changes"]
    assert (change["status"], change["by"], change["reason"]) == ("SUSPENDED", "Daniel Otieno", "The books were lost")
    chair = signed_in(user_of(mary))
    money = {
        "member_id": str(alice.id),
        "amount": "100.00",
        "transaction_type": "DEPOSIT",
        "contribution_type": "REGULAR",
        "payment_method": "CASH",
    }
    assert refused(chair.post("/api/transactions", money, format="json"))[:2] == (422, "group_suspended")
    for path in (f"/api/groups/{umoja.id}", f"/api/groups/{umoja.id}/members", f"/api/groups/{umoja.id}/trf-balance"):
        assert chair.get(path).status_code == 200
    assert act(signed_in(daniel), umoja, action="activate", reason="Found").json()["status"] == "ACTIVE"
    assert chair.post("/api/transactions", money, format="json").status_code == 201


def test_an_organisation_at_rest_takes_no_money_and_is_still_read(
    sarah: User, mary: Member, alice: Member, pamoja: Organisation, signed_in: As
) -> None:
    edit_organisation(organisation=pamoja, at=now(), by=sarah, is_active=False)
    chair = signed_in(user_of(mary))
    money = {
        "member_id": str(alice.id),
        "amount": "100.00",
        "transaction_type": "DEPOSIT",
        "contribution_type": "REGULAR",
        "payment_method": "CASH",
    }
    answer = chair.post("/api/transactions", money, format="json")
    assert refused(answer)[:2] == (422, "group_suspended")
    assert "at rest" in answer.json()["detail"]
    assert chair.get(f"/api/groups/{mary.group_id}/cash-ledger").status_code == 200


def test_twice_is_once_too_often(daniel: User, umoja: BankingGroup, signed_in: As) -> None:
    client = signed_in(daniel)
    assert refused(act(client, umoja, action="activate", reason="Why"))[:2] == (409, "invalid_transition")
    assert act(client, umoja, action="suspend", reason="Why").status_code == 200
    assert refused(act(client, umoja, action="suspend", reason="Why"))[:2] == (409, "invalid_transition")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "suspend"}, "reason"),
        ({"action": "suspend", "reason": "  "}, "reason"),
        ({"action": "close", "reason": "Why"}, "action"),
        ({"reason": "Why"}, "action"),
        ({"action": "modify", "county": "Kitiu"}, "county"),
    ],
)
def test_an_action_without_what_it_needs_is_refused(
    daniel: User, umoja: BankingGroup, signed_in: As, body: dict[str, str], field: str
) -> None:
    assert refused(act(signed_in(daniel), umoja, **body)) == (400, "invalid", [field])


def test_modify_is_the_other_door_to_setting_right(daniel: User, umoja: BankingGroup, signed_in: As) -> None:
    answer = act(signed_in(daniel), umoja, action="modify", name="Umoja Mpya", reason="They voted for it")
    assert answer.json()["name"] == "Umoja Mpya"
    assert Act.objects.get(verb="group.edited").facts == {"fields": ["name"]}


def test_daniel_leaves_neema_alone_and_samuel_umoja(
    daniel: User, samuel: User, umoja: BankingGroup, neema: BankingGroup, signed_in: As
) -> None:
    for user, group in ((daniel, neema), (samuel, umoja)):
        client = signed_in(user)
        assert act(client, group, action="suspend", reason="Why").status_code == 404
        assert client.patch(f"/api/groups/{group.id}", {"name": "Mine"}, format="json").status_code == 404
        assert group.name not in str(client.get(ADMIN).json())


def test_faith_reads_and_changes_nothing(faith: User, umoja: BankingGroup, signed_in: As) -> None:
    client = signed_in(faith)
    assert act(client, umoja, action="suspend", reason="Why").status_code == 403
    assert client.patch(f"/api/groups/{umoja.id}", {"name": "Mine"}, format="json").status_code == 403
    assert [row["name"] for row in client.get(ADMIN).json()["results"]] == ["Umoja"]
    assert client.get(f"/api/groups/{umoja.id}").json()["status_changes"] is None


def test_the_members_of_a_group_do_not_read_why_it_was_suspended(
    daniel: User, mary: Member, umoja: BankingGroup, signed_in: As
) -> None:
    suspend_group(group=umoja, reason="The books were lost", at=now(), by=daniel)
    answer = signed_in(user_of(mary)).get(f"/api/groups/{umoja.id}").json()
    assert (answer["status"], answer["status_changes"]) == ("SUSPENDED", None)


# The administrators' list


def test_the_list_shows_figures_and_people(
    daniel: User,
    mary: Member,
    alice: Member,
    umoja: BankingGroup,
    make_user: MakeUser,
    give: Give,
    bring: Bring,
    signed_in: As,
) -> None:
    joseph = make_user("Joseph Mutua")
    give(joseph, RoleName.FIELD_OFFICER, umoja)
    give(user_of(alice), RoleName.TREASURER, umoja)
    bring(alice, "500.00")
    bring(alice, "70.00", "WELFARE")
    [row] = signed_in(daniel).get(f"{ADMIN}?search=umoja").json()["results"]
    expected = {
        "name": "Umoja",
        "status": "ACTIVE",
        "members_count": 2,
        "savings": "500.00",
        "cash": "570.00",
        "trf": "500.00",
        "difference": "0.00",
        "last_entry_on": today().isoformat(),
        "field_officers": [{"user_id": str(joseph.id), "name": "Joseph Mutua"}],
    }
    assert {name: row[name] for name in expected} == expected
    seats = [(seat["office"], seat["name"]) for seat in row["office_holders"]]
    assert seats[0] == ("CHAIR", "Mary Wanjiku")
    assert ("TREASURER", "Alice Wambui") in seats


def test_a_group_without_books_or_people_is_listed_too(daniel: User, umoja: BankingGroup, signed_in: As) -> None:
    [row] = signed_in(daniel).get(ADMIN).json()["results"]
    assert (row["last_entry_on"], row["office_holders"], row["field_officers"]) == (None, [], [])


def test_the_list_is_narrowed_by_organisation_and_status(
    sarah: User, umoja: BankingGroup, neema: BankingGroup, tumaini: Organisation, signed_in: As
) -> None:
    client = signed_in(sarah)
    assert [row["name"] for row in client.get(f"{ADMIN}?organisation={tumaini.id}").json()["results"]] == ["Neema"]
    assert client.get(f"{ADMIN}?status=SUSPENDED").json()["count"] == 0
    assert refused(client.get(f"{ADMIN}?colour=green"))[:2] == (400, "invalid")


def test_a_chair_does_not_look_at_the_administrators_list(mary: Member, signed_in: As) -> None:
    assert signed_in(user_of(mary)).get(ADMIN).status_code == 403


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_groups(
    sarah: User,
    pamoja: Organisation,
    make_group: MakeGroup,
    enrol: Enrol,
    give: Give,
    signed_in: As,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    client = signed_in(sarah)
    enrol(make_group(pamoja, "Umoja"), "Mary Wanjiku")
    with django_assert_max_num_queries(12) as first:
        client.get(ADMIN)
    for name in ("Baraka", "Amani", "Neema", "Tumaini", "Imani"):
        group = make_group(pamoja, name)
        give(user_of(enrol(group, f"Chair of {name}")), RoleName.CHAIR, group)
    with django_assert_max_num_queries(len(first.captured_queries)):
        assert client.get(ADMIN).json()["count"] == 6
