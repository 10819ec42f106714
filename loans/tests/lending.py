"""Umoja lends: what its people do once a loan is approved. Approval itself is told in tests of its own."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.files import Clean
from core.ids import new_id
from core.money import floor_to_cent, kes
from core.periods import add_months, business_day
from core.tests.pictures import jpeg
from groups.queries import constitution_on
from ledger.models import Line, Voucher
from ledger.operations import post
from ledger.queries import member_balances, trf_sheet
from ledger.rules import Leg, credit, debit
from loans.models import Loan, LoanApproval, LoanChange, Penalty, Repayment, Status, Witness
from loans.operations import changes, disbursing, repaying
from loans.operations.penalties import charge_penalties
from loans.queries import booked, state_of
from loans.rules.life import State
from members.models import Member
from members.operations import keep_document, verify_id
from members.papers import verification_of
from savings.tests.chama import AT, TODAY, Chama
from users.models import User

__all__ = ["AT", "FIRST", "TODAY", "Lending"]

# Loans of these tests are paid out on this day and live on from there.
FIRST = dt.date(2026, 1, 20)
METHODS = {
    "SHORT_TERM": ("FLAT", "10"),
    "LONG_TERM": ("REDUCING", "12"),
    "PROJECT": ("ANNUITY", "12"),
}


class Lending(Chama):
    """As in `Chama`, on the day loans are paid out: 200,000 in the box are Peter's savings, 100,000 at the bank
    Lucy's; 150,000 of project money lie there as well."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.moves_to(FIRST)
        self.brings("peter", "200000")
        self.brings("lucy", "100000", method="BANK")
        self.brings("lucy", "150000", kind="PROJECT", method="BANK")

    def moves_to(self, day: dt.date) -> None:
        """Noon in Nairobi of another day."""
        self.at = dt.datetime.combine(day, dt.time(9), tzinfo=dt.UTC)

    def waits(self, minutes: int = 1) -> None:
        self.at += dt.timedelta(minutes=minutes)

    # Loans

    def approved(
        self, name: str = "alice", amount: str = "30000", months: int = 3, *, kind: str = "SHORT_TERM", **more: Any
    ) -> Loan:
        """A loan of hers to which everybody has said yes today."""
        member = self.members[name]
        self.is_known(name)
        return approved_loan(member, amount, months, kind=kind, by=self.mary, at=self.at, **more)

    def is_known(self, name: str) -> None:
        """By her ID, whose picture Brian kept and Joseph compared."""
        person = self.members[name].person
        if verification_of(person) is None:
            card = Clean("image/jpeg", jpeg())
            kept = keep_document(member=self.members[name], kind="ID_FRONT", clean=card, by=self.brian, at=self.at)
            verify_id(member=self.members[name], document=kept, method="DOCUMENT", by=self.joseph, at=self.at)

    def witnessed(self, loan: Loan, *names: str) -> None:
        for name in names:
            Witness.objects.create(loan=loan, member=self.members[name])

    def pays_out(self, loan: Loan, *, by: str = "grace", method: str = "CASH", **more: Any) -> Loan:
        given = {"at": self.at, "on": self.today} | more
        with self.savings_behind(loan):
            return disbursing.disburse(loan=loan, method=method, by=self.users[by], **given)

    @contextlib.contextmanager
    def savings_behind(self, loan: Loan) -> Iterator[None]:
        """Where she has saved too little, Peter's savings stand in her name just while it is paid out: most of these
        tests tell what she has from nothing."""
        legs = self._lacking(loan)
        self._posts(legs)
        try:
            yield
        finally:
            self._posts([replace(leg, amount=-leg.amount) for leg in legs])

    def _posts(self, legs: list[Leg]) -> None:
        if legs:
            key = f"{new_id()}:0"
            post(group=self.umoja, kind="ADJUSTMENT", on=self.today, at=self.at, actor=self.sarah, key=key, legs=legs)

    def _lacking(self, loan: Loan) -> list[Leg]:
        lacking = kes("0.01") + loan.amount / 3 - member_balances(self.umoja, [loan.member])[loan.member_id]["2010"]
        if lacking <= 0:
            return []
        moved = floor_to_cent(lacking)
        peter = self.members["peter"].pk
        return [debit("2010", moved, member=peter), credit("2010", moved, member=loan.member_id)]

    def lent(self, name: str = "alice", amount: str = "30000", months: int = 3, **more: Any) -> Loan:
        """A loan that was approved and paid out today."""
        how = {word: more.pop(word) for word in ("by", "method", "on", "meeting_id") if word in more}
        return self.pays_out(self.approved(name, amount, months, **more), **how)

    def repays(self, loan: Loan, amount: str, *, by: str = "grace", method: str = "CASH", **more: Any) -> Repayment:
        given = {"at": self.at, "on": self.today} | more
        return repaying.repay(loan=loan, amount=kes(amount), method=method, by=self.users[by], **given)

    def takes_back(self, repayment: Repayment, by: str = "mary") -> Voucher:
        return self.reverses(by, repayment.voucher)

    def writes_off(self, loan: Loan, *names: str, reason: str = "She cannot pay") -> LoanChange:
        for name in names:
            change = changes.write_off(loan=loan, by=self.users[name], at=self.at, reason=reason)
        return change

    def reschedules(self, loan: Loan, months: int, *names: str, reason: str = "A dry year") -> LoanChange:
        for name in names:
            change = changes.reschedule(loan=loan, months=months, by=self.users[name], at=self.at, reason=reason)
        return change

    def night(self) -> int:
        return charge_penalties(on=self.today, at=self.at)

    # What is so now

    def loan(self, loan: Loan) -> Loan:
        return Loan.objects.select_related("group__organisation", "member__person", "data_key").get(pk=loan.pk)

    def told(self, loan: Loan) -> State:
        state = state_of(self.loan(loan), self.today)
        assert state
        return state

    def row(self, loan: Loan) -> tuple[str, Decimal, dt.date | None, Decimal]:
        now = self.loan(loan)
        return now.status, now.outstanding, now.oldest_due_on, now.oldest_due_amount

    def under(self, loan: Loan) -> dict[str, str]:
        """Account → what stands under the loan's name, nothings left out."""
        return {code: str(amount) for code, amount in sorted(booked(loan).items()) if amount}

    def penalties(self, loan: Loan) -> list[tuple[int, int, dt.date, str]]:
        rows = Penalty.objects.filter(loan=loan, cancelled_at=None).order_by("instalment", "month")
        return [(row.instalment, row.month, row.charged_on, str(row.amount)) for row in rows]

    def said_yes(self, change: LoanChange) -> list[str]:
        rows = LoanApproval.objects.filter(change=change).order_by("at", "id")
        return [row.capacity for row in rows]

    @property
    def is_sound(self) -> bool:
        """The books are proven, loans are as told, and both sides of the TRF sheet agree."""
        sheet = trf_sheet(group=self.umoja, on=self.today, members=())
        return self.books_are_proven and sheet.difference == 0


def approved_loan(
    member: Member, amount: str, months: int = 3, *, kind: str = "SHORT_TERM", by: User, at: dt.datetime, **more: Any
) -> Loan:
    """A loan as the last yes leaves it, by the usual terms of its type."""
    method, rate = METHODS[kind]
    given: dict[str, Any] = {
        "rate_percent": Decimal(rate),
        "penalty_percent": Decimal(5),
        "slot": kind,
        "status": Status.APPROVED,
        "decided_by": by,
    } | more
    loan = Loan(
        group=member.group,
        member=member,
        number=Loan.objects.count() + 1,
        loan_type=kind,
        amount=kes(amount),
        months=months,
        method=method,
        recorded_by=by,
        applied_at=at,
        applied_on=business_day(at),
        approved_on=business_day(at),
        decided_at=at,
        constitution=constitution_on(member.group, business_day(at)),
        data_key=member.person.data_key,
        **given,
    )
    loan.save(force_insert=True)
    return loan


def lines(voucher: Voucher) -> list[tuple[str, str, str]]:
    """Account, amount with debits above zero, head of cash."""
    rows = Line.objects.filter(entry=voucher.entry_id).order_by("id")
    return [(code, str(amount), head) for code, amount, head in rows.values_list("account__code", "amount", "head")]


def whose(voucher: Voucher) -> set[tuple[UUID | None, UUID | None]]:
    """Member and subject of the lines that are not cash."""
    rows = Line.objects.filter(entry=voucher.entry_id).exclude(account__code__startswith="10")
    return set(rows.values_list("member_id", "subject_id"))


def months_on(count: int, day: dt.date = FIRST) -> dt.date:
    return add_months(day, count)
