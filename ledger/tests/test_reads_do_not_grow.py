"""Reading costs the same with ten entries and with three hundred: in statements, and in rows that come back."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from core.money import kes
from ledger.operations import Draft, post_many
from ledger.queries import (
    account_balances,
    balance,
    balance_sheet,
    cash_by_place,
    cash_ledger,
    cash_ledger_by_meeting,
    income_statement,
    loan_fund_cash,
    member_balances,
    trf_sheet,
    trial_balance,
)
from ledger.tests.builders import NOON, TODAY, fresh_key, make_member, saving
from ledger.tests.reading import Books
from members.models import Member

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - dt.timedelta(days=1)


@dataclass
class Cost:
    """Statements sent and rows that came back; SQLite does not count rows, so there only statements speak."""

    statements: int = 0
    rows: int = 0


@contextmanager
def counted() -> Iterator[Cost]:
    cost = Cost()

    def look(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        cost.statements += 1
        cost.rows += max(context["cursor"].rowcount, 0)
        return result

    with connection.execute_wrapper(look):
        yield cost


def books_with(entries: int) -> Books:
    """So many entries on the days up to yesterday, ten a day, and three today."""
    books = Books()
    days = [YESTERDAY - dt.timedelta(days=number // 10) for number in range(entries)] + [TODAY] * 3
    drafts = [Draft("CONTRIBUTION", day, fresh_key(), saving(books.alice, "10.00")) for day in days]
    post_many(group=books.group, drafts=drafts, at=NOON, actor=books.tom)
    return books


READS: dict[str, Callable[[Books], object]] = {
    "balance": lambda b: balance(b.group, "2010", b.alice.pk),
    "balances": lambda b: account_balances(b.group),
    "yesterday's balances": lambda b: account_balances(b.group, YESTERDAY),
    "cash by place": lambda b: cash_by_place(b.group, TODAY),
    "loan-fund cash": lambda b: loan_fund_cash(b.group, TODAY),
    "first page": lambda b: cash_ledger(group=b.group, first=None, last=TODAY, limit=5),
    "today's page": lambda b: cash_ledger(group=b.group, first=TODAY, last=TODAY, limit=5),
    "second page": lambda b: cash_ledger(group=b.group, first=None, last=TODAY, limit=5, after=page_one(b)),
    "today by meeting": lambda b: cash_ledger_by_meeting(group=b.group, first=TODAY, last=TODAY, limit=5),
    "TRF sheet": lambda b: trf_sheet(group=b.group, on=TODAY),
    "trial balance": lambda b: trial_balance(b.group, TODAY),
    "income statement": lambda b: income_statement(b.group, TODAY.replace(month=1, day=1), TODAY),
    "balance sheet": lambda b: balance_sheet(b.group, TODAY),
    "member balances": lambda b: member_balances(b.group, Member.objects.filter(group=b.group)),
}


def page_one(books: Books) -> str | None:
    return cash_ledger(group=books.group, first=None, last=TODAY, limit=5).next


def test_no_read_costs_more_in_longer_books() -> None:
    short, long = books_with(10), books_with(300)
    costs: dict[str, list[Cost]] = {}
    for name, read in READS.items():
        costs[name] = []
        for books in (short, long):
            with counted() as cost:
                read(books)
            costs[name].append(cost)
    assert {name: both for name, both in costs.items() if both[0] != both[1]} == {}
    assert all(both[0].statements > 0 for both in costs.values())
    assert costs["member balances"][0].statements == 2  # the members, and all their balances
    assert balance(long.group, "2010") == kes("3030.00")


def test_a_list_of_members_takes_one_statement_however_many() -> None:
    books = Books()
    members = [books.alice, books.beth]
    with counted() as few:
        member_balances(books.group, members)
    members += [make_member(books.group, f"Member {number}", number) for number in range(3, 30)]
    with counted() as many:
        found = member_balances(books.group, members)
    assert (few.statements, many.statements, len(found)) == (1, 1, 29)


def test_the_sheet_takes_the_same_statements_for_any_number_of_members() -> None:
    books = Books()
    with counted() as few:
        trf_sheet(group=books.group, on=TODAY)
    for number in range(3, 30):
        make_member(books.group, f"Member {number}", number)
    with counted() as many:
        sheet = trf_sheet(group=books.group, on=TODAY)
    assert few.statements == many.statements
    assert len(sheet.members) == 29
