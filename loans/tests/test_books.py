"""Whoever proves the books proves the loans along: every row that somebody changed by hand is found."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from core.money import kes
from core.tests.lasting import lasting
from ledger.verify import CHECKS, check_books, register
from loans.models import Loan, Penalty, Repayment
from loans.tests.lending import Lending, months_on
from loans.verify import loans_are_what_is_told

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    """Alice's loan is late and partly paid, Peter's is settled, Esther's written off, Ruth's was never paid out, and
    Lucy's was taken back."""
    lending = Lending()
    for name in ["alice", "peter", "esther", "lucy"]:
        lending.lent(name, "6000", application_fee=kes("50"))
    lending.approved("ruth")
    taken = lending.loan(of(lending, "lucy")).disbursement
    assert taken
    lending.reverses("mary", taken)
    lending.moves_to(months_on(2))
    lending.night()
    lending.repays(of(lending, "alice"), "1000")
    lending.repays(of(lending, "peter"), "9000", method="BANK")
    lending.writes_off(of(lending, "esther"), "joseph", "mary")
    lending.waits()
    lending.repays(of(lending, "esther"), "500")
    return lending


def of(lending: Lending, name: str) -> Loan:
    return Loan.objects.get(member=lending.members[name])


def found(lending: Lending) -> list[str]:
    return sorted({difference.what for difference in check_books(lending.umoja)})


BOOKS = "the books of a loan are not what is told of it"
ROW = "a loan's row does not say what is told"
STATUS = "a loan's status is not what is told"
PENALTIES = "a loan's penalties are not those that fell due"


def test_whole_loans_are_proven(lending: Lending) -> None:
    assert found(lending) == []


def test_so_they_are_after_nights_without_an_act(lending: Lending) -> None:
    for month in range(2, 9):
        lending.moves_to(months_on(month))
        lending.night()
        assert found(lending) == []


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("alice", {"outstanding": kes("6000.01")}, [ROW]),
        ("alice", {"oldest_due_on": months_on(2)}, [ROW]),
        ("alice", {"oldest_due_amount": kes("1")}, [ROW]),
        ("alice", {"rate_percent": kes("9")}, [BOOKS, PENALTIES, ROW]),
        ("alice", {"amount": kes("5999")}, [BOOKS, PENALTIES, ROW]),
        ("alice", {"status": "COMPLETED"}, [ROW, STATUS]),
        ("peter", {"status": "DISBURSED"}, [STATUS]),
        ("esther", {"outstanding": kes("1")}, [ROW]),
        ("lucy", {"disbursed_on": months_on(0)}, [BOOKS, PENALTIES, ROW]),
    ],
)
def test_a_row_that_was_changed_is_found(lending: Lending, name: str, change: dict[str, Any], said: list[str]) -> None:
    Loan.objects.filter(pk=of(lending, name).pk).update(**change)
    assert set(found(lending)) & set(said)
    assert set(found(lending)) <= {BOOKS, ROW, STATUS, PENALTIES}


def test_a_repayment_that_was_changed_or_lost_is_found(lending: Lending) -> None:
    paid = Repayment.objects.get(loan=of(lending, "alice"))
    Repayment.objects.filter(pk=paid.pk).update(amount=kes("999"))
    assert BOOKS in found(lending)
    difference = next(each for each in check_books(lending.umoja) if each.what == BOOKS)
    assert str(paid.loan_id) in difference.where
    Repayment.objects.filter(pk=paid.pk).delete()
    assert BOOKS in found(lending)


def test_a_penalty_that_was_changed_is_found(lending: Lending) -> None:
    first = Penalty.objects.filter(loan=of(lending, "alice")).first()
    assert first
    Penalty.objects.filter(pk=first.pk).update(amount=kes("1"))
    assert found(lending) == [PENALTIES]
    Penalty.objects.filter(pk=first.pk).delete()
    assert found(lending) == [PENALTIES]


def test_lines_under_a_loan_that_never_ran_are_found(lending: Lending) -> None:
    Loan.objects.filter(pk=of(lending, "alice").pk).update(disbursed_on=None, status="CANCELLED")
    assert BOOKS in found(lending)


def test_it_costs_the_same_for_many_loans(lending: Lending) -> None:
    def cost() -> int:
        before = len(connection.queries_log)
        check_books(lending.umoja)
        return len(connection.queries_log) - before

    connection.force_debug_cursor = True
    try:
        few = cost()
        for number in range(4):
            lending.lent("grace", "100", by="daniel", slot=f"SLOT{number}")
        assert cost() == few
    finally:
        connection.force_debug_cursor = False


def test_groups_next_door_are_not_asked(lending: Lending) -> None:
    Loan.objects.update(outstanding=kes("1"))
    assert check_books(lending.groups["Baraka"]) == []
    assert found(lending)


def test_a_check_that_is_registered_twice_runs_once(lending: Lending) -> None:
    before = len(CHECKS)
    register(loans_are_what_is_told)
    assert len(CHECKS) == before
    assert CHECKS.count(loans_are_what_is_told) == 1


def test_a_loan_rescheduled_on_the_day_it_was_paid_out_keeps_its_principal() -> None:
    lending = Lending()
    loan = lending.lent(kind="LONG_TERM", months=6, amount="12000")
    lending.waits()
    lending.repays(loan, "1120")
    lending.waits()
    lending.reschedules(loan, 2, "joseph", "mary")
    lending.moves_to(months_on(0) + dt.timedelta(days=5))
    lending.repays(loan, "8000", method="MPESA", receipt_number="SK1ALICE")
    assert lending.told(loan).outstanding == lending.holds("1120") > 0
    assert lending.row(loan)[0] == "DISBURSED"
    assert found(lending) == []


def test_an_act_of_yesterday_that_waited_past_midnight_tells_today() -> None:
    lending = Lending()
    loan = lending.lent(kind="LONG_TERM", months=6, amount="12000")
    lending.moves_to(months_on(1) + dt.timedelta(days=3))
    early = lending.at.replace(hour=20, minute=59, second=59)
    lending.at = early + dt.timedelta(seconds=5)
    lending.repays(loan, "500")
    lending.at = early
    lending.night()
    assert found(lending) == []
    lending.repays(loan, "100")
    assert found(lending) == []
