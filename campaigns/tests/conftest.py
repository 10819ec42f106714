"""Umoja at its table, asked about a water tank, for every test of this room."""

from typing import Any

import pytest

from campaigns.tests.drive import Drive, OneTable
from core.tests.lasting import lasting
from savings.operations import tables
from savings.tests.chama import Chama
from savings.tests.doors import Door


@pytest.fixture
@lasting
def drive(db: None) -> Drive:
    return Drive(Chama())


@pytest.fixture
def door(drive: Drive) -> Any:
    """The door as somebody finds it: `door("grace").get("target-campaigns")`."""
    return lambda name=None: Door(drive.chama, name)


@pytest.fixture
def table(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> OneTable:
    """A meeting of Umoja is open."""
    open_meeting = OneTable(drive.chama.umoja)
    monkeypatch.setattr(tables, "_keepers", [open_meeting.keeper])
    return open_meeting
