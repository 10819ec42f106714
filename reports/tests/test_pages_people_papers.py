"""The pages around pictures: registering with them, looking at them, and comparing the number with the card."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from audit.models import Act
from core.files import Clean
from core.files.cleaning import MOST_BYTES
from core.ids import new_id
from core.periods import now
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from members.models import IdentityDocument, IdVerification, Member
from members.operations.documents import keep_document
from members.papers import newest_documents, verification_of
from members.queries import next_of_kin
from reports.tests.conftest import Give, MakeUser, user_of
from reports.tests.desk import At, text, told
from users.models import User

pytestmark = pytest.mark.django_db


def picture(colour: str = "white") -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(drawn, "JPEG")
    return drawn.getvalue()


def file(data: bytes, name: str = "../../etc/card.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def page(name: str, member: Member, *more: Any) -> str:
    return reverse(name, args=[member.pk, *more])


@pytest.fixture
@lasting
def joseph(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    user = make_user("Joseph Mutua")
    give(user, RoleName.FIELD_OFFICER, umoja)
    return user


@pytest.fixture
def card(alice: Member, joseph: User) -> IdentityDocument:
    """Joseph photographed Alice's ID card."""
    clean = Clean("image/jpeg", picture())
    return keep_document(member=alice, kind="ID_FRONT", clean=clean, by=joseph, at=now())


# Registering


def about(**more: Any) -> dict[str, Any]:
    usual = {
        "member_name": "Wanja Kariuki",
        "id_number": "31427999",
        "date_of_birth": "1990-02-28",
        "phone": "0799 345 678",
        "kin_rows": "2",
        "kin_0_name": "Rose Kariuki",
        "kin_0_relationship": "mother",
        "kin_1_name": "John Kariuki",
        "kin_1_relationship": "brother",
        "offline_sync_id": str(new_id()),
    }
    return usual | more


def test_joseph_registers_a_member_with_kin_and_pictures_once(at_desk: At, joseph: User, umoja: BankingGroup) -> None:
    browser, address, form = at_desk(joseph), reverse("register-page", args=[umoja.pk]), about()
    pictures = [{"id_photo": file(picture()), "signature": file(picture("black"))} for _time in range(2)]
    first, again = (browser.post(address, form | sent) for sent in pictures)
    assert first["Location"] == again["Location"]
    wanja = Member.objects.get(person__name="Wanja Kariuki")
    assert newest_documents(wanja.person).keys() == {"ID_FRONT", "SIGNATURE"}
    assert {row.uploaded_by_id for row in IdentityDocument.objects.all()} == {joseph.pk}
    assert [one.name for one in next_of_kin(wanja.person)] == ["Rose Kariuki", "John Kariuki"]


def test_the_form_asks_for_pictures_and_one_next_of_kin(at_desk: At, joseph: User, umoja: BankingGroup) -> None:
    shown = text(at_desk(joseph).get(reverse("register-page", args=[umoja.pk])))
    assert 'enctype="multipart/form-data"' in shown
    assert shown.count('type="file"') == 3
    assert "Next of kin, number 2" not in shown


def test_the_same_key_with_another_picture_is_not_the_same_form(at_desk: At, joseph: User, umoja: BankingGroup) -> None:
    browser, address, form = at_desk(joseph), reverse("register-page", args=[umoja.pk]), about()
    browser.post(address, form | {"id_photo": file(picture())})
    answer = browser.post(address, form | {"id_photo": file(picture("black"))})
    assert "already used for something else" in text(answer, 422)


def test_a_number_of_an_unusual_length_is_kept_with_a_word(at_desk: At, joseph: User, umoja: BankingGroup) -> None:
    answer = at_desk(joseph).post(
        reverse("register-page", args=[umoja.pk]), about(id_number="31427", kin_0_id_number="123")
    )
    assert [message for message in told(answer) if "unusual length" in message] == [
        "Her ID number has an unusual length. It is kept; compare it with the card again.",
        "The ID number of Rose Kariuki has an unusual length. It is kept; compare it with the card again.",
    ]


def test_a_file_that_is_no_picture_registers_nobody(at_desk: At, joseph: User, umoja: BankingGroup) -> None:
    address = reverse("register-page", args=[umoja.pk])
    answer = at_desk(joseph).post(address, about(id_photo=file(picture()), photo=file(b"<svg onload=alert(1)>")))
    shown = text(answer, 422)
    assert 'id="id_photo_error"' in shown
    assert "Please choose this file again" in shown
    assert 'value="Rose Kariuki"' in shown
    assert not Member.objects.filter(group=umoja).exists()
    assert not IdentityDocument.objects.exists()


def test_another_row_keeps_everything_and_registers_nobody(at_desk: At, joseph: User, umoja: BankingGroup) -> None:
    address = reverse("register-page", args=[umoja.pk])
    answer = at_desk(joseph).post(address, about(step="add", id_photo=file(picture()), phone="12"))
    shown = text(answer)
    assert 'name="kin_2_name"' in shown
    assert 'value="John Kariuki"' in shown
    assert shown.count("Please choose this file again") == 1
    assert "id_phone_error" not in shown
    assert not Member.objects.filter(group=umoja).exists()


# The list and the picture


def test_an_upload_is_kept_once_and_listed_with_who_and_when(at_desk: At, joseph: User, alice: Member) -> None:
    browser, address = at_desk(joseph), page("documents-page", alice)
    form = {"kind": "PHOTO", "offline_sync_id": "a-key"}
    assert "No document yet." in text(browser.get(address))
    for _time in range(2):
        assert browser.post(address, form | {"file": file(picture())})["Location"] == address
    kept = IdentityDocument.objects.get()
    shown = text(browser.get(address))
    assert f'src="{page("document-page", alice, kept.pk)}"' in shown
    assert "by Joseph Mutua on" in shown
    assert "card.jpg" not in shown


def test_the_newest_of_a_kind_counts_and_the_older_one_says_so(at_desk: At, joseph: User, alice: Member) -> None:
    for minute, colour in enumerate(("white", "black")):
        keep_document(
            member=alice,
            kind="ID_FRONT",
            clean=Clean("image/jpeg", picture(colour)),
            by=joseph,
            at=now() + dt.timedelta(minutes=minute),
        )
    rows = at_desk(joseph).get(page("documents-page", alice)).context["papers"].rows
    assert [row.counts for row in rows] == [True, False]


def test_a_longer_list_asks_no_more_of_the_database(
    at_desk: At, joseph: User, alice: Member, card: IdentityDocument, django_assert_num_queries: Any
) -> None:
    browser, address = at_desk(joseph), page("documents-page", alice)
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    for kind in ("PHOTO", "SIGNATURE", "ID_BACK"):
        keep_document(member=alice, kind=kind, clean=Clean("image/jpeg", picture()), by=joseph, at=now())
    with django_assert_num_queries(len(few)):
        browser.get(address)


def test_a_pdf_is_listed_as_paper_and_not_as_a_picture(at_desk: At, joseph: User, alice: Member) -> None:
    clean = Clean("application/pdf", b"%PDF-1.4\n", 2)
    keep_document(member=alice, kind="ID_FRONT", clean=clean, by=joseph, at=now())
    shown = text(at_desk(joseph).get(page("documents-page", alice)))
    assert "PDF, 2 pages" in shown
    assert "<img" not in shown.split('class="papers"')[1].split("</ul>")[0]
    assert "This is a PDF." in text(at_desk(joseph).get(page("verify-id-page", alice)))


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"kind": "PHOTO"}, "file"), ({"kind": "KING"}, "kind"), ({"kind": "PHOTO", "file": b"GIF89a"}, "file")],
)
def test_what_is_wrong_with_an_upload_stands_at_its_field(
    at_desk: At, joseph: User, alice: Member, sent: dict[str, Any], field: str
) -> None:
    if "file" in sent:
        sent = sent | {"file": file(sent["file"])}
    answer = at_desk(joseph).post(page("documents-page", alice), sent | {"offline_sync_id": "a-key"})
    assert f'id="id_{field}_error"' in text(answer, 422)
    assert field in answer.context["form"].errors
    assert not IdentityDocument.objects.exists()


def test_a_file_above_the_limit_is_refused_in_words(at_desk: At, joseph: User, alice: Member) -> None:
    big = file(b"\xff\xd8\xff" + b"0" * MOST_BYTES)
    answer = at_desk(joseph).post(
        page("documents-page", alice), {"kind": "PHOTO", "offline_sync_id": "a-key", "file": big}
    )
    assert "at most 8 MB" in text(answer, 422)


def test_the_picture_is_answered_as_by_the_api_and_the_log_keeps_who_looked(
    at_desk: At, mary: Member, alice: Member, card: IdentityDocument
) -> None:
    answer = at_desk(user_of(mary)).get(page("document-page", alice, card.pk))
    assert answer.status_code == 200
    assert answer.content == picture()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    act = Act.objects.get(verb="member.document_read")
    assert (act.actor_id, act.subject_id) == (user_of(mary).pk, alice.pk)


def test_a_picture_is_found_under_its_own_member_alone(
    at_desk: At, mary: Member, alice: Member, peter: Member, jane: Member, card: IdentityDocument
) -> None:
    assert at_desk(user_of(mary)).get(page("document-page", peter, card.pk)).status_code == 404
    assert at_desk(user_of(alice)).get(page("document-page", alice, card.pk)).status_code == 403
    assert at_desk(user_of(jane)).get(page("document-page", alice, card.pk)).status_code == 404
    assert not Act.objects.filter(verb="member.document_read").exists()


def test_her_face_stands_on_her_page_for_who_may_see_it(at_desk: At, joseph: User, mary: Member, alice: Member) -> None:
    clean = Clean("image/jpeg", picture())
    face = keep_document(member=alice, kind="PHOTO", clean=clean, by=joseph, at=now())
    address = page("document-page", alice, face.pk)
    assert address in text(at_desk(user_of(mary)).get(page("member-page", alice)))
    assert address not in text(at_desk(user_of(alice)).get(page("member-page", alice)))


# Comparing


def compared(card: IdentityDocument, **more: str) -> dict[str, str]:
    return {"document": str(card.pk), "method": "DOCUMENT", "offline_sync_id": str(new_id())} | more


def test_ruth_compares_the_whole_number_and_verifies(
    at_desk: At, ruth: User, alice: Member, card: IdentityDocument
) -> None:
    browser, address = at_desk(ruth), page("verify-id-page", alice)
    shown = text(browser.get(address))
    assert alice.person.id_number in shown
    assert "29 February 1988" in shown
    assert Act.objects.filter(verb="member.identity_read", actor_id=ruth.pk).count() == 1
    answer = browser.post(address, compared(card))
    assert answer["Location"] == page("member-page", alice)
    found = verification_of(alice.person)
    assert found is not None
    assert (found.by, found.document) == (ruth, card)
    after = text(browser.get(page("member-page", alice)))
    assert "Verified by Ruth Chebet on" in after
    assert "Compared with the document." in after
    assert address not in after
    assert "Verified by Ruth Chebet" in text(browser.get(address))


def test_the_chair_compares_the_last_three_digits(
    at_desk: At, mary: Member, alice: Member, card: IdentityDocument
) -> None:
    shown = text(at_desk(user_of(mary)).get(page("verify-id-page", alice)))
    assert alice.person.id_number not in shown
    assert f"•••{alice.person.id_number[-3:]}" in shown
    assert "You see the last three digits" in shown


def test_who_uploaded_it_is_told_who_may(
    at_desk: At, joseph: User, mary: Member, ruth: User, alice: Member, card: IdentityDocument
) -> None:
    browser, address = at_desk(joseph), page("verify-id-page", alice)
    shown = text(browser.get(address))
    assert "You uploaded this picture yourself" in shown
    assert "Mary Wanjiku (Chair)" in shown
    assert "Ruth Chebet (Secretary)" in shown
    assert "Joseph Mutua (" not in shown
    assert "Number, name and date agree" not in shown
    assert browser.post(address, compared(card)).status_code == 422
    assert not IdVerification.objects.exists()


def test_who_changed_her_particulars_is_told_so(at_desk: At, ruth: User, alice: Member, card: IdentityDocument) -> None:
    alice.person.identity_changed_by = ruth
    alice.person.save()
    shown = text(at_desk(ruth).get(page("verify-id-page", alice)))
    assert "You changed her particulars yourself" in shown
    assert "At the moment there is nobody else who may" in shown


def test_nobody_verifies_herself(at_desk: At, mary: Member, joseph: User) -> None:
    clean = Clean("image/jpeg", picture())
    keep_document(member=mary, kind="ID_FRONT", clean=clean, by=joseph, at=now())
    shown = text(at_desk(user_of(mary)).get(page("verify-id-page", mary)))
    assert "Nobody verifies herself." in shown
    assert "Mary Wanjiku (Chair)" not in shown


def test_without_a_picture_there_is_nothing_to_compare(at_desk: At, ruth: User, alice: Member) -> None:
    browser, address = at_desk(ruth), page("verify-id-page", alice)
    assert "There is no picture of her ID card to compare with." in text(browser.get(address))
    assert browser.post(address, {"document": "", "method": "DOCUMENT", "offline_sync_id": "k"}).status_code == 422


def test_a_document_of_somebody_else_proves_nothing(
    at_desk: At, ruth: User, alice: Member, peter: Member, card: IdentityDocument
) -> None:
    assert at_desk(ruth).post(page("verify-id-page", peter), compared(card)).status_code == 404
    assert not IdVerification.objects.exists()


def test_the_back_of_the_card_may_be_asked_for(
    at_desk: At, ruth: User, joseph: User, alice: Member, card: IdentityDocument
) -> None:
    clean = Clean("image/jpeg", picture("black"))
    back = keep_document(member=alice, kind="ID_BACK", clean=clean, by=joseph, at=now())
    browser, address = at_desk(ruth), page("verify-id-page", alice)
    assert browser.get(address).context["check"].paper.id == card.pk
    assert browser.get(address, {"document": str(back.pk)}).context["check"].paper.id == back.pk
    assert browser.get(address, {"document": "nonsense"}).context["check"].paper.id == card.pk


def test_a_method_that_there_is_not_stands_at_its_field(
    at_desk: At, ruth: User, alice: Member, card: IdentityDocument
) -> None:
    answer = at_desk(ruth).post(page("verify-id-page", alice), compared(card, method="GUESSED"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["method"]
