"""The command: one line a group, an exit code for machines, and a journal an auditor can check with awk."""

import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from ledger.management.commands.check_books import AUDIT_SCRIPT, Command
from ledger.models import Entry
from ledger.tests.builders import Table
from ledger.tests.test_verify import as_stored, by_force, line_of

DOCS = Path(__file__).resolve().parents[2] / "docs" / "the-books.md"


def check(**options: object) -> str:
    out = StringIO()
    call_command("check_books", stdout=out, **options)
    return out.getvalue()


def audit(journal: Path, folder: Path) -> tuple[int, list[str]]:
    """What the auditor does at her own desk: awk, sha256sum, and the script from the help."""
    script = folder / "audit.awk"
    script.write_text(AUDIT_SCRIPT)
    run = subprocess.run(  # noqa: S603
        ["/usr/bin/env", "awk", "-v", f"part={folder / 'part'}", "-f", str(script), str(journal)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return run.returncode, run.stdout.splitlines()


@pytest.fixture
def exported(table: Table, tmp_path: Path) -> Path:
    for amount in ("100.00", "2.50", "3.75"):
        table.save(amount)
    table.withdraw("50.00")
    path = tmp_path / "journal.txt"
    said = check(group=table.group.group_code, export=path)
    assert said == f"{table.group.group_code}  4 entries written to {path}\n"
    return path


def test_whole_books_print_a_difference_of_nothing(table: Table) -> None:
    other = Table("Tumaini")
    table.save("1.00")
    lines = [f"{each.group.group_code}  {each.group.name}  difference 0.00\n" for each in (table, other)]
    assert check() == "".join(sorted(lines))
    assert check(group=table.group.group_code) == lines[0]


def test_a_difference_is_told_and_the_command_fails(table: Table) -> None:
    table.save("1.00")
    by_force("UPDATE ledger_balance SET amount = amount + 5")
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("check_books", stdout=out)
    assert caught.value.returncode == 1
    assert str(caught.value) == f"The books do not hold: {table.group.group_code}."
    told = out.getvalue().splitlines()
    assert told[0] == f"{table.group.group_code}  Umoja  4 differences, difference 0.25"
    assert f"  a balance is not the sum of its lines, 2010 of {table.alice.pk}: 0.05" in told


def test_an_unknown_group_is_said_to_be_unknown(table: Table) -> None:
    with pytest.raises(CommandError, match="No group has the code NOBODY"):
        check(group="NOBODY")


def test_an_export_names_its_group(table: Table, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--group"):
        check(export=tmp_path / "journal.txt")


def test_an_auditor_finds_the_export_whole(exported: Path, tmp_path: Path) -> None:
    head = Entry.objects.get(number=4).hash
    assert audit(exported, tmp_path) == (0, [f"4 entries, head {head}"])


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (" 250\n", " 260\n", ["entry 2: hash", "entry 2: sum"]),
        ("tb1 3 ", "tb1 4 ", ["entry 3: number", "entry 3: hash"]),
        ("withdrawal", "expense", ["entry 4: hash"]),
    ],
)
def test_an_auditor_finds_one_changed_word(
    exported: Path, tmp_path: Path, old: str, new: str, found: list[str]
) -> None:
    exported.write_text(exported.read_text().replace(old, new, 1))
    code, told = audit(exported, tmp_path)
    assert code == 1
    assert told[:-1] == found


def test_an_auditor_finds_a_block_left_out(exported: Path, tmp_path: Path) -> None:
    blocks = exported.read_text().split("tb1 ")
    exported.write_text("tb1 ".join(blocks[:2] + blocks[3:]))
    code, told = audit(exported, tmp_path)
    assert (code, told[:2]) == (1, ["entry 2: number", "entry 2: link"])


def test_an_auditor_and_the_verifier_find_the_same_edit(table: Table, tmp_path: Path) -> None:
    table.save("1.00")
    table.save("2.00")
    by_force("UPDATE ledger_line SET amount = 201 WHERE id = %s", as_stored(line_of(table, 2, "1010").pk))
    path = tmp_path / "journal.txt"
    check(group=table.group.group_code, export=path)
    code, told = audit(path, tmp_path)
    assert (code, told[:2]) == (1, ["entry 2: hash", "entry 2: sum"])


def test_the_script_stands_in_the_help_and_in_the_book_of_the_books() -> None:
    assert AUDIT_SCRIPT in DOCS.read_text(encoding="utf-8")
    assert AUDIT_SCRIPT in Command().create_parser("manage.py", "check_books").format_help()


def test_checking_costs_the_same_number_of_statements_for_long_books(table: Table) -> None:
    def cost() -> int:
        from_here = len(connection.queries_log)
        check()
        return len(connection.queries_log) - from_here

    connection.force_debug_cursor = True
    try:
        table.save("1.00")
        short = cost()
        for _ in range(5):
            table.save("1.00")
        assert cost() == short
    finally:
        connection.force_debug_cursor = False
