"""The nightly proof: silent while the books add up, an alarm in the log of acts for each group that does not."""

import logging

import pytest
from django.db import connection

from audit.models import Act
from ledger import guards
from ledger.models import Balance
from ledger.tasks import prove_books
from ledger.tests.builders import Table

pytestmark = pytest.mark.django_db


def corrupt(table: Table) -> None:
    """What somebody with the keys to the database might do: take the guards away and change a kept balance."""
    connection.check_constraints()
    guards.remove(connection)
    Balance.objects.filter(account__group=table.group, account__code="2010").update(amount="1.00")
    connection.check_constraints()
    guards.install(connection)


def test_books_that_add_up_raise_no_alarm(table: Table) -> None:
    table.save("137.50")
    assert prove_books() == 0
    assert not Act.objects.filter(verb="books.differ").exists()


def test_a_changed_balance_is_an_alarm_for_its_group_alone(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    baraka = Table("Baraka")
    table.save("137.50")
    baraka.save("50.00")
    corrupt(table)
    with caplog.at_level(logging.ERROR, logger="ledger.tasks"):
        assert prove_books() == 1
    alarm = Act.objects.get(verb="books.differ")
    assert alarm.group_id == table.group.pk
    assert alarm.actor_id is None
    assert alarm.facts["differences"] >= 1
    assert str(table.group.pk) in caplog.text


def test_the_log_names_no_person(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    table.save("137.50")
    corrupt(table)
    prove_books()
    assert "Alice" not in caplog.text
