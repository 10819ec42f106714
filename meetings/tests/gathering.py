"""A meeting of Umoja for tests: opened by Grace today, with short words for what happens at its table."""

import datetime as dt
from decimal import Decimal
from typing import Any

from core.money import kes
from groups.models import BankingGroup
from ledger.models import Voucher
from ledger.queries.balances import account_balances
from meetings import operations, queries
from meetings.models import Attendance, CashCount, Meeting
from meetings.operations import Brought, Mark
from meetings.queries import MeetingView
from meetings.rules import DENOMINATIONS
from members.models import Member
from savings.models import Fine
from savings.tests.chama import Chama
from users.models import User

NAMES = ("mary", "grace", "ruth", "esther", "alice", "peter", "lucy")
DAY = dt.timedelta(days=1)


def in_pieces(amount: Decimal) -> dict[Decimal, int]:
    """An amount in as few notes and coins as it takes."""
    pieces = {}
    for worth in sorted(DENOMINATIONS, reverse=True):
        pieces[worth], amount = int(amount // worth), amount % worth
    assert amount == 0
    return pieces


class Gathering:
    """What stands on the table: the chama it belongs to, and its meeting of today."""

    def __init__(self, chama: Chama) -> None:
        self.chama = chama
        self.id = self.holds_one(chama.today)

    @property
    def meeting(self) -> Meeting:
        """As it is now."""
        return queries.meeting_by_id(self.id)

    @property
    def group(self) -> BankingGroup:
        return self.chama.umoja

    @property
    def members(self) -> dict[str, Member]:
        return self.chama.members

    def holds_one(self, day: dt.date) -> Any:
        """A meeting of a day, planned and opened by Grace."""
        grace = self.chama.grace
        planned = operations.schedule(group=self.chama.umoja, meeting_date=day, by=grace, at=self.chama.at)
        return operations.open_meeting(meeting=planned, by=grace, at=self.chama.at).pk

    def on(self, day: dt.date) -> "Gathering":
        """The same table at another meeting."""
        other = object.__new__(Gathering)
        other.chama, other.id = self.chama, self.holds_one(day)
        return other

    # What happens at the table

    def marks(self, *, by: str = "ruth", on: dt.date | None = None, **how: str) -> Meeting:
        """Ruth marks some: `marks(alice="LATE")`."""
        return self._calls(how, by, on)

    def all_here(self, **but: str) -> Meeting:
        return self._calls(dict.fromkeys(NAMES, "PRESENT") | but)

    def _calls(self, how: dict[str, str], by: str = "ruth", on: dt.date | None = None) -> Meeting:
        marks = [Mark(self.members[name], status) for name, status in how.items()]
        day = on or self.meeting.meeting_date
        user: User = self.chama.users[by]
        return operations.mark(group=self.group, meeting_date=day, marks=marks, by=user, at=self.chama.at)

    def brings(
        self, name: str, *lines: Brought, by: str = "grace", method: str = "CASH", receipt: str = ""
    ) -> list[Voucher]:
        """What somebody brings, taken down by Grace."""
        return operations.collect(
            meeting=self.meeting, member=self.members[name], lines=lines, method=method, receipt_number=receipt,
            by=self.chama.users[by], at=self.chama.at,
        )  # fmt: skip

    def counts(self, moment: str = "CLOSING", off: str = "0", why: str = "", *, by: str = "grace") -> CashCount:
        """The box counted, `off` shillings beside the book."""
        pieces = in_pieces(self.box + kes(off))
        return operations.count_cash(
            meeting=self.meeting, moment=moment, pieces=pieces, by=self.chama.users[by], at=self.chama.at,
            explanation=why,
        )  # fmt: skip

    def seals(self, *confirmed: str, by: str = "grace", notes: str = "") -> Meeting:
        members = [self.members[name] for name in confirmed]
        return operations.seal(
            meeting=self.meeting, by=self.chama.users[by], at=self.chama.at, confirmed_by=members, notes=notes
        )

    def is_over(self, *, off: str = "0", why: str = "") -> Meeting:
        """Roll, count and seal in one go."""
        self.all_here()
        self.counts("CLOSING", off, why)
        return self.seals("mary", "alice")

    # What it comes to

    @property
    def box(self) -> Decimal:
        day = self.meeting.meeting_date
        return account_balances(self.group, day, ("1010",))["1010"]

    @property
    def view(self) -> MeetingView:
        return queries.view_of(self.meeting, self.chama.today)

    def step(self, name: str) -> tuple[str, Decimal | None]:
        found = next(step for step in self.view.steps if step.step == name)
        return found.status.value, found.total

    def lacks(self) -> list[str]:
        return [missing.code for missing in self.view.missing]

    def fines(self, name: str) -> list[tuple[str, str]]:
        rows = Fine.objects.filter(member=self.members[name]).order_by("id")
        return [(fine.cause, fine.status) for fine in rows]

    def status(self, name: str) -> str | None:
        rows = Attendance.objects.filter(meeting=self.id, member=self.members[name])
        return rows.values_list("status", flat=True).first()


def regular(amount: str) -> Brought:
    return Brought("REGULAR", kes(amount))


def welfare(amount: str) -> Brought:
    return Brought("WELFARE", kes(amount))
