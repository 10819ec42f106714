"""The lines of every act on a loan, and what the books hold of a loan whose life is told.

Pure: no database, no clock. Every line but those of cash carries the borrower and the loan, so that the lines under a
loan's name sum to what `holdings` says of it; where they do not, an adjusting entry moves the difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core.money import ZERO
from ledger.places import Place
from ledger.rules import Leg, credit, debit
from loans.rules.life import Split, State
from savings.rules import came, left

PENALTIES, SAVINGS, WRITTEN_OFF = "4040", "2010", "5030"
RECOVERY = "RECOVERY"


@dataclass(frozen=True)
class Shelf:
    """Where the books keep loans of one type: the accounts of principal and interest, and the heads of their cash."""

    principal: str
    interest: str
    loan_head: str
    interest_head: str


SHELVES: dict[str, Shelf] = {
    "SHORT_TERM": Shelf("1110", "4010", "short_term_loan", "short_term_interest"),
    "LONG_TERM": Shelf("1120", "4020", "long_term_loan", "long_term_interest"),
    "PROJECT": Shelf("1130", "4030", "project_loan", "project_interest"),
}


@dataclass(frozen=True)
class Fee:
    """A fee that is taken with disbursement: the income it is, and the head of its cash."""

    account: str
    head: str


FEES: dict[str, Fee] = {"APPLICATION": Fee("4070", "other_fee"), "APPRECIATION": Fee("4060", "appreciation_fee")}


@dataclass(frozen=True)
class Debt:
    """Whose loan it is, which, and of what type: what the lines of every act on it carry."""

    loan: UUID
    member: UUID
    loan_type: str

    @property
    def shelf(self) -> Shelf:
        return SHELVES[self.loan_type]

    def line(self, account: str, amount: Decimal) -> Leg:
        """A line under this loan's name; debit above zero."""
        return Leg(account, amount, self.member, subject=self.loan)


def disbursement_legs(debt: Debt, amount: Decimal, source: Place) -> list[Leg]:
    return [debt.line(debt.shelf.principal, amount), left(source, amount, debt.shelf.loan_head)]


def fee_legs(kind: str, amount: Decimal, to: Place, member: UUID) -> list[Leg]:
    fee = FEES[kind]
    return [came(to, amount, fee.head), credit(fee.account, amount, member=member)]


def repayment_legs(debt: Debt, split: Split, to: Place, *, recovers: bool = False) -> list[Leg]:
    """Penalty, interest, principal, and what found no debt; each part with the head of its own cash."""
    shelf = debt.shelf
    heads = ("penalty", shelf.interest_head, "recovery" if recovers else shelf.loan_head, "regular_savings")
    cash = [came(to, part, head) for part, head in zip(split.parts, heads, strict=True) if part]
    return [*cash, *settling_legs(debt, split, recovers=recovers)]


def settling_legs(debt: Debt, split: Split, *, recovers: bool = False) -> list[Leg]:
    """What a payment settles, whatever it is paid from: 4040, 40x0, 11x0 (of a loan written off 5030), 2010."""
    accounts = (PENALTIES, debt.shelf.interest, WRITTEN_OFF if recovers else debt.shelf.principal, SAVINGS)
    return [debt.line(account, -part) for account, part in zip(accounts, split.parts, strict=True) if part]


def write_off_legs(debt: Debt, amount: Decimal) -> list[Leg]:
    whose = {"member": debt.member, "subject": debt.loan}
    return [debit(WRITTEN_OFF, amount, **whose), credit(debt.shelf.principal, amount, **whose)]


def holdings(debt: Debt, lent: Decimal, state: State) -> dict[str, Decimal]:
    """Account → what stands under this loan's name when its life is as told; debits above zero, nothings left out."""
    paid = state.paid
    held = {
        debt.shelf.principal: lent - (paid.principal - state.recovered) - state.written_off,
        debt.shelf.interest: ZERO - paid.interest,
        PENALTIES: ZERO - paid.penalty,
        SAVINGS: ZERO - paid.savings,
        WRITTEN_OFF: state.written_off - state.recovered,
    }
    return {account: amount for account, amount in held.items() if amount}


def differences(wanted: Mapping[str, Decimal], held: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Account → what has to be added to what is held, in the order of accounts; nothing where all is well."""
    off = {code: wanted.get(code, ZERO) - held.get(code, ZERO) for code in sorted(wanted.keys() | held.keys())}
    return {code: amount for code, amount in off.items() if amount}


def adjusting_legs(debt: Debt, wanted: Mapping[str, Decimal], held: Mapping[str, Decimal]) -> list[Leg]:
    """The lines that move what is held to what is told."""
    return [debt.line(account, amount) for account, amount in differences(wanted, held).items()]


def debits(legs: Iterable[Leg]) -> Decimal:
    """What a paper with these lines amounts to."""
    return sum((leg.amount for leg in legs if leg.amount > 0), ZERO)
