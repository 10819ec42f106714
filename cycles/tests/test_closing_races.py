"""Closing while everybody else closes or posts: one comes before the other. Real threads on PostgreSQL."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from audit.models import Act
from core.errors import Refusal
from core.money import kes
from cycles.models import ClosedYear
from cycles.operations import close_period, close_year
from cycles.queries import closing
from groups.models import Organisation
from ledger import nightly
from ledger.models import ClosedPeriod, Entry
from savings.tests.chama import Chama
from users.tests.people import in_parallel

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: there is nothing to race"),
]

FEBRUARY = dt.date(2026, 2, 20)


@pytest.fixture
def table(transactional_db: None) -> Chama:
    """An empty database first: another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)
    chama = Chama()
    chama.brings("alice", "5000", on=dt.date(2025, 11, 3))
    chama.moves("EXPENSE", "40", on=dt.date(2025, 12, 20))
    chama.brings("alice", "500", on=FEBRUARY)
    return chama


def at_once(works: list[Callable[[], Any]]) -> Counter[str]:
    results = in_parallel(works)
    assert len(results) == len(works), "a thread died of something that is no refusal"
    return Counter(result.code if isinstance(result, Refusal) else "done" for result in results)


def closes_february(table: Chama) -> Any:
    return close_period(group=table.umoja, month=FEBRUARY, by=table.daniel, at=table.at)


def closes_2025(table: Chama) -> Any:
    return close_year(group=table.umoja, year=2025, by=table.daniel, at=table.at)


def test_twenty_who_close_a_month_close_it_once(table: Chama) -> None:
    assert at_once([lambda: closes_february(table)] * 20) == {"done": 20}
    assert ClosedPeriod.objects.count() == 4
    assert Act.objects.filter(verb="month.closed").count() == 1
    assert table.books_are_proven


def test_twenty_who_close_a_year_carry_it_once(table: Chama) -> None:
    assert at_once([lambda: closes_2025(table)] * 20) == {"done": 20}
    assert Entry.objects.filter(kind="YEAR_CLOSE").count() == ClosedYear.objects.count() == 1
    assert (table.holds("5010"), table.holds("3010")) == (kes("0"), kes("-40"))
    assert table.books_are_proven


def test_money_comes_before_the_closing_or_is_refused(table: Chama) -> None:
    """Ten bring a shilling each, dated in the month that is being closed."""
    brings = [lambda: table.brings("peter", "1", on=FEBRUARY)] * 10
    seen = at_once([*brings[:5], lambda: closes_february(table), *brings[5:]])
    taken = seen["done"] - 1
    assert (seen["period_closed"], taken + seen["period_closed"]) == (10 - taken, 10)
    month = closing.closed_month(table.umoja, FEBRUARY)
    assert month is not None
    assert closing.closing_balances(month)["2010"] == kes("5500") + taken
    assert table.books_are_proven


def test_a_cost_belongs_to_the_year_or_is_refused(table: Chama) -> None:
    spends = [lambda: table.moves("EXPENSE", "1", on=dt.date(2025, 12, 31))] * 10
    seen = at_once([*spends[:5], lambda: closes_2025(table), *spends[5:]])
    assert (table.holds("5010"), table.holds("3010")) == (kes("0"), kes("-40") - (seen["done"] - 1))
    assert table.books_are_proven


def test_a_month_and_its_year_closed_at_once(table: Chama) -> None:
    seen = at_once([lambda: closes_2025(table), lambda: closes_february(table)] * 5)
    assert seen == {"done": 10}
    assert (ClosedPeriod.objects.count(), ClosedYear.objects.count()) == (4, 1)
    assert table.books_are_proven


def test_two_clocks_close_by_standing_order_once(table: Chama) -> None:
    Organisation.objects.filter(name="Pamoja").update(months_close_on_day=5)
    assert at_once([lambda: nightly.prove_months(on=table.today, at=table.at)] * 6) == {"done": 6}
    assert ClosedPeriod.objects.count() == 4
    assert set(ClosedPeriod.objects.values_list("closed_by", flat=True)) == {None}
    assert Act.objects.filter(verb="month.closed", actor_id=None).count() == 1
