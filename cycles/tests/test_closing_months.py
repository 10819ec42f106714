"""Months are closed by the service admin, asked for by chair and treasurer, and only when the books prove them."""

import datetime as dt
import logging
from typing import Any

import pytest
from django.db import connection

from audit.models import Act
from core.errors import Forbidden
from core.money import kes
from core.periods import add_months, month_end, month_start, now, today
from core.tests.lasting import lasting
from cycles.models import ClosingProposal
from cycles.operations import close_period
from cycles.queries import closing as queries
from groups.models import RoleName
from groups.operations import give_role
from ledger import guards
from ledger.models import Balance, ClosedPeriod
from ledger.operations import BooksDiffer, PeriodClosed
from notifications.models import Message
from savings.tests.chama import Chama
from savings.tests.doors import Door

pytestmark = [pytest.mark.django_db, pytest.mark.urls("cycles.tests.urls")]

# The clock of the door is the real one, so the months are counted from it.
THIS = month_start(today())
LAST, BEFORE = add_months(THIS, -1), add_months(THIS, -2)


@pytest.fixture
@lasting
def saved(chama: Chama) -> Chama:
    """Something two months ago, last month and this month."""
    chama.at = now()
    for day in (BEFORE, LAST, THIS):
        chama.brings("alice", "500", on=day)
    return chama


def closes(chama: Chama, month: dt.date = LAST, by: str = "daniel") -> Any:
    return close_period(group=chama.umoja, month=month, by=chama.users[by], at=chama.at)


def posts(chama: Chama, name: str, period: str = f"{LAST:%Y-%m}", group: str = "Umoja") -> Any:
    return Door(chama, name).post(f"groups/{chama.groups[group].pk}/periods/{period}/close", {})


def told(template: str) -> list[str]:
    return sorted(message.body for message in Message.objects.filter(template=template))


def test_daniel_closes_last_month_and_the_one_before_with_it(saved: Chama) -> None:
    answer = posts(saved, "daniel")
    assert answer.status_code == 200
    body = answer.json()
    assert {name: body[name] for name in ("period", "status", "closed_by", "entries")} == {
        "period": f"{LAST:%Y-%m}",
        "status": "CLOSED",
        "closed_by": str(saved.daniel.pk),
        "entries": 3,
    }
    assert (body["balances"]["1010"], body["balances"]["2010"], body["balances"]["5010"]) == (
        "1000.00",
        "1000.00",
        "0.00",
    )
    assert [row.month for row in queries.closed_months(saved.umoja)] == [LAST, BEFORE]
    assert posts(saved, "daniel").json() == body
    assert saved.books_are_proven


def test_a_closed_month_and_those_before_it_take_nothing_more(saved: Chama) -> None:
    closes(saved)
    for day in (month_end(LAST), BEFORE, add_months(BEFORE, -1)):
        with pytest.raises(PeriodClosed):
            saved.brings("alice", "500", on=day)
    saved.brings("alice", "500", on=THIS)


def test_a_month_that_runs_is_not_closed(saved: Chama) -> None:
    for period in (f"{THIS:%Y-%m}", f"{add_months(THIS, 1):%Y-%m}", "9998-12"):
        answer = posts(saved, "daniel", period)
        assert (answer.status_code, answer.json()["code"]) == (422, "period_not_over")
    assert not ClosedPeriod.objects.exists()


@pytest.mark.parametrize("name", ["mary", "grace"])
def test_chair_and_treasurer_ask_and_daniel_hears_once(saved: Chama, name: str) -> None:
    first, again = posts(saved, name), posts(saved, name)
    assert (first.status_code, first.json()["status"], first.json()["period"]) == (202, "PROPOSED", f"{LAST:%Y-%m}")
    assert again.json() == first.json()
    assert told("closing_proposed") == [f"Umoja asks you to close {LAST:%Y-%m} in Table Banking."]
    assert not ClosedPeriod.objects.exists()
    assert [each.proposed_by for each in queries.open_proposals(saved.umoja)] == [saved.users[name]]
    closes(saved)
    assert not queries.open_proposals(saved.umoja).exists()
    assert posts(saved, name).status_code == 200


def test_two_who_ask_tell_daniel_once(saved: Chama) -> None:
    closes(saved, by="mary")
    closes(saved, by="grace")
    assert (ClosingProposal.objects.count(), len(told("closing_proposed"))) == (2, 1)


@pytest.mark.parametrize(
    ("name", "group", "status"),
    [("ruth", "Umoja", 403), ("joseph", "Umoja", 403), ("alice", "Umoja", 403), ("faith", "Umoja", 403),
     ("jane", "Umoja", 404), ("daniel", "Neema", 404)],
)  # fmt: skip
def test_nobody_else_closes_or_asks(saved: Chama, name: str, group: str, status: int) -> None:
    assert posts(saved, name, group=group).status_code == status
    assert not ClosingProposal.objects.exists()


@pytest.mark.parametrize("period", ["2026-13", "2026-00", "26-01", "2026-1", "0000-01", "1850-01", "x", "2026-02-01"])
def test_what_is_no_month_is_not_found(saved: Chama, period: str) -> None:
    assert posts(saved, "daniel", period).status_code == 404


def test_the_verb_itself_refuses_who_may_neither_close_nor_ask(saved: Chama) -> None:
    for name in ("ruth", "joseph", "alice", "jane"):
        with pytest.raises(Forbidden):
            closes(saved, by=name)


def test_an_admin_who_also_holds_an_office_closes(saved: Chama) -> None:
    give_role(user=saved.daniel, role=RoleName.COMMITTEE, group=saved.umoja, at=saved.at, by=saved.sarah)
    assert isinstance(closes(saved), ClosedPeriod)


def test_books_that_differ_are_not_closed_and_the_alarm_stays(saved: Chama, caplog: pytest.LogCaptureFixture) -> None:
    connection.check_constraints()
    guards.remove(connection)
    Balance.objects.filter(account__group=saved.umoja, account__code="2010").update(amount=kes("-1.00"))
    connection.check_constraints()
    guards.install(connection)
    with caplog.at_level(logging.ERROR, logger="ledger.alarms"):
        answer = posts(saved, "daniel")
    assert (answer.status_code, answer.json()["code"]) == (409, "books_differ")
    assert not ClosedPeriod.objects.exists()
    alarm = Act.objects.get(verb="books.differ")
    assert (alarm.group_id, alarm.facts["differences"]) == (saved.umoja.pk, 1)
    assert len(told("books_differ")) == 2
    assert str(saved.umoja.pk) in caplog.text
    with pytest.raises(BooksDiffer):
        closes(saved)
    assert len(told("books_differ")) == 2


def test_the_closing_leaves_its_act(saved: Chama) -> None:
    period = closes(saved)
    act = Act.objects.get(verb="month.closed")
    assert (act.actor_id, act.subject_id, act.facts["months"]) == (
        saved.daniel.pk,
        period.pk,
        [f"{BEFORE:%Y-%m}", f"{LAST:%Y-%m}"],
    )
