"""Everybody at once on one loan: each effect once, and the books agree with what is told. Real threads, PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from core.money import kes
from groups.models import Organisation
from ledger.models import Voucher
from loans.models import LoanChange, Penalty, Repayment
from loans.tests.lending import Lending, months_on
from loans.tests.together import at_once
from users.tests.people import in_parallel

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def table(transactional_db: None) -> Lending:
    """An empty database first: another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)
    return Lending()


def test_fifty_disbursements_pay_it_out_once(table: Lending) -> None:
    loan = table.approved(appreciation_fee=kes("100"))
    by = ["grace", "daniel"] * 25
    with table.savings_behind(loan):
        seen = at_once([lambda name=name: table.pays_out(loan, by=name) for name in by])  # type: ignore[misc]  # bound per turn
    assert seen == {"done": 1, "invalid_transition": 49}
    assert Voucher.objects.filter(subject_id=loan.pk).count() == 2
    assert table.holds("1010") == kes("170100")
    assert table.is_sound


def test_fifty_equal_repayments_are_one(table: Lending) -> None:
    loan = table.lent()
    same = [lambda: table.repays(loan, "33000", method="MPESA", receipt_number="SJK1")] * 50
    results = in_parallel(same)
    assert len({result.pk for result in results}) == 1
    assert len(results) == 50
    assert Repayment.objects.count() == 1
    assert table.loan(loan).status == "COMPLETED"
    assert table.is_sound


def test_fifty_different_repayments_are_all_booked(table: Lending) -> None:
    loan = table.lent(kind="LONG_TERM", months=12)
    table.moves_to(months_on(2))
    works = [
        lambda number=number: table.repays(
            loan, str(100 + number), by=["grace", "mary", "joseph"][number % 3], on=months_on(number % 3)
        )
        for number in range(50)
    ]
    assert at_once(works) == {"done": 50}
    assert table.told(loan).paid.total == sum((kes(100 + number) for number in range(50)), kes(0))
    assert table.is_sound


def test_two_who_bring_the_last_shillings_at_once(table: Lending) -> None:
    """Cash that both counted against the same debt is taken once."""
    loan = table.lent()
    seen = at_once([lambda: table.repays(loan, "33000")] * 10)
    assert seen == {"done": 1, "invalid_transition": 9}
    assert table.is_sound


def test_repaying_taking_back_and_writing_off_at_once(table: Lending) -> None:
    loan = table.lent()
    paid = [table.repays(loan, "1000") for _count in range(6)]
    table.writes_off(loan, "joseph")
    table.waits()
    works: list[Callable[[], Any]] = [
        *(lambda one=one: table.takes_back(one) for one in paid),
        *[lambda: table.repays(loan, "500")] * 6,
        *[lambda: table.repays(loan, "70", method="MPESA", receipt_number="R1")] * 2,
        lambda: table.repays(loan, "70", method="MPESA", receipt_number="R2"),
        lambda: table.writes_off(loan, "mary"),
    ]
    assert at_once(works) == {"done": len(works)}
    assert table.loan(loan).status == "WRITTEN_OFF"
    assert table.told(loan).paid.total == kes("3140")
    assert table.is_sound


def test_one_write_off_of_many_yeses(table: Lending) -> None:
    loan = table.lent()
    names = ["joseph", "mary"] * 5
    seen = at_once([lambda name=name: table.writes_off(loan, name) for name in names])  # type: ignore[misc]  # bound per turn
    assert seen["done"] == 2
    assert set(seen) <= {"done", "already_approved", "invalid_transition"}
    assert LoanChange.objects.count() == Voucher.objects.filter(kind="WRITE_OFF").count() == 1
    assert table.is_sound


def test_a_write_off_and_a_rescheduling_do_not_both_happen(table: Lending) -> None:
    loan = table.lent()
    works = [lambda: table.writes_off(loan, "joseph", "mary"), lambda: table.reschedules(loan, 6, "mary", "joseph")] * 3
    seen = at_once(works)
    assert seen["done"] >= 1
    assert set(seen) <= {"done", "change_waits", "invalid_transition", "already_approved"}
    assert table.is_sound


def test_the_night_twice_at_once_charges_once(table: Lending) -> None:
    loans = [table.lent(name, "3000") for name in ["alice", "peter", "esther"]]
    table.moves_to(months_on(2))
    assert sum(in_parallel([table.night] * 8)) == 3
    assert Penalty.objects.filter(cancelled_at=None).count() == len(loans)
    assert table.is_sound


def test_the_night_against_repayments(table: Lending) -> None:
    loan = table.lent()
    table.moves_to(months_on(2))
    works: list[Callable[[], Any]] = [table.night, *[lambda: table.repays(loan, "900")] * 6, table.night]
    assert at_once(works) == {"done": 8}
    assert table.is_sound


def test_a_disbursement_taken_back_against_a_repayment(table: Lending) -> None:
    loan = table.lent()
    paper = loan.disbursement
    assert paper
    seen = at_once([lambda: table.repays(loan, "1000"), lambda: table.reverses("mary", paper)])
    assert seen == {"done": 1, "invalid_transition": 1}
    assert table.is_sound


def test_ten_who_take_back_one_repayment(table: Lending) -> None:
    loan = table.lent()
    paid = table.repays(loan, "33000")
    assert at_once([lambda: table.takes_back(paid)] * 10) == {"done": 1, "already_reversed": 9}
    assert table.loan(loan).is_reopened
    assert table.is_sound
