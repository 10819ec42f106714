"""People: somebody is registered and verified, holds an office, carries cash, and reads her own book."""

import base64
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from core.codes import checks_out
from core.periods import today
from groups.models import BankingGroup
from ledger.verify import check_books
from notifications.models import Message
from tablebanking import demo
from tests.conftest import Sign, World, data
from users.models import User, phone_digest

pytestmark = pytest.mark.django_db

NEW = "254711222333"


def picture(form: str = "JPEG") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (320, 200), "seagreen").save(held, form)
    return held.getvalue()


def data_url(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def somebody(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "group_id": str(world.umoja.id),
        "member_name": "Mwende Kilonzo",
        "id_number": "29 384 756",
        "phone": "0711 222 333",
        "date_of_birth": "1991-04-17",
        "next_of_kin": [{"name": "Kilonzo Mutiso", "relationship": "Father", "phone": "0711222334", "id_number": ""}],
        **changes,
    }


def register(client: APIClient, world: World, **changes: Any) -> Any:
    return client.post("/api/members", somebody(world, **changes), format="json")


def code_sent_to(phone: str) -> str:
    """What the newest message with a code says; only its digest is kept elsewhere."""
    messages = Message.objects.filter(user__phone_digest=phone_digest(phone)).order_by("-written_at", "-id")
    found = re.search(r"\b[0-9A-Z]{8}\b", next(one.body for one in messages if one.template in CODES))
    assert found
    return found.group()


CODES = {"activation_code", "reset_code"}


def test_a_member_is_registered_with_kin_and_papers_and_somebody_else_verifies_her(
    world: World, signed_in: Sign, fresh_key: Callable[[], str]
) -> None:
    joseph, mary = signed_in("joseph"), signed_in("mary")
    key = fresh_key()
    papers = {"id_photo": data_url(picture()), "signature": data_url(picture("PNG"), "image/png")}
    first = register(joseph, world, **papers, offline_sync_id=key)
    again = register(joseph, world, **papers, offline_sync_id=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotent-Replayed"] == "true"
    made = first.json()
    assert made["id"] == again.json()["id"]
    assert made["id_verified"] is False
    assert checks_out(made["account_number"])
    assert [kin["name"] for kin in made["next_of_kin"]] == ["Kilonzo Mutiso"]

    member = f"/api/members/{made['id']}"
    kept = data(joseph.get(f"{member}/documents"))["results"]
    assert {paper["kind"] for paper in kept} == {"ID_FRONT", "SIGNATURE"}
    shown = mary.get(data(mary.get(member))["id_document_url"])
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(b"".join(shown) if shown.streaming else shown.content)).size == (320, 200)

    own = joseph.post(f"{member}/verify-id", {}, format="json")
    assert (own.status_code, own.json()["code"]) == (422, "maker_is_checker")
    verified = data(mary.post(f"{member}/verify-id", {}, format="json"))
    assert verified["id_verified"] is True
    assert verified["id_verification"]["by"] == str(world.user("mary").id)
    assert verified["id_verification"]["method"] == "DOCUMENT"

    changed = data(joseph.patch(member, {"id_number": "29384757"}, format="json"))
    assert changed["id_verified"] is False


def test_the_same_id_number_again_is_somebody_the_organisation_knows(world: World, signed_in: Sign) -> None:
    joseph = signed_in("joseph")
    assert register(joseph, world).status_code == 201
    twin = register(joseph, world, id_number="29-384-756", phone="0722000111", group_id=str(world.baraka.id))
    assert (twin.status_code, twin.json()["code"]) == (409, "id_number_taken")
    elsewhere = register(signed_in("samuel"), world, group_id=str(world.neema.id))
    assert elsewhere.status_code == 201


def test_somebody_known_joins_a_second_group_as_an_act_of_its_own(world: World, signed_in: Sign) -> None:
    joseph = signed_in("joseph")
    peter = world.member("peter")
    joined = joseph.post(f"/api/groups/{world.baraka.id}/members", {"member_id": str(peter.id)}, format="json")
    assert joined.status_code == 201, joined.content
    assert joined.json()["person_id"] == str(peter.person_id)
    again = joseph.post(f"/api/groups/{world.baraka.id}/members", {"member_id": str(peter.id)}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_member")
    mine = data(signed_in("peter").get("/api/savings-groups/my-membership/"))["groups"]
    assert {one["group_name"] for one in mine} == {"Umoja", "Baraka"}
    stranger = signed_in("samuel").post(
        f"/api/groups/{world.neema.id}/members", {"member_id": str(peter.id)}, format="json"
    )
    assert stranger.status_code == 404


def test_an_office_given_and_taken_changes_what_she_may_at_the_next_request(world: World, signed_in: Sign) -> None:
    daniel, agnes = signed_in("daniel"), None
    member = next(
        row
        for row in data(daniel.get(f"/api/groups/{world.umoja.id}/members?search=Agnes"))["results"]
        if row["member_name"] == "Agnes Mueni"
    )
    agnes = APIClient()
    answer = agnes.post("/api/auth/login", {"phone": "0700000018", "password": demo.PASSWORD}, format="json")
    agnes.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")
    books = f"/api/groups/{world.umoja.id}/trial-balance"
    office = f"/api/savings-groups/{world.umoja.id}/members/{member['id']}/"
    assert agnes.get(books).status_code == 403
    given = data(daniel.patch(office, {"office": "COMMITTEE"}, format="json"))
    assert given["office"] == "COMMITTEE"
    assert agnes.get(books).status_code == 200
    taken = data(daniel.patch(office, {"office": None}, format="json"))
    assert taken["office"] is None
    assert agnes.get(books).status_code == 403

    proposed = signed_in("joseph").patch(office, {"office": "COMMITTEE"}, format="json")
    assert (proposed.status_code, proposed.json()["status"]) == (202, "PROPOSED")
    assert agnes.get(books).status_code == 403
    assert data(daniel.patch(office, {"office": "COMMITTEE"}, format="json"))["office"] == "COMMITTEE"
    assert agnes.get(books).status_code == 200
    assert signed_in("mary").patch(office, {"office": None}, format="json").status_code == 403


def cash_with_officer(client: APIClient, world: World) -> str:
    trf = data(client.get(f"/api/groups/{world.umoja.id}/trf-balance"))
    return str(trf["cash_by_place"]["OFFICER"])


def hand_over_all(giver: APIClient, receiver: APIClient, group: BankingGroup) -> None:
    """What is in the officer's hands goes into the box, and counts there only when it has been received."""
    held = data(giver.get(f"/api/groups/{group.id}/trf-balance"))["cash_by_place"]["OFFICER"]
    if held == "0.00":
        return
    movement = {"kind": "HANDOVER", "amount": held, "from": "OFFICER", "to": "CASH_BOX", "reason": "After the visit"}
    handed = giver.post(f"/api/groups/{group.id}/cash-movements", movement, format="json")
    assert (handed.status_code, handed.json()["status"]) == (201, "PENDING"), handed.content
    assert data(giver.get(f"/api/groups/{group.id}/trf-balance"))["cash_by_place"]["OFFICER"] == held
    paper = f"/api/transactions/{handed.json()['id']}/verify"
    own = giver.post(paper, {"action": "approve"}, format="json")
    assert own.status_code == 422
    assert data(receiver.post(paper, {"action": "approve"}, format="json"))["status"] == "VERIFIED"


def test_cash_taken_on_a_visit_is_handed_over_and_confirmed_before_the_officer_goes(
    world: World, signed_in: Sign
) -> None:
    joseph, grace, daniel = signed_in("joseph"), signed_in("grace"), signed_in("daniel")
    me = data(joseph.get("/api/officers"))["results"]
    assert [one["name"] for one in me] == ["Joseph Mutua"]
    officer, before = f"/api/officers/{me[0]['id']}", cash_with_officer(joseph, world)

    brought = joseph.post(
        "/api/transactions",
        {
            "member_id": str(world.member("alice").id),
            "amount": "700.00",
            "transaction_type": "DEPOSIT",
            "contribution_type": "REGULAR",
            "payment_method": "CASH",
        },
        format="json",
    )
    assert brought.status_code == 201
    assert float(cash_with_officer(joseph, world)) == float(before) + 700
    nowhere = daniel.patch(officer, {"assigned_groups": []}, format="json")
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "cash_not_handed_over")
    stays = daniel.post(f"{officer}/exit", {}, format="json")
    assert stays.status_code == 422

    # Baraka has no office holders: its service admin receives in their place.
    for group, receiver in ((world.umoja, grace), (world.baraka, daniel)):
        hand_over_all(joseph, receiver, group)
    assert cash_with_officer(joseph, world) == "0.00"

    early = daniel.post(f"{officer}/exit", {}, format="json")
    assert (early.status_code, early.json()["code"]) == (422, "groups_not_handed_over")
    assert data(daniel.patch(officer, {"assigned_groups": []}, format="json"))["assigned_groups"] == []
    assert joseph.get(f"/api/groups/{world.umoja.id}").status_code == 404
    assert data(daniel.post(f"{officer}/exit", {}, format="json"))["status"] == "EXITED"
    assert check_books(world.umoja) == []


def test_invited_she_activates_and_reads_her_membership(world: World, signed_in: Sign) -> None:
    joseph = signed_in("joseph")
    made = register(joseph, world).json()
    invited = joseph.post(f"/api/members/{made['id']}/invite", {}, format="json")
    assert invited.status_code == 202
    code = code_sent_to(NEW)
    own = APIClient()
    wrong = own.post(
        "/api/auth/activate", {"phone": NEW, "code": "00000000", "password": "mtungi wa maji 7"}, format="json"
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "code_invalid")
    chosen = own.post(
        "/api/auth/activate", {"phone": "+254 711 222 333", "code": code, "password": "mtungi wa maji 7"}, format="json"
    )
    assert chosen.status_code in {200, 204}, chosen.content
    seen = set()
    for spelling in ("0711222333", "711222333", "254711222333", "+254711222333"):
        answer = own.post("/api/auth/login", {"phone": spelling, "password": "mtungi wa maji 7"}, format="json")
        assert answer.status_code == 200, spelling
        seen.add(answer.json()["user"]["id"])
    assert len(seen) == 1
    own.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")
    mine = data(own.get("/api/savings-groups/my-membership/"))["groups"]
    assert [(one["group_name"], one["member_number"]) for one in mine] == [("Umoja", made["member_number"])]
    assert mine[0]["account_number"] == made["account_number"]
    assert data(own.get(f"/api/members/{made['id']}"))["id_number"] == "•••756"


def test_asking_for_a_reset_tells_nobody_who_signs_in_here(world: World) -> None:
    unknown, known = APIClient(), APIClient()
    answers = [
        client.post("/api/auth/reset", {"phone": phone}, format="json")
        for client, phone in ((unknown, "0799999999"), (known, "0700000012"))
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert not User.objects.filter(phone_digest=phone_digest("254799999999")).exists()


def test_leaving_pays_out_what_she_owns_and_ends_what_she_may(world: World, signed_in: Sign) -> None:
    grace, lucy = signed_in("grace"), signed_in("lucy")
    member = world.member("lucy")
    own = data(grace.get(f"/api/members/{member.id}"))["balances"]
    left = grace.post(f"/api/members/{member.id}/leave", {"reason": "Moves to Mombasa"}, format="json")
    assert left.status_code == 200, left.content
    assert float(left.json()["paid_out"]) == sum(float(own[fund]) for fund in ("PERSONAL", "ECD", "PROJECT"))
    after = data(grace.get(f"/api/members/{member.id}"))
    assert after["is_active"] is False
    assert {after["balances"][fund] for fund in ("PERSONAL", "ECD", "PROJECT")} == {"0.00"}
    assert lucy.get(f"/api/groups/{world.umoja.id}").status_code == 404
    twice = grace.post(f"/api/members/{member.id}/leave", {}, format="json")
    assert twice.status_code == 422
    brought = grace.post(
        "/api/transactions",
        {
            "member_id": str(member.id),
            "amount": "5.00",
            "transaction_type": "DEPOSIT",
            "contribution_type": "REGULAR",
            "payment_method": "CASH",
        },
        format="json",
    )
    assert (brought.status_code, brought.json()["code"]) == (422, "member_inactive")
    assert check_books(world.umoja) == []
    statement = data(grace.get(f"/api/members/{member.id}/statement?to={today()}"))
    assert statement["closing"]["PERSONAL"] == "0.00"


def test_a_hostile_upload_is_refused_and_leaves_nothing(world: World, signed_in: Sign) -> None:
    joseph = signed_in("joseph")
    documents = f"/api/members/{world.member('lucy').id}/documents"
    before = data(joseph.get(documents))["count"]
    svg = SimpleUploadedFile(
        "../../id.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/jpeg"
    )
    answer = joseph.post(documents, {"kind": "ID_FRONT", "file": svg}, format="multipart")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert data(joseph.get(documents))["count"] == before
