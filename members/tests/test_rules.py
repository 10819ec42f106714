"""What registration data must look like, one spelling at a time."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from members.rules import (
    KIN_MOST,
    Changes,
    Kin,
    Particulars,
    birth_day,
    tidied,
    tidied_changes,
    tidy_id_number,
    tidy_name,
    warnings,
)

TODAY = dt.date(2026, 3, 4)
LUCY = Particulars(
    name="Lucy Nyambura",
    id_number="23456789",
    phone="0700000016",
    date_of_birth=dt.date(1988, 2, 29),
    kin=(Kin(name="John Nyambura", relationship="husband", phone="0711000016", id_number="22334455"),),
)


def field_refused(particulars: Particulars) -> str | None:
    with pytest.raises(Invalid) as refusal:
        tidied(particulars, TODAY)
    assert (refusal.value.code, refusal.value.status) == ("invalid", 400)
    return refusal.value.field


def test_lucy_is_kept_in_one_spelling() -> None:
    asked = replace(LUCY, name="  Lucy \u00a0 Nyambura ", id_number=" 23-456 789", phone="+254 700 000016")
    assert tidied(asked, TODAY) == replace(
        LUCY,
        phone="254700000016",
        kin=(replace(LUCY.kin[0], phone="254711000016"),),
    )


@pytest.mark.parametrize("phone", ["0700000016", "700000016", "254700000016", "+254 700-000-016", "(0700) 000016"])
def test_every_spelling_of_a_phone_number_is_one_number(phone: str) -> None:
    assert tidied(replace(LUCY, phone=phone), TODAY).phone == "254700000016"


@pytest.mark.parametrize("number", ["a1234567", "A-123 4567", "A.123/4567", "Ａ１２３４５６７"])
def test_every_spelling_of_an_id_number_is_one_number(number: str) -> None:
    assert tidy_id_number(number, "id_number") == "A1234567"


@pytest.mark.parametrize(
    "name", ["", " ", "L", "12345", "Lucy\u200bNyambura", "Lucy\x07", "N" * 256, "..", "\u202eycuL"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    assert field_refused(replace(LUCY, name=name)) == "member_name"


@pytest.mark.parametrize("name", ["Wa", "N" * 255, "Ng'ang'a", "Zoë Ōkafor", "فاطمة", "O\u2019Brien-Otieno Jr."])
def test_names_of_all_peoples_are_names(name: str) -> None:
    assert tidy_name(name, "member_name") == name


def test_a_letter_and_its_accent_become_one() -> None:
    assert tidy_name("Zoe\u0308 Atieno", "member_name") == "Zo\u00eb Atieno"


@pytest.mark.parametrize("number", ["", "  ", "--", "12#45678", "٢٣٤٥٦٧٨٩", "1" * 31, "23456789\u200b"])
def test_what_is_no_id_number_is_refused(number: str) -> None:
    assert field_refused(replace(LUCY, id_number=number)) == "id_number"


@pytest.mark.parametrize("phone", ["", "0800000016", "07000000160", "+255700000016", "lucy", "٠٧٠٠٠٠٠٠١٦"])
def test_what_is_no_kenyan_mobile_number_is_refused(phone: str) -> None:
    assert field_refused(replace(LUCY, phone=phone)) == "phone"


def test_nobody_is_born_tomorrow_or_before_1900() -> None:
    assert birth_day(TODAY, TODAY) == TODAY
    assert birth_day(dt.date(1900, 1, 1), TODAY) == dt.date(1900, 1, 1)
    assert field_refused(replace(LUCY, date_of_birth=TODAY + dt.timedelta(days=1))) == "date_of_birth"
    assert field_refused(replace(LUCY, date_of_birth=dt.date(1899, 12, 31))) == "date_of_birth"


def test_kin_may_be_none_and_known_by_name_only() -> None:
    assert tidied(replace(LUCY, kin=()), TODAY).kin == ()
    child = Kin(name="Baby  Nyambura", relationship=" daughter ")
    assert tidied(replace(LUCY, kin=(child,)), TODAY).kin == (Kin(name="Baby Nyambura", relationship="daughter"),)


@pytest.mark.parametrize(
    ("slip", "field"),
    [
        ({"name": "?"}, "next_of_kin.1.name"),
        ({"relationship": " "}, "next_of_kin.1.relationship"),
        ({"relationship": "x" * 61}, "next_of_kin.1.relationship"),
        ({"relationship": "sis\x00ter"}, "next_of_kin.1.relationship"),
        ({"phone": "12"}, "next_of_kin.1.phone"),
        ({"id_number": "12#5"}, "next_of_kin.1.id_number"),
    ],
)
def test_a_slip_in_the_second_kin_is_named_there(slip: dict[str, str], field: str) -> None:
    kin = LUCY.kin[0]
    assert field_refused(replace(LUCY, kin=(kin, replace(kin, **slip)))) == field


def test_ten_kin_are_enough() -> None:
    ten = LUCY.kin * KIN_MOST
    assert len(tidied(replace(LUCY, kin=ten), TODAY).kin) == KIN_MOST
    assert field_refused(replace(LUCY, kin=ten + LUCY.kin)) == "next_of_kin"


@pytest.mark.parametrize("number", ["123456", "123456789", "12345678901234"])
def test_usual_id_numbers_raise_no_question(number: str) -> None:
    assert list(warnings(number)) == []


@pytest.mark.parametrize("number", ["12345", "1234567890", "1234567890123", "A1234567"])
def test_unusual_id_numbers_are_kept_with_a_question(number: str) -> None:
    assert tidy_id_number(number, "id_number") == number
    assert [(w.field, w.code) for w in warnings(number)] == [("id_number", "unusual_id_number")]


def test_the_question_names_the_kin_whose_number_is_unusual() -> None:
    assert [w.field for w in warnings("23456789", ("", "12", "22334455"))] == ["next_of_kin.1.id_number"]


@given(st.text(max_size=300))
def test_a_name_tidied_twice_is_tidied_once(text: str) -> None:
    try:
        name = tidy_name(text, "member_name")
    except Invalid:
        return
    assert tidy_name(name, "member_name") == name
    assert name == name.strip()
    assert name.isprintable()


@given(st.text(max_size=40))
def test_an_id_number_tidied_twice_is_tidied_once(text: str) -> None:
    try:
        number = tidy_id_number(text, "id_number")
    except Invalid:
        return
    assert tidy_id_number(number, "id_number") == number
    assert number.isascii()


def test_what_is_put_right_is_spelled_as_registration_spells_it() -> None:
    whole = Changes(" Lucy  Gathogo ", "23-456 789", "+254 700 000016", dt.date(1990, 1, 1), (LUCY.kin[0],))
    assert tidied_changes(whole, TODAY) == Changes(
        "Lucy Gathogo",
        "23456789",
        "254700000016",
        dt.date(1990, 1, 1),
        (replace(LUCY.kin[0], phone="254711000016"),),
    )


@pytest.mark.parametrize("changes", [Changes(name="Lucy Gathogo"), Changes(kin=()), Changes(id_number="998877")])
def test_what_is_left_out_stays_left_out(changes: Changes) -> None:
    assert tidied_changes(changes, TODAY) == changes


def test_changes_that_change_nothing_or_cannot_be_kept_are_refused() -> None:
    slips = {
        None: Changes(),
        "member_name": Changes(name="1"),
        "id_number": Changes(id_number="#"),
        "phone": Changes(phone="12"),
        "date_of_birth": Changes(date_of_birth=TODAY + dt.timedelta(days=1)),
        "next_of_kin": Changes(kin=LUCY.kin * (KIN_MOST + 1)),
        "next_of_kin.0.name": Changes(kin=(Kin("", "son"),)),
    }
    for field, slip in slips.items():
        with pytest.raises(Invalid) as refusal:
            tidied_changes(slip, TODAY)
        assert refusal.value.field == field
