"""Umoja at the end of a good year: 2025 is over, and what it earned can be shared."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.ids import new_id
from core.money import kes
from cycles.models import Allocation, Run
from cycles.operations import Handing, approve, close_year, declare, pay, pay_all, preview
from cycles.queries import runs as queries
from ledger.models import Voucher
from ledger.operations import post
from ledger.rules import credit, debit
from members.models import Member
from savings.tests.chama import Chama

YEAR = 2025
IN_JUNE = dt.date(2025, 6, 10)
NEW_YEAR = dt.date(2026, 1, 2)
HEADS = {"4070": "other_fee", "4060": "appreciation_fee"}


class Sharing(Chama):
    """In 2025 Alice saved 31,675, Peter 190,000 and Lucy 151,715; the group earned 290,000 and 3,232 of appreciation
    fees, and spent 10,000. So 70 % of 280,000 and 3,232 are shared: 199,232.00."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, amount in [("alice", "31675"), ("peter", "190000"), ("lucy", "151715")]:
            self.brings(name, amount, on=IN_JUNE)
        self.earns("290000")
        self.earns("3232", code="4060")
        self.spends("10000")

    def moves_to(self, day: dt.date) -> None:
        self.at = dt.datetime.combine(day, dt.time(9), tzinfo=dt.UTC)

    def earns(self, amount: str, *, code: str = "4070", on: dt.date = IN_JUNE) -> None:
        legs = [debit("1010", kes(amount), head=HEADS[code]), credit(code, kes(amount))]
        post(group=self.umoja, kind="FEE", on=on, at=self.at, actor=self.grace, key=f"{new_id()}:0", legs=legs)

    def spends(self, amount: str, *, on: dt.date = IN_JUNE) -> Voucher:
        return self.moves("EXPENSE", amount, on=on)

    def loses(self, amount: str, *, on: dt.date) -> None:
        """Charges of a bank, paid from money that somebody outside has lent."""
        self.moves("EXTERNAL_IN", amount, to="BANK", on=on)
        self.moves("CHARGE", amount, on=on)

    def closes(self, year: int = YEAR) -> None:
        close_year(group=self.umoja, year=year, by=self.daniel, at=self.at)

    # The steps

    def looks(self, *, year: int = YEAR, kind: str = "DIVIDEND", by: str = "grace") -> Run:
        return preview(group=self.umoja, year=year, kind=kind, by=self.users[by], at=self.at)

    def agrees(self, run: Run, *names: str) -> Run:
        for name in names:
            run = approve(run=run, by=self.users[name], at=self.at)
        return run

    def declares(self, run: Run, by: str = "grace") -> Run:
        return declare(run=run, by=self.users[by], at=self.at)

    def declared(self, kind: str = "DIVIDEND") -> Run:
        """Closed, looked at, agreed by Mary and Grace, and declared."""
        self.closes()
        return self.declares(self.agrees(self.looks(kind=kind), "mary", "grace"))

    def hands(self, run: Run, name: str, *, by: str = "grace", **how: Any) -> Voucher:
        return pay(run=run, member=self.members[name], how=Handing(**how), by=self.users[by], at=self.at)

    def hands_all(self, run: Run, *, by: str = "grace", **how: Any) -> Run:
        return pay_all(run=self.run(run), how=Handing(**how), by=self.users[by], at=self.at)

    # What is so now

    def run(self, run: Run) -> Run:
        return queries.run_by_id(run.pk)

    def status(self, run: Run) -> str:
        return queries.view_of(self.run(run)).status

    def outcomes(self, run: Run) -> dict[str, str]:
        known = {member.pk: name for name, member in self.members.items()}
        return {known[part.member_id]: part.outcome for part in queries.view_of(self.run(run)).parts}

    def shares(self, run: Run) -> dict[str, str]:
        known: dict[UUID, str] = {member.pk: name for name, member in self.members.items()}
        rows = Allocation.objects.filter(run=run).order_by("member__number").values_list("member", "amount")
        return {known[member]: f"{amount:.2f}" for member, amount in rows}

    def figures(self, run: Run) -> tuple[Decimal, Decimal, Decimal]:
        return run.profit, run.fees, run.distributable

    def member(self, name: str) -> Member:
        joined = Member.objects.select_related("group__organisation", "person__data_key", "person__user")
        return joined.get(pk=self.members[name].pk)
