"""The table: an act that names a meeting happens at it, while that meeting is open.

This room knows no meetings. The room that keeps them stands above and tells this one, once, how to ask: a meeting is
held until the act ends, so that nobody seals it under an act's hands. It is the first lock of every act.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from core.errors import NotFound
from groups.models import BankingGroup


@dataclass(frozen=True)
class Table:
    """An open meeting at which something is done; with `bundle`, as one of several lines that a member brings there.

    The lines of a bundle happen in front of everybody. `is_witnessed` says that it is so: it is the meeting's own day,
    and somebody else than who writes sits there. Only then is the whole table the witness of each line.
    """

    meeting_id: UUID
    bundle: UUID | None = None
    is_witnessed: bool = False


@dataclass(frozen=True)
class Keeper:
    """What the room of meetings answers. `hold` refuses `not_found` and `meeting_sealed`; `open_now` is the newest
    meeting of a group that is open, held like the other, or None; `day_of` is the day of a meeting of the group,
    whatever its state, and refuses `not_found`."""

    hold: Callable[[BankingGroup, UUID], None]
    open_now: Callable[[BankingGroup], UUID | None]
    day_of: Callable[[BankingGroup, UUID], dt.date]


def _unknown(group: BankingGroup, meeting_id: UUID) -> None:
    raise NotFound


def _never(group: BankingGroup, meeting_id: UUID) -> dt.date:
    raise NotFound


def _none(group: BankingGroup) -> UUID | None:
    return None


_keepers = [Keeper(_unknown, _none, _never)]


def register(keeper: Keeper) -> None:
    """From now on this keeper is asked."""
    _keepers[:] = [keeper]


def hold_table(group: BankingGroup, meeting_id: UUID | None) -> None:
    """The meeting stays open until the transaction ends; nothing to hold where an act names none.

    Refused: `not_found` for what is no meeting of the group, `meeting_sealed`, `meeting_not_open`.
    """
    if meeting_id is not None:
        _keepers[0].hold(group, meeting_id)


def open_table(group: BankingGroup) -> UUID | None:
    """The meeting that is open in this group now, the newest of several, held until the transaction ends."""
    return _keepers[0].open_now(group)


def day_of(group: BankingGroup, meeting_id: UUID) -> dt.date:
    """The day of a meeting of the group: what is done at it without saying when is of that day.

    Refused: `not_found`.
    """
    return _keepers[0].day_of(group, meeting_id)
