"""Reading the books: balances, the cash ledger, the TRF sheet, the statements. Nothing here writes."""

from ledger.queries.balances import account_balances, balance, cash_by_place, loan_fund_cash, member_balances
from ledger.queries.cash import BadCursor, CashLedger, CashRow, cash_ledger, cash_ledger_by_meeting, first_booked_on
from ledger.queries.statements import (
    BalanceSheet,
    IncomeStatement,
    TrialBalance,
    balance_sheet,
    income_statement,
    trial_balance,
)
from ledger.queries.trf import TrfSheet, both_sides, trf_sheet

__all__ = [
    "BadCursor",
    "BalanceSheet",
    "CashLedger",
    "CashRow",
    "IncomeStatement",
    "TrfSheet",
    "TrialBalance",
    "account_balances",
    "balance",
    "balance_sheet",
    "both_sides",
    "cash_by_place",
    "cash_ledger",
    "cash_ledger_by_meeting",
    "first_booked_on",
    "income_statement",
    "loan_fund_cash",
    "member_balances",
    "trf_sheet",
    "trial_balance",
]
