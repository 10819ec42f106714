"""When a vote is won or lost, against counting every way it could still go; and splits that lose no cent."""

import datetime as dt
from decimal import Decimal
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import rules
from campaigns.rules import Poll, Verdict
from core.ids import new_id
from core.money import ZERO, kes
from core.periods import NAIROBI
from ledger.places import BOX, held_by

HALF = Decimal(50)
ALICE, PETER, LUCY, TANK = (new_id() for _ in range(4))


@pytest.mark.parametrize(
    ("active", "percent", "needed"),
    [
        (12, "50", 7),
        (13, "50", 7),
        (1, "50", 1),
        (2, "50", 2),
        (7, "50", 4),
        (12, "66.67", 9),
        (12, "66.66", 8),
        (3, "66.67", 3),
        (12, "0", 1),
        (12, "99.99", 12),
        (12, "100", 12),
        (0, "50", 1),
        (0, "100", 1),
    ],
)
def test_more_than_the_share_is_needed(active: int, percent: str, needed: int) -> None:
    assert Poll(0, 0, active, Decimal(percent)).needed == needed


def test_six_of_twelve_is_not_enough_and_seven_is() -> None:
    assert Poll(6, 0, 12, HALF).verdict is None
    assert Poll(7, 5, 12, HALF).verdict == Verdict.ACCEPTED
    assert Poll(6, 0, 13, HALF).verdict is None
    assert Poll(7, 0, 13, HALF).verdict == Verdict.ACCEPTED


def test_six_no_of_twelve_leave_too_few() -> None:
    assert Poll(0, 5, 12, HALF).verdict is None
    assert Poll(0, 6, 12, HALF).verdict == Verdict.REJECTED
    assert Poll(0, 6, 13, HALF).verdict is None
    assert Poll(6, 7, 13, HALF).verdict == Verdict.REJECTED


def test_a_group_without_members_says_no() -> None:
    assert Poll(0, 0, 0, HALF).verdict == Verdict.REJECTED


@given(
    active=st.integers(1, 9),
    percent=st.decimals(0, 99, places=2),
    votes=st.lists(st.sampled_from(["YES", "NO"]), max_size=9),
)
def test_the_verdict_is_what_every_possible_end_says(active: int, percent: Decimal, votes: list[str]) -> None:
    """Whoever has not voted may still say either; whoever said yes or no stays with it."""
    said = votes[:active]
    poll = Poll(said.count("YES"), said.count("NO"), active, percent)
    ends = [poll.yes + end.count(True) for end in product([True, False], repeat=poll.open)]
    is_more = [100 * yes > percent * active for yes in ends]
    if all(is_more):
        assert poll.verdict == Verdict.ACCEPTED
    elif not any(is_more):
        assert poll.verdict == Verdict.REJECTED
    else:
        assert poll.verdict is None


def test_the_vote_is_open_for_two_weeks_and_not_longer_than_the_campaign() -> None:
    at = dt.datetime(2026, 3, 20, 9, tzinfo=dt.UTC)
    assert rules.usual_deadline(at, dt.date(2026, 5, 1)) == at + dt.timedelta(days=14)
    end = dt.datetime(2026, 3, 22, 23, 59, 59, tzinfo=NAIROBI)
    assert rules.usual_deadline(at, dt.date(2026, 3, 22)) == end


def test_money_is_taken_from_the_first_to_the_last_day() -> None:
    first, last, day = dt.date(2026, 3, 20), dt.date(2026, 4, 20), dt.timedelta(days=1)
    asked = [first - day, first, last, last + day]
    assert [rules.takes_money_on(each, first, last) for each in asked] == [False, True, True, False]


@pytest.mark.parametrize(("brought", "percent"), [("0", 0), ("999.99", 99), ("1000", 100), ("1500", 150), ("-5", 0)])
def test_a_hundred_per_cent_is_the_target(brought: str, percent: int) -> None:
    assert rules.percent_reached(kes(brought), kes("1000")) == percent


@given(
    left=st.integers(0, 10_000_00).map(lambda cents: Decimal(cents) / 100),
    amounts=st.lists(st.integers(0, 500_000).map(lambda cents: Decimal(cents) / 100), max_size=30),
)
def test_what_is_left_is_split_without_losing_a_cent(left: Decimal, amounts: list[Decimal]) -> None:
    brought = {UUID(int=place): amount for place, amount in enumerate(amounts)}
    shares = rules.shares_of(left, brought)
    total = sum(brought.values(), ZERO)
    assert sum(shares.values(), ZERO) == (left if total and left else ZERO)
    for member, part in shares.items():
        assert part > 0
        assert abs(part - left * brought[member] / total) < Decimal("0.01")


def test_nothing_is_shared_where_nothing_is_left_or_nobody_brought_anything() -> None:
    assert rules.shares_of(ZERO, {ALICE: kes("5")}) == {}
    assert rules.shares_of(kes("-1"), {ALICE: kes("5")}) == {}
    assert rules.shares_of(kes("5"), {}) == {}
    assert rules.shares_of(kes("5"), {ALICE: ZERO}) == {}


def test_thirds_of_a_hundred_go_to_the_first_by_a_cent() -> None:
    shares = rules.shares_of(kes("100"), {ALICE: kes("7"), PETER: kes("7"), LUCY: kes("7")})
    assert list(shares.values()) == [kes("33.34"), kes("33.33"), kes("33.33")]


def test_lines_of_what_is_brought_and_given_back() -> None:
    officer = new_id()
    cash, fund = rules.contribution_legs(kes("5"), BOX, ALICE, TANK)
    assert (cash.account, cash.amount, cash.head) == ("1010", kes("5"), "campaign")
    assert (fund.account, fund.amount, fund.member, fund.subject) == ("2050", kes("-5"), ALICE, TANK)
    carried = rules.contribution_legs(kes("5"), held_by(officer), ALICE, TANK)[0]
    assert (carried.account, carried.officer) == ("1040", officer)
    fund, savings = rules.return_legs(kes("5"), ALICE, TANK)
    assert (fund.account, fund.amount, fund.member, fund.subject) == ("2050", kes("5"), ALICE, TANK)
    assert (savings.account, savings.amount, savings.member) == ("2010", kes("-5"), ALICE)


def test_given_back_again_each_has_her_part_of_all_that_came_back() -> None:
    alice, peter = new_id(), new_id()
    brought = {alice: kes("150"), peter: kes("450")}
    assert rules.owed_back(kes("225"), brought, {alice: kes("75")}) == {peter: kes("225")}
    assert rules.owed_back(kes("300"), brought, {}) == {alice: kes("75"), peter: kes("225")}
    assert rules.owed_back(kes("0"), brought, {alice: kes("75")}) == {}


def test_who_got_more_before_keeps_it_and_gets_nothing_now() -> None:
    alice, peter = new_id(), new_id()
    brought = {alice: kes("300"), peter: kes("300")}
    assert rules.owed_back(kes("100"), brought, {alice: kes("300")}) == {peter: kes("100")}
