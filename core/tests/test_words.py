"""Phones, ID numbers, codes and days: one spelling of each."""

import datetime as dt
import hashlib
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codes import check_digit, checks_out, read_code, short_code
from core.identity import is_unusual_id_number, last_three, normalise_id_number
from core.ids import new_id
from core.periods import Period, add_months, business_day, month_end, month_start
from core.phones import NotAPhone, normalise_phone


@pytest.mark.parametrize(
    "spelling",
    ["0712345678", "712345678", "254712345678", "+254712345678", "+254 712 345 678", "0712-345-678", "(0712) 345678"],
)
def test_every_spelling_is_one_number(spelling: str) -> None:
    assert normalise_phone(spelling) == "254712345678"


def test_the_newer_numbers_count_too() -> None:
    assert normalise_phone("0112345678") == "254112345678"


@pytest.mark.parametrize("wrong", ["", "12345", "0812345678", "25471234567", "2547123456789", "07١٢٣٤٥٦٧٨", "abc"])
def test_other_numbers_are_refused(wrong: str) -> None:
    with pytest.raises(NotAPhone):
        normalise_phone(wrong)


def test_id_numbers_compare_without_blanks_and_case() -> None:
    assert normalise_id_number(" 12 345-678 ") == "12345678"
    assert normalise_id_number("a123456") == "A123456"


@pytest.mark.parametrize(
    ("number", "unusual"),
    [("123456", False), ("123456789", False), ("1" * 14, False), ("12345", True), ("A123456", True), ("1" * 10, True)],
)
def test_unusual_id_numbers_get_a_second_look(number: str, unusual: bool) -> None:
    assert is_unusual_id_number(number) is unusual


def test_most_people_see_three_digits() -> None:
    assert last_three("12345678") == "•••678"
    assert last_three("") == ""


def test_a_code_is_the_first_fifty_bits_and_a_check() -> None:
    identifier = uuid.UUID("018f0000-0000-7000-8000-000000000001")
    bits = int(hashlib.sha256(str(identifier).encode()).hexdigest(), 16) >> (256 - 50)
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    letters = ""
    for _ in range(10):
        bits, digit = divmod(bits, 32)
        letters = alphabet[digit] + letters
    assert short_code(identifier)[:10] == letters
    assert len(short_code(identifier)) == 11


@given(st.uuids(), st.integers(min_value=0, max_value=9))
def test_one_slip_of_the_pen_is_noticed(identifier: uuid.UUID, place: int) -> None:
    code = short_code(identifier)
    assert read_code(f" {code[:4]}-{code[4:]} ".lower()) == code
    wrong = "7" if code[place] != "7" else "8"
    assert read_code(code[:place] + wrong + code[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "SHORT", "!!!!!!!!!!!"])
def test_what_is_no_code_reads_as_none(text: str) -> None:
    assert read_code(text) is None


def test_letters_people_mix_up_are_read_as_digits() -> None:
    code = next(c for c in (short_code(uuid.UUID(int=n)) for n in range(500)) if "0" in c[:10] and "1" in c[:10])
    assert read_code(code.replace("0", "O").replace("1", "l")) == code


def test_ids_sort_by_birth() -> None:
    born = [new_id() for _ in range(100)]
    assert born == sorted(born)
    assert {identifier.version for identifier in born} == {7}


def test_the_business_day_is_the_day_in_nairobi() -> None:
    assert business_day(dt.datetime(2026, 12, 31, 20, 59, tzinfo=dt.UTC)) == dt.date(2026, 12, 31)
    assert business_day(dt.datetime(2026, 12, 31, 21, 0, tzinfo=dt.UTC)) == dt.date(2027, 1, 1)


def test_months_keep_their_anchor_day() -> None:
    start = dt.date(2027, 1, 31)
    assert [add_months(start, n, anchor=31) for n in (1, 2)] == [dt.date(2027, 2, 28), dt.date(2027, 3, 31)]
    assert add_months(start, -2) == dt.date(2026, 11, 30)
    assert add_months(dt.date(2028, 1, 30), 1) == dt.date(2028, 2, 29)


def test_first_and_last_day_of_a_month() -> None:
    day = dt.date(2028, 2, 10)
    assert (month_start(day), month_end(day)) == (dt.date(2028, 2, 1), dt.date(2028, 2, 29))
    assert day in Period(month_start(day), month_end(day))
    assert dt.date(2028, 3, 1) not in Period(month_start(day), month_end(day))


@given(st.text("0123456789", min_size=1, max_size=11), st.integers(0, 11), st.integers(1, 9))
def test_a_check_digit_catches_every_single_wrong_digit(digits: str, place: int, by: int) -> None:
    number = digits + check_digit(digits)
    at = place % len(number)
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert checks_out(number)
    assert not checks_out(wrong)


@given(st.text("0123456789", min_size=1, max_size=11), st.integers(0, 10))
def test_a_check_digit_catches_neighbours_that_changed_places(digits: str, place: int) -> None:
    number = digits + check_digit(digits)
    at = place % (len(number) - 1)
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert checks_out(swapped) == (swapped == number)


@pytest.mark.parametrize("number", ["", "5", "57x4", "٥٧٢٤", "57 24"])
def test_what_is_not_a_number_with_a_check_digit_does_not_check_out(number: str) -> None:
    assert not checks_out(number)


def test_the_check_digit_is_the_one_of_the_paper() -> None:
    """H. M. Damm's own example: 572 has the check digit 4."""
    assert check_digit("572") == "4"
