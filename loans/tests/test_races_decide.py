"""Everybody at once: one open loan, each yes once, numbers without gaps. Real threads on PostgreSQL."""

from collections.abc import Callable

import pytest
from django.core.management import call_command

from audit.models import Act
from groups.models import Organisation, RoleName
from loans import operations
from loans.models import Loan, LoanApproval, Status
from loans.tests.world import AT, World
from notifications.models import Message
from savings.tests.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def table(transactional_db: None) -> World:
    """An empty database first: another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)
    return World()


def says(table: World, name: str, loan: Loan) -> Callable[[], Loan]:
    return lambda: table.approves(name, loan)


def test_fifty_who_apply_at_once_for_one_member_get_one_loan(table: World) -> None:
    seen = at_once([lambda: table.applies("peter")] * 25 + [lambda: table.applies("peter", by="grace")] * 25)
    assert seen == {"done": 1, "open_loan_exists": 49}
    assert Loan.objects.get().number == 1
    assert Message.objects.filter(template="loan_applied").count() == 1


def test_two_types_at_once_are_still_one_loan(table: World) -> None:
    works = [lambda: table.applies("peter"), lambda: table.applies("peter", loan_type="LONG_TERM", months=6)] * 5
    assert at_once(works) == {"done": 1, "open_loan_exists": 9}


def test_one_of_each_type_at_once_is_one_of_each(table: World) -> None:
    table.rules(open_loans="ONE_PER_TYPE")
    kinds = [("SHORT_TERM", 3), ("LONG_TERM", 6), ("PROJECT", 6)] * 4

    def asks(kind: str, months: int) -> Callable[[], Loan]:
        return lambda: table.applies("peter", loan_type=kind, months=months)

    assert at_once([asks(*kind) for kind in kinds]) == {"done": 3, "open_loan_exists": 9}
    assert sorted(Loan.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_numbers_have_no_gaps_while_others_are_refused_and_money_moves(table: World) -> None:
    names = ["mary", "grace", "ruth", "esther"]
    for name in names:
        table.saves(name, "30000")
    names += ["peter", "alice"]

    def asks(name: str) -> Callable[[], Loan]:
        return lambda: table.applies(name)

    brings = [lambda: table.brings("agnes", "100")] * 10
    draws = [lambda: table.asks("peter", "10")] * 5
    seen = at_once([*(asks(name) for name in names * 3), *brings, *draws])
    assert seen == {"done": 6 + 15, "open_loan_exists": 12}
    assert sorted(Loan.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert table.books_are_proven


def test_one_person_who_says_yes_fifty_times_at_once_says_it_once(table: World) -> None:
    loan = table.applies("peter")
    assert at_once([says(table, "mary", loan)] * 50) == {"done": 1, "already_approved": 49}
    assert LoanApproval.objects.count() == Act.objects.filter(verb="loan.yes").count() == 1
    assert table.loan(loan).status == Status.PENDING


def test_everybody_who_says_yes_at_once_approves_it_once(table: World) -> None:
    loan = table.applies("alice", "60000")
    names = ["joseph", "brian", "mary", "grace", "ruth", "esther", "daniel", "sarah", "alice"]
    seen = at_once([says(table, name, loan) for name in names * 5 + ["mary"] * 5])
    assert seen["done"] == 4
    assert set(seen) <= {"done", "already_approved", "forbidden", "invalid_transition", "maker_is_checker"}
    assert table.loan(loan).status == Status.APPROVED
    capacities = sorted(LoanApproval.objects.values_list("capacity", flat=True))
    assert capacities == ["COMMITTEE", "COMMITTEE", "COMMITTEE", "FIELD_OFFICER"]
    assert Act.objects.filter(verb="loan.approved").count() == 1
    assert Message.objects.filter(template="loan_approved").count() == 1


def test_the_last_yes_a_no_and_a_change_of_mind_at_once_end_in_one_of_them(table: World) -> None:
    loan = table.approves("mary", table.applies("peter"))
    works: list[Callable[[], Loan]] = [
        says(table, "joseph", loan),
        lambda: operations.reject(loan=loan, by=table.grace, at=AT, reason="No"),
        lambda: operations.cancel(loan=loan, by=table.peter, at=AT),
    ]
    at_once(works)
    ended = table.loan(loan)
    assert ended.status in {Status.REJECTED, Status.CANCELLED}
    verdicts = Act.objects.filter(verb__in=["loan.rejected", "loan.cancelled"])
    assert verdicts.count() == 1


def test_two_officers_at_once_after_the_first_has_left_take_one_seat(table: World) -> None:
    loan = table.approves("joseph", table.applies("peter"))
    table.end("joseph", RoleName.FIELD_OFFICER)
    table.hire("moses", table.umoja)
    seen = at_once([says(table, name, loan) for name in ["brian", "moses"] * 5])
    assert (seen["done"], seen["already_approved"] + seen["forbidden"]) == (1, 9)
    assert LoanApproval.objects.filter(capacity="FIELD_OFFICER").count() == 1
