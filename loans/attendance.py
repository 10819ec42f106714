"""How often members came to their meetings, for the score: told to this room by the one above that keeps the meetings.

Whoever asks for a score, by whichever door, so gets one and the same.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from members.models import Member

Rates = Callable[[Sequence[Member]], Mapping[UUID, Decimal | None]]


def _none(members: Sequence[Member]) -> Mapping[UUID, Decimal | None]:
    return {}


_keepers: list[Rates] = [_none]


def register(rates: Rates) -> None:
    """From now on these are asked: member id → percent, or None for whom no meeting counts."""
    _keepers[:] = [rates]


def attendance_of(member: Member) -> Decimal | None:
    """In percent; None while there is no meeting to judge by."""
    return _keepers[0]([member]).get(member.pk)
