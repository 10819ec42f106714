"""What rooms above have to say about a constitution before it is proposed or adopted: told to this room by them.

What a text costs a borrower is worked out where loans are; this room only asks.
"""

import datetime as dt
from collections.abc import Callable

from groups.charter import Charter
from groups.models import BankingGroup

Judge = Callable[[BankingGroup, Charter, dt.date], None]

_judges: list[Judge] = []


def register(judge: Judge) -> None:
    """From now on this judge is asked about every text; it refuses what may not stand."""
    if judge not in _judges:
        _judges.append(judge)


def must_stand(group: BankingGroup, charter: Charter, on: dt.date) -> None:
    """Refuses what any judge refuses, for a text that would begin on a day."""
    for judge in _judges:
        judge(group, charter, on)
