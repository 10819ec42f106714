"""Swahili is whole: each text has one, says the same placeholders, and reaches the page."""

import datetime as dt
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import formats, translation

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# Names and signs that are the same in both languages.
SAME = {"M-Pesa", "ECD", "API", "TRF", "PAR 30", "PAR 90", "Table Banking", "YYYY-MM", "Kiswahili"}


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(Path(settings.BASE_DIR) / "locale/sw/LC_MESSAGES/django.po"))


def said(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_is_translated_and_none_is_doubtful(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if not all(said(entry)) or entry.fuzzy] == []
    assert len(catalogue) > 500


def test_placeholders_are_the_same_on_both_sides(catalogue: polib.POFile) -> None:
    wrong = []
    for entry in catalogue:
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in said(entry):
            found = set(PLACEHOLDER.findall(text))
            if found != wanted and not (entry.msgid_plural and found <= wanted):
                wrong.append(entry.msgid)
    assert wrong == []


def test_no_text_was_left_in_english(catalogue: polib.POFile) -> None:
    with_words = [entry for entry in catalogue if re.search(r"[A-Za-z]{3}", PLACEHOLDER.sub("", entry.msgid))]
    assert {entry.msgid for entry in with_words if entry.msgid in said(entry)} <= SAME


def test_one_word_has_one_meaning(catalogue: polib.POFile) -> None:
    words = {entry.msgid: entry.msgstr for entry in catalogue if not entry.msgctxt}
    assert words["Treasurer"] == "Mweka hazina"
    assert words["Chair"] == "Mwenyekiti"
    assert words["Secretary"] == "Katibu"
    assert words["Savings"] == "Akiba"
    assert words["Fines"] == "Faini"
    assert words["Group"] == "Kikundi"
    assert words["Member"] == "Mwanachama"
    erased = [entry.msgid for entry in catalogue if "revers" in entry.msgid and "futa" in entry.msgstr]
    assert erased == []


@pytest.mark.parametrize("language", ["en", "sw"])
def test_days_and_numbers_are_written_as_kenya_writes_them(language: str) -> None:
    day = dt.date(2026, 11, 20)
    with translation.override(language):
        assert formats.date_format(day).startswith("20 ")
        assert formats.date_format(day).endswith(" 2026")
        assert formats.number_format("1234567.5", decimal_pos=2, force_grouping=True) == "1,234,567.50"


def test_months_have_their_swahili_names() -> None:
    with translation.override("sw"):
        assert formats.date_format(dt.date(2026, 3, 1)) == "1 Machi 2026"
