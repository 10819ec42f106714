"""The papers there are about a loan, each with its template and the name of its file."""

import datetime as dt

from core.periods import business_day
from loans.models import Loan
from reports.pages.key_facts import key_facts_of
from reports.pages.loan_paper import statement_of
from reports.papers import Paper


def statement_paper(loan: Loan, at: dt.datetime) -> Paper:
    return Paper("paper/loan_statement.html", statement_of(loan, at), _named(loan, "statement", at))


def key_facts_paper(loan: Loan, at: dt.datetime) -> Paper:
    return Paper("paper/key_facts.html", key_facts_of(loan, at), _named(loan, "key-facts", at))


def _named(loan: Loan, what: str, at: dt.datetime) -> str:
    return f"{loan.loan_number}-{what}-{business_day(at):%Y-%m-%d}"
