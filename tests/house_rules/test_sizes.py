"""Short functions, short files, few parameters: a reader holds each piece in mind at once."""

import statistics
from pathlib import Path

from tests.house_rules import tree

# Functions that may take more than six parameters, and why.
MANY_PARAMETERS: dict[str, str] = {
    "users/api/idempotency.py:answer_once": "what to do, under which name, and how to answer, first or again",
}
OPERATION_LIMIT = 9
VIEW_FILES = {"views.py", "tasks.py", "api.py"}


def is_operation(found: tree.Found) -> bool:
    """Operations, and the doors that mirror a request's body; everything they take is named by the caller."""
    takes = found.node.args
    by_place = [arg for arg in [*takes.posonlyargs, *takes.args] if arg.arg not in {"self", "cls"}]
    return not by_place and "operations" in {found.path.stem, found.path.parent.name}


def parameters(found: tree.Found) -> int:
    takes = found.node.args
    return len([arg for arg in [*takes.posonlyargs, *takes.args, *takes.kwonlyargs] if arg.arg not in {"self", "cls"}])


def is_door(path: Path) -> bool:
    """Views, API views and tasks: they translate in, make one call and translate out."""
    named = path.name in VIEW_FILES or path.parent.name in {"views", "api"}
    return named and path.parent.parent != tree.ROOT / "core" and not path.name.startswith(("forms", "serializers"))


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        f"{found.place}: {found.length}"
        for path in tree.python()
        for found in tree.functions(path)
        if found.length > 60
    ]
    assert not long


def test_the_middle_function_has_ten_lines_at_most() -> None:
    lengths = [found.length for path in tree.source() for found in tree.functions(path)]
    assert statistics.median(lengths) <= 10


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    written = {".py", ".html", ".css", ".js", ".ts"}
    long = [
        f"{tree.name(path)}: {tree.lines(path)}"
        for path in tree.files()
        if path.suffix in written and tree.lines(path) > 500
    ]
    assert not long


def test_functions_take_six_parameters_at_most() -> None:
    many = {}
    for path in tree.source():
        for found in tree.functions(path):
            limit = OPERATION_LIMIT if is_operation(found) else 6
            if parameters(found) > limit:
                many[found.place] = parameters(found)
    assert {place: count for place, count in many.items() if place not in MANY_PARAMETERS} == {}
    assert not MANY_PARAMETERS.keys() - many.keys(), "an exception that nothing needs any more"


def test_views_and_tasks_say_what_they_do_in_fifteen_lines() -> None:
    long = [
        f"{found.place}: {tree.body_length(found.node)}"
        for path in tree.source()
        if is_door(path)
        for found in tree.functions(path)
        if tree.body_length(found.node) > 15
    ]
    assert not long


def test_there_are_at_least_as_many_lines_of_tests_as_of_source() -> None:
    tests = sum(tree.lines(path) for path in tree.python() if tree.is_test(path))
    assert tests >= sum(tree.lines(path) for path in tree.source())
