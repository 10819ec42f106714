"""Members over HTTP: registering, inviting, reading, and how much of whom each may see."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import Act
from core.ids import new_id
from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup, Organisation, RoleName
from groups.operations import end_role
from members.models import Member, Person
from members.operations import register
from reports.tests.conftest import LUCY, As, Bring, Enrol, Give, MakeUser, user_of
from savings.operations import impose, waive
from users.models import OneTimeCode, User

pytestmark = pytest.mark.django_db

LISTS = ["/api/groups/{}/members", "/api/savings-groups/{}/members", "/api/savings-groups/groups/{}/members"]


@pytest.fixture
@lasting
def joseph(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    user = make_user("Joseph Mutua")
    give(user, RoleName.FIELD_OFFICER, umoja)
    return user


@pytest.fixture
@lasting
def faith(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Faith Achieng")
    give(user, RoleName.AUDITOR, pamoja)
    return user


@pytest.fixture
@lasting
def lucy(umoja: BankingGroup, ruth: User) -> Member:
    return register(group=umoja, particulars=LUCY, at=now(), on=today(), by=ruth)


def asked(group: BankingGroup, **changes: Any) -> dict[str, Any]:
    kin = [{"name": "John Nyambura", "relationship": "husband", "phone": "0711 000 016", "id_number": "22334455"}]
    body = {
        "group_id": str(group.id),
        "member_name": "Lucy Nyambura",
        "id_number": "23456789",
        "phone": "0700 000 016",
        "date_of_birth": "1988-02-29",
        "next_of_kin": kin,
    }
    return body | changes


# Registering


@pytest.mark.parametrize("path", ["/api/members", "/api/members/"])
def test_ruth_registers_lucy(umoja: BankingGroup, ruth: User, signed_in: As, path: str) -> None:
    answer = signed_in(ruth).post(path, asked(umoja), format="json")
    assert answer.status_code == 201
    member = Member.objects.get()
    assert answer.json() == {
        "id": str(member.id),
        "group_id": str(umoja.id),
        "person_id": str(member.person_id),
        "member_name": "Lucy Nyambura",
        "member_number": 1,
        "account_number": member.account_number,
        "phone": "254700000016",
        "office": None,
        "is_active": True,
        "registration_date": today().isoformat(),
        "id_verified": False,
        "balances": {"PERSONAL": "0.00", "SOCIAL": "0.00", "ECD": "0.00", "PROJECT": "0.00"},
        "attendance_rate": None,
        "next_due": None,
        "days_late": 0,
        "open_fines": 0,
        "id_number": "23456789",
        "date_of_birth": "1988-02-29",
        "next_of_kin": [
            {
                "id": str(member.person.next_of_kin.get().id),
                "name": "John Nyambura",
                "relationship": "husband",
                "phone": "254711000016",
                "id_number": "22334455",
            }
        ],
        "id_verification": None,
        "photo_url": None,
        "id_document_url": None,
        "warnings": [],
    }


def test_the_same_key_answers_the_first_outcome_again(umoja: BankingGroup, ruth: User, signed_in: As) -> None:
    client, body = signed_in(ruth), asked(umoja, offline_sync_id="from Ruth's phone 1")
    first, again = client.post("/api/members", body, format="json"), client.post("/api/members", body, format="json")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    other = client.post("/api/members", body | {"member_name": "Lucy Other"}, format="json")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert Member.objects.count() == 1


def test_a_refused_registration_may_be_sent_again_with_its_key(umoja: BankingGroup, ruth: User, signed_in: As) -> None:
    client, body = signed_in(ruth), asked(umoja, offline_sync_id="7f0c")
    BankingGroup.objects.filter(pk=umoja.pk).update(status="SUSPENDED")
    refused = client.post("/api/members", body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (422, "group_suspended")
    BankingGroup.objects.filter(pk=umoja.pk).update(status="ACTIVE")
    assert client.post("/api/members", body, format="json").status_code == 201


@pytest.mark.parametrize("spelling", ["23456789", "23-456-789", " 2345 6789 "])
def test_a_known_id_number_is_refused_in_every_spelling(
    umoja: BankingGroup, lucy: Member, ruth: User, signed_in: As, spelling: str
) -> None:
    answer = signed_in(ruth).post("/api/members", asked(umoja, id_number=spelling), format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "id_number_taken")
    assert answer.json()["errors"][0]["field"] == "id_number"
    assert "Lucy" not in answer.content.decode()
    assert Person.objects.count() == 1


def test_unusual_id_numbers_are_kept_with_a_warning(umoja: BankingGroup, ruth: User, signed_in: As) -> None:
    kin = [{"name": "Achan", "relationship": "sister", "id_number": "AB12"}]
    body = asked(umoja, id_number="a-1234567", next_of_kin=kin)
    answer = signed_in(ruth).post("/api/members", body, format="json")
    assert answer.status_code == 201
    assert [(w["field"], w["code"]) for w in answer.json()["warnings"]] == [
        ("id_number", "unusual_id_number"),
        ("next_of_kin.0.id_number", "unusual_id_number"),
    ]
    assert Person.objects.get().id_number == "A1234567"


BAD = [
    ({"member_name": ""}, "member_name"),
    ({"member_name": "L"}, "member_name"),
    ({"member_name": 5}, "member_name"),
    ({"member_name": "Lucy\u200b"}, "member_name"),
    ({"member_name": None}, "member_name"),
    ({"member_name": "x" * 256}, "member_name"),
    ({"id_number": "12#"}, "id_number"),
    ({"id_number": 23456789}, "id_number"),
    ({"id_number": True}, "id_number"),
    ({"phone": "0800000016"}, "phone"),
    ({"phone": None}, "phone"),
    ({"date_of_birth": "29/02/1988"}, "date_of_birth"),
    ({"date_of_birth": "1989-02-29"}, "date_of_birth"),
    ({"date_of_birth": "1899-12-31"}, "date_of_birth"),
    ({"date_of_birth": "2999-01-01"}, "date_of_birth"),
    ({"next_of_kin": [{"name": "John"}]}, "next_of_kin.0.relationship"),
    ({"next_of_kin": [{"name": "John", "relationship": "son", "phone": "1"}]}, "next_of_kin.0.phone"),
    ({"next_of_kin": ["John"]}, "next_of_kin.0"),
    ({"next_of_kin": {"name": "John"}}, "next_of_kin"),
    ({"next_of_kin": [{"name": "John", "relationship": "son"}] * 11}, "next_of_kin"),
    ({"id_photo": "data:image/png;base64,AAAA"}, "id_photo"),
    ({"signature": ["x"]}, "signature"),
    ({"offline_sync_id": "x" * 101}, "offline_sync_id"),
    ({"group_id": "umoja"}, "group_id"),
    ({"group_id": None}, "group_id"),
    ({"group_id": ["x"]}, "group_id"),
]


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_bad_input_names_its_field_and_registers_nobody(
    umoja: BankingGroup, ruth: User, signed_in: As, changes: dict[str, Any], field: str
) -> None:
    answer = signed_in(ruth).post("/api/members", asked(umoja, **changes), format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), answer.content
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Person.objects.exists()


@pytest.mark.parametrize("raw", ['{"group_id": NaN}', "[]", "{", '{"a": 1, "a": 2}', '{"x": "\\u0000"}', "[" * 30])
def test_a_body_that_is_no_json_object_is_refused(ruth: User, signed_in: As, raw: str) -> None:
    answer = signed_in(ruth).post("/api/members", raw, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_what_is_not_named_in_the_contract_is_not_taken(umoja: BankingGroup, ruth: User, signed_in: As) -> None:
    chosen = {"id": str(new_id()), "number": 7, "member_number": 7, "is_active": False, "joined_on": "2001-01-01"}
    answer = signed_in(ruth).post("/api/members", asked(umoja, **chosen, user=str(ruth.id)), format="json")
    assert answer.status_code == 201
    member = Member.objects.get()
    assert (member.number, member.is_active, member.joined_on, member.person.user) == (1, True, today(), None)
    assert str(member.id) != chosen["id"]


def test_empty_pictures_and_no_kin_are_fine(umoja: BankingGroup, ruth: User, signed_in: As) -> None:
    body = asked(umoja, id_photo=None, signature="", next_of_kin=[])
    assert signed_in(ruth).post("/api/members", body, format="json").json()["next_of_kin"] == []


def test_jane_registers_nobody_in_umoja(jane: Member, umoja: BankingGroup, signed_in: As) -> None:
    client = signed_in(user_of(jane))
    before = Member.objects.count()
    stranger = client.post("/api/members", asked(umoja), format="json")
    nowhere = client.post("/api/members", asked(umoja, group_id=str(new_id())), format="json")
    assert stranger.status_code == nowhere.status_code == 404
    assert stranger.json() == nowhere.json()
    assert client.post("/api/members", {"group_id": str(umoja.id)}, format="json").status_code == 404
    assert Member.objects.count() == before


def test_alice_and_the_auditor_may_see_umoja_but_register_nobody(
    alice: Member, faith: User, umoja: BankingGroup, signed_in: As
) -> None:
    for user in (user_of(alice), faith):
        answer = signed_in(user).post("/api/members", asked(umoja), format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_the_anonymous_are_asked_to_sign_in(umoja: BankingGroup, lucy: Member) -> None:
    client = APIClient()
    for path in (
        *(path.format(umoja.id) for path in LISTS),
        f"/api/members/{lucy.id}",
        "/api/savings-groups/my-membership",
    ):
        assert client.get(path).status_code == 401, path
    assert client.post("/api/members", asked(umoja), format="json").status_code == 401
    assert client.post(f"/api/members/{lucy.id}/invite").status_code == 401


# Reading


@pytest.mark.parametrize("path", LISTS)
def test_mary_reads_the_roster_with_balances(
    mary: Member, alice: Member, lucy: Member, umoja: BankingGroup, bring: Bring, signed_in: As, path: str
) -> None:
    bring(alice, "137.50")
    bring(alice, "20.00", "WELFARE")
    rows = signed_in(user_of(mary)).get(path.format(umoja.id)).json()["results"]
    assert [(row["member_number"], row["member_name"], row["office"]) for row in rows] == [
        (1, "Mary Wanjiku", "CHAIR"),
        (2, "Alice Wambui", None),
        (3, "Lucy Nyambura", None),
    ]
    assert rows[1]["balances"] == {"PERSONAL": "137.50", "SOCIAL": "20.00", "ECD": "0.00", "PROJECT": "0.00"}
    assert rows[1]["phone"] == user_of(alice).phone
    assert "id_number" not in rows[1]


def test_alice_reads_her_own_row_and_the_names_of_the_others(
    mary: Member, alice: Member, umoja: BankingGroup, bring: Bring, signed_in: As
) -> None:
    bring(alice, "137.50")
    bring(mary, "9000.00")
    first, second = signed_in(user_of(alice)).get(LISTS[0].format(umoja.id)).json()["results"]
    assert first == {
        "id": str(mary.id),
        "group_id": str(umoja.id),
        "person_id": None,
        "member_name": "Mary Wanjiku",
        "member_number": 1,
        "account_number": None,
        "phone": None,
        "office": "CHAIR",
        "is_active": True,
        "registration_date": None,
        "id_verified": None,
        "balances": None,
        "attendance_rate": None,
        "next_due": None,
        "days_late": None,
        "open_fines": None,
    }
    assert set(second) == set(first)
    assert (second["phone"], second["balances"]["PERSONAL"]) == (user_of(alice).phone, "137.50")


def test_the_roster_is_searched_filtered_and_ordered(
    mary: Member, alice: Member, peter: Member, umoja: BankingGroup, signed_in: As
) -> None:
    Member.objects.filter(pk=peter.pk).update(is_active=False, left_on=today())
    client = signed_in(user_of(mary))

    def names(query: str) -> list[str]:
        return [
            row["member_name"].split()[0] for row in client.get(LISTS[0].format(umoja.id) + query).json()["results"]
        ]

    assert names("?search=wambui") == ["Alice"]
    assert names("?search=2") == ["Alice"]
    assert names("?search=1234567") == []
    assert names("?is_active=false") == ["Peter"]
    assert names("?is_active=true&ordering=member_name") == ["Alice", "Mary"]
    assert names("?ordering=-member_number") == ["Peter", "Alice", "Mary"]
    assert names("?page_size=2&page=2") == ["Peter"]


@pytest.mark.parametrize(
    "query", ["?is_active=maybe", "?ordering=phone", "?phone=0700", "?group=1", "?ordering=person__phone"]
)
def test_what_the_roster_does_not_know_is_refused(mary: Member, umoja: BankingGroup, signed_in: As, query: str) -> None:
    answer = signed_in(user_of(mary)).get(LISTS[0].format(umoja.id) + query)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("path", LISTS)
def test_jane_gets_404_for_umoja_s_roster(jane: Member, umoja: BankingGroup, signed_in: As, path: str) -> None:
    assert signed_in(user_of(jane)).get(path.format(umoja.id)).status_code == 404


def test_jane_gets_404_for_lucy_like_for_nobody(jane: Member, lucy: Member, signed_in: As) -> None:
    client = signed_in(user_of(jane))
    stranger, nowhere = client.get(f"/api/members/{lucy.id}"), client.get(f"/api/members/{new_id()}")
    assert stranger.status_code == nowhere.status_code == 404
    assert stranger.json() == nowhere.json()
    assert client.post(f"/api/members/{lucy.id}/invite").status_code == 404
    assert client.get("/api/members/lucy").status_code == 404


@pytest.mark.parametrize("holder", ["ruth", "joseph"])
def test_who_holds_the_word_reads_the_whole_id_number_and_is_written_down(
    lucy: Member, signed_in: As, request: pytest.FixtureRequest, holder: str
) -> None:
    user = request.getfixturevalue(holder)
    body = signed_in(user).get(f"/api/members/{lucy.id}").json()
    assert (body["id_number"], body["next_of_kin"][0]["id_number"]) == ("23456789", "22334455")
    act = Act.objects.get(verb="member.identity_read")
    assert (act.actor_id, act.subject_id, act.facts) == (user.id, lucy.id, {})


@pytest.mark.parametrize("viewer", ["mary", "faith", "sarah"])
def test_the_others_read_three_digits_and_no_more(
    lucy: Member, signed_in: As, request: pytest.FixtureRequest, viewer: str
) -> None:
    found = request.getfixturevalue(viewer)
    answer = signed_in(user_of(found) if isinstance(found, Member) else found).get(f"/api/members/{lucy.id}")
    body = answer.json()
    assert (body["id_number"], body["next_of_kin"][0]["id_number"]) == ("•••789", "•••455")
    assert (body["date_of_birth"], body["phone"]) == ("1988-02-29", "254700000016")
    assert "23456789" not in json.dumps(body)
    assert not Act.objects.filter(verb="member.identity_read").exists()


def test_alice_reads_herself_whole_and_of_mary_the_name(alice: Member, mary: Member, signed_in: As) -> None:
    client = signed_in(user_of(alice))
    hers = client.get(f"/api/members/{alice.id}").json()
    assert hers["balances"]["PERSONAL"] == "0.00"
    assert (hers["id_number"], hers["date_of_birth"], hers["next_of_kin"]) == (
        f"•••{alice.person.id_number[-3:]}",
        "1988-02-29",
        [],
    )
    other = client.get(f"/api/members/{mary.id}").json()
    assert set(other) == set(hers)
    told = {name: value for name, value in other.items() if value is not None}
    assert told == {
        "id": str(mary.id),
        "group_id": str(mary.group_id),
        "member_name": "Mary Wanjiku",
        "member_number": mary.number,
        "office": "CHAIR",
        "is_active": True,
    }


def test_ruth_s_office_ended_and_so_did_her_sight(lucy: Member, ruth: User, umoja: BankingGroup, signed_in: As) -> None:
    client = signed_in(ruth)
    assert client.get(f"/api/members/{lucy.id}").status_code == 200
    end_role(role=ruth.roles.get(), at=now(), by=None)
    assert client.get(f"/api/members/{lucy.id}").status_code == 404
    assert client.get(LISTS[0].format(umoja.id)).status_code == 404
    assert client.post("/api/members", asked(umoja), format="json").status_code == 404


def test_one_member_takes_no_questions(lucy: Member, ruth: User, signed_in: As) -> None:
    assert signed_in(ruth).get(f"/api/members/{lucy.id}?expand=all").status_code == 400


@pytest.mark.parametrize("method", ["put", "delete", "post"])
def test_a_member_is_read_and_put_right_here_and_nothing_else(
    lucy: Member, ruth: User, signed_in: As, method: str
) -> None:
    assert getattr(signed_in(ruth), method)(f"/api/members/{lucy.id}", {}, format="json").status_code == 405


def test_the_roster_asks_the_same_number_of_questions_for_any_number_of_members(
    ruth: User, umoja: BankingGroup, enrol: Enrol, signed_in: As, django_assert_num_queries: object
) -> None:
    client, path = signed_in(ruth), LISTS[0].format(umoja.id) + "?page_size=200"
    for size in (10, 60):
        for number in range(Member.objects.count(), size):
            enrol(umoja, f"Member {number}x", sign_in=False)
        # Session, group, standing twice, count, page, offices, balances, verified people, dues, attendance, fines.
        with django_assert_num_queries(12):  # type: ignore[operator]  # a pytest-django fixture
            assert len(client.get(path).json()["results"]) == size


def test_her_open_fines_are_counted_beside_her_in_list_and_row(
    mary: Member, alice: Member, umoja: BankingGroup, joseph: User, signed_in: As
) -> None:
    day, at = today(), now()
    fines = [
        impose(member=alice, amount=kes(amount), reason="Noise", due_on=day, by=joseph, at=at, on=day)
        for amount in ("10", "20", "30")
    ]
    waive(fine=fines[0], by=user_of(mary), at=at, reason="She was ill")
    client = signed_in(user_of(mary))
    rows = client.get(LISTS[0].format(umoja.id)).json()["results"]
    assert [row["open_fines"] for row in rows] == [0, 2]
    assert client.get(f"/api/members/{alice.id}").json()["open_fines"] == 2
    assert signed_in(user_of(alice)).get(f"/api/members/{mary.id}").json()["open_fines"] is None


# Inviting


def test_ruth_invites_lucy(lucy: Member, ruth: User, signed_in: As) -> None:
    answer = signed_in(ruth).post(f"/api/members/{lucy.id}/invite")
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    user = Person.objects.get(pk=lucy.person_id).user
    assert OneTimeCode.objects.filter(user=user, purpose="ACTIVATE").count() == 1


def test_who_has_a_password_is_active_already(alice: Member, ruth: User, signed_in: As) -> None:
    user = user_of(alice)
    user.set_password("a password of her own")
    user.save(update_fields=["password"])
    answer = signed_in(ruth).post(f"/api/members/{alice.id}/invite/")
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    assert not OneTimeCode.objects.exists()


def test_alice_and_the_auditor_invite_nobody(alice: Member, lucy: Member, faith: User, signed_in: As) -> None:
    for user in (user_of(alice), faith):
        assert signed_in(user).post(f"/api/members/{lucy.id}/invite").status_code == 403


def test_who_left_is_not_invited(lucy: Member, ruth: User, signed_in: As) -> None:
    Member.objects.filter(pk=lucy.pk).update(is_active=False, left_on=today())
    answer = signed_in(ruth).post(f"/api/members/{lucy.id}/invite")
    assert (answer.status_code, answer.json()["code"]) == (422, "member_inactive")
