"""A group's statements: trial balance, income statement and balance sheet, each with its own proof."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.money import shown
from groups.models import BankingGroup
from ledger.queries import TrialBalance, balance_sheet, income_statement, trial_balance
from ledger.queries.statements import Figure
from reports.pages import words
from reports.pages.group import Line
from reports.pages.periods import Asked


@dataclass(frozen=True)
class Sheet:
    """One statement: its lines, its total, and the sentence that proves it."""

    title: str
    caption: str
    lines: tuple[Line, ...]
    total_words: str
    total: Decimal
    proof: str
    difference: Decimal


@dataclass(frozen=True)
class BooksPage:
    first: dt.date
    last: dt.date
    refused: str
    trial: TrialBalance
    accounts: tuple[object, ...]
    sheets: tuple[Sheet, ...]


def books_of(group: BankingGroup, asked: Asked) -> BooksPage:
    """The statements of the asked days; accounts that hold nothing are left out."""
    trial = trial_balance(group, asked.last)
    moved = tuple(line for line in trial.accounts if line.debit or line.credit)
    sheets = (_income(group, asked), _balance(group, asked.last))
    return BooksPage(asked.first, asked.last, asked.refused, trial, moved, sheets)


def _income(group: BankingGroup, asked: Asked) -> Sheet:
    said = income_statement(group, asked.first, asked.last)
    lines = [*_lines(said.income), *_fees(said.appreciation_fees)]
    lines.append(Line(_("Income"), said.income_total, "subtotal"))
    lines += [Line(line.word, -line.amount, "part") for line in _lines(said.expenses)]
    lines.append(Line(_("less costs"), -said.expenses_total, "subtotal"))
    return Sheet(
        title=_("Income statement"),
        caption=_("%(first)s to %(last)s") % {"first": words.full_day(asked.first), "last": words.full_day(asked.last)},
        lines=tuple(lines),
        total_words=_("Profit"),
        total=said.profit,
        proof=_("Profit less the growth of assets over debts:"),
        difference=said.difference,
    )


def _fees(amount: Decimal) -> Iterable[Line]:
    if amount:
        yield Line(_("Appreciation fees"), amount, "part")


def _balance(group: BankingGroup, on: dt.date) -> Sheet:
    said = balance_sheet(group, on)
    lines = [*_lines(said.assets), Line(_("Assets"), said.assets_total, "subtotal")]
    lines += [*_lines(said.liabilities), Line(_("Owed"), said.liabilities_total, "subtotal")]
    lines += [*_lines(said.equity), Line(_("Result not yet closed"), said.result, "part")]
    lines.append(Line(_("The group’s own"), said.equity_total, "subtotal"))
    total = said.liabilities_total + said.equity_total
    return Sheet(
        title=_("Balance sheet"),
        caption=words.full_day(on),
        lines=tuple(lines),
        total_words=_("Owed and own"),
        total=total,
        proof=_("Assets %(assets)s less owed and own %(claims)s:")
        % {"assets": shown(said.assets_total), "claims": shown(total)},
        difference=said.difference,
    )


def _lines(figures: Iterable[Figure]) -> list[Line]:
    return [Line(str(figure.name), figure.amount, "part") for figure in figures if figure.amount]
