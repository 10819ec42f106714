"""The arithmetic of saving: what may be withdrawn, which months count, and the lines of every act that needs no loan.

Pure: no database, no clock. Amounts are shillings as Decimal; a limit is cut down to the cent, never rounded up.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core.money import ZERO, floor_to_cent
from core.periods import add_months, month_start
from ledger.places import Place
from ledger.rules import Leg, credit, debit


@dataclass(frozen=True)
class Fund:
    """What a contribution feeds: the account that grows and the head of its cash line."""

    account: str
    head: str


FUNDS: dict[str, Fund] = {
    "REGULAR": Fund("2010", "regular_savings"),
    "WELFARE": Fund("2020", "welfare"),
    "ECD": Fund("2030", "ecd"),
    "PROJECT": Fund("2040", "project"),
}
PAYOUTS: dict[str, Fund] = {
    "WELFARE_PAYOUT": Fund("2020", "welfare_payout"),
    "ECD_PAYOUT": Fund("2030", "ecd_payout"),
    "PROJECT_PAYOUT": Fund("2040", "project_payout"),
    "CAMPAIGN_PAYOUT": Fund("2050", "campaign_payout"),
}
# The API's other words for the same four.
SAVING_TYPES: dict[str, str] = {"PERSONAL": "REGULAR", "SOCIAL": "WELFARE", "ECD": "ECD", "PROJECT": "PROJECT"}
SAVING_ACCOUNTS: dict[str, str] = {word: FUNDS[kind].account for word, kind in SAVING_TYPES.items()}
FINE = "FINE"
# What a member may bring by herself; the others are recorded by officers only.
BROUGHT_BY_MEMBERS = frozenset({"REGULAR", "PROJECT", FINE})
LOAN_ACCOUNTS = ("1110", "1120", "1130")
# What is a member's own and is paid to her when she leaves; the social fund stays the group's.
OWNED = ("2010", "2030", "2040", "2060")
FINES = "4050"
# The rule of the constitution, and so the clause, that a cause of a fine comes from; other fines the table agrees on.
FINE_RULES: dict[str, str] = {"LATE": "fine_late", "ABSENT": "fine_absent", "LATE_PAYMENT": "fine_late_payment"}
OPENING_DEBITS = frozenset({"1010", "1020", "1030", "1040", *LOAN_ACCOUNTS})
OPENING_CREDITS = frozenset({"2010", "2020", "2030", "2040", "2050", "2060", "2070"})


# Limits


@dataclass(frozen=True)
class Position:
    """Where a member stands when she asks for her savings, in shillings."""

    savings: Decimal  # S: personal savings now
    withdrawn: Decimal  # W: verified withdrawals within the window, reversed ones left out
    pending: Decimal  # P: withdrawals that wait for verification
    outstanding: Decimal  # principal she still owes
    percent: Decimal  # of what she had before the withdrawals of the window
    multiple: Decimal  # of her savings that may be lent to her


def available(position: Position) -> Decimal:
    """What may be withdrawn: max(0, min(percent × (S + W) − W − P, S − P − outstanding ÷ multiple)), to the cent.

    The first bound leaves a share of her savings in the group, the second leaves what secures her loans.
    """
    p = position
    by_percent = (p.savings + p.withdrawn) * p.percent / 100 - p.withdrawn - p.pending
    secured = p.savings - p.pending - held_for_loans(p.outstanding, p.multiple, p.savings)
    return max(ZERO, floor_to_cent(min(by_percent, secured)))


def held_for_loans(outstanding: Decimal, multiple: Decimal, savings: Decimal) -> Decimal:
    """The savings that secure what is owed; where nothing may be lent against savings, a debt holds all of them."""
    if outstanding <= 0:
        return ZERO
    return outstanding / multiple if multiple > 0 else savings


def window_start(on: dt.date, months: int) -> dt.date:
    """The first day whose withdrawals still count."""
    return add_months(on, -months) + dt.timedelta(days=1)


def loan_limit(savings: Decimal, multiple: Decimal, lending_fund: Decimal) -> Decimal:
    """The most that could be lent to her: the multiple of her savings, as far as the lending fund goes."""
    return max(ZERO, floor_to_cent(min(savings * multiple, lending_fund)))


def is_short(month_total: Decimal, minimum: Decimal) -> bool:
    """Does the month, with this contribution in it, still miss the minimum?"""
    return month_total < minimum


def months_consistent(totals: Mapping[dt.date, Decimal], minimum: Callable[[dt.date], Decimal], on: dt.date) -> int:
    """How many calendar months in a row, ending this month or the last one, reached the month's minimum.

    `totals` is keyed by the first day of a month; `minimum` answers for such a day.
    """
    month = month_start(on)
    if not _reached(totals, minimum, month):
        month = add_months(month, -1)
    count = 0
    while _reached(totals, minimum, month):
        count += 1
        month = add_months(month, -1)
    return count


def _reached(totals: Mapping[dt.date, Decimal], minimum: Callable[[dt.date], Decimal], month: dt.date) -> bool:
    return month in totals and totals[month] >= minimum(month)


def has_belonged(joined_on: dt.date, months: int, on: dt.date) -> bool:
    """Has she been a member for so many whole months?"""
    return add_months(joined_on, months) <= on


# Fines


# A week: at the next table. The constitution names amounts and no days.
DAYS_TO_PAY_A_FINE = 7


def allocated(amount: Decimal, dues: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """Fine → what it takes of the money, each as much as is due on it, in the given order; the rest reaches none."""
    taken, left_over = {}, amount
    for fine, due in dues.items():
        if part := min(due, left_over):
            taken[fine] = part
        left_over -= part
    return taken


def is_settled(amount: Decimal, paid: Decimal) -> bool:
    """A fine is paid when nothing of it is left."""
    return paid >= amount


# Lines


def came(place: Place, amount: Decimal, head: str) -> Leg:
    return debit(place.account, amount, officer=place.officer, head=head)


def left(place: Place, amount: Decimal, head: str) -> Leg:
    return credit(place.account, amount, officer=place.officer, head=head)


def contribution_legs(kind: str, amount: Decimal, to: Place, member: UUID) -> list[Leg]:
    fund = FUNDS[kind]
    return [came(to, amount, fund.head), credit(fund.account, amount, member=member)]


def withdrawal_legs(amount: Decimal, source: Place, member: UUID) -> list[Leg]:
    return [debit("2010", amount, member=member), left(source, amount, "withdrawal")]


def fine_legs(parts: Mapping[UUID, Decimal], member: UUID) -> list[Leg]:
    """What is paid of each fine, as income of the group; the other side is the caller's."""
    return [credit(FINES, amount, member=member, subject=fine) for fine, amount in parts.items()]


def fine_payment_legs(parts: Mapping[UUID, Decimal], to: Place, member: UUID) -> list[Leg]:
    return [came(to, sum(parts.values(), ZERO), "fine"), *fine_legs(parts, member)]


def payout_legs(kind: str, amount: Decimal, source: Place, member: UUID | None, campaign: UUID | None) -> list[Leg]:
    fund = PAYOUTS[kind]
    return [debit(fund.account, amount, member=member, subject=campaign), left(source, amount, fund.head)]


def moved_legs(amount: Decimal, source: Place, to: Place) -> list[Leg]:
    """Cash that changes its place and nothing else: banking, hand-over."""
    return [came(to, amount, "banking"), left(source, amount, "banking")]


def expense_legs(amount: Decimal, source: Place) -> list[Leg]:
    return [debit("5010", amount), left(source, amount, "expense")]


def charge_legs(amount: Decimal, source: Place) -> list[Leg]:
    return [debit("5020", amount), left(source, amount, "charges")]


def external_in_legs(amount: Decimal, to: Place) -> list[Leg]:
    return [came(to, amount, "external_funding"), credit("2070", amount)]


def external_out_legs(amount: Decimal, source: Place) -> list[Leg]:
    return [debit("2070", amount), left(source, amount, "external_repaid")]


def unallocated_legs(amount: Decimal, to: Place, receipt: UUID) -> list[Leg]:
    """A receipt that cannot be placed: never nowhere."""
    return [came(to, amount, "unallocated"), credit("2090", amount, subject=receipt)]


def matched_legs(kind: str, amount: Decimal, receipt: UUID, member: UUID) -> list[Leg]:
    """An unallocated receipt finds its target: no cash moves."""
    return [debit("2090", amount, subject=receipt), credit(FUNDS[kind].account, amount, member=member)]


def returned_legs(amount: Decimal, source: Place, receipt: UUID) -> list[Leg]:
    return [debit("2090", amount, subject=receipt), left(source, amount, "unallocated")]


@dataclass(frozen=True)
class OpeningLine:
    """One figure of the books as they were taken over, on the account's own side."""

    account: str
    amount: Decimal
    member: UUID | None = None
    officer: UUID | None = None
    subject: UUID | None = None

    @property
    def is_debit(self) -> bool:
        return self.account in OPENING_DEBITS


def opening_legs(lines: Sequence[OpeningLine]) -> list[Leg]:
    """What was there and what was owed at take-over; the rest is the group's own surplus, or its deficit."""
    legs = [_opening_leg(line) for line in lines]
    rest = sum((leg.amount for leg in legs), ZERO)
    return legs if rest == 0 else [*legs, Leg("3010", -rest)]


def _opening_leg(line: OpeningLine) -> Leg:
    side = debit if line.is_debit else credit
    head = "opening" if line.account in {"1010", "1020", "1030", "1040"} else ""
    return side(line.account, line.amount, member=line.member, officer=line.officer, subject=line.subject, head=head)


def opening_amount(lines: Sequence[OpeningLine]) -> Decimal:
    """The figure that stands on the paper: the larger side of what was taken over."""
    debits = sum((line.amount for line in lines if line.is_debit), ZERO)
    credits_ = sum((line.amount for line in lines if not line.is_debit), ZERO)
    return max(debits, credits_)


# Who may check


@dataclass(frozen=True)
class Named:
    """The human being a paper names: her sign-in, where her membership is linked to one, and her phone's digest."""

    user: UUID | None
    phone: str

    def is_same(self, user: UUID, phone: str) -> bool:
        """Is she this user? An officer who was registered as a member but not linked yet is known by her phone."""
        return user == self.user or bool(phone and phone == self.phone)


@dataclass(frozen=True)
class Seat:
    """Somebody who serves the group now: an office holder or who stands in for the offices, or a field officer."""

    user: UUID
    name: str
    role: str
    phone: str = ""

    @property
    def is_office(self) -> bool:
        return self.role != "FIELD_OFFICER"

    def is_the(self, named: Named | None) -> bool:
        return named is not None and named.is_same(self.user, self.phone)


def checkers(
    seats: Sequence[Seat], maker: UUID, named: Named | None, wrote_her_number: UUID | None = None
) -> list[Seat]:
    """Who may verify a contribution or withdrawal: neither who recorded it, nor whom it names, nor, of what she asks
    for herself, who wrote the number she signs in with."""
    others = [seat for seat in seats if seat.user not in {maker, wrote_her_number}]
    return _once([seat for seat in others if not seat.is_the(named)])


def payers(seats: Sequence[Seat], named: Named | None, already: frozenset[UUID]) -> list[Seat]:
    """Who may still say yes to a payout: office holders other than the beneficiary."""
    able = [seat for seat in seats if seat.is_office and not seat.is_the(named)]
    return _once([seat for seat in able if seat.user not in already])


def counted(seats: Sequence[Seat], named: Named | None, said: frozenset[UUID]) -> frozenset[UUID]:
    """The yeses to a payout that count now: of those who still hold an office, and never the beneficiary's."""
    return said & {seat.user for seat in payers(seats, named, frozenset())}


def receivers(seats: Sequence[Seat], officer: UUID | None, givers: frozenset[UUID]) -> list[Seat]:
    """Who may confirm that cash arrived: the officer named, while she carries cash of the group; for the box the
    treasurer, and where there is none other than the givers, another office holder."""
    others = [seat for seat in seats if seat.user not in givers]
    if officer is not None:
        return _once([seat for seat in others if seat.user == officer and not seat.is_office])
    treasurer = [seat for seat in others if seat.role == "TREASURER"]
    return _once(treasurer or [seat for seat in others if seat.is_office])


def _once(seats: Sequence[Seat]) -> list[Seat]:
    return list({seat.user: seat for seat in seats}.values())
