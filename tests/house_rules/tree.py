"""The repository as these tests read it: its own files, parsed once."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Top to bottom: a room imports, and points at, only what stands below it.
ROOMS = (
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
Function = ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache
def files() -> tuple[Path, ...]:
    """What is committed, or would be by the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return tuple(path for name in sorted(set(listed.split("\0"))) if name and (path := ROOT / name).is_file())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts or path.name == "conftest.py"


@functools.cache
def python() -> tuple[Path, ...]:
    """All Python but migrations, which Django writes."""
    return tuple(path for path in files() if path.suffix == ".py" and "migrations" not in path.parts)


@functools.cache
def source() -> tuple[Path, ...]:
    return tuple(path for path in python() if not is_test(path))


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


@dataclass(frozen=True)
class Found:
    """A function and where it stands: `savings/operations.py:contribute`."""

    path: Path
    node: Function

    @property
    def place(self) -> str:
        return f"{name(self.path)}:{self.node.name}"

    @property
    def length(self) -> int:
        return (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1


@functools.cache
def functions(path: Path) -> tuple[Found, ...]:
    return tuple(
        Found(path, node) for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def body_length(node: Function) -> int:
    """Lines of the body, without its docstring and without comments and blank lines around it."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def calls(path: Path) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last word of what is called: `save` in `row.save()`."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))
