"""Short functions, short files, few parameters: a reader holds each piece in mind at once."""

import ast

from tests.house_rules import tree

# Functions that may take more than six parameters, and why.
MANY_PARAMETERS: dict[str, str] = {
    "users/api/idempotency.py:answer_once": "what to do, under which name, and how to answer, first or again",
}
OPERATION_LIMIT = 9


def is_operation(found: tree.Found) -> bool:
    """Operations, and the doors that mirror a request's body; everything they take is named by the caller."""
    takes = found.node.args
    by_place = [arg for arg in [*takes.posonlyargs, *takes.args] if arg.arg not in {"self", "cls"}]
    return not by_place and "operations" in {found.path.stem, found.path.parent.name}


def parameters(found: tree.Found) -> int:
    takes = found.node.args
    return len([arg for arg in [*takes.posonlyargs, *takes.args, *takes.kwonlyargs] if arg.arg not in {"self", "cls"}])


def is_door(found: tree.Found) -> bool:
    """A view takes a request, a task is announced as one: both translate in, make one call and translate out."""
    takes = [arg.arg for arg in found.node.args.args if arg.arg != "self"]
    announced = any("shared_task" in ast.unparse(mark) for mark in found.node.decorator_list)
    return announced or (
        takes[:1] == ["request"] and bool({"views", "api"} & {found.path.stem, found.path.parent.name})
    )


def test_no_function_is_longer_than_sixty_lines() -> None:
    doors = [found for path in tree.source() for found in tree.functions(path) if is_door(found)]
    assert doors
    assert {found.place: tree.body_length(found.node) for found in doors if tree.body_length(found.node) > 15} == {}


def test_there_are_at_least_as_many_lines_of_tests_as_of_source() -> None:
    tests = sum(tree.lines(path) for path in tree.python() if tree.is_test(path))
    assert tests >= sum(tree.lines(path) for path in tree.source())
