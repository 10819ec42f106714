"""The financial summary of one group: funds, cash by place, loans, the fund from both sides, this month's progress."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from core.money import ZERO
from core.periods import month_start
from groups.models import BankingGroup
from groups.queries import constitution_on
from ledger.queries import account_balances, both_sides
from ledger.rules import PLACES
from members.models import Member
from savings.queries import CONTRIBUTION, unreversed
from savings.rules import SAVING_ACCOUNTS

LOANS = {"SHORT_TERM": "1110", "LONG_TERM": "1120", "PROJECT": "1130"}


@dataclass(frozen=True)
class MonthProgress:
    """Verified regular contributions of a calendar month, and how many active members reached the minimum."""

    month: dt.date
    contributed: Decimal
    target_amount: Decimal
    minimum_contribution: Decimal
    members_reached: int
    members_count: int


@dataclass(frozen=True)
class GroupSummary:
    """A group at the end of a day. `difference` is `trf` less `claims_total`, each read from its own accounts."""

    on: dt.date
    funds: dict[str, Decimal]
    cash: Decimal
    cash_by_place: dict[str, Decimal]
    loans: dict[str, Decimal]
    loans_outstanding: Decimal
    trf: Decimal
    claims_total: Decimal
    difference: Decimal
    month: MonthProgress


def group_summary(group: BankingGroup, on: dt.date) -> GroupSummary:
    """Everything at the end of the day `on`; the month is the one it lies in, up to that day."""
    rules = constitution_on(group, on)
    held = account_balances(group, on)
    loans = {kind: held[code] for kind, code in LOANS.items()}
    trf, claims = both_sides(held, pooled=rules.pool_project_fund)
    return GroupSummary(
        on=on,
        funds={fund: held[code] for fund, code in SAVING_ACCOUNTS.items()},
        cash=sum((held[code] for code in PLACES), ZERO),
        cash_by_place={place: held[code] for code, place in PLACES.items()},
        loans=loans,
        loans_outstanding=sum(loans.values(), ZERO),
        trf=trf,
        claims_total=claims,
        difference=trf - claims,
        month=_progress(group, on, rules.minimum_contribution),
    )


def _progress(group: BankingGroup, on: dt.date, minimum: Decimal) -> MonthProgress:
    month = (month_start(on), on)
    regular = unreversed().filter(group=group, kind=CONTRIBUTION, detail="REGULAR", booked_on__range=month)
    brought = dict(regular.values_list("member").annotate(total=Sum("amount")).order_by("member"))
    active = set(Member.objects.filter(group=group, is_active=True).values_list("pk", flat=True))
    return MonthProgress(
        month=month[0],
        contributed=sum(brought.values(), ZERO),
        target_amount=group.target_amount,
        minimum_contribution=minimum,
        members_reached=sum(amount >= minimum for member, amount in brought.items() if member in active),
        members_count=len(active),
    )
