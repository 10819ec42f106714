"""What rooms above want done when a paper of theirs is taken back, or is verified: told to this room by them, kind by
kind.

`savings.operations.reversal` and `savings.operations.verification` are the one door for each, and they know nothing of
loans or campaigns.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from ledger.models import Voucher
from ledger.places import Place
from ledger.rules import Leg
from users.models import User


def _nothing(*_given: object) -> None:
    pass


@dataclass(frozen=True)
class Follower:
    """Three moments of a reversal, each in its transaction; any of them may refuse it.

    `hold` has the paper's row and takes the rows of its own room, before the member's row and the book; `before` has
    them all, and the entry still stands; `after` is given the REVERSAL voucher as well.
    """

    hold: Callable[[Voucher], None] = _nothing
    before: Callable[[Voucher, User, dt.datetime], None] = _nothing
    after: Callable[[Voucher, Voucher, User, dt.datetime], None] = _nothing


_followers: dict[str, Follower] = {}
_NOBODY = Follower()


def register(kind: str, follower: Follower) -> None:
    """From now on this follower goes along when a voucher of this kind is reversed."""
    _followers[kind] = follower


def follower_of(voucher: Voucher) -> Follower:
    return _followers.get(voucher.kind, _NOBODY)


@dataclass(frozen=True)
class Confirmer:
    """What a paper that waited posts, and the moments around it, each in its transaction; any of them may refuse it.

    `hold` has the paper's row and takes the rows of its own room, before the member's row and the book; `legs` is
    given the place of whoever verifies it as well, for cash that names none yet; `after` finds it posted.
    """

    legs: Callable[[Voucher, Place | None], list[Leg]]
    hold: Callable[[Voucher], None] = _nothing
    after: Callable[[Voucher, User, dt.datetime], None] = _nothing


_confirmers: dict[str, Confirmer] = {}


def register_confirmer(kind: str, confirmer: Confirmer) -> None:
    """From now on this one goes along when a waiting voucher of this kind is verified."""
    _confirmers[kind] = confirmer


def confirmer_of(voucher: Voucher) -> Confirmer | None:
    return _confirmers.get(voucher.kind)
