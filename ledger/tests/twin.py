"""A naive twin of the books: a list of acts, every figure summed from the beginning, every rule spelled out by act.

It shares nothing with `ledger.judgement` but the words: there a fund is judged when an entry makes it smaller, here
each act says by name which funds it takes from, when done and when reversed.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from core.ids import NIL
from core.money import ZERO
from ledger.rules import Leg, credit, debit

CASH = ("1010", "1020", "1030", "1040")


@dataclass(frozen=True)
class Who:
    """Whom an act is about: a member, the place of the cash, an officer, a campaign or receipt or loan."""

    member: UUID
    place: str
    officer: UUID
    subject: UUID


Legs = Callable[[Who, Decimal], list[Leg]]


@dataclass(frozen=True)
class Act:
    """What people do: its lines, and the funds it takes from when it is done and when it is reversed."""

    kind: str
    legs: Legs
    takes: tuple[str, ...] = ()
    reversed_takes: tuple[str, ...] = ()
    is_fact: bool = False


def cash(who: Who, amount: Decimal, head: str, sign: int) -> Leg:
    officer = who.officer if who.place == "1040" else None
    return Leg(who.place, amount * sign, officer=officer, head=head)


def receipt(fund: str, head: str, *, member: bool = False, subject: bool = False) -> Legs:
    return lambda who, amount: [
        cash(who, amount, head, 1),
        credit(fund, amount, member=who.member if member else None, subject=who.subject if subject else None),
    ]


def payment(fund: str, head: str, *, member: bool = False, subject: bool = False) -> Legs:
    return lambda who, amount: [
        debit(fund, amount, member=who.member if member else None, subject=who.subject if subject else None),
        cash(who, amount, head, -1),
    ]


def to_savings(fund: str) -> Legs:
    return lambda who, amount: [
        debit(fund, amount, subject=who.subject),
        credit("2010", amount, member=who.member),
    ]


def move(who: Who, amount: Decimal) -> list[Leg]:
    """From the place to the bank; from the bank to the box."""
    target = "1010" if who.place == "1020" else "1020"
    return [debit(target, amount, head="banking"), cash(who, amount, "banking", -1)]


def hand_over(who: Who, amount: Decimal) -> list[Leg]:
    return [
        debit("1010", amount, head="banking"),
        credit("1040", amount, officer=who.officer, head="banking"),
    ]


def write_off(who: Who, amount: Decimal) -> list[Leg]:
    return [debit("5030", amount, subject=who.subject), credit("1130", amount, member=who.member, subject=who.subject)]


ACTS: dict[str, Act] = {
    "regular": Act("CONTRIBUTION", receipt("2010", "regular_savings", member=True), (), ("savings", "loan fund")),
    "welfare": Act("CONTRIBUTION", receipt("2020", "welfare", member=True), (), ("social",)),
    "ecd": Act("CONTRIBUTION", receipt("2030", "ecd", member=True), (), ("ecd",)),
    "project": Act("CONTRIBUTION", receipt("2040", "project", member=True), (), ("project", "project cash")),
    "campaign": Act("CAMPAIGN", receipt("2050", "campaign", member=True, subject=True), (), ("campaign",)),
    "fine": Act("FINE_PAYMENT", receipt("4050", "fine", member=True), (), ("loan fund",)),
    "fee": Act("FEE", receipt("4070", "other_fee", member=True), (), ("loan fund",)),
    "withdrawal": Act("WITHDRAWAL", payment("2010", "withdrawal", member=True), ("savings", "loan fund")),
    "welfare payout": Act("PAYOUT", payment("2020", "welfare_payout", member=True), ("social",)),
    "ecd payout": Act("PAYOUT", payment("2030", "ecd_payout", member=True), ("ecd",)),
    "project payout": Act("PAYOUT", payment("2040", "project_payout", member=True), ("project", "project cash")),
    "campaign payout": Act("PAYOUT", payment("2050", "campaign_payout", subject=True), ("campaign",)),
    "campaign returned": Act("CAMPAIGN", to_savings("2050"), ("campaign",), ("savings", "loan fund")),
    "expense": Act("EXPENSE", payment("5010", "expense"), ("loan fund",)),
    "charge": Act("EXPENSE", payment("5020", "charges"), ("loan fund",)),
    "banking": Act("MOVEMENT", move),
    "hand-over": Act("MOVEMENT", hand_over),
    "external in": Act("MOVEMENT", receipt("2070", "external_funding"), (), ("external", "loan fund")),
    "external out": Act("MOVEMENT", payment("2070", "external_repaid"), ("external", "loan fund")),
    "unplaced": Act("RECEIPT", receipt("2090", "unallocated", subject=True), (), ("receipt",)),
    "matched": Act("RECEIPT", to_savings("2090"), ("receipt",), ("savings", "loan fund")),
    "sent back": Act("RECEIPT", payment("2090", "unallocated", subject=True), ("receipt",)),
    "cash over": Act("COUNT", receipt("4090", "cash_over"), (), ("loan fund",), is_fact=True),
    "cash short": Act("COUNT", payment("5090", "cash_short"), (), (), is_fact=True),
    "project loan": Act("DISBURSEMENT", payment("1130", "project_loan", member=True, subject=True), ("project cash",)),
    "written off": Act("WRITE_OFF", write_off, (), ("project cash apart",), is_fact=True),
}  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """An act that was done (or undone): what the twin remembers of it."""

    key: str
    name: str
    on: dt.date
    legs: tuple[Leg, ...]
    who: Who
    reverses: str = ""

    @property
    def takes(self) -> tuple[str, ...]:
        act = ACTS[self.name]
        return act.reversed_takes if self.reverses else act.takes


@dataclass
class Twin:
    """The books as a plain list."""

    pooled: bool
    today: dt.date
    deeds: list[Deed] = field(default_factory=list)
    closed: set[dt.date] = field(default_factory=set)

    def lines(self) -> list[tuple[Deed, Leg]]:
        return [(deed, leg) for deed in self.deeds for leg in deed.legs]

    def total(self, *codes: str, holder: UUID | None = None, subject: UUID | None = None) -> Decimal:
        """Debits above zero, over all time."""
        return sum(
            (
                leg.amount
                for _, leg in self.lines()
                if leg.account in codes and holder in (None, leg.holder) and subject in (None, leg.subject)
            ),
            ZERO,
        )

    def loan_fund(self) -> Decimal:
        others = -self.total("2020", "2030", "2050", "2090")
        project = ZERO if self.pooled else -self.total("2040") - self.total("1130")
        return self.total(*CASH) - others - project

    def left(self, fund: str, who: Who) -> Decimal:
        """What a fund holds, by the word an act calls it."""
        apart = -self.total("2040") - self.total("1130") - max(ZERO, -self.loan_fund())
        holdings: dict[str, Callable[[], Decimal]] = {
            "loan fund": self.loan_fund,
            "project cash": self.loan_fund if self.pooled else lambda: apart,
            "project cash apart": lambda: ZERO if self.pooled else apart,
            "savings": lambda: -self.total("2010", holder=who.member),
            "social": lambda: -self.total("2020"),
            "ecd": lambda: -self.total("2030", holder=who.member),
            "project": lambda: -self.total("2040", holder=who.member),
            "campaign": lambda: -self.total("2050", subject=who.subject),
            "receipt": lambda: -self.total("2090", subject=who.subject),
            "external": lambda: -self.total("2070"),
        }
        return holdings[fund]()

    def closings_since(self, day: dt.date, code: str, holder: UUID) -> list[Decimal]:
        """What a place held at the end of every day from `day` on."""
        moves = [(deed.on, leg.amount) for deed, leg in self.lines() if (leg.account, leg.holder) == (code, holder)]
        days = {day, *(on for on, _ in moves if on >= day)}
        return [sum((amount for on, amount in moves if on <= last), ZERO) for last in days]

    def refusals(self, deed: Deed) -> set[str]:
        """Every reason there is to refuse this deed; if there is none it is taken into the books."""
        found = set()
        if deed.on > self.today:
            found.add("date_in_future")
        if any(month >= deed.on.replace(day=1) for month in self.closed):
            found.add("period_closed")
        self.deeds.append(deed)
        places = {(leg.account, leg.holder) for leg in deed.legs if leg.account in CASH and leg.amount < 0}
        if any(min(self.closings_since(deed.on, *place)) < 0 for place in places):
            found.add("insufficient_cash")
        if any(self.left(fund, deed.who) < 0 for fund in deed.takes):
            found.add("insufficient_fund")
        if found:
            self.deeds.pop()
        return found

    def undoing(self, deed: Deed, key: str) -> Deed:
        legs = tuple(Leg(x.account, -x.amount, x.member, x.officer, x.subject, x.head) for x in deed.legs)
        return Deed(key, deed.name, self.today, legs, deed.who, reverses=deed.key)

    def balances(self) -> dict[tuple[str, UUID], Decimal]:
        found: dict[tuple[str, UUID], Decimal] = {}
        for _, leg in self.lines():
            holding = (leg.account, leg.member or leg.officer or NIL)
            found[holding] = found.get(holding, ZERO) + leg.amount
        return found

    def days(self) -> dict[tuple[str, dt.date], tuple[Decimal, Decimal]]:
        found: dict[tuple[str, dt.date], tuple[Decimal, Decimal]] = {}
        for deed, leg in self.lines():
            left, right = found.get((leg.account, deed.on), (ZERO, ZERO))
            found[leg.account, deed.on] = (left + max(leg.amount, ZERO), right + max(-leg.amount, ZERO))
        return found
