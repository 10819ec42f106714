"""How the signed-in person came to her meetings, and what she was fined, in all her groups or in one."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from meetings import rules
from meetings.models import Attendance
from meetings.queries import records_of
from savings import fines
from savings.models import Fine
from users.models import User


@dataclass(frozen=True)
class FineDue:
    """A fine of hers, and what is still to pay of it."""

    fine: Fine
    due: Decimal

    @property
    def reason(self) -> str:
        return fines.reason_in_words(self.fine)


@dataclass(frozen=True)
class AttendanceOfHers:
    """Her marks, newest first; the rate over all of them in percent, None while none counts; her fines."""

    records: tuple[Attendance, ...]
    rate: Decimal | None
    fines: tuple[FineDue, ...]


def attendance_of(user: User, group_id: UUID | None) -> AttendanceOfHers:
    """Fines that were never due are left out. Three queries, however many meetings and fines."""
    records, fined = records_of(user), fines.shown().filter(member__person__user=user)
    if group_id is not None:
        records, fined = records.filter(meeting__group=group_id), fined.filter(group=group_id)
    marks, owed = tuple(records), list(fined)
    dues = fines.due_of(owed)
    rate = rules.rate(Counter(str(mark.status) for mark in marks))
    return AttendanceOfHers(marks, rate, tuple(FineDue(fine, dues[fine.pk]) for fine in owed))
