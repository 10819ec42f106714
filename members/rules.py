"""What registration data must look like: names, ID numbers, phones, days of birth and next of kin, as they are kept.

Pure: no database, no clock. `tidied` gives every word its one spelling or refuses with the field that is wrong;
`warnings` names what is kept but deserves a second look.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from core.codes import check_digit
from core.errors import Invalid, Text
from core.identity import is_unusual_id_number, normalise_id_number
from core.phones import NotAPhone, normalise_phone

T = TypeVar("T")

NAME_SHORTEST, NAME_LONGEST = 2, 255
RELATIONSHIP_LONGEST = 60
ID_NUMBER_LONGEST = 30
KIN_MOST = 10
EARLIEST_BIRTH = dt.date(1900, 1, 1)
# What is in front of the check digit; the whole fits M-Pesa's twelve characters with room to spare.
ACCOUNT_DIGITS = 7


@dataclass(frozen=True)
class Kin:
    """One person to turn to; phone and ID number may be unknown."""

    name: str
    relationship: str
    phone: str = ""
    id_number: str = ""


@dataclass(frozen=True)
class Particulars:
    """What is asked of a person who joins."""

    name: str
    id_number: str
    phone: str
    date_of_birth: dt.date
    kin: tuple[Kin, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What is put right about a person: None leaves a thing as it is, kin are named anew as a whole."""

    name: str | None = None
    id_number: str | None = None
    phone: str | None = None
    date_of_birth: dt.date | None = None
    kin: tuple[Kin, ...] | None = None


@dataclass(frozen=True)
class SecondLook:
    """Kept as it is, but somebody should look at the paper again."""

    field: str
    code: str
    detail: Text


def tidied(particulars: Particulars, on: dt.date) -> Particulars:
    """The particulars as they are kept, or `invalid` with the first field that cannot be."""
    return Particulars(
        name=tidy_name(particulars.name, "member_name"),
        id_number=tidy_id_number(particulars.id_number, "id_number"),
        phone=tidy_phone(particulars.phone, "phone"),
        date_of_birth=birth_day(particulars.date_of_birth, on),
        kin=tidy_kin_list(particulars.kin),
    )


def tidied_changes(changes: Changes, on: dt.date) -> Changes:
    """The changes as they are kept, by the rules of registration; `invalid` also where there is nothing to change."""
    if changes == Changes():
        raise Invalid(_("Say what is to be changed."))
    return Changes(
        name=_if_said(changes.name, lambda name: tidy_name(name, "member_name")),
        id_number=_if_said(changes.id_number, lambda number: tidy_id_number(number, "id_number")),
        phone=_if_said(changes.phone, lambda phone: tidy_phone(phone, "phone")),
        date_of_birth=_if_said(changes.date_of_birth, lambda day: birth_day(day, on)),
        kin=_if_said(changes.kin, tidy_kin_list),
    )


def _if_said(value: T | None, tidy: Callable[[T], T]) -> T | None:
    return None if value is None else tidy(value)


def tidy_kin_list(kin: tuple[Kin, ...]) -> tuple[Kin, ...]:
    if len(kin) > KIN_MOST:
        raise Invalid(_("Name at most ten next of kin."), field="next_of_kin")
    return tuple(tidy_kin(one, f"next_of_kin.{place}") for place, one in enumerate(kin))


def tidy_kin(kin: Kin, field: str) -> Kin:
    return replace(
        kin,
        name=tidy_name(kin.name, f"{field}.name"),
        relationship=tidy_relationship(kin.relationship, f"{field}.relationship"),
        phone=tidy_phone(kin.phone, f"{field}.phone") if kin.phone.strip() else "",
        id_number=tidy_id_number(kin.id_number, f"{field}.id_number") if kin.id_number.strip() else "",
    )


def tidy_name(text: str, field: str) -> str:
    """One blank between words, none around them; letters in their composed form."""
    name = _one_line(text, field)
    if not NAME_SHORTEST <= len(name) <= NAME_LONGEST or not any(letter.isalpha() for letter in name):
        raise Invalid(_("Write the full name, with 2 to 255 characters."), field=field)
    return name


def tidy_relationship(text: str, field: str) -> str:
    """How the next of kin belongs to her, in the member's own words: sister, jirani, father's brother."""
    word = _one_line(text, field)
    if not 1 <= len(word) <= RELATIONSHIP_LONGEST:
        raise Invalid(_("Say how they are related, in at most 60 characters."), field=field)
    return word


def tidy_id_number(text: str, field: str) -> str:
    """Capitals and digits only. Unusual lengths are kept (`warnings`); letters of other scripts are not a number."""
    plain = normalise_id_number(unicodedata.normalize("NFKC", text))
    if not (plain.isascii() and plain.isalnum()) or len(plain) > ID_NUMBER_LONGEST:
        raise Invalid(_("Write the number as it stands on the ID card, in letters and digits."), field=field)
    return plain


def tidy_phone(text: str, field: str) -> str:
    try:
        return normalise_phone(text)
    except NotAPhone as error:
        raise Invalid(_("Write a Kenyan mobile number, such as 0712345678."), field=field) from error


def birth_day(day: dt.date, on: dt.date) -> dt.date:
    """Any day of a living person: age is the group's own affair."""
    if not EARLIEST_BIRTH <= day <= on:
        raise Invalid(_("The day of birth must lie between 1900 and today."), field="date_of_birth")
    return day


def warnings(id_number: str, kin_id_numbers: tuple[str, ...] = ()) -> Iterator[SecondLook]:
    """ID numbers of a length that Kenyan cards do not have: kept, with a request to look again."""
    numbers = {"id_number": id_number}
    numbers |= {f"next_of_kin.{place}.id_number": number for place, number in enumerate(kin_id_numbers)}
    for field, number in numbers.items():
        if number and is_unusual_id_number(number):
            yield SecondLook(field, "unusual_id_number", _("Unusual for an ID number. Compare it with the card again."))


def _one_line(text: str, field: str) -> str:
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    if any(not letter.isprintable() for letter in plain):
        raise Invalid(_("Remove the characters that cannot be seen."), field=field)
    return plain


def account_number(drawn: int) -> str:
    """The number a member writes on a payment, from a number drawn below ten to the power of `ACCOUNT_DIGITS`."""
    digits = f"{drawn:0{ACCOUNT_DIGITS}d}"
    return digits + check_digit(digits)
