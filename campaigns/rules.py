"""The arithmetic of campaigns: when a vote is won or lost, how far the money is, and the lines of every act.

Pure: no database, no clock. Amounts are shillings as Decimal.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from uuid import UUID

from core.money import ZERO, share
from core.periods import NAIROBI
from ledger.places import Place
from ledger.rules import Leg, credit, debit

FUND = "2050"
SAVINGS = "2010"
HEAD = "campaign"
# How long a vote stays open where nobody says otherwise.
VOTING_DAYS = 14
_LAST_INSTANT = dt.time(23, 59, 59)


class Verdict(StrEnum):
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


@dataclass(frozen=True)
class Poll:
    """How a group stands towards a campaign: the votes of its active members, and the share that has to be exceeded."""

    yes: int
    no: int
    active: int
    percent: Decimal

    @property
    def needed(self) -> int:
        """The fewest yes votes that are more than the share: 7 of 12 and 7 of 13 for a half. A share of a hundred per
        cent asks for everybody, since more than all nobody can have; an empty group says yes to nothing."""
        over = int((self.active * self.percent / 100).to_integral_value(rounding=ROUND_FLOOR)) + 1
        return min(over, max(self.active, 1))

    @property
    def open(self) -> int:
        """How many have not voted yet."""
        return self.active - self.yes - self.no

    @property
    def verdict(self) -> Verdict | None:
        """What the votes have decided so far; None while both ends are possible without anybody changing her vote."""
        if self.yes >= self.needed:
            return Verdict.ACCEPTED
        return Verdict.REJECTED if self.active - self.no < self.needed else None


def last_deadline(ends_on: dt.date) -> dt.datetime:
    """The end of the campaign's last day, in Nairobi."""
    return dt.datetime.combine(ends_on, _LAST_INSTANT, tzinfo=NAIROBI)


def usual_deadline(at: dt.datetime, ends_on: dt.date) -> dt.datetime:
    """Two weeks after it was assigned, and never after the campaign itself."""
    return min(at + dt.timedelta(days=VOTING_DAYS), last_deadline(ends_on))


def takes_money_on(day: dt.date, starts_on: dt.date, ends_on: dt.date) -> bool:
    return starts_on <= day <= ends_on


def percent_reached(contributed: Decimal, target: Decimal) -> int:
    """For display: whole per cent, cut down, so that a hundred means the target; never below zero."""
    return max(0, int((contributed * 100 / target).to_integral_value(rounding=ROUND_FLOOR)))


def shares_of(left: Decimal, brought: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """What is left, split by what each brought, to the cent; nobody stands in it with nothing."""
    givers = {member: amount for member, amount in brought.items() if amount > 0}
    if left <= 0 or not givers:
        return {}
    parts = zip(givers, share(left, list(givers.values())), strict=True)
    return {member: part for member, part in parts if part > ZERO}


def owed_back(left: Decimal, brought: Mapping[UUID, Decimal], returned: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """What is left, split so that with what each got back before she has her part of all that came back, to the cent.

    Given back once, that is by what each brought. Who got more than that before (money came to the campaign since)
    keeps it and gets nothing now.
    """
    fair = shares_of(left + sum((returned.get(member, ZERO) for member in brought), ZERO), brought)
    return shares_of(left, {member: part - returned.get(member, ZERO) for member, part in fair.items()})


# Lines


def contribution_legs(amount: Decimal, to: Place, member: UUID, campaign: UUID) -> list[Leg]:
    came = debit(to.account, amount, officer=to.officer, head=HEAD)
    return [came, credit(FUND, amount, member=member, subject=campaign)]


def return_legs(amount: Decimal, member: UUID, campaign: UUID) -> list[Leg]:
    return [debit(FUND, amount, member=member, subject=campaign), credit(SAVINGS, amount, member=member)]
