"""What people type about people: rows of kin, pictures, and where each refusal stands."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from PIL import Image

from core.errors import Refusal
from core.files import NotAPicture, TooLarge
from core.files.cleaning import MOST_BYTES
from members.rules import Kin
from reports.people_forms import EditForm, OfficeForm, RegisterForm, UploadForm, cleaned_picture, rows_of

USUAL = {
    "member_name": "Wanja Kariuki",
    "id_number": "31427000",
    "date_of_birth": "1990-02-28",
    "phone": "0712 345 678",
    "offline_sync_id": "a-key",
}


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "PNG")
    return drawn.getvalue()


def sent(**files: bytes) -> MultiValueDict[str, Any]:
    return MultiValueDict({name: [SimpleUploadedFile(f"{name}.png", data)] for name, data in files.items()})


def register(files: Any = None, **typed: str) -> RegisterForm:
    return RegisterForm(USUAL | typed, files)


def posted(**typed: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(USUAL | typed)
    return data


def test_what_is_typed_of_a_new_member_reaches_the_operation() -> None:
    form = register(kin_0_name="Rose", kin_0_relationship="mother", kin_0_phone="0711 000 000")
    assert form.is_valid(), form.errors
    told = form.particulars()
    assert (told.name, told.id_number, told.phone) == ("Wanja Kariuki", "31427000", "0712 345 678")
    assert told.date_of_birth == dt.date(1990, 2, 28)
    assert told.kin == (Kin("Rose", "mother", "0711 000 000", ""),)


def test_next_of_kin_may_be_left_out_altogether() -> None:
    form = register()
    assert form.is_valid()
    assert form.particulars().kin == ()
    assert [len(block.fields) for block in form.kin_fields] == [4]


def test_an_empty_row_between_two_is_nobody() -> None:
    form = register(kin_rows="3", kin_0_name="Rose", kin_2_name="John")
    assert form.is_valid()
    assert [one.name for one in form.kin()] == ["Rose", "John"]


def test_a_refusal_about_the_second_kin_stands_in_the_third_row_when_the_second_is_empty() -> None:
    form = register(kin_rows="3", kin_0_name="Rose", kin_2_name="John", kin_2_phone="12")
    assert form.is_valid()
    form.refuse(Refusal(_("Write a Kenyan mobile number."), field="next_of_kin.1.phone"))
    assert list(form.errors) == ["kin_2_phone"]


def test_a_refusal_about_all_kin_or_about_nothing_we_ask_stands_on_top() -> None:
    form = register()
    assert form.is_valid()
    form.refuse(Refusal(_("Name at most ten."), field="next_of_kin"))
    form.refuse(Refusal(_("Odd."), field="next_of_kin.0.colour"))
    assert form.non_field_errors() == ["Name at most ten.", "Odd."]


def test_a_refusal_about_the_member_herself_stands_at_her_field() -> None:
    form = register()
    assert form.is_valid()
    form.refuse(Refusal(_("Somebody has this number."), field="id_number"))
    assert list(form.errors) == ["id_number"]


def test_another_row_keeps_what_was_typed_and_judges_nothing() -> None:
    form = RegisterForm.with_another_row(posted(member_name="", kin_0_name="Rose"), sent(id_photo=b"x"))
    assert not form.is_bound
    assert form["kin_0_name"].value() == "Rose"
    assert form["offline_sync_id"].value() == "a-key"
    assert form["kin_rows"].value() == 2
    assert form.fields["kin_1_name"].widget.attrs["autofocus"] is True
    assert form.lost == {"id_photo"}


def test_there_are_never_more_than_ten_rows() -> None:
    form = RegisterForm.with_another_row(posted(kin_rows="10"))
    assert form.rows == 10
    assert not form.may_add
    assert RegisterForm.with_another_row(posted(kin_rows="8")).may_add


@pytest.mark.parametrize(
    ("said", "rows"), [("", 1), ("0", 1), ("-3", 1), ("4", 4), ("99", 10), ("9" * 5000, 1), ("٣", 1), ("x", 1)]
)
def test_a_number_of_rows_that_was_tampered_with_is_brought_back(said: str, rows: int) -> None:
    assert rows_of({"kin_rows": said}) == rows


def test_a_row_above_the_tenth_is_not_read() -> None:
    form = register(kin_rows="99", kin_10_name="Eleventh")
    assert form.is_valid()
    assert form.kin() == ()


def test_each_picture_is_cleaned_and_says_what_it_shows() -> None:
    form = register(sent(id_photo=picture(), signature=picture()))
    assert form.is_valid(), form.errors
    papers = form.papers()
    assert [kind for kind, _clean in papers] == ["ID_FRONT", "SIGNATURE"]
    assert {clean.media_type for _kind, clean in papers} <= {"image/png", "image/jpeg"}


def test_what_is_no_picture_is_said_beside_its_own_field() -> None:
    form = register(sent(id_photo=picture(), photo=b"#!/bin/sh\nexit\n"))
    assert form.is_valid()
    with pytest.raises(NotAPicture) as refused:
        form.papers()
    form.refuse(refused.value)
    assert list(form.errors) == ["photo"]
    assert form.lost == {"id_photo", "photo"}


def test_a_file_that_is_too_large_is_said_beside_its_field() -> None:
    form = UploadForm({"kind": "PHOTO", "offline_sync_id": "a-key"}, sent(file=b"\xff\xd8\xff" + b"0" * MOST_BYTES))
    assert form.is_valid(), form.errors
    with pytest.raises(TooLarge) as refused:
        cleaned_picture(form, "file")
    assert refused.value.field == "file"


def test_an_upload_needs_a_file_and_a_kind_there_is() -> None:
    form = UploadForm({"kind": "PASSPORT", "offline_sync_id": "a-key"}, sent(file=b""))
    assert not form.is_valid()
    assert form.errors.keys() == {"kind", "file"}


def test_a_phone_offers_its_camera_for_pictures_and_any_paper_for_uploads() -> None:
    asked = str(register()["id_photo"])
    assert 'accept="image/*"' in asked
    assert 'capture="environment"' in asked
    assert "capture" not in str(UploadForm()["file"])


def test_an_id_number_that_is_not_shown_may_stay_empty() -> None:
    form = EditForm(USUAL | {"id_number": ""}).keeping("31427123")
    assert form.is_valid(), form.errors
    assert str(form.fields["id_number"].help_text).endswith("ends in 123")
    assert not EditForm(USUAL | {"id_number": ""}).is_valid()


def test_no_office_is_a_choice_and_an_office_of_nowhere_is_none() -> None:
    offices = [("", "No office"), ("CHAIR", "Chair")]
    assert OfficeForm({"office": "", "offline_sync_id": "k"}, offices=offices).is_valid()
    assert not OfficeForm({"office": "KING", "offline_sync_id": "k"}, offices=offices).is_valid()
