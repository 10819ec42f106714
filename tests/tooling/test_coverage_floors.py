"""What must be covered whole is judged file by file, and the rest over all."""

from pathlib import Path
from typing import Any

import coverage_floors
import pytest


def report(**percents: float) -> dict[str, Any]:
    return {"files": {name: {"summary": {"percent_covered": percent}} for name, percent in percents.items()}}


@pytest.mark.parametrize(
    "name", ["ledger/journal.py", "ledger/queries/cash.py", "groups/access.py", "members/rules.py"]
)
def test_money_rules_and_access_must_be_whole(name: str) -> None:
    assert coverage_floors.must_be_whole(Path(name))


@pytest.mark.parametrize("name", ["users/views.py", "reports/ledger.py", "core/money.py"])
def test_other_files_count_over_all(name: str) -> None:
    assert not coverage_floors.must_be_whole(Path(name))


def test_one_branch_missed_in_the_ledger_is_red() -> None:
    found = coverage_floors.complaints(report(**{"ledger/journal.py": 99.9, "users/views.py": 40.0}), 95.0)
    assert len(found) == 1
    assert found[0].startswith("ledger/journal.py: 99.90 %")


def test_too_little_over_all_is_red() -> None:
    assert coverage_floors.complaints(report(), 89.99)
    assert not coverage_floors.complaints(report(), 90.0)
