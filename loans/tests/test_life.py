"""What a loan is on a day, told from what happened: who is late, what money paid for, what settles it."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import CENT, ZERO
from loans.rules.life import Happening, History, Payment, Reschedule, WriteOff, told
from loans.rules.plan import ANNUITY, FLAT, REDUCING, Terms
from loans.tests.lives import (
    NOON,
    START,
    asked,
    day,
    name,
    on,
    paid,
    rescheduled,
    split,
    terms,
    whole,
    written_off,
)

LONG = terms(REDUCING, "100000", "12", 3)
SHORT = terms(FLAT, "50000", "10", 3)
PROJECT = terms(ANNUITY, "12000", "12", 12)


# Paying in time


def test_an_instalment_paid_two_days_early_is_paid() -> None:
    state = on("2026-02-20", LONG, paid("2026-02-18", "34333.33"))
    assert split(state) == ["0.00", "1000.00", "33333.33", "0.00"]
    assert state.rows[0].settled_on == day("2026-02-18")
    assert state.oldest_unpaid == state.rows[1]
    assert (state.amount_due, state.days_late) == (ZERO, 0)
    assert asked(state.rows[1:]) == [("33333.33", "666.67"), ("33333.34", "333.33")]


def test_more_than_the_instalment_goes_to_principal_and_shortens_the_term() -> None:
    state = on("2026-02-20", LONG, paid("2026-02-18", "70000"))
    assert split(state) == ["0.00", "1000.00", "69000.00", "0.00"]
    assert state.outstanding == Decimal("31000.00")
    # What is left is less than one principal part: one instalment remains, with interest on what is left.
    assert asked(state.rows[1:]) == [("31000.00", "310.00")]


def test_money_ahead_on_a_due_date_lowers_the_interest_of_the_period_that_begins() -> None:
    state = on("2026-03-20", LONG, paid("2026-02-20", "44333.33"))
    assert split(state) == ["0.00", "1000.00", "43333.33", "0.00"]
    assert asked(state.rows[1:]) == [("33333.33", "566.67"), ("23333.34", "233.33")]


def test_an_annuity_keeps_its_instalment_when_principal_is_paid_ahead() -> None:
    before, after = on("2026-02-20", PROJECT), on("2026-02-20", PROJECT, paid("2026-02-19", "5000"))
    kept = before.rows[0].total
    assert {row.total for row in after.rows[1:-1]} == {kept}
    assert len(after.rows) < len(before.rows)
    assert whole(after.rows) == 12_000


def test_flat_money_ahead_pays_the_next_instalments_in_order() -> None:
    state = on("2026-01-25", SHORT, paid("2026-01-25", "20000"))
    assert split(state) == ["0.00", "3333.33", "16666.67", "0.00"]
    assert [str(row.unpaid) for row in state.rows] == ["0.00", "16666.68", "18333.32"]


def test_what_finds_no_debt_is_savings() -> None:
    state = on("2026-02-20", LONG, paid("2026-02-20", "101500"))
    assert split(state) == ["0.00", "1000.00", "100000.00", "500.00"]
    assert state.is_settled


# Settling


@pytest.mark.parametrize(
    ("when", "loan", "owed"),
    [
        ("2026-01-20", LONG, "101000.00"),  # the first period begins with the day of disbursement
        ("2026-02-20", LONG, "101000.00"),  # on the due date the period that ends there
        ("2026-02-21", LONG, "101716.67"),  # a day later a penalty, and the next period
        ("2026-01-21", SHORT, "55000.00"),  # flat: the whole interest, whenever
    ],
)
def test_what_settles_a_loan(when: str, loan: Terms, owed: str) -> None:
    expected = Decimal(owed)
    if when == "2026-02-21":
        # 101,000 + 5 % of 34,333.33 + the running period's 666.67
        expected = Decimal("101000") + Decimal("1716.67") + Decimal("666.67")
    assert on(when, loan).settlement == expected


# Being late


def test_a_penalty_for_each_month_begun() -> None:
    late = [on(when, LONG) for when in ("2026-02-20", "2026-02-21", "2026-03-20", "2026-03-21")]
    assert [len(state.charges) for state in late] == [0, 1, 1, 3]
    first = late[1].charges[0]
    assert (first.instalment, first.month, first.on, first.amount) == (1, 1, day("2026-02-21"), Decimal("1716.67"))
    # The second month charges the same instalment again, never the penalty itself; the second instalment its first.
    assert [(c.instalment, c.month, str(c.amount)) for c in late[3].charges[1:]] == [
        (1, 2, "1716.67"), (2, 1, "1700.00"),
    ]  # fmt: skip
    assert [state.days_late for state in late] == [0, 1, 28, 29]


def test_a_payment_goes_to_the_penalty_then_interest_then_principal() -> None:
    state = on("2026-02-25", LONG, paid("2026-02-25", "3000"))
    assert split(state) == ["1716.67", "1000.00", "283.33", "0.00"]
    assert state.amount_due == Decimal("33050.00")


def test_the_second_month_is_charged_on_what_is_still_unpaid() -> None:
    state = on("2026-03-21", LONG, paid("2026-03-01", "26716.67"))
    assert [(c.instalment, c.month, str(c.amount)) for c in state.charges] == [
        (1, 1, "1716.67"), (1, 2, "466.67"), (2, 1, "1700.00"),
    ]  # fmt: skip


def test_a_payment_dated_back_takes_away_the_penalty_that_never_fell_due() -> None:
    late = on("2026-03-01", LONG, paid("2026-03-01", "1000"))
    assert len(late.charges) == 1
    both = on("2026-03-01", LONG, paid("2026-03-01", "1000"), paid("2026-02-20", "34333.33", 2))
    assert both.charges == ()
    assert split(both, 2) == ["0.00", "1000.00", "33333.33", "0.00"]
    assert split(both, 1) == ["0.00", "666.67", "333.33", "0.00"]


# In duplum


def test_after_default_nothing_accrues_beyond_the_principal() -> None:
    loan = terms(REDUCING, "1000", "100", 12)
    capped, free = on("2028-06-01", loan, penalty="50"), on("2028-06-01", loan, penalty="50", in_duplum=False)
    assert capped.settlement == Decimal("2000.00")
    assert free.settlement > capped.settlement


def test_the_limit_is_the_principal_owing_on_the_day_of_default() -> None:
    """Default is on the 91st day after 20 February 2026: 22 May. One instalment was paid, 66,666.67 is owing."""
    state = on("2030-01-01", LONG, paid("2026-02-20", "34333.33"), penalty="50")
    assert state.settlement == Decimal("66666.67") * 2


def test_interest_over_the_limit_on_the_day_itself_is_not_owed() -> None:
    loan = terms(FLAT, "1000", "200", 1)
    assert on("2026-05-21", loan).settlement > 2000
    assert on("2026-05-22", loan).settlement == 2000


def test_penalties_over_the_limit_on_the_day_itself_are_not_owed() -> None:
    loan = terms(FLAT, "1000", "0", 1)
    assert on("2026-05-21", loan, penalty="40").settlement == 2600
    assert on("2026-05-22", loan, penalty="40").settlement == 2000


def test_a_cured_loan_is_measured_anew() -> None:
    loan = terms(REDUCING, "12000", "12", 24)
    cured = on("2026-08-01", loan, penalty="30")
    again = on("2026-08-01", loan, paid("2026-08-01", str(cured.amount_due)), penalty="30")
    assert again.days_late == 0
    at_default = again.outstanding
    later = on("2030-08-01", loan, paid("2026-08-01", str(cured.amount_due)), penalty="30")
    assert later.settlement == at_default * 2


# Changes


def test_rescheduling_spreads_what_is_owed_over_a_new_term() -> None:
    state = on("2026-03-21", LONG, rescheduled("2026-03-21", 6))
    carried, *fresh = state.rows
    assert [str(row.principal) for row in fresh] == ["16666.67"] * 5 + ["16666.65"]
    assert [str(row.interest) for row in fresh][:2] == ["1000.00", "833.33"]
    assert carried.due == fresh[0].due == day("2026-04-21")
    assert state.outstanding == on("2026-03-21", LONG).outstanding == 100_000
    assert carried.principal == ZERO
    assert carried.penalty == Decimal("1716.67") * 2 + Decimal("1700.00")
    # Interest of the two instalments past and of the running period.
    assert carried.interest == Decimal("1000.00") + Decimal("666.67") + Decimal("333.33")
    assert (state.amount_due, state.days_late) == (ZERO, 0)
    assert state.settlement == on("2026-03-21", LONG).settlement


def test_what_a_rescheduling_carried_on_is_paid_before_anything_ahead() -> None:
    carried = Decimal("5133.34") + Decimal("2000.00")
    state = on("2026-03-21", LONG, rescheduled("2026-03-21", 6), paid("2026-03-21", str(carried + 10_000)))
    assert split(state) == ["5133.34", "2000.00", "10000.00", "0.00"]
    assert state.outstanding == 90_000
    # The period after it begins tomorrow, so its interest is that of what is left.
    assert state.rows[1].interest == Decimal("900.00")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_correcting_a_rescheduling_on_its_day_costs_nothing(times: int) -> None:
    loan = terms(REDUCING, "12000", "12", 12)
    again = [Reschedule(day("2026-02-22"), NOON + dt.timedelta(minutes=n), 10 + n) for n in range(times)]
    assert on("2026-02-22", loan, *again).settlement == on("2026-02-22", loan).settlement


def test_a_rescheduling_on_the_day_of_disbursement_loses_no_principal() -> None:
    loan = terms(REDUCING, "12000", "12", 12)
    first = Payment(START, NOON, name(1), Decimal("1120"))
    change = Reschedule(START, NOON + dt.timedelta(minutes=1), 2)
    state = on("2026-01-25", loan, first, change, paid("2026-01-25", "8000", 2))
    assert whole(state.rows) == 12_000
    assert state.outstanding == 12_000 - sum(went.principal for went in state.splits.values())
    assert state.outstanding > 0


def test_rescheduling_does_not_lift_in_duplum() -> None:
    loan = terms(REDUCING, "12000", "60", 12)
    late = on("2028-01-20", loan, penalty="10")
    assert late.settlement == 24_000
    for when in ("2028-01-20", "2028-04-20", "2030-01-01"):
        assert on(when, loan, rescheduled("2028-01-20", 1), penalty="10").settlement == 24_000


def test_who_pays_what_was_carried_on_is_measured_anew() -> None:
    loan = terms(REDUCING, "12000", "60", 12)
    state = on("2028-01-20", loan, rescheduled("2028-01-20", 6), paid("2028-01-20", "12000"), penalty="10")
    assert state.splits[name(1)].principal == ZERO
    later = on("2028-02-21", loan, rescheduled("2028-01-20", 6), paid("2028-01-20", "12000"), penalty="10")
    assert later.settlement > state.settlement == 12_000


def test_interest_beyond_the_room_of_default_does_not_come_back_with_the_last_payment() -> None:
    loan = terms(FLAT, "1000", "120", 12, unit=Decimal("100.00"))
    owed = on("2026-05-22", loan)
    settled = on("2026-05-22", loan, paid("2026-05-22", str(owed.settlement)))
    assert settled.is_settled


def test_rescheduling_a_flat_loan_adds_no_interest() -> None:
    state = on("2026-01-31", SHORT, paid("2026-01-30", "18333.34"), rescheduled("2026-01-31", 4))
    assert [str(row.interest) for row in state.rows if row.unpaid] == ["833.33"] * 3 + ["833.34"]
    assert state.settlement == Decimal("36666.66")


def test_a_payment_dated_before_a_rescheduling_makes_the_new_plan_smaller() -> None:
    state = on("2026-03-21", LONG, rescheduled("2026-03-21", 6), paid("2026-02-20", "34333.33"))
    assert state.outstanding == Decimal("66666.67")


def test_rescheduling_what_a_payment_dated_back_has_settled_changes_nothing() -> None:
    state = on("2026-03-21", LONG, rescheduled("2026-03-21", 6), paid("2026-02-20", "101000"))
    assert state.is_settled


def test_numbers_of_instalments_are_never_given_twice() -> None:
    state = on("2027-03-21", LONG, rescheduled("2026-03-21", 6), rescheduled("2026-06-01", 2))
    numbers = [row.number for row in state.rows]
    assert len(numbers) == len(set(numbers))
    charged = [(charge.instalment, charge.month) for charge in state.charges]
    assert len(charged) == len(set(charged))


def test_a_loan_written_off_owes_what_was_lost_and_no_more() -> None:
    gone = on("2027-01-01", LONG, written_off("2026-02-25"))
    assert gone.outstanding == ZERO
    assert gone.written_off == 100_000
    assert gone.settlement == Decimal("101000.00")
    assert len(gone.charges) == 1


def test_recovery_pays_the_loss_first_then_interest_then_savings() -> None:
    state = on(
        "2026-03-05", LONG, written_off("2026-02-25"), paid("2026-03-01", "100400"), paid("2026-03-02", "700", 2)
    )
    assert split(state) == ["0.00", "400.00", "100000.00", "0.00"]
    assert split(state, 2) == ["0.00", "600.00", "0.00", "100.00"]
    assert state.is_settled


def test_what_has_not_happened_yet_is_not_told() -> None:
    assert on("2026-02-01", LONG, paid("2026-02-20", "34333.33")).splits == {}


# Every life


@st.composite
def any_life(draw: st.DrawFn) -> History:
    method = draw(st.sampled_from([FLAT, REDUCING, ANNUITY]))
    months = draw(st.integers(1, 12))
    principal = Decimal(draw(st.integers(100, 100_000_00))).scaleb(-2)
    loan = Terms(
        method,
        principal,
        Decimal(draw(st.sampled_from([0, 5, 10, 12, 100]))),
        months,
        START + dt.timedelta(days=draw(st.integers(0, 30))),
        draw(st.sampled_from([CENT, Decimal("1.00"), Decimal("10.00")])),
        0 if method == FLAT else draw(st.integers(0, months - 1)),
    )
    happened: list[Happening] = [
        Payment(
            loan.start + dt.timedelta(days=draw(st.integers(0, 500))),
            NOON + dt.timedelta(minutes=number),
            name(number),
            Decimal(draw(st.integers(1, int(principal * 60)))).scaleb(-2),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    if draw(st.integers(0, 4)) == 0:
        later = loan.start + dt.timedelta(days=draw(st.integers(0, 300)))
        happened.append(Reschedule(later, NOON, draw(st.integers(1, 9))))
    if draw(st.integers(0, 4)) == 0:
        happened.append(WriteOff(loan.start + dt.timedelta(days=draw(st.integers(0, 500))), NOON))
    return History(loan, happened, Decimal(draw(st.sampled_from([0, 5]))), draw(st.booleans()))


@given(any_life(), st.integers(0, 700))
def test_no_part_is_negative_and_nothing_is_lost(life: History, later: int) -> None:
    state = told(life, life.terms.start + dt.timedelta(days=later))
    assert whole(state.rows) == life.terms.principal
    assert state.rows[-1].balance == ZERO
    assert all(part >= 0 for row in state.rows for part in (row.principal, row.interest, row.penalty, row.unpaid))
    assert all(part >= 0 for row in state.rows for part in row.paid.parts)
    payments = [each for each in life.happenings if isinstance(each, Payment) and each.on <= state.on]
    assert {each.id: each.amount for each in payments} == {pk: went.total for pk, went in state.splits.items()}
    assert state.paid.principal == life.terms.principal - state.outstanding - (state.written_off - state.recovered)


@given(any_life(), st.integers(0, 700))
def test_the_settlement_settles_and_a_cent_less_does_not(life: History, later: int) -> None:
    when = life.terms.start + dt.timedelta(days=later)
    owed = told(life, when).settlement
    for amount in (owed, owed - CENT):
        if amount > 0:
            last = Payment(when, NOON + dt.timedelta(days=1), name(99), amount)
            after = told(History(life.terms, [*life.happenings, last], life.penalty_percent, life.in_duplum), when)
            assert after.is_settled == (amount == owed)
            assert after.splits[name(99)].savings == ZERO


@given(any_life(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_typed_does_not_matter(life: History, chance: Random) -> None:
    shuffled = list(life.happenings)
    chance.shuffle(shuffled)
    when = life.terms.start + dt.timedelta(days=600)
    again = History(life.terms, shuffled, life.penalty_percent, life.in_duplum)
    assert told(again, when) == told(life, when)


@given(any_life())
def test_two_payments_of_a_day_are_worth_one(life: History) -> None:
    payments = [each for each in life.happenings if isinstance(each, Payment)]
    if len(payments) < 2:
        return
    first, second = payments[:2]
    others = [each for each in life.happenings if each not in {first, second}]
    parted = [
        Payment(first.on, first.at, first.id, first.amount),
        Payment(first.on, second.at, second.id, second.amount),
    ]
    joined = [Payment(first.on, first.at, first.id, first.amount + second.amount)]
    when = life.terms.start + dt.timedelta(days=600)
    states = [
        told(History(life.terms, [*others, *some], life.penalty_percent, life.in_duplum), when)
        for some in (parted, joined)
    ]
    assert [(row.principal, row.interest, row.penalty, row.paid) for row in states[0].rows] == [
        (row.principal, row.interest, row.penalty, row.paid) for row in states[1].rows
    ]
    assert states[0].paid == states[1].paid


@given(any_life())
def test_only_paying_makes_debt_smaller(life: History) -> None:
    quiet = History(life.terms, (), life.penalty_percent, life.in_duplum)
    days = [life.terms.start + dt.timedelta(days=step) for step in range(0, 600, 75)]
    settlements = [told(quiet, when).amount_due for when in days]
    if not life.in_duplum:
        assert all(earlier <= later for earlier, later in pairwise(settlements))
    assert told(quiet, days[-1]).outstanding == life.terms.principal
