"""Turns at what takes a child process and seconds of a processor: pictures drawn anew, papers printed.

All kinds go through one door, so that those who wait at it and those who are served never take every thread of a
server process together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings

from core.errors import Refusal

_DOOR = BoundedSemaphore(settings.AT_THE_DOOR)


@contextmanager
def turn(places: BoundedSemaphore, *, patience: float, refusal: Refusal) -> Iterator[None]:
    """One of the places, after `patience` seconds at most. Refused: at once where the door is full, else after them."""
    if not _DOOR.acquire(blocking=False):
        raise refusal
    try:
        if not places.acquire(timeout=patience):
            raise refusal
        try:
            yield
        finally:
            places.release()
    finally:
        _DOOR.release()
