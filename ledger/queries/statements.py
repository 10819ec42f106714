"""The statements: trial balance, income statement, balance sheet. Each works its proof out from other accounts than
its result, and states the difference."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.functional import Promise

from core.money import ZERO
from groups.models import BankingGroup
from ledger.models import Entry, Line
from ledger.queries.balances import account_balances, in_own_sense, moved_by_day
from ledger.rules import CHART, Nature

APPRECIATION_FEES = "4060"


@dataclass(frozen=True)
class TrialLine:
    """An account's balance on the side where it stands; the other side is 0.00."""

    code: str
    name: Promise
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True)
class TrialBalance:
    on: dt.date
    accounts: tuple[TrialLine, ...]
    debits: Decimal
    credits: Decimal
    difference: Decimal


@dataclass(frozen=True)
class Figure:
    code: str
    name: Promise
    amount: Decimal


@dataclass(frozen=True)
class IncomeStatement:
    """What was earned and spent from `first` to `last`, before any closing of a year.

    `difference` is the profit less what the other accounts say: the growth of assets over debts, without what went
    straight into the surplus.
    """

    first: dt.date
    last: dt.date
    income: tuple[Figure, ...]
    appreciation_fees: Decimal
    income_total: Decimal
    expenses: tuple[Figure, ...]
    expenses_total: Decimal
    profit: Decimal
    difference: Decimal


@dataclass(frozen=True)
class BalanceSheet:
    """What the group has and owes on a day. `result` is income less expenses not yet closed into the surplus."""

    on: dt.date
    assets: tuple[Figure, ...]
    assets_total: Decimal
    liabilities: tuple[Figure, ...]
    liabilities_total: Decimal
    equity: tuple[Figure, ...]
    result: Decimal
    equity_total: Decimal
    difference: Decimal


def trial_balance(group: BankingGroup, on: dt.date) -> TrialBalance:
    """Every account of the chart, on its side, at the end of a day."""
    held = account_balances(group, on)
    accounts = tuple(_trial_line(code, held[code]) for code in CHART)
    debits = sum((line.debit for line in accounts), ZERO)
    credits = sum((line.credit for line in accounts), ZERO)
    return TrialBalance(on, accounts, debits, credits, debits - credits)


def _trial_line(code: str, held: Decimal) -> TrialLine:
    debit_side = in_own_sense(code, held)  # turning the sign is its own inverse
    return TrialLine(code, CHART[code].name, max(debit_side, ZERO), max(ZERO - debit_side, ZERO))


def income_statement(group: BankingGroup, first: dt.date, last: dt.date) -> IncomeStatement:
    """Income and expenses of a period; cost follows the length of the period."""
    moved = _moved_but_for_closing(group, first, last)
    income = _figures(moved, Nature.INCOME, but=APPRECIATION_FEES)
    expenses = _figures(moved, Nature.EXPENSE)
    fees = moved[APPRECIATION_FEES]
    income_total = _total(income) + fees
    profit = income_total - _total(expenses)
    grown = sum((in_own_sense(code, moved[code]) for code in CHART if code[0] in "123"), ZERO)
    return IncomeStatement(
        first=first,
        last=last,
        income=income,
        appreciation_fees=fees,
        income_total=income_total,
        expenses=expenses,
        expenses_total=_total(expenses),
        profit=profit,
        difference=profit - grown,
    )


def balance_sheet(group: BankingGroup, on: dt.date) -> BalanceSheet:
    """Assets against debts and the group's own, at the end of a day."""
    held = account_balances(group, on)
    assets, liabilities, equity = (_figures(held, nature) for nature in "ALE")
    result = _total(_figures(held, Nature.INCOME)) - _total(_figures(held, Nature.EXPENSE))
    equity_total = _total(equity) + result
    return BalanceSheet(
        on=on,
        assets=assets,
        assets_total=_total(assets),
        liabilities=liabilities,
        liabilities_total=_total(liabilities),
        equity=equity,
        result=result,
        equity_total=equity_total,
        difference=_total(assets) - _total(liabilities) - equity_total,
    )


def _figures(held: dict[str, Decimal], nature: str, but: str = "") -> tuple[Figure, ...]:
    chosen = [code for code, line in CHART.items() if line.nature == nature and code != but]
    return tuple(Figure(code, CHART[code].name, held[code]) for code in chosen)


def _total(figures: Iterable[Figure]) -> Decimal:
    return sum((figure.amount for figure in figures), ZERO)


def _moved_but_for_closing(group: BankingGroup, first: dt.date, last: dt.date) -> dict[str, Decimal]:
    """What each account moved in the period, in its own sense, without closing a year (or undoing that)."""
    moved = moved_by_day(group, tuple(CHART), first, last)
    entries = Entry.objects.filter(group=group, booked_on__range=(first, last))
    closings = entries.filter(kind=Entry.Kind.YEAR_CLOSE).values_list("pk", flat=True)
    undone = entries.filter(kind=Entry.Kind.REVERSAL, reverses__kind=Entry.Kind.YEAR_CLOSE).values_list("pk", flat=True)
    lines = Line.objects.filter(entry__in=[*closings, *undone]).values_list("account__code")
    for code, amount in lines.annotate(net=Sum("amount")):
        moved[code] -= amount
    return {code: in_own_sense(code, amount) for code, amount in moved.items()}
