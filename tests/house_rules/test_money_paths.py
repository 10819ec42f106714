"""No float comes near money: the rooms that count it hold neither a float literal nor a call of float()."""

import ast
from pathlib import Path

import pytest

from tests.house_rules import tree

MONEY_ROOMS = ("ledger", "savings", "loans", "groups")
MONEY_FILES = ("core/money.py", "core/fields.py")


def money_paths() -> list[Path]:
    return [
        path
        for path in tree.source()
        if path.relative_to(tree.ROOT).parts[0] in MONEY_ROOMS or tree.name(path) in MONEY_FILES
    ]


def floats(module: ast.Module) -> list[int]:
    """Lines with a float: a literal, a call or type of that name, a column."""
    return [
        node.lineno
        for node in ast.walk(module)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Attribute) and node.attr == "FloatField")
    ]


def test_money_is_never_a_float() -> None:
    assert {tree.name(path): lines for path in money_paths() if (lines := floats(tree.parsed(path)))} == {}


@pytest.mark.parametrize("line", ["x = 0.5", "x = float('1')", "def f(x: float): ...", "rate = models.FloatField()"])
def test_the_rule_sees_each_kind_of_float(line: str) -> None:
    assert floats(ast.parse(line)) == [1]
