"""A month is closed on proof, keeps what the accounts held, and costs as much as was done in it."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act
from core.money import kes
from ledger import guards
from ledger.closings import closings_are_proved, months_to_close
from ledger.models import Balance, Book, ClosedPeriod, ClosingBalance, DayTotal, Entry, Line
from ledger.operations import BooksDiffer, close_month
from ledger.rules import credit, debit
from ledger.tests.builders import NOON, Table
from ledger.verify import CHECKS, chain_breaks_at, check_books, register

pytestmark = pytest.mark.django_db

JANUARY, FEBRUARY = dt.date(2026, 1, 1), dt.date(2026, 2, 1)


def closes(table: Table, month: dt.date, at: dt.datetime = NOON) -> ClosedPeriod:
    return close_month(group=table.group, month=month, at=at, actor=table.tom)


def held(period: ClosedPeriod) -> dict[str, Decimal]:
    return dict(period.balances.order_by("code").values_list("code", "amount"))


@contextmanager
def unguarded() -> Iterator[None]:
    """What somebody with the keys to the database might do."""
    connection.check_constraints()
    guards.remove(connection)
    yield
    connection.check_constraints()
    guards.install(connection)


@pytest.fixture
def busy(table: Table) -> Table:
    """1,000 in January, 200 of it taken in February, 50 brought in March."""
    table.save("1000.00", on=dt.date(2026, 1, 5))
    table.withdraw("200.00", on=dt.date(2026, 2, 5))
    table.save("50.00", on=dt.date(2026, 3, 5))
    return table


def test_each_month_keeps_what_its_accounts_held(busy: Table) -> None:
    february = closes(busy, FEBRUARY)
    january = ClosedPeriod.objects.get(month=JANUARY)
    assert held(january) == {"1010": kes("1000"), "2010": kes("-1000")}
    assert held(february) == {"1010": kes("800"), "2010": kes("-800")}
    book = Book.objects.get(group=busy.group)
    assert {(each.entries, each.head_hash) for each in (january, february)} == {(3, book.last_hash)}
    assert check_books(busy.group) == []


def test_the_next_month_is_worked_out_from_the_last(busy: Table) -> None:
    closes(busy, JANUARY)
    busy.save("7.00", on=dt.date(2026, 2, 28))
    assert held(closes(busy, FEBRUARY)) == {"1010": kes("807"), "2010": kes("-807")}
    assert check_books(busy.group) == []


def test_months_without_entries_close_too(busy: Table) -> None:
    at = dt.datetime(2026, 8, 1, 9, tzinfo=dt.UTC)
    assert held(closes(busy, dt.date(2026, 7, 1), at)) == {"1010": kes("850"), "2010": kes("-850")}
    assert ClosedPeriod.objects.count() == 7


def test_a_month_before_all_entries_holds_nothing(busy: Table) -> None:
    assert held(closes(busy, dt.date(2025, 6, 1))) == {}
    assert months_to_close(busy.group, FEBRUARY) == [JANUARY, FEBRUARY]
    closes(busy, FEBRUARY)
    assert held(closes(busy, dt.date(2025, 7, 1))) == {}
    assert check_books(busy.group) == []


def test_the_calendar_closes_in_nobodys_name(busy: Table) -> None:
    period = close_month(group=busy.group, month=JANUARY, at=NOON, actor=None)
    assert period.closed_by is None
    assert Act.objects.get(verb="month.closed").actor_id is None


def test_months_closed_before_heads_were_kept_prove_nothing(busy: Table) -> None:
    ClosedPeriod.objects.create(group=busy.group, month=JANUARY, closed_by=busy.tom, closed_at=NOON)
    assert held(closes(busy, FEBRUARY)) == {"1010": kes("800"), "2010": kes("-800")}
    assert check_books(busy.group) == []


def year_close(table: Table, on: dt.date, amount: str = "30.00") -> Entry:
    legs = [debit("4090", kes(amount)), credit("3010", kes(amount))]
    return table.post(legs, kind=Entry.Kind.YEAR_CLOSE, on=on)


def test_the_close_of_a_year_counts_in_the_month_closed_after_it(busy: Table) -> None:
    """Dated in January, posted when January was closed: January keeps what it proved."""
    january = closes(busy, JANUARY)
    year_close(busy, dt.date(2026, 1, 31))
    assert check_books(busy.group) == []
    february = closes(busy, FEBRUARY)
    assert "3010" not in held(january)
    assert (held(february)["3010"], held(february)["4090"]) == (kes("-30"), kes("30"))
    assert check_books(busy.group) == []


def test_an_open_months_year_close_counts_in_it(busy: Table) -> None:
    year_close(busy, dt.date(2026, 1, 31))
    assert held(closes(busy, JANUARY))["3010"] == kes("-30")
    assert check_books(busy.group) == []


def change_balance(table: Table) -> None:
    Balance.objects.filter(account__group=table.group, account__code="1010").update(amount=kes("1.00"))


def change_day(table: Table) -> None:
    DayTotal.objects.filter(account__group=table.group, booked_on=dt.date(2026, 2, 5)).update(credit=kes("1.00"))


def change_line(table: Table) -> None:
    Line.objects.filter(entry__number=2, account__code="1010").update(amount=kes("-199.00"))


def change_hash(table: Table) -> None:
    newest = Book.objects.get(group=table.group).entries
    Entry.objects.filter(group=table.group, number=newest).update(payload_hash="0" * 64)


def change_head(table: Table) -> None:
    Book.objects.filter(group=table.group).update(last_hash="0" * 64)


@pytest.mark.parametrize("change", [change_balance, change_day, change_line, change_hash, change_head])
@pytest.mark.parametrize("before", [False, True], ids=["first closing", "after another"])
def test_books_that_were_changed_are_not_closed(busy: Table, change: Callable[[Table], None], before: bool) -> None:
    """What stood at the head of the last closing was looked at then; the nightly proof looks at it again."""
    if before:
        closes(busy, JANUARY)
        busy.save("1.00")
    with unguarded():
        change(busy)
    with pytest.raises(BooksDiffer) as caught:
        closes(busy, FEBRUARY)
    assert caught.value.found
    assert not ClosedPeriod.objects.filter(month=FEBRUARY).exists()


def test_a_past_rewritten_whole_does_not_lead_to_the_head_that_was_closed(busy: Table) -> None:
    january = closes(busy, JANUARY)
    with unguarded():
        ClosedPeriod.objects.filter(pk=january.pk).update(head_hash="1" * 64)
    assert [found.what for found in check_books(busy.group)] == ["a closing names a head that the chain never had"]
    with pytest.raises(BooksDiffer):
        closes(busy, FEBRUARY)


def test_a_closing_that_was_changed_or_lost_is_found(busy: Table) -> None:
    period = closes(busy, JANUARY)
    with unguarded():
        ClosingBalance.objects.filter(period=period, code="1010").update(amount=kes("999.00"))
        ClosingBalance.objects.filter(period=period, code="2010").delete()
    assert [(found.where, found.amount) for found in check_books(busy.group)] == [
        ("1010", kes("-1.00")),
        ("2010", kes("1000.00")),
    ]


def test_a_chain_is_looked_at_from_any_head_on(busy: Table) -> None:
    first = Entry.objects.get(number=1)
    assert chain_breaks_at(busy.group, after=1, head=first.hash) is None
    assert chain_breaks_at(busy.group, after=1, head="2" * 64) == 1


def test_closing_costs_the_same_however_old_the_books_are(table: Table) -> None:
    costs = []
    for month in range(1, 8):
        on, at = dt.date(2026, month, 5), dt.datetime(2026, month + 1, 2, 9, tzinfo=dt.UTC)
        table.save("10.00", on=on, at=at)
        with CaptureQueriesContext(connection) as seen:
            closes(table, on, at)
        costs.append(len(seen.captured_queries))
    assert len(set(costs[1:])) == 1


def test_closings_are_proved_along_with_everything_else_and_once() -> None:
    register(closings_are_proved)
    assert CHECKS.count(closings_are_proved) == 1
