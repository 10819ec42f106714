"""Umoja with savings to lend from: the table of the savings room, and what its people do about loans."""

import datetime as dt
from typing import Any

from core.files import Clean
from core.money import ZERO, kes, share
from core.periods import add_months
from core.tests.pictures import jpeg
from groups.models import Constitution
from groups.operations import adopt_constitution
from loans import operations
from loans.models import Loan
from loans.operations import Application
from members.models import Member
from members.operations import keep_document, verify_id
from savings.tests.chama import AT, TODAY, Chama

__all__ = ["AT", "TODAY", "World"]

WITNESSES = ("lucy", "agnes")
# Who says yes when nothing stands in the way, by what the amount needs.
SMALL = ("joseph", "mary")
LARGE = ("joseph", "mary", "grace", "ruth")
LARGEST = (*LARGE, "sarah")


class World(Chama):
    """As in `Chama`; besides, Lucy and Agnes, who hold no office, are there to witness. Peter has saved 30,000 and
    Alice 90,000 in the first three months of the year, all of it in the box, and both are known by their IDs. Joseph
    and Brian serve as field officers, Daniel is service admin, Sarah system admin."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.enrol("agnes", self.umoja)
        self.saves("peter", "30000")
        self.saves("alice", "90000")
        for name in ("peter", "alice"):
            self.shows_her_id(name)

    # What went before

    def saves(self, name: str, amount: str, months: int = 3, *, method: str = "CASH") -> None:
        """Somebody brings regular savings in equal parts, one in each of the last months, this one included."""
        by = "mary" if name == "grace" else "grace"
        parts = share(kes(amount), [1] * months)
        for back, part in zip(reversed(range(months)), parts, strict=True):
            self.brings(name, str(part), by=by, on=add_months(self.today, -back), method=method)

    def shows_her_id(self, name: str) -> None:
        """A picture of her ID is kept by Brian, and Joseph compares the number."""
        member = self.members[name]
        card = keep_document(
            member=member, kind="ID_FRONT", clean=Clean("image/jpeg", jpeg()), by=self.users["brian"], at=self.at
        )
        verify_id(member=member, document=card, method="DOCUMENT", by=self.users["joseph"], at=self.at)

    def rules(self, **changes: Any) -> Constitution:
        """From today on the group has other rules."""
        return adopt_constitution(
            group=self.umoja, effective_on=self.today, at=self.at, by=self.users["sarah"], **changes
        )

    def moves_to(self, day: dt.date) -> None:
        """It is noon in Nairobi, another day."""
        self.at = dt.datetime.combine(day, dt.time(9), tzinfo=dt.UTC)

    # Loans

    def application(self, amount: str, **words: Any) -> Application:
        """For three months, short-term, witnessed by Lucy and Agnes, unless the words say otherwise."""
        given: dict[str, Any] = {
            "loan_type": "SHORT_TERM",
            "months": 3,
            "purpose": "A cow",
            "witnesses": WITNESSES,
        } | words
        witnesses: tuple[Member, ...] = tuple(self.members[each] for each in given.pop("witnesses"))
        extra = kes(given.pop("extra_payment", ZERO))
        return Application(amount=kes(amount), witnesses=witnesses, extra_payment=extra, **given)

    def applies(self, name: str, amount: str = "10000", *, by: str | None = None, **words: Any) -> Loan:
        """Somebody applies herself, or `by` types it for her."""
        asked = self.application(amount, **words)
        return operations.apply(member=self.members[name], request=asked, by=self.users[by or name], at=self.at)

    def approves(self, name: str, loan: Loan, notes: str = "") -> Loan:
        return operations.approve(loan=loan, by=self.users[name], at=self.at, notes=notes)

    def approved(
        self, name: str = "peter", amount: str = "10000", *, yes: tuple[str, ...] = SMALL, **words: Any
    ) -> Loan:
        """A loan to which everybody of `yes` has said yes."""
        loan = self.applies(name, amount, **words)
        for each in yes:
            loan = self.approves(each, loan)
        return loan

    def loan(self, loan: Loan) -> Loan:
        """As it is in the database now."""
        return Loan.objects.get(pk=loan.pk)
