"""Where a member stands, whose papers one sees, and what asking costs."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.money import kes
from groups.models import RoleName
from groups.operations import adopt_constitution
from savings import queries
from savings.tests.chama import AT, TODAY, Chama


def day(month: int, year: int = 2026) -> dt.date:
    return dt.date(year, month, 10)


def months(chama: Chama, on: dt.date = TODAY) -> int:
    return queries.months_consistent(chama.members["alice"], on)


def test_a_summary_says_what_alice_has_and_may(chama: Chama) -> None:
    chama.brings("alice", "6000", on=day(1))
    chama.brings("alice", "4000", on=day(2))
    chama.brings("alice", "300", kind="WELFARE")
    chama.brings("alice", "200", kind="ECD")
    chama.brings("alice", "100", kind="PROJECT")
    chama.brings("alice", "999", by="alice")
    chama.reverses("grace", chama.brings("alice", "777"))
    chama.verifies("mary", chama.asks("alice", "1000"))
    chama.asks("alice", "500")
    told = queries.summary(chama.members["alice"], TODAY)
    assert told.balances == {"PERSONAL": kes("9000"), "SOCIAL": kes("300"), "ECD": kes("200"), "PROJECT": kes("100")}
    assert (told.contributed, told.withdrawn) == (kes("10000"), kes("1000"))
    # Half of 10,000 less 1,000 taken and 500 asked for.
    assert told.withdrawable == kes("3500")
    assert told.months_consistent == 2
    # Three times her savings is more than the loan fund holds.
    assert told.loan_limit == kes("9000")


def test_somebody_who_has_brought_nothing_has_nothing(chama: Chama) -> None:
    told = queries.summary(chama.members["lucy"], TODAY)
    assert set(told.balances.values()) == {kes("0")}
    assert (told.contributed, told.withdrawn, told.withdrawable, told.loan_limit) == (Decimal(0),) * 4
    assert told.months_consistent == 0


def test_months_count_by_the_day_of_the_contribution(chama: Chama) -> None:
    for month in (1, 2, 3):
        chama.brings("alice", "250", on=day(month))
    assert months(chama) == 0
    for month in (1, 2):
        chama.brings("alice", "250", on=day(month))
    assert months(chama) == 2
    chama.brings("alice", "250")
    assert months(chama) == 3
    assert months(chama, on=dt.date(2026, 5, 1)) == 0


def test_pending_reversed_and_other_kinds_do_not_count(chama: Chama) -> None:
    chama.brings("alice", "500", by="alice")
    chama.brings("alice", "500", kind="WELFARE")
    chama.reverses("grace", chama.brings("alice", "500"))
    assert months(chama) == 0


def test_a_raised_minimum_does_not_undo_the_months_before_it(chama: Chama) -> None:
    for month in (1, 2):
        chama.brings("alice", "500", on=day(month))
    march = dt.date(2026, 3, 1)
    then = AT.replace(day=1)
    adopt_constitution(group=chama.umoja, effective_on=march, at=then, by=chama.sarah, minimum_contribution=kes("800"))
    assert months(chama) == 2
    chama.brings("alice", "500")
    assert months(chama) == 2
    chama.brings("alice", "300")
    assert months(chama) == 3


def test_before_the_first_constitution_the_first_one_counts(chama: Chama) -> None:
    chama.brings("alice", "500", on=dt.date(2025, 1, 3))
    assert months(chama, on=dt.date(2025, 1, 10)) == 1


def test_everybody_sees_what_she_may(chama: Chama) -> None:
    hers, his = chama.brings("alice", "1"), chama.brings("peter", "2")
    expense = chama.moves("EXPENSE", "0.50")

    def seen(name: str) -> set[object]:
        return set(queries.visible_to(chama.users[name]).values_list("pk", flat=True))

    whole = {hers.pk, his.pk, expense.pk}
    assert all(seen(name) == whole for name in ["mary", "joseph", "daniel", "sarah", "faith"])
    assert seen("alice") == {hers.pk}
    assert seen("jane") == seen("kevin") == set()
    assert not queries.visible_to(AnonymousUser()).exists()
    chama.end("alice", RoleName.MEMBER)
    assert seen("alice") == set()


def test_own_papers_come_newest_first(chama: Chama) -> None:
    first, second = chama.brings("mary", "1"), chama.brings("mary", "2")
    chama.brings("alice", "3")
    assert list(queries.own_vouchers(chama.mary)) == [second, first]
    assert not queries.own_vouchers(AnonymousUser()).exists()


def test_two_queries_tell_what_any_number_of_papers_waits_for(chama: Chama) -> None:
    for _ in range(5):
        chama.brings("alice", "1", by="alice")
    papers = list(queries.shown())
    with CaptureQueriesContext(connection) as seen:
        assert len(queries.missing_approvals(papers)) == 5
    assert len(seen) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_one_query_tells_many_members_balances(chama: Chama, count: int) -> None:
    members = list(chama.members.values())[:count]
    with CaptureQueriesContext(connection) as seen:
        assert len(queries.fund_balances(chama.umoja, members)) == count
    assert len(seen) == 1


def test_a_summary_costs_the_same_after_a_long_history(chama: Chama) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            queries.summary(chama.members["alice"], TODAY)
        return len(seen)

    chama.brings("alice", "1")
    few = cost()
    for _ in range(5):
        chama.brings("alice", "1")
    assert cost() == few <= 12
