"""Each setting that the environment may give is explained in `.env.example`, and nothing else is."""

import re

from tests.house_rules import tree

READS = re.compile(r"""\b(?:env(?:\.(?!get\b)\w+)?|setting)\(\s*["']([A-Z][A-Z0-9_]+)["']""")
COMPOSE = re.compile(r"\$\{([A-Z][A-Z0-9_]+)")


def asked_for() -> set[str]:
    """Variables read by the settings, by the scripts in `bin/`, or by the containers."""
    folders = [path for path in tree.source() if path.parent.name in {"settings", "bin"}]
    read = {hit for path in folders for hit in READS.findall(path.read_text())}
    return read | set(COMPOSE.findall((tree.ROOT / "docker-compose.yml").read_text()))


def explained() -> dict[str, str]:
    """Each variable of `.env.example` with the comment above it."""
    found, comment = {}, ""
    for line in (tree.ROOT / ".env.example").read_text().splitlines():
        if given := re.match(r"#([A-Z][A-Z0-9_]*)=", line):
            found[given.group(1)], comment = comment, ""
        else:
            comment = f"{comment} {line.lstrip('# ')}" if line else ""
    return found


def test_every_setting_is_named_in_the_example_and_no_other() -> None:
    assert explained().keys() == asked_for()


def test_every_setting_has_a_sentence() -> None:
    assert [name for name, comment in explained().items() if len(comment.split()) < 5] == []


def test_copied_as_it_is_the_example_changes_nothing() -> None:
    lines = (tree.ROOT / ".env.example").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_the_example_holds_no_key() -> None:
    lines = (tree.ROOT / ".env.example").read_text().splitlines()
    keys = [line for line in lines if re.match(r"#[A-Z_]*(?:KEY|KEYS|PASSWORD)=", line)]
    assert keys
    assert all(line.endswith("=") for line in keys)


def test_every_lock_is_hashed_and_agrees_with_the_others() -> None:
    pins: dict[str, set[str]] = {}
    for path in sorted((tree.ROOT / "requirements").glob("*.txt")):
        text = path.read_text()
        for package, version in re.findall(r"^([a-z0-9-]+)(?:\[[\w,-]+\])?==(\S+)", text, re.MULTILINE):
            pins.setdefault(package, set()).add(version)
        assert text.count("--hash=sha256:") >= len(re.findall(r"^[a-z0-9-]+==", text, re.MULTILINE))
    assert {package: versions for package, versions in pins.items() if len(versions) > 1} == {}


def test_every_list_of_requirements_has_its_lock() -> None:
    folder = tree.ROOT / "requirements"
    assert {path.stem for path in folder.glob("*.in")} == {path.stem for path in folder.glob("*.txt")}
