"""The verbs on field officers: their post, their groups, where they were. All but positions leave an act.

Locks are taken in one order: the officer's row, then the role rows (which hold off acts that name her hands, see
`savings.operations.doors.hold_post`), and last the books.
"""

from officers.operations.assignments import assign, unassign
from officers.operations.contact import edit
from officers.operations.holding import CashNotHandedOver, GroupsNotHandedOver, PapersWait
from officers.operations.lifecycle import OfficerExists, activate, exit_officer, register_officer, suspend
from officers.operations.moves import InvalidTransition
from officers.operations.positions import Fix, NotOnDuty, forget_positions, located, track

__all__ = [
    "CashNotHandedOver",
    "Fix",
    "GroupsNotHandedOver",
    "InvalidTransition",
    "NotOnDuty",
    "OfficerExists",
    "PapersWait",
    "activate",
    "assign",
    "edit",
    "exit_officer",
    "forget_positions",
    "located",
    "register_officer",
    "suspend",
    "track",
    "unassign",
]
