"""The words and the arithmetic of the books: accounts, places of cash, heads, lines, and the form that is hashed.

Pure: no database, no clock, no settings. A debit is above zero, a credit below; an entry's lines sum to zero.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.ids import NIL
from core.money import NotMoney, to_cents


class Nature(StrEnum):
    """What an account is: debits make assets and expenses grow, credits the other three."""

    ASSET = "A"
    LIABILITY = "L"
    EQUITY = "E"
    INCOME = "I"
    EXPENSE = "X"


@dataclass(frozen=True)
class ChartLine:
    """One account of the chart: what it is and what people call it."""

    nature: Nature
    name: Promise


CHART: dict[str, ChartLine] = {
    "1010": ChartLine(Nature.ASSET, _("Cash box")),
    "1020": ChartLine(Nature.ASSET, _("Bank")),
    "1030": ChartLine(Nature.ASSET, _("Mobile money")),
    "1040": ChartLine(Nature.ASSET, _("Cash with officers")),
    "1110": ChartLine(Nature.ASSET, _("Short-term loans")),
    "1120": ChartLine(Nature.ASSET, _("Long-term loans")),
    "1130": ChartLine(Nature.ASSET, _("Project loans")),
    "2010": ChartLine(Nature.LIABILITY, _("Members' savings")),
    "2020": ChartLine(Nature.LIABILITY, _("Social fund")),
    "2030": ChartLine(Nature.LIABILITY, _("ECD fund")),
    "2040": ChartLine(Nature.LIABILITY, _("Project fund")),
    "2050": ChartLine(Nature.LIABILITY, _("Campaign funds")),
    "2060": ChartLine(Nature.LIABILITY, _("Dividends payable")),
    "2070": ChartLine(Nature.LIABILITY, _("External funds owed")),
    "2090": ChartLine(Nature.LIABILITY, _("Unallocated receipts")),
    "3010": ChartLine(Nature.EQUITY, _("Retained surplus")),
    "4010": ChartLine(Nature.INCOME, _("Interest on short-term loans")),
    "4020": ChartLine(Nature.INCOME, _("Interest on long-term loans")),
    "4030": ChartLine(Nature.INCOME, _("Interest on project loans")),
    "4040": ChartLine(Nature.INCOME, _("Penalties")),
    "4050": ChartLine(Nature.INCOME, _("Fines")),
    "4060": ChartLine(Nature.INCOME, _("Appreciation fees")),
    "4070": ChartLine(Nature.INCOME, _("Application and registration fees")),
    "4090": ChartLine(Nature.INCOME, _("Cash over")),
    "5010": ChartLine(Nature.EXPENSE, _("Operating costs")),
    "5020": ChartLine(Nature.EXPENSE, _("Bank and mobile-money charges")),
    "5030": ChartLine(Nature.EXPENSE, _("Loans written off")),
    "5090": ChartLine(Nature.EXPENSE, _("Cash short")),
}

CASH_BOX, BANK, MPESA, OFFICER = "1010", "1020", "1030", "1040"
PLACES: dict[str, str] = {CASH_BOX: "CASH_BOX", BANK: "BANK", MPESA: "MPESA", OFFICER: "OFFICER"}

# Accounts whose every line names a member, or a loan, campaign or receipt: without it the balance is nobody's.
OF_A_MEMBER = frozenset({"2010", "2060"})
OF_A_SUBJECT = frozenset({"1110", "1120", "1130", "2050", "2090", "5030"})

HEADS_IN: dict[str, Promise] = {
    "regular_savings": _("Regular savings"),
    "welfare": _("Welfare"),
    "ecd": _("ECD"),
    "project": _("Project"),
    "campaign": _("Campaign"),
    "fine": _("Fines"),
    "penalty": _("Penalties"),
    "short_term_interest": _("Interest, short-term"),
    "long_term_interest": _("Interest, long-term"),
    "project_interest": _("Interest, project"),
    "short_term_loan": _("Short-term loans"),
    "long_term_loan": _("Long-term loans"),
    "project_loan": _("Project loans"),
    "appreciation_fee": _("Appreciation fees"),
    "other_fee": _("Other fees"),
    "external_funding": _("External funding"),
    "unallocated": _("Unallocated receipts"),
    "recovery": _("Recovered loans"),
    "cash_over": _("Cash over"),
}
HEADS_OUT: dict[str, Promise] = {
    "withdrawal": _("Withdrawals"),
    "welfare_payout": _("Welfare payouts"),
    "ecd_payout": _("ECD payouts"),
    "project_payout": _("Project payouts"),
    "campaign_payout": _("Campaign payouts"),
    "short_term_loan": _("Short-term loans"),
    "long_term_loan": _("Long-term loans"),
    "project_loan": _("Project loans"),
    "expense": _("Expenses"),
    "charges": _("Charges"),
    "dividend": _("Dividends"),
    "share_out": _("Share-out"),
    "external_repaid": _("External funding repaid"),
    "unallocated": _("Unallocated receipts"),
    "cash_short": _("Cash short"),
}
HEADS_BOTH: dict[str, Promise] = {"banking": _("Cash moved"), "opening": _("Opening balance")}
HEADS: dict[str, Promise] = HEADS_IN | HEADS_OUT | HEADS_BOTH


class Misposted(ValueError):
    """An entry that no act of a group may produce: a slip of the program, never of a person."""


@dataclass(frozen=True)
class Leg:
    """One line to be: debit above zero, credit below, in shillings."""

    account: str
    amount: Decimal
    member: UUID | None = None
    officer: UUID | None = None
    subject: UUID | None = None
    head: str = ""

    @property
    def holder(self) -> UUID:
        """Whose balance the line moves: the member's, on 1040 the officer's, else the account's own."""
        return self.member or self.officer or NIL

    @property
    def cents(self) -> int:
        return to_cents(self.amount)


def debit(account: str, amount: Decimal, **whose: "UUID | str | None") -> Leg:
    """A line on the left: cash that came, a fund that paid."""
    return _side(account, amount, 1, whose)


def credit(account: str, amount: Decimal, **whose: "UUID | str | None") -> Leg:
    """A line on the right: cash that left, a fund that grew."""
    return _side(account, amount, -1, whose)


def _side(account: str, amount: Decimal, sign: int, whose: "dict[str, UUID | str | None]") -> Leg:
    if amount <= 0:
        raise Misposted("a side needs an amount above zero")
    return Leg(account, amount * sign, **whose)  # type: ignore[arg-type]


def mirrored(legs: Iterable[Leg]) -> list[Leg]:
    """The same lines on the other side, each with its own head: what a reversal posts."""
    return [Leg(leg.account, -leg.amount, leg.member, leg.officer, leg.subject, leg.head) for leg in legs]


def is_cash(account: str) -> bool:
    return account in PLACES


def check_legs(legs: Sequence[Leg]) -> None:
    """Raise `Misposted` unless the lines may stand in one entry together."""
    if len(legs) < 2:
        raise Misposted("an entry needs two lines or more")
    for leg in legs:
        _check_leg(leg)
    if sum(leg.cents for leg in legs) != 0:
        raise Misposted("debits and credits differ")


def _check_leg(leg: Leg) -> None:
    try:
        nothing = leg.cents == 0
    except NotMoney as error:
        raise Misposted("an amount is a whole number of cents") from error
    wrong = {
        "no such account": leg.account not in CHART,
        "a line of nothing": nothing,
        "a head stands on each cash line and on no other": is_cash(leg.account) != (leg.head in HEADS)
        or (not is_cash(leg.account) and bool(leg.head)),
        "an officer stands on each line of 1040 and on no other": (leg.account == OFFICER) != (leg.officer is not None),
        "cash names no member": is_cash(leg.account) and leg.member is not None,
        "savings and dividends are somebody's": leg.account in OF_A_MEMBER and leg.member is None,
        "loans, campaigns and receipts are named": leg.account in OF_A_SUBJECT and leg.subject is None,
    }
    for said, is_so in wrong.items():
        if is_so:
            raise Misposted(f"{leg.account}: {said}")


_WORD = re.compile(r"\S+", re.ASCII)


def check_words(*words: str) -> None:
    """Raise `Misposted` for a word that would blur the canonical text: empty, or with a blank in it."""
    for word in words:
        if not _WORD.fullmatch(word):
            raise Misposted(f"not one word: {word!r}")


# The canonical form: what the chain's hashes are over. Documented in docs/the-books.md; a change needs a new "tb1".

GENESIS = "0" * 64


@dataclass(frozen=True)
class Header:
    """What an entry says besides its lines."""

    group: UUID
    key: str
    booked_on: dt.date
    kind: str
    actor: UUID
    reverses: UUID | None = None


def line_text(account: str, holder: UUID | None, subject: UUID | None, head: str, cents: int) -> str:
    return f"{account} {holder or '-'} {subject or '-'} {head or '-'} {cents}\n"


def leg_text(leg: Leg) -> str:
    return line_text(leg.account, leg.member or leg.officer, leg.subject, leg.head, leg.cents)


def payload_text(header: Header, lines: Iterable[str]) -> str:
    """Everything that makes two sendings of one key the same act: all but number, time and predecessor."""
    first = (
        f"{header.group} {header.key} {header.booked_on.isoformat()} {header.kind} {header.actor} "
        f"{header.reverses or '-'}\n"
    )
    return first + "".join(lines)


def instant_text(at: dt.datetime) -> str:
    """UTC with six decimals, always: `isoformat` would drop them on a whole second."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_text(number: int, at: dt.datetime, previous_hash: str, payload: str) -> str:
    """The whole block of one entry, as the export prints it."""
    return f"tb1 {number} {instant_text(at)} {previous_hash}\n{payload}"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
