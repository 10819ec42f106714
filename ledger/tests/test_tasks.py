"""The nights of the books: silent while they add up, an alarm for each group that differs, months closed when due."""

import datetime as dt
import logging
from collections.abc import Iterator

import pytest
from django.db import connection

from audit.models import Act
from core.periods import add_months, month_start, now, today
from groups.models import BankingGroup, GroupRole, Organisation, RoleName
from ledger import guards, nightly, verify
from ledger.differences import Difference
from ledger.models import Balance, ClosedPeriod
from ledger.tasks import prove_books, prove_months
from ledger.tests.builders import NOON, TODAY, Table, make_user
from ledger.tests.raw import run
from notifications.models import Message
from users.models import User

pytestmark = pytest.mark.django_db

FEBRUARY, JANUARY = dt.date(2026, 2, 1), dt.date(2026, 1, 1)


def corrupt(table: Table) -> None:
    """What somebody with the keys to the database might do: take the guards away and change a kept balance."""
    connection.check_constraints()
    guards.remove(connection)
    Balance.objects.filter(account__group=table.group, account__code="2010").update(amount="1.00")
    connection.check_constraints()
    guards.install(connection)


def appoint(name: str, role: RoleName, organisation: Organisation | None = None) -> User:
    user = make_user(name)
    GroupRole.objects.create(user=user, role=role, organisation=organisation, since=NOON)
    return user


@pytest.fixture
def daniel(table: Table) -> User:
    return appoint("Daniel", RoleName.SERVICE_ADMIN, table.group.organisation)


def told(user: User) -> list[str]:
    return [message.body for message in Message.objects.filter(user=user).select_related("data_key").order_by("id")]


def months() -> list[dt.date]:
    return list(ClosedPeriod.objects.order_by("month").values_list("month", flat=True))


def order(table: Table, day: int | None) -> None:
    Organisation.objects.filter(pk=table.group.organisation_id).update(months_close_on_day=day)


# The books


def test_books_that_add_up_raise_no_alarm(table: Table, daniel: User) -> None:
    table.save("137.50")
    assert prove_books() == 0
    assert not Act.objects.filter(verb="books.differ").exists()
    assert told(daniel) == []


def test_a_changed_balance_is_an_alarm_for_its_group_alone(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    baraka = Table("Baraka")
    table.save("137.50")
    baraka.save("50.00")
    corrupt(table)
    with caplog.at_level(logging.ERROR, logger="ledger.alarms"):
        assert prove_books() == 1
    alarm = Act.objects.get(verb="books.differ")
    assert alarm.group_id == table.group.pk
    assert alarm.actor_id is None
    assert alarm.facts["differences"] >= 1
    assert str(table.group.pk) in caplog.text


def test_those_who_must_look_hear_of_it_once_a_day(table: Table, daniel: User) -> None:
    sarah = appoint("Sarah", RoleName.SYSTEM_ADMIN)
    samuel = appoint("Samuel", RoleName.SERVICE_ADMIN, Table("Neema").group.organisation)
    table.save("137.50")
    corrupt(table)
    for day in ("2026-03-20", "2026-03-20", "2026-03-21"):
        prove_books(day)
    assert (len(told(sarah)), len(told(daniel)), told(samuel)) == (2, 2, [])
    assert told(daniel)[0].startswith("Umoja: the books do not add up. Differences: ")


def test_the_log_names_no_person(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    table.save("137.50")
    corrupt(table)
    prove_books()
    assert "Alice" not in caplog.text


def test_one_group_that_cannot_be_looked_at_keeps_no_other(
    table: Table, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = Table("Baraka")
    table.save("1.00")
    other.save("1.00")
    corrupt(other)

    def unreadable(group: BankingGroup) -> Iterator[Difference]:
        if group == table.group:
            raise RuntimeError("the disk is gone")
        yield from ()

    monkeypatch.setattr(verify, "CHECKS", [unreadable, *verify.CHECKS])
    with pytest.raises(nightly.NightFailed, match="1 groups"):
        prove_books()
    assert Act.objects.get(verb="books.differ").group_id == other.group.pk
    assert f"group {table.group.pk}" in caplog.text


# The months


def test_without_a_standing_order_daniel_hears_once_that_february_can_be_closed(table: Table, daniel: User) -> None:
    table.save("10.00", on=dt.date(2026, 2, 5))
    for day in (dt.date(2026, 3, 1), dt.date(2026, 3, 1), dt.date(2026, 3, 20)):
        night = nightly.prove_months(on=day, at=NOON)
        assert (night.closed, night.proved, night.differ) == (0, 1, 0)
    assert told(daniel) == ["Umoja: February 2026 is over and its books add up. You can close it in Table Banking."]
    assert months() == []


def test_many_groups_are_one_message(table: Table, daniel: User) -> None:
    sister = Table("Baraka")
    BankingGroup.objects.filter(pk=sister.group.pk).update(organisation=table.group.organisation)
    for each in (table, sister):
        each.save("10.00", on=dt.date(2026, 2, 5))
    nightly.prove_months(on=TODAY, at=NOON)
    assert told(daniel) == [
        "February 2026 is over and the books of 2 groups add up. You can close it there in Table Banking."
    ]


def test_he_hears_it_in_his_language(table: Table, daniel: User) -> None:
    User.objects.filter(pk=daniel.pk).update(language="sw")
    table.save("10.00", on=dt.date(2026, 2, 5))
    nightly.prove_months(on=TODAY, at=NOON)
    assert "Februari 2026" in told(daniel)[0]


def test_nothing_is_said_of_groups_that_had_nothing_to_close(table: Table, daniel: User) -> None:
    table.save("10.00", on=TODAY)
    nightly.prove_months(on=TODAY, at=NOON)
    assert told(daniel) == []


def test_by_standing_order_a_month_is_closed_when_its_day_has_come(table: Table, daniel: User) -> None:
    order(table, 5)
    table.save("10.00", on=dt.date(2026, 1, 5))
    assert nightly.prove_months(on=dt.date(2026, 3, 4), at=NOON).closed == 1
    assert months() == [JANUARY]
    assert nightly.prove_months(on=dt.date(2026, 3, 5), at=NOON).closed == 1
    assert nightly.prove_months(on=dt.date(2026, 3, 6), at=NOON).closed == 0
    assert months() == [JANUARY, FEBRUARY]
    assert set(ClosedPeriod.objects.values_list("closed_by", flat=True)) == {None}
    assert told(daniel) == []


def test_a_day_still_to_come_closes_nothing_before_its_time(table: Table) -> None:
    """Whatever day is named, what is closed goes by the real one."""
    order(table, 1)
    this_month = month_start(today())
    table.save("10.00", on=this_month, at=now())
    assert prove_months(add_months(this_month, 1).isoformat()) == 0
    assert months() == []


def test_a_month_whose_books_differ_is_not_closed_and_others_are(table: Table, daniel: User) -> None:
    other = Table("Baraka")
    for each in (table, other):
        order(each, 1)
        each.save("10.00", on=dt.date(2026, 2, 5))
    corrupt(table)
    night = nightly.prove_months(on=TODAY, at=NOON)
    assert (night.differ, night.closed) == (1, 1)
    assert ClosedPeriod.objects.get().group == other.group
    assert told(daniel)[0].startswith("Umoja: the books do not add up. Differences: 1.")


def test_a_month_that_differs_raises_the_alarm_without_a_standing_order_too(table: Table, daniel: User) -> None:
    table.save("10.00", on=dt.date(2026, 2, 5))
    corrupt(table)
    assert nightly.prove_months(on=TODAY, at=NOON).differ == 1
    assert len(told(daniel)) == 1


def refuse_closings(group: BankingGroup) -> None:
    """From now on the database takes no closed month of this group."""
    connection.check_constraints()
    if connection.vendor == "postgresql":
        run(f"ALTER TABLE ledger_closedperiod ADD CONSTRAINT broken CHECK (group_id <> '{group.pk}') NOT VALID")
    else:
        run(
            "CREATE TRIGGER broken BEFORE INSERT ON ledger_closedperiod "
            f"WHEN NEW.group_id = '{group.pk.hex}' BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )


def test_one_month_that_cannot_be_looked_at_keeps_no_other(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    other = Table("Baraka")
    for each in (table, other):
        order(each, 1)
        each.save("10.00", on=dt.date(2026, 2, 5))
    refuse_closings(table.group)
    with pytest.raises(nightly.NightFailed):
        nightly.prove_months(on=TODAY, at=NOON)
    assert ClosedPeriod.objects.get().group == other.group
    assert f"group {table.group.pk}" in caplog.text
