"""Words and names that do not belong here. Each is put together from halves, so that this file holds none of them."""

import ast
import re
import unicodedata
from pathlib import Path

from tests.house_rules import tree

UNFINISHED = re.compile("|".join(["TO" + "DO", "FIX" + "ME", r"(?i:phase\s+" + "2)", "NotImplemented" + "Error"]))
MACHINE_PATHS = re.compile(
    r"(?<![\w.}])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + r"me/\w+", "Us" + r"ers/\w+"]) + r")(?:/|\b)(?!-)"
)
REGISTRIES = re.compile(
    "|".join(
        ["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "deb" + r"\.debian", "archive" + r"\.ubuntu"]
    )
)
BANNED_NAMES = {"utils" + ".py", "helpers" + ".py", "common" + ".py", "misc" + ".py"}
BUILT = (".mo", ".min.js", ".min.css", ".map", ".pyc", ".sqlite3")
# "So" holds pictures, but also arrows and signs that pages print in one colour; these blocks are the emojis.
EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u26ff\u2705\u270a-\u270d\u2728\u274c\u274e\u2753-\u2757\u2795-\u2797\ufe0f]"
)


def written() -> list[tuple[Path, str]]:
    """Every text file somebody writes by hand."""
    texts = []
    for path in tree.files():
        if path.suffix in {".png", ".ico", ".woff2", ".jpg"} or tree.name(path) == "docs/proofs-last.txt":
            continue
        texts.append((path, path.read_text()))
    return texts


def holding(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{tree.name(path)}:{text[: hit.start()].count(chr(10)) + 1}: {hit.group(0)}"
        for path, text in written()
        for hit in pattern.finditer(text)
    ]


def test_nothing_is_left_for_later() -> None:
    assert holding(UNFINISHED) == []


def test_no_path_of_somebodys_machine_is_written_down() -> None:
    assert holding(MACHINE_PATHS) == []


def test_no_package_registry_is_named() -> None:
    assert holding(REGISTRIES) == []


def test_there_are_no_emojis() -> None:
    assert holding(EMOJI) == []


def test_no_file_is_called_after_nothing() -> None:
    named = [tree.name(path) for path in tree.files() if path.name in BANNED_NAMES or "com" + "mon" in path.parts]
    assert named == []


def test_nothing_built_is_committed() -> None:
    assert [tree.name(path) for path in tree.files() if path.name.endswith(BUILT)] == []


def test_no_test_is_switched_off() -> None:
    off = re.compile(
        "|".join([r"pytest\.mark\.(?:sk" + "ip|xf" + r"ail)\b", r"pytest\.sk" + r"ip\(", r"type: ig" + r"nore(?!\[)"])
    )
    assert holding(off) == []


def test_names_of_files_are_plain() -> None:
    odd = [
        tree.name(path)
        for path in tree.files()
        if unicodedata.normalize("NFKD", path.name).encode("ascii", "ignore").decode() != path.name
    ]
    assert odd == []


def test_every_module_says_what_it_is_about() -> None:
    silent = [
        tree.name(path)
        for path in tree.python()
        if path.read_text().strip() and ast.get_docstring(tree.parsed(path)) is None
    ]
    assert silent == []
