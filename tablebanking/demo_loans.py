"""The loans of the demo world, week by week: one of each type, one in arrears, one repaid, and some that wait."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from core.money import ZERO, kes
from core.periods import NAIROBI, business_day
from loans import operations as loans
from loans.models import Loan
from loans.operations import Application
from loans.queries import state_of
from meetings.models import Meeting
from members.models import Member
from savings.operations import Table
from users.models import User

CHAIR, OFFICER, TREASURER = "Mary Wanjiku", "Joseph Mutua", "Grace Atieno"


@dataclass(frozen=True)
class Story:
    """A loan that was asked for, agreed and paid out at the table of one week, and what was brought since.

    `repaid` names the weeks in which what was due until the next table was brought.
    """

    week: int
    name: str
    loan_type: str
    amount: int
    months: int
    purpose: str
    witnesses: tuple[str, str]
    repaid: tuple[int, ...]
    grace: int = 0
    method: str = "CASH"
    receipt: str = ""


STORIES = (
    Story(
        10, "Agnes Mueni", "SHORT_TERM", 12_000, 1, "School fees", ("Naomi Cherono", "Esther Moraa"), (14,)
    ),
    # In arrears: only the first of three instalments came.
    Story(
        13, "Beatrice Adhiambo", "SHORT_TERM", 21_000, 3, "Stock for the kiosk", ("Joyce Kemunto", "Ruth Chebet"), (17,)
    ),
    Story(
        14, "Alice Wambui", "LONG_TERM", 30_000, 12, "A dairy goat and its shed", ("Peter Kamau", "Hannah Wangui"),
        (18, 22), method="BANK", receipt="BK14ALICE",
    ),
    Story(
        16, "Joyce Kemunto", "PROJECT", 9_000, 6, "A water tank for the garden", ("Alice Wambui", "Agnes Mueni"),
        (20, 24), grace=1,
    ),
)  # fmt: skip


class Lending:
    """What the table of Umoja lends, told in the order in which it happened."""

    def __init__(self, users: Mapping[str, User], members: Mapping[str, Member]) -> None:
        self.users, self.members = users, members
        self.loans: dict[str, Loan] = {}

    def at_the_table(self, week: int, on: dt.date, at: dt.datetime, meeting: Meeting) -> None:
        for story in STORIES:
            if story.week == week:
                self._lend(story, on, at, meeting)
            elif week in story.repaid:
                self._repay(story, on, at, meeting)

    def _lend(self, story: Story, on: dt.date, at: dt.datetime, meeting: Meeting) -> None:
        loan = self._ask(story, at)
        for name in (OFFICER, CHAIR):
            loan = loans.approve(loan=loan, by=self.users[name], at=at, notes="")
        self.loans[story.name] = loans.disburse(
            loan=loan,
            method=story.method,
            by=self.users[TREASURER],
            at=at,
            on=on,
            receipt_number=story.receipt,
            meeting_id=meeting.pk,
        )

    def _ask(self, story: Story, at: dt.datetime) -> Loan:
        asked = Application(
            loan_type=story.loan_type,
            amount=kes(story.amount),
            months=story.months,
            purpose=story.purpose,
            witnesses=tuple(self.members[name] for name in story.witnesses),
            grace_months=story.grace,
            extra_payment=ZERO,
        )
        return loans.apply(member=self.members[story.name], request=asked, by=self.users[story.name], at=at)

    def _repay(self, story: Story, on: dt.date, at: dt.datetime, meeting: Meeting) -> None:
        """What falls due before the next table, in whole shillings: nobody brings cents."""
        loan = self.loans[story.name]
        state = state_of(loan, on)
        rows = state.rows if state else ()
        due = sum((row.unpaid for row in rows if row.due <= on + dt.timedelta(days=6)), ZERO)
        table, whole = Table(meeting.pk), due.quantize(Decimal(1), rounding=ROUND_CEILING)
        loans.repay(loan=loan, amount=whole, method="CASH", by=self.users[TREASURER], at=at, on=on, table=table)

    def what_waits(self, at: dt.datetime) -> None:
        """Today: one application that the committee looks at, one loan agreed and not yet paid out."""
        self._begun("Naomi Cherono", "LONG_TERM", 50_000, 18, "A posho mill, shared with her sister",
                    ("Agnes Mueni", "Hannah Wangui"), (OFFICER, CHAIR), at)  # fmt: skip
        self._begun("Ruth Chebet", "SHORT_TERM", 15_000, 2, "Seed and fertiliser",
                    ("Esther Moraa", "Joyce Kemunto"), (OFFICER, CHAIR), at)  # fmt: skip
        when = dt.datetime.combine(business_day(at), dt.time(3), tzinfo=NAIROBI)
        loans.charge_penalties(on=business_day(at), at=when)

    def _begun(
        self, name: str, loan_type: str, amount: int, months: int, purpose: str, witnesses: tuple[str, str],
        yes: Iterable[str], at: dt.datetime,
    ) -> None:  # fmt: skip
        loan = self._ask(Story(0, name, loan_type, amount, months, purpose, witnesses, ()), at)
        for who in yes:
            loan = loans.approve(loan=loan, by=self.users[who], at=at, notes="")
