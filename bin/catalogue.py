"""The texts in other languages: `compile` makes .mo files of the .po files, `check` says what a translation lacks.

Works without GNU gettext. A text counts as asked for when Python code or a template marks it for translation.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "tablebanking",
    "reports",
    "meetings",
    "campaigns",
    "officers",
    "cycles",
    "loans",
    "savings",
    "ledger",
    "members",
    "groups",
    "notifications",
    "users",
    "audit",
    "core",
)
TRANSLATIONS = ("locale/sw/LC_MESSAGES/django.po",)
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL_MARKS = {"ngettext", "ngettext_lazy"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogues() -> list[Path]:
    return sorted([*ROOT.glob("locale/*/LC_MESSAGES/*.po"), *ROOT.glob("*/locale/*/LC_MESSAGES/*.po")])


def compile_all() -> None:
    for source in catalogues():
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            print(f"Compiled {target.relative_to(ROOT)}", flush=True)


def marked_in_code(source: str) -> Iterator[str]:
    """The first literal argument of each call that marks a text."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if name in MARKS | PLURAL_MARKS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def marked_in_template(source: str) -> Iterator[str]:
    """Django turns a template into text for xgettext; its calls are Python, so the same reading serves."""
    from django.utils.translation.template import templatize

    for call in re.findall(r"\b(?:n?gettext|_)\((?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")", templatize(source)):
        yield from marked_in_code(f"{call})")


def asked_for() -> dict[str, str]:
    """Each marked text, and one place that asks for it."""
    found: dict[str, str] = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                found.update(dict.fromkeys(marked_in_code(path.read_text()), str(path.relative_to(ROOT))))
    for path in sorted(
        [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.txt"), *ROOT.glob("*/templates/**/*.html")]
    ):
        found.update(dict.fromkeys(marked_in_template(path.read_text()), str(path.relative_to(ROOT))))
    return {text: place for text, place in found.items() if text}


def faults(catalogue: polib.POFile, wanted: dict[str, str]) -> Iterator[str]:
    known = {entry.msgid: entry for entry in catalogue if not entry.obsolete}
    yield from (f"lacks {text!r} ({place})" for text, place in wanted.items() if text not in known)
    for entry in known.values():
        if not entry.translated() or entry.fuzzy:
            yield f"does not translate {entry.msgid!r}"
        for said in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            if said and not set(PLACEHOLDER.findall(said)) <= set(
                PLACEHOLDER.findall(entry.msgid + entry.msgid_plural)
            ):
                yield f"names an unknown placeholder in {entry.msgid!r}"


def check() -> int:
    from django.conf import settings

    settings.configure(USE_I18N=False)
    wanted = asked_for()
    missing = [f"{path}: there is no such catalogue" for path in TRANSLATIONS if not (ROOT / path).exists()]
    found = missing + [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in catalogues()
        for fault in faults(polib.pofile(str(path)), wanted)
    ]
    print("\n".join(found) if found else f"{len(catalogues())} catalogue(s), {len(wanted)} texts: complete")
    return bool(found)


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(check())
    compile_all()
