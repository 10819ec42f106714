"""What accounts hold, now and at the end of any day.

Today's figures are sums over the stored balances; a past day's are today's less what moved since, so that the cost
follows the distance of the day and never the length of the history. Every figure is in its account's own sense: above
zero is cash that is there, a loan that is owed, a fund that holds something, income earned, a cost borne.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import ExpressionWrapper, F, Sum

from core.fields import MoneyField
from core.money import ZERO
from groups.models import BankingGroup
from groups.queries import constitution_on
from ledger.models import Balance, DayTotal
from ledger.rules import CHART, PLACES, Nature
from members.models import Member

_GROWN_BY_DEBIT = frozenset({Nature.ASSET, Nature.EXPENSE})
# What can be a member's own: loans, savings and funds, dividends, and the income she brought.
_HERS = tuple(code for code in CHART if "1110" <= code <= "2060" or code.startswith("4"))


def in_own_sense(code: str, debits_less_credits: Decimal) -> Decimal:
    """The journal's sign (debit above zero) turned into the account's own."""
    return debits_less_credits if CHART[code].nature in _GROWN_BY_DEBIT else ZERO - debits_less_credits


def balance(group: BankingGroup, code: str, holder: UUID | None = None) -> Decimal:
    """What one account holds now; with `holder`, what it holds for that member (on 1040: that officer)."""
    kept = Balance.objects.filter(account__group=group, account__code=code)
    if holder is not None:
        kept = kept.filter(holder=holder)
    return in_own_sense(code, kept.aggregate(total=Sum("amount"))["total"] or ZERO)


def member_balances(group: BankingGroup, members: Iterable[Member]) -> dict[UUID, dict[str, Decimal]]:
    """Member id → account code → what it holds for her now. One query, however many members."""
    hers = {member.pk: dict.fromkeys(_HERS, ZERO) for member in members}
    kept = Balance.objects.filter(account__group=group, holder__in=list(hers))
    for holder, code, amount in kept.values_list("holder", "account__code", "amount"):
        hers[holder][code] = in_own_sense(code, amount)
    return hers


def account_balances(
    group: BankingGroup, on: dt.date | None = None, codes: Collection[str] = tuple(CHART)
) -> dict[str, Decimal]:
    """Account code → what it holds now, or held at the end of the day `on`. Every asked code is answered."""
    return {code: in_own_sense(code, amount) for code, amount in _debits_less_credits(group, on, codes).items()}


def cash_by_place(group: BankingGroup, on: dt.date | None = None) -> dict[str, Decimal]:
    """CASH_BOX, BANK, MPESA, OFFICER → the cash there, now or at the end of a day."""
    return {PLACES[code]: amount for code, amount in account_balances(group, on, tuple(PLACES)).items()}


def loan_fund_cash(group: BankingGroup, on: dt.date) -> Decimal:
    """Cash the group may lend: all cash less what it holds for others, by the constitution in force on that day."""
    held = account_balances(group, on)
    return loan_fund_cash_of(held, pooled=constitution_on(group, on).pool_project_fund)


def held_for_others_of(held: dict[str, Decimal], *, pooled: bool) -> dict[str, Decimal]:
    """Fund → the money it has in the group's cash; the project fund only where it is not pooled with the loan fund."""
    return {
        "social": held["2020"],
        "ecd": held["2030"],
        "campaigns": held["2050"],
        "unallocated": held["2090"],
        "projects": ZERO if pooled else held["2040"] - held["1130"],
    }


def loan_fund_cash_of(held: dict[str, Decimal], *, pooled: bool) -> Decimal:
    """All cash places less what is held for others, from the accounts' balances."""
    cash = sum((held[place] for place in PLACES), ZERO)
    return cash - sum(held_for_others_of(held, pooled=pooled).values(), ZERO)


def moved_by_day(group: BankingGroup, codes: Collection[str], first: dt.date, last: dt.date) -> dict[str, Decimal]:
    """Account code → debits less credits of the days from `first` to `last`, both within."""
    days = DayTotal.objects.filter(account__group=group, account__code__in=codes, booked_on__range=(first, last))
    moved = dict.fromkeys(codes, ZERO)
    moved.update(days.values_list("account__code").annotate(net=_net(F("debit"), F("credit"))))
    return moved


def _net(plus: F, minus: F) -> Sum:
    return Sum(ExpressionWrapper(plus - minus, output_field=MoneyField()))


def _debits_less_credits(group: BankingGroup, on: dt.date | None, codes: Collection[str]) -> dict[str, Decimal]:
    """One statement, so that an entry posted meanwhile is seen in both of its halves or in neither."""
    wanted = {"account__group": group, "account__code__in": codes}
    figures = Balance.objects.filter(**wanted).values_list("account__code").annotate(net=Sum("amount"))
    if on is not None:
        later = DayTotal.objects.filter(**wanted, booked_on__gt=on)
        undone = later.values_list("account__code").annotate(net=_net(F("credit"), F("debit")))
        figures = figures.union(undone, all=True)
    held = dict.fromkeys(codes, ZERO)
    for code, amount in figures:
        held[code] += amount
    return held
