"""Registering below a group, with pictures, and joining as an explicit act on somebody the organisation knows."""

import base64
from pathlib import Path
from typing import Any

import pytest

from core.ids import new_id
from core.periods import now, today
from core.tests.lasting import lasting
from core.tests.pictures import jpeg, pdf, png
from groups.models import BankingGroup, RoleName
from members.models import IdentityDocument, Member, Person
from members.operations import leave
from members.tests.papers import names, shelf
from reports.tests.conftest import As, Enrol, Give, user_of
from reports.tests.test_api_members import asked
from users.models import User

__all__ = ["shelf"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

PATHS = ["/api/groups/{}/members", "/api/savings-groups/{}/members/", "/api/savings-groups/groups/{}/members/"]


def url(data: bytes, media_type: str = "image/jpeg") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def here(group: BankingGroup, **changes: Any) -> dict[str, Any]:
    """The whole registration; the path says where."""
    body = asked(group, **changes)
    del body["group_id"]
    return body


# Pictures


def test_her_pictures_are_kept_as_her_card_s_front_and_her_signature(
    umoja: BankingGroup, ruth: User, signed_in: As, shelf: Path
) -> None:
    client = signed_in(ruth)
    pictures = {"id_photo": url(pdf(pages=1), "application/pdf"), "signature": url(png(), "image/png")}
    answer = client.post("/api/members", asked(umoja, **pictures), format="json")
    assert answer.status_code == 201
    row = answer.json()
    front = IdentityDocument.objects.get(kind="ID_FRONT")
    assert row["id_document_url"] == f"/api/members/{row['id']}/documents/{front.pk}"
    assert (row["photo_url"], row["id_verified"], row["id_verification"]) == (None, False, None)
    assert {document.kind for document in IdentityDocument.objects.all()} == {"ID_FRONT", "SIGNATURE"}
    assert client.get(row["id_document_url"]).status_code == 200
    assert len(names(shelf)) == 2


def test_sent_again_they_are_kept_once(umoja: BankingGroup, ruth: User, signed_in: As, shelf: Path) -> None:
    client, body = signed_in(ruth), asked(umoja, id_photo=url(jpeg()), offline_sync_id="1")
    first, again = client.post("/api/members", body, format="json"), client.post("/api/members", body, format="json")
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    assert len(names(shelf)) == 1
    other = client.post("/api/members", body | {"id_photo": url(png(), "image/png")}, format="json")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_picture_is_no_picture(umoja: BankingGroup, ruth: User, signed_in: As, nothing: str | None) -> None:
    body = asked(umoja, id_photo=nothing, signature=nothing)
    assert signed_in(ruth).post("/api/members", body, format="json").status_code == 201
    assert not IdentityDocument.objects.exists()


@pytest.mark.parametrize("field", ["id_photo", "signature"])
@pytest.mark.parametrize(
    "text",
    [
        "data:image/png;base64,AAAA",
        "data:image/svg+xml;base64,PHN2Zy8+",
        url(jpeg()[:200]),
        "https://example.org/lucy.jpg",
        url(jpeg()) + "!",
        "lucy.jpg",
    ],
)
def test_a_bad_picture_refuses_the_whole_registration_and_names_its_field(
    umoja: BankingGroup, ruth: User, signed_in: As, shelf: Path, field: str, text: str
) -> None:
    good = {"id_photo": url(jpeg()), "signature": url(png(), "image/png")}
    answer = signed_in(ruth).post("/api/members", asked(umoja, **(good | {field: text})), format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Person.objects.exists()
    assert names(shelf) == []


def test_a_picture_of_more_than_eight_megabytes_is_too_large(umoja: BankingGroup, ruth: User, signed_in: As) -> None:
    huge = url(b"\xff\xd8\xff" + b"\0" * (8 * 1024 * 1024 + 1))
    answer = signed_in(ruth).post("/api/members", asked(umoja, id_photo=huge), format="json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.json()["errors"][0]["field"] == "id_photo"


def test_whoever_may_not_register_has_no_picture_looked_at(
    umoja: BankingGroup, alice: Member, jane: Member, signed_in: As
) -> None:
    body = asked(umoja, id_photo="nonsense")
    assert signed_in(user_of(alice)).post("/api/members", body, format="json").status_code == 403
    assert signed_in(user_of(jane)).post("/api/members", body, format="json").status_code == 404


# Below the group


@pytest.mark.parametrize("path", PATHS)
def test_ruth_registers_lucy_below_her_group(umoja: BankingGroup, ruth: User, signed_in: As, path: str) -> None:
    client, body = signed_in(ruth), here(umoja, offline_sync_id="1")
    answer = client.post(path.format(umoja.pk), body, format="json")
    assert (answer.status_code, answer.json()["member_name"], answer.json()["warnings"]) == (201, "Lucy Nyambura", [])
    assert answer.json()["group_id"] == str(umoja.pk)
    again = client.post(path.format(umoja.pk), body, format="json")
    assert (again.json(), again["Idempotent-Replayed"]) == (answer.json(), "true")
    assert Member.objects.count() == 1


def test_a_group_in_the_body_does_not_outvote_the_path(
    umoja: BankingGroup, baraka: BankingGroup, ruth: User, signed_in: As
) -> None:
    answer = signed_in(ruth).post(PATHS[0].format(umoja.pk), asked(baraka), format="json")
    assert answer.json()["group_id"] == str(umoja.pk)


def test_one_key_sent_to_two_groups_is_two_bodies(
    umoja: BankingGroup, baraka: BankingGroup, give: Give, ruth: User, signed_in: As
) -> None:
    give(ruth, RoleName.SECRETARY, baraka)
    client, body = signed_in(ruth), here(umoja, offline_sync_id="1")
    assert client.post(PATHS[0].format(umoja.pk), body, format="json").status_code == 201
    assert client.post(PATHS[0].format(baraka.pk), body, format="json").status_code == 422


# Joining


@pytest.fixture
@lasting
def joseph_of_both(joseph: User, baraka: BankingGroup, give: Give) -> User:
    give(joseph, RoleName.FIELD_OFFICER, baraka)
    return joseph


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("word", ["member_id", "person_id"])
def test_peter_joins_baraka_as_who_he_is(
    peter: Member, baraka: BankingGroup, joseph_of_both: User, signed_in: As, path: str, word: str
) -> None:
    client = signed_in(joseph_of_both)
    body = {word: str(peter.pk if word == "member_id" else peter.person_id), "offline_sync_id": "1"}
    answer = client.post(path.format(baraka.pk), body, format="json")
    assert answer.status_code == 201
    joined = answer.json()
    assert (joined["person_id"], joined["group_id"], joined["member_number"]) == (
        str(peter.person_id),
        str(baraka.pk),
        1,
    )
    assert joined["account_number"] != peter.account_number
    assert Person.objects.filter(name="Peter Kamau").count() == 1
    again = client.post(path.format(baraka.pk), body, format="json")
    assert (again.json(), again["Idempotent-Replayed"]) == (joined, "true")
    twice = client.post(path.format(baraka.pk), {word: body[word]}, format="json")
    assert (twice.status_code, twice.json()["code"]) == (409, "already_member")


def test_who_left_and_comes_back_has_the_old_number(
    peter: Member, umoja: BankingGroup, ruth: User, signed_in: As
) -> None:
    leave(member=peter, on=today(), at=now(), by=ruth)
    answer = signed_in(ruth).post(PATHS[0].format(umoja.pk), {"member_id": str(peter.pk)}, format="json")
    assert (answer.status_code, answer.json()["id"]) == (201, str(peter.pk))
    assert (answer.json()["member_number"], answer.json()["is_active"]) == (peter.number, True)


def test_ids_of_people_whom_the_caller_does_not_read_are_not_found(
    peter: Member, jane: Member, umoja: BankingGroup, baraka: BankingGroup, ruth: User, signed_in: As
) -> None:
    """Ruth is secretary of Umoja: she brings nobody of Baraka here, and nobody of hers to Baraka."""
    client = signed_in(ruth)
    for body in ({"member_id": str(jane.pk)}, {"person_id": str(jane.person_id)}, {"person_id": str(new_id())}):
        assert client.post(PATHS[0].format(umoja.pk), body, format="json").status_code == 404
    assert client.post(PATHS[0].format(baraka.pk), {"member_id": str(peter.pk)}, format="json").status_code == 404
    assert Member.objects.count() == 2


def test_nobody_crosses_from_one_organisation_to_another(
    peter: Member, neema: BankingGroup, enrol: Enrol, give: Give, joseph: User, signed_in: As
) -> None:
    """Also not by somebody who serves both."""
    give(joseph, RoleName.FIELD_OFFICER, neema)
    for body in ({"member_id": str(peter.pk)}, {"person_id": str(peter.person_id)}):
        assert signed_in(joseph).post(PATHS[0].format(neema.pk), body, format="json").status_code == 404


def test_alice_and_a_committee_member_bring_nobody(
    alice: Member, peter: Member, umoja: BankingGroup, give: Give, signed_in: As
) -> None:
    give(user_of(peter), RoleName.COMMITTEE, umoja)
    for member in (alice, peter):
        answer = signed_in(user_of(member)).post(PATHS[0].format(umoja.pk), {"member_id": str(alice.pk)}, format="json")
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"member_id": None},
        {"member_id": "peter"},
        {"person_id": ["x"]},
        {"person_id": str(new_id()), "member_id": str(new_id())},
        {"member_id": str(new_id()), "offline_sync_id": ""},
    ],
)
def test_what_names_nobody_is_refused(umoja: BankingGroup, ruth: User, signed_in: As, body: dict[str, Any]) -> None:
    answer = signed_in(ruth).post(PATHS[0].format(umoja.pk), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
