"""A share-out paid at the table of an earlier day: nothing that moved since is paid or taken twice."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import Invalid
from core.money import ZERO, kes
from cycles.operations import Handing, hold_everybody, pay_all
from cycles.tests.test_share_out import Sharers
from loans.models import Repayment
from loans.tests.lending import lines
from savings.queries import summary

pytestmark = pytest.mark.django_db
MEETING_DAY = dt.date(2026, 3, 20)


@pytest.fixture
def chama(db: None) -> Sharers:
    chama = Sharers()
    chama.moves_to(MEETING_DAY)
    return chama


def test_what_she_repaid_since_the_meeting_is_not_taken_again(chama: Sharers) -> None:
    loan = chama.lent("alice", "6000")
    run = chama.declared("SHARE_OUT")
    table = chama.sits(on=MEETING_DAY)
    chama.moves_to(dt.date(2026, 3, 25))
    chama.repays(loan, "2200")
    chama.moves_to(dt.date(2026, 3, 26))
    with pytest.raises(Invalid) as refused:
        chama.hands(run, "alice", meeting_id=table.meeting_id, on=MEETING_DAY)
    assert refused.value.field == "paid_on"
    voucher = chama.hands(run, "alice")
    assert ("1110", "-4000.00", "") in lines(voucher)
    assert chama.loan(loan).status == "COMPLETED"
    assert chama.is_sound


def test_her_loan_is_settled_as_of_today_at_the_table_of_an_earlier_day(chama: Sharers) -> None:
    loan = chama.lent("alice", "6000")
    run = chama.declared("SHARE_OUT")
    table = chama.sits(on=MEETING_DAY)
    today = dt.date(2026, 3, 26)
    chama.moves_to(today)
    chama.hands(run, "alice", meeting_id=table.meeting_id, on=MEETING_DAY)
    assert Repayment.objects.get(loan=loan).paid_on == today
    assert chama.loan(loan).status == "COMPLETED"
    assert chama.is_sound


def test_what_she_brought_after_the_meeting_is_not_paid_on_its_day(chama: Sharers) -> None:
    run = chama.declared("SHARE_OUT")
    table = chama.sits(on=MEETING_DAY)
    chama.moves_to(dt.date(2026, 3, 25))
    chama.brings("alice", "1000")
    with pytest.raises(Invalid):
        chama.hands(run, "alice", meeting_id=table.meeting_id, on=MEETING_DAY)
    assert chama.outcomes(run)["alice"] == "OPEN"


def test_paying_all_at_a_table_holds_the_meeting_before_the_members(chama: Sharers) -> None:
    run = chama.run(chama.declared())
    table = chama.sits(on=MEETING_DAY)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        hold_everybody(run, table.meeting_id)
        pay_all(run=run, how=Handing(meeting_id=table.meeting_id, on=MEETING_DAY), by=chama.grace, at=chama.at)
    tables = [query["sql"].split('FROM "', 1)[-1].split('"', 1)[0] for query in asked]
    assert tables.index("meetings_meeting") == 0
    assert chama.status(run) == "PAID"


def test_what_a_share_out_took_from_her_savings_is_told_as_withdrawn(chama: Sharers) -> None:
    run = chama.declared("SHARE_OUT")
    assert summary(chama.members["alice"], chama.today).withdrawn == ZERO
    chama.hands(run, "peter", keep=True)
    chama.hands(run, "alice")
    assert summary(chama.members["alice"], chama.today).withdrawn == kes("31675")
    assert summary(chama.members["peter"], chama.today).withdrawn == ZERO
