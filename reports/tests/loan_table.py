"""Umoja with loans, as the tests of their pages find it: some months ago people saved, and today is today."""

import datetime as dt
from typing import Any

from core.money import kes
from core.periods import NAIROBI, add_months, now, today
from loans import operations
from loans.models import Loan, LoanChange, Repayment
from loans.tests.world import SMALL, World
from users.models import User

AGO = 5


class Table(World):
    """As in `World`, five months before today; Peter and Alice have saved 500 in each month since, and it is today."""

    def __init__(self) -> None:
        super().__init__(at=self.instant(AGO))
        for back in reversed(range(AGO)):
            self.is_back(back)
            for name in ("peter", "alice"):
                self.brings(name, "500")

    @staticmethod
    def instant(months_ago: int) -> dt.datetime:
        if months_ago == 0:
            return now()
        return dt.datetime.combine(add_months(today(), -months_ago), dt.time(12), tzinfo=NAIROBI)

    def is_back(self, months_ago: int) -> None:
        self.at = self.instant(months_ago)

    def user(self, name: str) -> User:
        return self.users[name]

    def lent(self, name: str = "peter", amount: str = "30000", *, months_ago: int = 0, **words: Any) -> Loan:
        """A loan that was asked for, approved and paid out in cash on one day; then it is today again."""
        self.is_back(months_ago)
        loan = self.approved(name, amount, yes=words.pop("yes", SMALL), **words)
        loan = operations.disburse(loan=loan, method="CASH", by=self.grace, at=self.at, on=self.today)
        self.is_back(0)
        return loan

    def repays(self, loan: Loan, amount: str, *, months_ago: int = 0) -> Repayment:
        self.is_back(months_ago)
        paid = operations.repay(loan=loan, amount=kes(amount), method="CASH", by=self.grace, at=self.at, on=self.today)
        self.is_back(0)
        return paid

    def asks_to_write_off(self, name: str, loan: Loan) -> LoanChange:
        return operations.write_off(loan=loan, by=self.users[name], at=self.at, reason="She has moved away")
