"""The verbs of a meeting, one act each: every one atomic and logged.

Locks are taken in the order of the savings room: the meeting first, then papers, rows of the rooms, the member, and
last the group's book.
"""

from meetings.operations.collecting import Brought, collect
from meetings.operations.counting import count_cash, count_outside
from meetings.operations.refusals import (
    AlreadyOpen,
    CountMissing,
    CountOutdated,
    MeetingExists,
    MeetingNotOpen,
    MeetingSealed,
    RollCallMissing,
)
from meetings.operations.roll_call import Mark, mark
from meetings.operations.scheduling import open_meeting, plan_ahead, schedule
from meetings.operations.sealing import seal

__all__ = [
    "AlreadyOpen",
    "Brought",
    "CountMissing",
    "CountOutdated",
    "Mark",
    "MeetingExists",
    "MeetingNotOpen",
    "MeetingSealed",
    "RollCallMissing",
    "collect",
    "count_cash",
    "count_outside",
    "mark",
    "open_meeting",
    "plan_ahead",
    "schedule",
    "seal",
]
