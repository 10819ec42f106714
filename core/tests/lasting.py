"""Worlds that stand: what one test's fixtures built waits, in its own savepoint, for the next test that begins alike.

A fixture that only builds rows, and asks for nothing but other such fixtures, says so:

    @pytest.fixture
    @lasting
    def umoja(pamoja: Organisation, make_group: MakeGroup) -> BankingGroup: ...

Before a test, what it does not ask for is rolled back, and what it asks for is built on top of what is left, in the
order in which the test would have built it. So every test finds exactly the rows of its own fixtures, and copies of its
own of what they returned. Tests that commit find nothing standing and build for themselves.
"""

import copyreg
import functools
import inspect
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Any, ParamSpec, TypeVar

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.cache import cache
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

P = ParamSpec("P")
R = TypeVar("R")
Build = Callable[..., Any]

COMMITS = {"transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "live_server"}
# Acts that a fixture does at this hour stay acts of this hour, and of this day.
SECONDS = 60

# What never changes is shared by copies: a name for an answer says so to deepcopy.
for kind in (AESGCM, memoryview):
    copyreg.pickle(kind, lambda value: type(value).__name__)

_builds: dict[Build, Build] = {}
_lent: dict[Build, Any] = {}


def lasting(build: Callable[P, R]) -> Callable[P, R]:
    """A fixture whose rows may wait for the next test."""

    @functools.wraps(build)
    def lent(*args: P.args, **kwargs: P.kwargs) -> R:
        return _lent[build] if build in _lent else build(*args, **kwargs)

    _builds[lent] = build
    return lent


@dataclass(frozen=True)
class Want:
    """One fixture to build, and who builds each thing it asks for."""

    build: Build
    needs: tuple[tuple[str, Build], ...]


@dataclass(frozen=True)
class Layer:
    """What stands once a fixture has been built: everything lent up to here, and the way back."""

    want: Want
    values: Mapping[Build, Any]
    savepoint: transaction.Atomic
    since: float


def commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    said = bool(marker and (marker.kwargs.get("transaction") or (marker.args and marker.args[0])))
    return said or not COMMITS.isdisjoint(getattr(item, "fixturenames", ()))


def wanted(item: pytest.Item) -> list[Want]:
    """The standing fixtures of a test, in the order in which pytest would build them."""
    info = getattr(item, "_fixtureinfo", None)
    if info is None or commits(item):
        return []
    found: dict[str, Want | None] = {}

    def look(name: str) -> Want | None:
        if name not in found:
            found[name] = None
            defined = info.name2fixturedefs.get(name)
            build = _builds.get(defined[-1].func) if defined else None
            asked = [(each, look(each)) for each in (defined[-1].argnames if defined else ()) if each != "db"]
            needs = tuple((each, want.build) for each, want in asked if want)
            if build and len(needs) == len(asked):
                # Again, so that it comes after what it asks for.
                del found[name]
                found[name] = Want(build, needs)
        return found[name]

    for name in item.fixturenames:  # type: ignore[attr-defined]  # every item with a fixtureinfo has them
        look(name)
    return [want for want in found.values() if want]


def alike_together(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """Within each file, tests that begin alike follow each other."""
    for _where, run in groupby(items, key=lambda item: (item.path, commits(item))):
        yield from sorted(run, key=lambda item: [want.build.__qualname__ for want in wanted(item)])


class Ground:
    """Where the worlds stand: savepoints on top of each other in one transaction that is never committed."""

    def __init__(self, blocker: DjangoDbBlocker) -> None:
        self.blocker = blocker
        self.layers: list[Layer] = []

    def lend(self, wants: list[Want]) -> None:
        """Nothing stands but what is wanted, and the test gets copies of it."""
        _lent.clear()
        kept = self._kept(wants)
        with self.blocker.unblock():
            self.clear(kept)
            for want in wants[kept:]:
                self._build(want)
        if self.layers:
            cache.clear()
            _lent.update(deepcopy(self.layers[-1].values))

    def clear(self, down_to: int = 0) -> None:
        with self.blocker.unblock():
            while len(self.layers) > down_to:
                _roll_back(self.layers.pop().savepoint)

    def _kept(self, wants: list[Want]) -> int:
        if self.layers and (connection.needs_rollback or time.monotonic() - self.layers[0].since > SECONDS):
            return 0
        pairs = zip(self.layers, wants, strict=False)
        return len(list(takewhile(lambda pair: pair[0].want == pair[1], pairs)))

    def _build(self, want: Want) -> None:
        values = dict(deepcopy(self.layers[-1].values)) if self.layers else {}
        savepoint = transaction.atomic()
        savepoint.__enter__()
        try:
            values[want.build] = want.build(**_arguments(want, values))
        except BaseException:
            _roll_back(savepoint)
            raise
        since = self.layers[0].since if self.layers else time.monotonic()
        self.layers.append(Layer(want, values, savepoint, since))


def _arguments(want: Want, values: Mapping[Build, Any]) -> dict[str, Any]:
    lent = {name: values[build] for name, build in want.needs}
    return lent | ({"db": None} if "db" in inspect.signature(want.build).parameters else {})


def _roll_back(savepoint: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    savepoint.__exit__(None, None, None)
