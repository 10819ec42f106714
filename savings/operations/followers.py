"""What rooms above want done when a paper of theirs is taken back: told to this room by them, kind by kind.

`savings.operations.reversal` is the one door for taking back, and it knows nothing of loans.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from ledger.models import Voucher
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
