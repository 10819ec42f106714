"""The meetings of the demo world: who came, what lay in the box, who was fined, and the seal over each of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.money import ZERO, kes
from groups.models import BankingGroup
from ledger.queries.balances import account_balances
from ledger.rules import CASH_BOX
from meetings import operations as meetings
from meetings.models import Attendance, CashCount, Meeting
from meetings.operations import Brought, Mark
from meetings.rules import DENOMINATIONS
from members.models import Member
from savings import operations as savings
from savings.fines import open_of
from users.models import User

TREASURER, SECRETARY, CHAIR = "Grace Atieno", "Ruth Chebet", "Mary Wanjiku"
Status = Attendance.Status
# Who was not simply there, week by week.
NOT_HERE: dict[int, dict[str, str]] = {
    5: {"Hannah Wangui": Status.ABSENT},
    9: {"Naomi Cherono": Status.LATE, "Joyce Kemunto": Status.EXCUSED},
    11: {"Hannah Wangui": Status.ABSENT},
    12: {"Hannah Wangui": Status.ABSENT},
    17: {"Naomi Cherono": Status.LATE},
    20: {"Joyce Kemunto": Status.EXCUSED},
    23: {"Beatrice Adhiambo": Status.ABSENT},
    25: {"Joyce Kemunto": Status.LATE},
}
# Fines that were brought: the whole of it, a part of it, and nothing yet of the others.
FINES_BROUGHT = {(6, "Hannah Wangui"): 100, (10, "Naomi Cherono"): 50, (13, "Hannah Wangui"): 60}
WAIVED = (18, "Naomi Cherono", "Her child was taken ill on the way; the table agreed")
# What lay in the box beside what the book said, and why.
DIFFERENCES = {
    13: (-20, "Change was given twice; Ruth remembers it"),
    19: (50, "A note was left on the table"),
}
NOTES = {13: "Beatrice asked for stock money and the table agreed. The roof of the store is to be looked at."}


class Gatherings:
    """Umoja's table, week after week."""

    def __init__(self, group: BankingGroup, users: Mapping[str, User], members: Mapping[str, Member]) -> None:
        self.group, self.users = group, users
        self.members = {name: member for name, member in members.items() if member.group_id == group.pk}

    def begin(self, week: int, on: dt.date, at: dt.datetime) -> Meeting:
        """Planned a week before, opened by the treasurer, the roll called by the secretary, the box counted."""
        grace, ruth = self.users[TREASURER], self.users[SECRETARY]
        planned = meetings.schedule(group=self.group, meeting_date=on, by=grace, at=at - dt.timedelta(days=7))
        meetings.open_meeting(meeting=planned, by=grace, at=at)
        unusual = NOT_HERE.get(week, {})
        marks = [Mark(member, unusual.get(name, Status.PRESENT)) for name, member in self.members.items()]
        meeting = meetings.mark(group=self.group, meeting_date=on, marks=marks, by=ruth, at=at)
        self._count(meeting, CashCount.Moment.OPENING, ZERO, at)
        return meeting

    def bring(
        self, week: int, meeting: Meeting, name: str, lines: Sequence[Brought], *, at: dt.datetime, receipt: str = ""
    ) -> None:
        """What one member brought, her fine with it; who stayed away brought nothing."""
        if NOT_HERE.get(week, {}).get(name) in {Status.ABSENT, Status.EXCUSED}:
            return
        fine = FINES_BROUGHT.get((week, name))
        meetings.collect(
            meeting=meeting,
            member=self.members[name],
            lines=[*lines, *([Brought("FINE", kes(fine))] if fine else ())],
            method="MPESA" if receipt else "CASH",
            receipt_number=receipt,
            by=self.users[TREASURER],
            at=at,
        )

    def end(self, week: int, meeting: Meeting, at: dt.datetime) -> None:
        """Counted again, read aloud, sealed."""
        difference, why = DIFFERENCES.get(week, (0, ""))
        self._waive(week, at)
        self._count(meeting, CashCount.Moment.CLOSING, kes(difference), at, why)
        confirmed = [self.members[name] for name in (CHAIR, "Esther Moraa", "Peter Kamau")]
        meetings.seal(
            meeting=meeting, by=self.users[TREASURER], at=at, confirmed_by=confirmed, notes=NOTES.get(week, "")
        )

    def _waive(self, week: int, at: dt.datetime) -> None:
        when, name, reason = WAIVED
        if week == when:
            fine = open_of(self.members[name])[0]
            savings.waive(fine=fine, by=self.users[CHAIR], at=at, reason=reason)

    def _count(self, meeting: Meeting, moment: str, difference: Decimal, at: dt.datetime, why: str = "") -> None:
        book = account_balances(self.group, meeting.meeting_date, (CASH_BOX,))[CASH_BOX]
        meetings.count_cash(
            meeting=meeting,
            moment=moment,
            pieces=in_pieces(book + difference),
            by=self.users[TREASURER],
            at=at,
            explanation=why,
        )


def in_pieces(amount: Decimal) -> dict[Decimal, int]:
    """An amount in as few notes and coins as it takes."""
    pieces, rest = {}, amount
    for worth in sorted(DENOMINATIONS, reverse=True):
        pieces[worth], rest = int(rest // worth), rest % worth
    return {worth: count for worth, count in pieces.items() if count}
