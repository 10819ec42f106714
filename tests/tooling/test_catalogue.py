"""A translation is whole or it is named: texts are found in code and templates, and each must be said in full."""

import catalogue
import polib
import pytest


def book(**said: str) -> polib.POFile:
    made = polib.POFile()
    for text, translation in said.items():
        made.append(polib.POEntry(msgid=text, msgstr=translation))
    return made


def test_marked_texts_of_code_are_found() -> None:
    source = 'a = _("Save"), gettext_lazy("Cash"), ngettext("%d row", "%d rows", n), other("Nothing"), _(name)'
    assert set(catalogue.marked_in_code(source)) == {"Save", "Cash", "%d row"}


def test_marked_texts_of_templates_are_found() -> None:
    source = """{% translate "Sign in" %} plain {{ _("Cash") }}
        {% blocktranslate with n=name trimmed %}
            Hello {{ n }}
        {% endblocktranslate %}"""
    assert set(catalogue.marked_in_template(source)) == {"Sign in", "Hello %(n)s", "Cash"}


def test_a_whole_catalogue_has_no_faults() -> None:
    assert list(catalogue.faults(book(Save="Hifadhi"), {"Save": "a.py"})) == []


def test_a_text_that_nobody_translated_is_named_with_its_place() -> None:
    assert list(catalogue.faults(book(), {"Save": "a.py"})) == ["lacks 'Save' (a.py)"]


def test_an_empty_or_doubtful_translation_is_named() -> None:
    doubtful = book(Save="Hifadhi", Cash="")
    next(iter(doubtful)).flags.append("fuzzy")
    assert list(catalogue.faults(doubtful, {})) == ["does not translate 'Save'", "does not translate 'Cash'"]


@pytest.mark.parametrize(("text", "said"), [("Hello %(name)s", "Habari %(jina)s"), ("{count} rows", "safu {idadi}")])
def test_a_placeholder_that_the_text_does_not_have_is_named(text: str, said: str) -> None:
    assert list(catalogue.faults(book(**{text: said}), {})) == [f"names an unknown placeholder in {text!r}"]


def test_the_rooms_ask_for_texts() -> None:
    assert len(catalogue.asked_for()) > 50
