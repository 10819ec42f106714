"""Documents over HTTP: uploading, listing, looking, verifying, and to whom each of these is open."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from audit.models import Act
from core.ids import new_id
from core.periods import now, today
from core.tests.lasting import lasting
from core.tests.pictures import jpeg, pdf, png, seen
from groups.models import BankingGroup, Organisation, RoleName
from members.models import IdentityDocument, Member
from members.operations import leave
from members.operations.documents import MOST_A_DAY, keep_document
from members.tests.papers import PICTURE, names, shelf
from reports.tests.conftest import As, Enrol, Give, MakeUser, user_of
from users.models import DataKey, User

__all__ = ["shelf"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]
PHOTO = jpeg()
SECRET = b"Nairobi -1.2921 36.8219"


def sent(client: APIClient, member: Member, data: bytes = PHOTO, kind: str = "ID_FRONT", key: str = "") -> Any:
    form = {"kind": kind, "file": SimpleUploadedFile("anything.exe", data, "application/x-msdownload")}
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/members/{member.pk}/documents", form, format="multipart", headers=headers)


def kept_by(by: User, member: Member, kind: str = "ID_FRONT") -> IdentityDocument:
    return keep_document(member=member, kind=kind, clean=PICTURE, by=by, at=now())


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    return user


def test_ruth_uploads_a_card_and_looks_at_it(alice: Member, ruth: User, signed_in: As) -> None:
    client = signed_in(ruth)
    answer = sent(client, alice, jpeg(comment=SECRET) + SECRET)
    row = answer.json()
    assert (answer.status_code, row["kind"], row["media_type"], row["pages"]) == (201, "ID_FRONT", "image/jpeg", 1)
    assert (row["uploaded_by"], row["url"]) == (str(ruth.pk), f"/api/members/{alice.pk}/documents/{row['id']}")
    picture = client.get(row["url"])
    assert picture.status_code == 200
    assert (len(picture.content), seen(picture.content).size) == (row["bytes"], (60, 40))
    assert SECRET not in picture.content
    assert Act.objects.get(verb="member.document_read").facts["document"] == row["id"]


@pytest.mark.parametrize(
    ("data", "media_type", "ending"),
    [(jpeg(), "image/jpeg", "jpg"), (png(), "image/png", "png"), (pdf(pages=2), "application/pdf", "pdf")],
)
def test_a_document_is_answered_as_itself_and_for_nobody_s_cache(
    alice: Member, ruth: User, signed_in: As, data: bytes, media_type: str, ending: str
) -> None:
    client = signed_in(ruth)
    row = sent(client, alice, data, "ID_BACK").json()
    answer = client.get(row["url"], headers={"Accept": media_type})
    assert answer["Content-Type"] == media_type == row["media_type"]
    assert answer["Content-Disposition"] == f'inline; filename="id_back-{row["id"]}.{ending}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy


def test_a_refused_document_is_a_problem_whatever_she_accepts(alice: Member, ruth: User, signed_in: As) -> None:
    answer = signed_in(ruth).get(f"/api/members/{alice.pk}/documents/{new_id()}", headers={"Accept": "image/png"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    answer = signed_in(ruth).get(f"/api/members/{alice.pk}/documents/{new_id()}?size=small")
    assert answer.status_code == 400


def test_the_list_is_newest_first_and_narrows_by_kind(alice: Member, ruth: User, signed_in: As) -> None:
    front, photo, newer = kept_by(ruth, alice), kept_by(ruth, alice, "PHOTO"), kept_by(ruth, alice)
    client, path = signed_in(ruth), f"/api/members/{alice.pk}/documents"
    rows = client.get(path).json()
    assert rows["count"] == 3
    assert [row["id"] for row in rows["results"]] == [str(one.pk) for one in (newer, photo, front)]
    assert set(rows["results"][0]) == {
        "id", "kind", "media_type", "bytes", "pages", "uploaded_by", "uploaded_at", "url",
    }  # fmt: skip
    assert [row["id"] for row in client.get(f"{path}?kind=PHOTO").json()["results"]] == [str(photo.pk)]
    assert client.get(f"{path}?ordering=uploaded_at&page_size=1").json()["results"][0]["id"] == str(front.pk)
    for query in ("kind=PASSPORT", "ordering=bytes", "owner=me", "page_size=0"):
        assert client.get(f"{path}?{query}").status_code == 400, query


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_ten(
    alice: Member, ruth: User, signed_in: As
) -> None:
    client, asked = signed_in(ruth), []
    for more in (1, 9):
        for _ in range(more):
            kept_by(ruth, alice)
        with CaptureQueriesContext(connection) as questions:
            assert client.get(f"/api/members/{alice.pk}/documents").status_code == 200
        asked.append(len(questions))
    assert asked[0] == asked[1]


@pytest.fixture
@lasting
def expected(make_user: MakeUser, give: Give, umoja: BankingGroup, pamoja: Organisation) -> dict[User, tuple[int, int]]:
    """What each of the staff gets who looks, and who uploads."""
    committee, officer, auditor = make_user("Esther Moraa"), make_user("Joseph Mutua"), make_user("Faith Achieng")
    give(committee, RoleName.COMMITTEE, umoja)
    give(officer, RoleName.FIELD_OFFICER, umoja)
    give(auditor, RoleName.AUDITOR, pamoja)
    return {officer: (200, 201), committee: (403, 403), auditor: (403, 403)}


def test_who_may_look_and_who_may_upload(
    alice: Member, jane: Member, mary: Member, peter: Member, daniel: User, sarah: User, ruth: User,
    expected: dict[User, tuple[int, int]], signed_in: As,
) -> None:  # fmt: skip
    document = kept_by(ruth, alice)
    path = f"/api/members/{alice.pk}/documents"
    expected |= dict.fromkeys([ruth, user_of(mary), daniel], (200, 201))
    expected |= dict.fromkeys([sarah, user_of(alice), user_of(peter)], (403, 403)) | {user_of(jane): (404, 404)}
    for user, (look, upload) in expected.items():
        client = signed_in(user)
        assert client.get(path).status_code == client.get(f"{path}/{document.pk}").status_code == look, user
        assert sent(client, alice).status_code == upload, user
    anonymous = APIClient()
    assert anonymous.get(path).status_code == anonymous.get(f"{path}/{document.pk}").status_code == 401
    assert sent(anonymous, alice).status_code == 401


def test_a_document_answers_only_under_its_own_person(alice: Member, peter: Member, ruth: User, signed_in: As) -> None:
    document, client = kept_by(ruth, alice), signed_in(ruth)
    assert client.get(f"/api/members/{peter.pk}/documents/{document.pk}").status_code == 404
    assert client.get(f"/api/members/{new_id()}/documents/{document.pk}").status_code == 404


def test_with_her_key_her_picture_is_not_found(alice: Member, ruth: User, signed_in: As) -> None:
    document = kept_by(ruth, alice)
    DataKey.objects.filter(pk=alice.person.data_key_id).update(wrapped=b"", destroyed_at=now())
    assert signed_in(ruth).get(f"/api/members/{alice.pk}/documents/{document.pk}").status_code == 404


def test_sent_again_with_its_key_it_is_kept_once(alice: Member, peter: Member, ruth: User, signed_in: As) -> None:
    client, key = signed_in(ruth), "front-of-alice"
    first, again = sent(client, alice, key=key), sent(client, alice, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    others = (
        sent(client, alice, png(), key=key),
        sent(client, alice, kind="PHOTO", key=key),
        sent(client, peter, key=key),
    )
    assert {answer.json()["code"] for answer in others} == {"idempotency_mismatch"}
    assert IdentityDocument.objects.count() == 1


def test_the_form_s_own_field_names_the_submission_too(alice: Member, ruth: User, signed_in: As) -> None:
    client, path = signed_in(ruth), f"/api/members/{alice.pk}/documents"
    answers = [
        client.post(
            path, {"kind": "PHOTO", "file": io.BytesIO(jpeg()), "offline_sync_id": "photo-1"}, format="multipart"
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]


def test_a_refused_file_may_be_sent_again_with_its_key(alice: Member, ruth: User, signed_in: As, shelf: Path) -> None:
    client, key = signed_in(ruth), "try"
    answer = sent(client, alice, b"not a picture", key=key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    assert names(shelf) == []
    assert sent(client, alice, key=key).status_code == 201


def test_sixty_in_a_day_are_enough_over_http_too(alice: Member, ruth: User, signed_in: As) -> None:
    for _ in range(MOST_A_DAY):
        kept_by(ruth, alice)
    answer = sent(signed_in(ruth), alice)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_documents")


@pytest.mark.parametrize("kind", ["", "PASSPORT", "id_front", "\x00", "\u202e"])
def test_a_kind_that_nobody_knows_is_refused(alice: Member, ruth: User, signed_in: As, kind: str) -> None:
    answer = sent(signed_in(ruth), alice, kind=kind)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "kind")


def test_an_upload_is_a_form_and_a_verdict_is_json(alice: Member, ruth: User, signed_in: As) -> None:
    client = signed_in(ruth)
    assert client.post(f"/api/members/{alice.pk}/documents", {"kind": "PHOTO"}, format="json").status_code == 415
    assert client.post(f"/api/members/{alice.pk}/verify-id", {}, format="multipart").status_code == 415


# The verdict


def verdict(client: APIClient, member: Member, **body: Any) -> Any:
    return client.post(f"/api/members/{member.pk}/verify-id", body, format="json")


def test_mary_verifies_and_reads_it_on_the_member(alice: Member, mary: Member, ruth: User, signed_in: As) -> None:
    document, chair = kept_by(ruth, alice), user_of(mary)
    answer = verdict(signed_in(chair), alice, method="IN_PERSON")
    assert answer.status_code == 200
    row = answer.json()
    assert (row["id"], row["id_verified"]) == (str(alice.pk), True)
    event = row["id_verification"]
    assert (event["by"], event["document"], event["method"]) == (str(chair.pk), str(document.pk), "IN_PERSON")
    assert signed_in(ruth).get(f"/api/members/{alice.pk}").json()["id_verified"] is True


def test_each_refusal_of_a_verdict_has_its_name(
    alice: Member, peter: Member, mary: Member, daniel: User, ruth: User, signed_in: As
) -> None:
    secretary, chair = signed_in(ruth), signed_in(user_of(mary))
    nothing = verdict(chair, alice)
    assert (nothing.status_code, nothing.json()["code"]) == (422, "no_id_document")
    front, photo, his = kept_by(ruth, alice), kept_by(ruth, alice, "PHOTO"), kept_by(ruth, peter)
    for document in (his.pk, new_id()):
        assert verdict(chair, alice, document=str(document)).status_code == 404
    wrong = verdict(chair, alice, document=str(photo.pk))
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "document")
    own = verdict(secretary, alice, document=str(front.pk))
    assert (own.status_code, own.json()["code"]) == (422, "maker_is_checker")
    bodies: list[dict[str, Any]] = [{"method": "BY_EYE"}, {"document": "x"}, {"document": []}, {"method": None}]
    for body in bodies:
        assert verdict(chair, alice, **body).status_code == 400, body
    assert verdict(chair, alice, document=None).status_code == verdict(chair, alice).status_code == 200
    second = verdict(signed_in(daniel), alice)
    assert (second.status_code, second.json()["code"]) == (409, "already_verified")


def test_who_may_not_verify_is_told_so(alice: Member, jane: Member, peter: Member, sarah: User, signed_in: As) -> None:
    expected = {user_of(alice): 403, user_of(peter): 403, sarah: 403, user_of(jane): 404}
    assert {user: verdict(signed_in(user), alice).status_code for user in expected} == expected


def test_a_chair_does_not_verify_herself(mary: Member, ruth: User, signed_in: As) -> None:
    kept_by(ruth, mary)
    assert verdict(signed_in(user_of(mary)), mary).json()["code"] == "maker_is_checker"


# The contract


def test_the_contract_says_form_and_file(enrol: Enrol) -> None:
    paths = APIClient().get("/api/schema?format=json").json()["paths"]
    documents = paths["/api/members/{member_id}/documents"]
    assert set(documents["post"]["requestBody"]["content"]) == {"multipart/form-data"}
    assert set(documents["get"]["responses"]["200"]["content"]) == {"application/json"}
    one = paths["/api/members/{member_id}/documents/{document_id}"]["get"]["responses"]["200"]["content"]
    assert set(one) == {"image/jpeg", "image/png", "application/pdf"}
    assert set(paths["/api/members/{member_id}/verify-id"]["post"]["requestBody"]["content"]) == {"application/json"}


def test_options_describe_and_do_nothing(alice: Member, ruth: User, signed_in: As) -> None:
    document, client = kept_by(ruth, alice), signed_in(ruth)
    path = f"/api/members/{alice.pk}/documents"
    for where in (path, f"{path}/{document.pk}", f"/api/members/{alice.pk}/verify-id"):
        assert client.options(where).status_code in {200, 405}, where
    assert client.head(f"{path}/{document.pk}").status_code == 200


def test_nothing_is_uploaded_or_verified_for_who_has_left(
    alice: Member, mary: Member, ruth: User, daniel: User, signed_in: As
) -> None:
    kept_by(ruth, alice)
    leave(member=alice, on=today(), at=now(), by=daniel)
    upload = sent(signed_in(ruth), alice)
    check = signed_in(user_of(mary)).post(f"/api/members/{alice.pk}/verify-id", {"method": "DOCUMENT"}, format="json")
    for answer in (upload, check):
        assert (answer.status_code, answer.json()["code"]) == (422, "member_inactive")
    assert IdentityDocument.objects.count() == 1
