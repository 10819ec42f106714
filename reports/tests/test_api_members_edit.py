"""Members over HTTP, put right: particulars, office, status, contact, and what the answer shows to whom."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import Act
from core.ids import new_id
from core.periods import now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup, GroupRole, RoleName
from members.models import IdentityDocument, Member, OfficeProposal, Person
from members.operations import give_office, join, keep_document, leave, register, verify_id
from members.tests.papers import PICTURE, shelf
from notifications.models import Message
from reports.tests.conftest import LUCY, As, Enrol, Give, user_of
from users.models import User

__all__ = ["shelf"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]


@pytest.fixture
@lasting
def lucy(umoja: BankingGroup, ruth: User) -> Member:
    return register(group=umoja, particulars=LUCY, at=now(), on=today(), by=ruth)


def patched(client: APIClient, member: Member, body: dict[str, Any]) -> Any:
    return client.patch(f"/api/members/{member.pk}", body, format="json")


def place(member: Member, group: BankingGroup | None = None) -> str:
    return f"/api/savings-groups/{(group or member.group).pk}/members/{member.pk}/"


def put(client: APIClient, member: Member, **body: Any) -> Any:
    return client.put(place(member), body, format="json")


# Particulars


@pytest.mark.parametrize("slash", ["", "/"])
def test_ruth_puts_lucy_right(lucy: Member, ruth: User, signed_in: As, slash: str) -> None:
    client = signed_in(ruth)
    before = client.get(f"/api/members/{lucy.pk}").json()
    body = {
        "member_name": "Lucy Gathogo",
        "id_number": "AB-12",
        "phone": "0711 999 000",
        "date_of_birth": "1988-03-01",
        "next_of_kin": [{"name": "Wairimu", "relationship": "daughter"}],
    }
    answer = client.patch(f"/api/members/{lucy.pk}{slash}", body, format="json")
    assert answer.status_code == 200
    after = answer.json()
    assert set(after) == set(before) | {"warnings", "sign_in_moved"}
    assert (after["member_name"], after["id_number"], after["phone"]) == ("Lucy Gathogo", "AB12", "254711999000")
    assert (after["date_of_birth"], after["sign_in_moved"]) == ("1988-03-01", None)
    assert [warning["field"] for warning in after["warnings"]] == ["id_number"]
    assert [kin["name"] for kin in after["next_of_kin"]] == ["Wairimu"]
    assert after["next_of_kin"][0]["id"] not in {kin["id"] for kin in before["next_of_kin"]}
    fresh = client.get(f"/api/members/{lucy.pk}").json()
    assert {name: after[name] for name in fresh} == fresh


def test_what_is_left_out_stays(lucy: Member, ruth: User, signed_in: As) -> None:
    after = patched(signed_in(ruth), lucy, {"phone": "0711999000"}).json()
    assert (after["member_name"], after["id_number"], len(after["next_of_kin"])) == ("Lucy Nyambura", "23456789", 2)


def test_the_service_admin_is_told_that_her_sign_in_moved_and_the_secretary_is_not(
    alice: Member, ruth: User, daniel: User, signed_in: As
) -> None:
    assert patched(signed_in(ruth), alice, {"phone": "0711999000"}).json()["sign_in_moved"] is None
    assert user_of(Member.objects.get(pk=alice.pk)).phone == "254711999000"
    assert patched(signed_in(daniel), alice, {"phone": "0711999001"}).json()["sign_in_moved"] is True
    assert put(signed_in(daniel), alice, phone="0711999001").json()["sign_in_moved"] is False


def test_no_answer_tells_ruth_whether_a_number_signs_in_elsewhere(
    alice: Member, mary: Member, neema: BankingGroup, enrol: Enrol, ruth: User, signed_in: As
) -> None:
    client, far = signed_in(ruth), user_of(enrol(neema, "Kevin Odhiambo")).phone
    for member, number in ((alice, "0799666661"), (mary, "0799666662")):
        known, free = patched(client, member, {"phone": far}), patched(client, member, {"phone": number})
        assert (known.status_code, free.status_code) == (200, 200)
        assert {**known.json(), "phone": ""} == {**free.json(), "phone": ""}


BAD = [
    ({}, None),
    ({"approved_by": "Ruth"}, None),
    ({"member_name": ""}, "member_name"),
    ({"member_name": None}, "member_name"),
    ({"id_number": 23456789}, "id_number"),
    ({"id_number": "12#"}, "id_number"),
    ({"phone": "0800000016"}, "phone"),
    ({"date_of_birth": "1899-12-31"}, "date_of_birth"),
    ({"date_of_birth": None}, "date_of_birth"),
    ({"next_of_kin": None}, "next_of_kin"),
    ({"next_of_kin": [{"name": "John"}]}, "next_of_kin.0.relationship"),
    ({"next_of_kin": [{"name": "John", "relationship": "son"}] * 11}, "next_of_kin"),
]


@pytest.mark.parametrize(("body", "field"), BAD)
def test_bad_input_names_its_field_and_changes_nothing(
    lucy: Member, ruth: User, signed_in: As, body: dict[str, Any], field: str | None
) -> None:
    answer = patched(signed_in(ruth), lucy, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert {error["field"] for error in answer.json()["errors"]} == ({field} if field else set())
    assert not Act.objects.filter(verb="member.edited").exists()


def test_a_known_id_number_is_refused_and_its_owner_not_named(
    lucy: Member, alice: Member, ruth: User, signed_in: As
) -> None:
    answer = patched(signed_in(ruth), lucy, {"id_number": alice.person.id_number})
    assert (answer.status_code, answer.json()["code"]) == (409, "id_number_taken")
    assert "Alice" not in answer.content.decode()


def test_a_phone_that_another_signs_in_with_is_refused(lucy: Member, alice: Member, ruth: User, signed_in: As) -> None:
    answer = patched(signed_in(ruth), lucy, {"phone": alice.person.phone})
    assert (answer.status_code, answer.json()["code"]) == (409, "phone_taken")


def test_who_may_not_edit_is_told_so_and_a_stranger_finds_nobody(
    lucy: Member, alice: Member, jane: Member, mary: Member, umoja: BankingGroup, give: Give, signed_in: As
) -> None:
    give(user_of(alice), RoleName.COMMITTEE, umoja)
    body = {"member_name": "Somebody Else"}
    assert patched(signed_in(user_of(alice)), lucy, body).status_code == 403
    assert patched(signed_in(user_of(alice)), alice, body).status_code == 403
    assert patched(signed_in(user_of(jane)), lucy, body).status_code == 404
    own = patched(signed_in(user_of(mary)), mary, body)
    assert (own.status_code, own.json()["code"]) == (422, "maker_is_checker")


def test_whole_numbers_are_shown_to_an_editor_who_may_read_them_only(
    lucy: Member, mary: Member, ruth: User, signed_in: As
) -> None:
    body = {"id_number": "99887766"}
    assert patched(signed_in(user_of(mary)), lucy, body).json()["id_number"] == "•••766"
    assert patched(signed_in(ruth), lucy, body).json()["id_number"] == "99887766"


def test_the_log_holds_nothing_of_what_was_written(lucy: Member, ruth: User, signed_in: As) -> None:
    patched(signed_in(ruth), lucy, {"member_name": "Lucy Gathogo", "id_number": "99887766", "phone": "0711999000"})
    kept = json.dumps([act.facts for act in Act.objects.all()])
    for secret in ("Gathogo", "99887766", "711999000", "23456789"):
        assert secret not in kept


# Verified, and her papers


def test_verified_shows_in_list_and_detail_and_ends_with_another_number(
    alice: Member, peter: Member, ruth: User, mary: Member, umoja: BankingGroup, signed_in: As
) -> None:
    papers = {kind: keep_document(member=alice, kind=kind, clean=PICTURE, by=ruth, at=now()) for kind in KINDS}
    verify_id(member=alice, document=papers["ID_FRONT"], method="IN_PERSON", by=user_of(mary), at=now())
    client = signed_in(ruth)
    rows = client.get(f"/api/groups/{umoja.pk}/members").json()["results"]
    assert {row["member_name"]: row["id_verified"] for row in rows} == {
        "Mary Wanjiku": False,
        "Alice Wambui": True,
        "Peter Kamau": False,
    }
    whole = client.get(f"/api/members/{alice.pk}").json()
    verification = whole["id_verification"]
    assert (verification["by"], verification["method"]) == (str(user_of(mary).pk), "IN_PERSON")
    assert verification["document"] == str(papers["ID_FRONT"].pk)
    assert whole["photo_url"] == f"/api/members/{alice.pk}/documents/{papers['PHOTO'].pk}"
    assert whole["id_document_url"] == f"/api/members/{alice.pk}/documents/{papers['ID_FRONT'].pk}"
    after = patched(client, alice, {"id_number": "99887766"}).json()
    assert (after["id_verified"], after["id_verification"]) == (False, None)


KINDS = ["PHOTO", "ID_FRONT", "SIGNATURE"]


def test_the_newest_picture_is_the_one_shown(alice: Member, ruth: User, signed_in: As) -> None:
    for _each in range(2):
        newest = keep_document(member=alice, kind="PHOTO", clean=PICTURE, by=ruth, at=now())
    assert IdentityDocument.objects.count() == 2
    assert str(newest.pk) in signed_in(ruth).get(f"/api/members/{alice.pk}").json()["photo_url"]


def test_her_papers_are_pointed_out_to_those_only_who_may_look(
    alice: Member, peter: Member, ruth: User, umoja: BankingGroup, give: Give, signed_in: As
) -> None:
    keep_document(member=alice, kind="PHOTO", clean=PICTURE, by=ruth, at=now())
    give(user_of(peter), RoleName.COMMITTEE, umoja)
    for reader in (peter, alice):
        shown = signed_in(user_of(reader)).get(f"/api/members/{alice.pk}").json()
        assert (shown["photo_url"], shown["id_document_url"]) == (None, None)
        assert shown["account_number"] == alice.account_number


def test_a_plain_member_reads_of_others_neither_account_nor_verification(
    alice: Member, peter: Member, signed_in: As
) -> None:
    shown = signed_in(user_of(alice)).get(f"/api/members/{peter.pk}").json()
    hidden = ("account_number", "id_verified", "id_verification", "photo_url", "next_of_kin", "id_number")
    assert [shown[name] for name in hidden] == [None] * len(hidden)


# Office, status, contact


def test_daniel_gives_an_office_and_takes_it_away(alice: Member, daniel: User, signed_in: As) -> None:
    client, books = signed_in(daniel), f"/api/groups/{alice.group_id}/trial-balance"
    hers = signed_in(user_of(alice))
    assert hers.get(books).status_code == 403
    given = put(client, alice, office="TREASURER")
    assert (given.status_code, given.json()["office"], given.json()["sign_in_moved"]) == (200, "TREASURER", False)
    assert hers.get(books).status_code == 200
    taken = client.patch(place(alice), {"office": None}, format="json")
    assert (taken.status_code, taken.json()["office"]) == (200, None)
    assert hers.get(books).status_code == 403


def test_an_office_makes_a_sign_in_and_sends_its_code(lucy: Member, daniel: User, signed_in: As) -> None:
    assert put(signed_in(daniel), lucy, office="SECRETARY", phone="0711999000").status_code == 409
    GroupRole.objects.filter(role="SECRETARY").update(until=now())
    answer = put(signed_in(daniel), lucy, office="SECRETARY", phone="0711999000")
    assert (answer.status_code, answer.json()["office"]) == (200, "SECRETARY")
    assert user_of(Member.objects.get(pk=lucy.pk)).phone == "254711999000"
    assert Message.objects.filter(template="activation_code").count() == 1


def test_joseph_proposes_daniel_s_call_adopts(alice: Member, joseph: User, daniel: User, signed_in: As) -> None:
    answer = put(signed_in(joseph), alice, office="CHAIR")
    assert answer.status_code == 202
    proposal = OfficeProposal.objects.get()
    body = answer.json()
    assert body.pop("proposed_at")
    assert body == {
        "id": str(proposal.pk),
        "status": "PROPOSED",
        "member_id": str(alice.pk),
        "office": "CHAIR",
        "proposed_by": str(joseph.pk),
    }
    assert put(signed_in(joseph), alice, office="CHAIR").json()["id"] == str(proposal.pk)
    other = put(signed_in(joseph), alice, office="TREASURER")
    assert (other.status_code, other.json()["code"]) == (409, "already_proposed")
    assert put(signed_in(daniel), alice, office="CHAIR").json()["office"] == "CHAIR"
    assert OfficeProposal.objects.get().status == "ADOPTED"
    ending = put(signed_in(joseph), alice, office=None)
    assert (ending.status_code, ending.json()["office"]) == (202, None)


@pytest.mark.parametrize("office", ["SECRETARY", None])
def test_office_holders_speak_of_no_office(alice: Member, mary: Member, signed_in: As, office: str | None) -> None:
    answer = put(signed_in(user_of(mary)), alice, office=office)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_the_refusals_of_offices_by_name(
    alice: Member, peter: Member, mary: Member, daniel: User, ruth: User, signed_in: As
) -> None:
    client = signed_in(daniel)
    taken = put(client, alice, office="CHAIR")
    assert (taken.status_code, taken.json()["code"]) == (409, "office_taken")
    leave(member=peter, on=today(), at=now(), by=ruth)
    gone = put(client, peter, office="COMMITTEE")
    assert (gone.status_code, gone.json()["code"]) == (422, "member_inactive")
    back = put(client, peter, status="ACTIVE")
    assert (back.status_code, back.json()["code"]) == (422, "member_inactive")
    assert put(client, alice, status="INACTIVE", office="COMMITTEE").json()["code"] == "member_inactive"


def test_ruth_sets_alice_inactive_and_active_but_not_an_office_holder(
    alice: Member, mary: Member, ruth: User, daniel: User, signed_in: As
) -> None:
    client = signed_in(ruth)
    assert put(client, alice, status="INACTIVE").json()["is_active"] is False
    assert put(client, alice, status="ACTIVE").json()["is_active"] is True
    assert put(client, mary, status="INACTIVE").status_code == 403
    ended = put(signed_in(daniel), mary, status="INACTIVE").json()
    assert (ended["is_active"], ended["office"]) == (False, None)
    assert signed_in(user_of(mary)).get(f"/api/members/{mary.pk}/statement").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"office": "MEMBER"},
        {"office": ""},
        {"office": ["CHAIR"]},
        {"status": "LEFT"},
        {"status": None},
        {"phone": "12"},
    ],
)
def test_what_is_no_change_is_refused(alice: Member, daniel: User, signed_in: As, body: dict[str, Any]) -> None:
    answer = signed_in(daniel).put(place(alice), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_member_is_found_in_her_own_group_only(
    alice: Member, jane: Member, umoja: BankingGroup, baraka: BankingGroup, daniel: User, ruth: User, signed_in: As
) -> None:
    client = signed_in(daniel)
    for path in (place(alice, baraka), place(jane, umoja), f"/api/savings-groups/{umoja.pk}/members/{new_id()}/"):
        assert client.put(path, {"office": "CHAIR"}, format="json").status_code == 404
    assert signed_in(ruth).put(place(jane), {"status": "INACTIVE"}, format="json").status_code == 404
    assert signed_in(user_of(alice)).put(place(alice), {"status": "INACTIVE"}, format="json").status_code == 403


# Taking over, over HTTP


def test_no_body_that_ruth_may_send_gives_her_the_chair_s_sign_in(
    mary: Member, alice: Member, umoja: BankingGroup, baraka: BankingGroup, ruth: User, daniel: User, signed_in: As
) -> None:
    user = user_of(mary)
    user.set_password("a password of her own")
    user.save(update_fields=["password"])
    client, number = signed_in(ruth), user.phone
    thief = "0799 666 666"
    assert patched(client, mary, {"phone": thief}).json()["sign_in_moved"] is None
    assert put(client, mary, phone="0799666667").json()["sign_in_moved"] is None
    assert client.post(f"/api/members/{mary.pk}/invite").status_code == 202
    assert patched(client, alice, {"phone": number}).status_code == 409
    assert put(client, alice, phone=number).status_code == 409
    join(group=baraka, person=Person.objects.get(pk=mary.person_id), at=now(), on=today(), by=daniel)
    assert patched(client, mary, {"phone": "0799666668"}).json()["sign_in_moved"] is None
    reset = APIClient().post("/api/auth/reset", {"phone": thief}, format="json")
    assert reset.status_code == 202
    assert not Message.objects.filter(user=user).exists()
    kept = User.objects.get(pk=user.pk)
    assert (kept.phone, kept.check_password("a password of her own")) == (number, True)


def test_an_office_that_waits_for_its_first_password_is_not_sent_elsewhere(
    alice: Member, ruth: User, daniel: User, signed_in: As
) -> None:
    give_office(member=alice, office="CHAIR", at=now(), by=daniel)
    client, before = signed_in(ruth), user_of(alice).phone
    assert patched(client, alice, {"phone": "0799666666"}).json()["sign_in_moved"] is None
    assert client.post(f"/api/members/{alice.pk}/invite").status_code == 202
    assert User.objects.get(pk=user_of(alice).pk).phone == before
    moved = patched(signed_in(daniel), alice, {"phone": "0799666667"}).json()
    assert moved["sign_in_moved"] is True


def test_ids_of_strangers_in_a_body_change_nobody(
    alice: Member, jane: Member, umoja: BankingGroup, ruth: User, enrol: Enrol, signed_in: As
) -> None:
    """What stands in the path is who is meant, whatever ids the body carries."""
    body = {
        "id": str(jane.pk),
        "person_id": str(jane.person_id),
        "group_id": str(jane.group_id),
        "user": str(user_of(jane).pk),
        "is_active": False,
        "member_name": "Alice Wangari",
    }
    assert patched(signed_in(ruth), alice, body).json()["id"] == str(alice.pk)
    assert Person.objects.get(pk=jane.person_id).name == "Jane Akinyi"
    assert Member.objects.get(pk=alice.pk).is_active
    assert Person.objects.get(pk=alice.person_id).user == user_of(alice)
