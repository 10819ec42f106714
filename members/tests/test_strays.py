"""Files that no row names: they go after a day, unless there are so many that the rows must be what is missing."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.ids import new_id
from core.periods import now
from core.tests.lasting import lasting
from groups.models import BankingGroup
from members.models import IdentityDocument, Member
from members.operations import strays
from members.operations.documents import read_document
from members.tasks import forget_stray_files
from members.tests.conftest import Enrol
from members.tests.papers import PICTURE, names, shelf, uploaded
from users.models import User

__all__ = ["shelf"]
pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
Lay = Callable[..., str]


@pytest.fixture
@lasting
def lucy(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Lucy Nyambura")


@pytest.fixture
def lay(shelf: Path) -> Lay:
    """Puts a file on the shelf, so long ago, and says its name."""
    shelf.mkdir()

    def put(ago: dt.timedelta, name: str = "") -> str:
        path = shelf / (name or str(new_id()))
        path.write_bytes(b"sealed")
        return aged(path, ago).name

    return put


def aged(path: Path, ago: dt.timedelta) -> Path:
    moment = (now() - ago).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_what_a_killed_process_left_behind_goes_after_a_day(shelf: Path, lay: Lay) -> None:
    lay(DAY + MINUTE)
    lay(30 * DAY)
    fresh = lay(DAY - MINUTE)
    assert forget_stray_files() == 2
    assert names(shelf) == [fresh]
    assert forget_stray_files() == 0


def test_what_a_row_names_stays_however_old_it_is(lucy: Member, ruth: User, shelf: Path) -> None:
    kept, lost = uploaded(lucy, ruth), uploaded(lucy, ruth, "PHOTO")
    for document in (kept, lost):
        aged(shelf / str(document.pk), 400 * DAY)
    lost.delete()
    assert forget_stray_files() == 1
    assert names(shelf) == [str(kept.pk)]
    assert read_document(IdentityDocument.objects.get()) == PICTURE.data


def test_rows_are_asked_for_some_at_a_time(
    lucy: Member, ruth: User, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strays, "BATCH", 2)
    kept = [uploaded(lucy, ruth) for _ in range(5)]
    for document in kept:
        aged(shelf / str(document.pk), 2 * DAY)
    kept.pop(2).delete()
    assert forget_stray_files() == 1
    assert names(shelf) == sorted(str(document.pk) for document in kept)


def test_what_we_did_not_name_stays(shelf: Path, lay: Lay) -> None:
    others = [lay(9 * DAY, name) for name in (".keep", "README", str(new_id()).upper(), f"{new_id()}.part")]
    (shelf / "folder").mkdir()
    assert forget_stray_files() == 0
    assert names(shelf) == sorted([*others, "folder"])


def test_too_many_at_once_are_a_sign_that_rows_are_missing(
    shelf: Path, lay: Lay, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(strays.MOST_AT_ONCE + 1):
        lay(2 * DAY)
    assert forget_stray_files() == 0
    assert len(names(shelf)) == strays.MOST_AT_ONCE + 1
    assert "101 documents have no row" in caplog.text
    (shelf / names(shelf)[0]).unlink()
    assert forget_stray_files() == strays.MOST_AT_ONCE


def test_a_shelf_that_was_never_used_is_no_trouble(shelf: Path) -> None:
    assert forget_stray_files() == 0
    assert not shelf.exists()


def test_a_file_that_goes_while_we_look_is_no_trouble(shelf: Path, lay: Lay) -> None:
    """As a link whose target is gone: it is listed, and cannot be asked how old it is."""
    (shelf / str(new_id())).symlink_to(shelf / "gone")
    lay(2 * DAY)
    assert forget_stray_files() == 1
