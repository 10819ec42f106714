"""Habits that keep the flow of an act visible: no signals, no fetching around access, no SQL glued together."""

import ast
import re
from pathlib import Path

import pytest

from tests.house_rules import tree

# Signals are for after the tables were made or changed, and for nothing else.
SIGNALS_ALLOWED = {"post_migrate", "pre_migrate", "connection_created"}
# Where SQL is put together from names of tables, never from anything a caller sent.
GLUED_SQL_ALLOWED = {
    "ledger/guards.py": "names of triggers and tables, all from our own scripts",
    "ledger/journal.py": "a table and its columns, named beside the statement; every value is a parameter",
    "users/submissions.py": "SET takes no parameters; the value is a number of ours, or what the server just said",
}
RAW = {"raw", "extra", "RawSQL", "execute", "executemany", "RunSQL"}


def imported(path: Path) -> list[tuple[str, str]]:
    """(module, name) of every import in a file."""
    found = []
    for node in ast.walk(tree.parsed(path)):
        if isinstance(node, ast.ImportFrom):
            found += [(node.module or "", alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return found


def is_door(path: Path) -> bool:
    return path.name in {"views.py", "api.py", "admin.py", "tasks.py"} or path.parent.name in {"views", "api"}


def fetches_by_id(call: ast.Call) -> bool:
    """`objects.get(pk=…)`, `objects.get(id=…)` and `get_object_or_404` go round access."""
    if tree.called(call) == "get_object_or_404":
        return True
    on_manager = isinstance(call.func, ast.Attribute) and call.func.attr == "get"
    return (
        on_manager and "objects" in ast.unparse(call.func) and any(word.arg in {"pk", "id"} for word in call.keywords)
    )


def is_glued(call: ast.Call) -> bool:
    """SQL made of pieces at the place where it is run."""
    if tree.called(call) not in RAW or not call.args:
        return False
    pieces = call.args[0]
    formatted = isinstance(pieces, ast.Call) and tree.called(pieces) in {"format", "join", "replace"}
    return isinstance(pieces, ast.JoinedStr | ast.BinOp) or formatted


def parse_call(text: str) -> ast.Call:
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Call)
    return node


def test_no_signals_carry_the_work() -> None:
    wrong = [
        f"{tree.name(path)}: {module} {name}"
        for path in tree.source()
        for module, name in imported(path)
        if (module.endswith((".signals", "django.dispatch")) or module == "django.dispatch")
        and name not in SIGNALS_ALLOWED
    ]
    assert wrong == []


def test_models_do_not_override_save_or_delete() -> None:
    wrong = [
        found.place
        for path in tree.source()
        if path.name == "models.py"
        for found in tree.functions(path)
        if found.node.name in {"save", "delete"}
    ]
    assert wrong == []


def test_doors_fetch_through_access() -> None:
    wrong = [
        f"{tree.name(path)}:{call.lineno}"
        for path in tree.source()
        if is_door(path)
        for call in tree.calls(path)
        if fetches_by_id(call)
    ]
    assert wrong == []


def test_sql_is_never_glued_together_where_it_is_run() -> None:
    wrong = {tree.name(path) for path in tree.source() for call in tree.calls(path) if is_glued(call)}
    assert wrong - GLUED_SQL_ALLOWED.keys() == set()
    assert not GLUED_SQL_ALLOWED.keys() - wrong, "an exception that nothing needs any more"


def test_the_domain_does_not_read_the_clock() -> None:
    """Operations, queries, access and rules are told the day; only the doors look at the clock."""
    clock = re.compile(r"\b(?:timezone\.now|datetime\.now|date\.today|periods\.(?:now|today)|localdate)\(")
    inner = {"operations", "queries", "access", "rules", "models"}
    wrong = [
        tree.name(path)
        for path in tree.source()
        if (path.stem in inner or path.parent.name in inner)
        and (
            clock.search(path.read_text()) or {("core.periods", "now"), ("core.periods", "today")} & set(imported(path))
        )
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text", ["Loan.objects.get(pk=1)", "Loan.objects.select_related('x').get(id=1)", "get_object_or_404(Loan, pk=1)"]
)
def test_the_rule_sees_each_way_round_access(text: str) -> None:
    assert fetches_by_id(parse_call(text))


@pytest.mark.parametrize(
    "text", ["c.execute(f'select {x}')", "c.execute('a' + b)", "Q.raw('%s' % x)", "RawSQL('{}'.format(x), [])"]
)
def test_the_rule_sees_each_way_to_glue_sql(text: str) -> None:
    assert is_glued(parse_call(text))


def test_the_rule_lets_parameters_pass() -> None:
    assert not is_glued(parse_call("c.execute('select %s', [x])"))
