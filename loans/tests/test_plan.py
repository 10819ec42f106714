"""Schedules to the cent: our own worked examples, those that two other systems publish, and every shape at random."""

import datetime as dt
import json
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import CENT, ZERO
from loans.rules.plan import (
    ANNUITY,
    FLAT,
    REDUCING,
    Terms,
    annuity,
    effective_rate,
    equal_parts,
    schedule,
    total_interest,
    yearly_rate,
)

START = dt.date(2026, 1, 31)
PEERS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "peer_schedules.json").read_text())


def terms(method: str, principal: str, rate: str, months: int, **more: Any) -> Terms:
    return Terms(method, Decimal(principal), Decimal(rate), months, more.pop("start", START), **more)


def parts(asked: Terms) -> tuple[list[str], list[str]]:
    rows = schedule(asked)
    return [str(row.principal) for row in rows], [str(row.interest) for row in rows]


def test_flat_charges_its_rate_once_for_the_whole_term() -> None:
    principal, interest = parts(terms(FLAT, "50000", "10", 3))
    assert principal == ["16666.67", "16666.67", "16666.66"]
    assert interest == ["1666.67", "1666.67", "1666.66"]


def test_reducing_keeps_the_principal_part() -> None:
    principal, interest = parts(terms(REDUCING, "100000", "12", 3))
    assert principal == ["33333.33", "33333.33", "33333.34"]
    assert interest == ["1000.00", "666.67", "333.33"]


def test_the_last_part_takes_the_odd_cent() -> None:
    principal, interest = parts(terms(REDUCING, "10000", "12", 7))
    assert principal == ["1428.57"] * 6 + ["1428.58"]
    assert interest == ["100.00", "85.71", "71.43", "57.14", "42.86", "28.57", "14.29"]


def test_an_annuity_is_the_same_every_month_but_the_last() -> None:
    rows = schedule(terms(ANNUITY, "100000", "9.99", 36))
    assert {row.total for row in rows[:-1]} == {Decimal("3226.25")}
    assert sum((row.principal for row in rows), ZERO) == 100_000


def test_due_dates_come_back_to_the_day_of_disbursement() -> None:
    assert [row.due for row in schedule(terms(FLAT, "300", "10", 3))] == [
        dt.date(2026, 2, 28), dt.date(2026, 3, 31), dt.date(2026, 4, 30),
    ]  # fmt: skip


def test_grace_months_pay_interest_only_and_count_within_the_term() -> None:
    rows = schedule(terms(ANNUITY, "12000", "12", 6, grace=2))
    assert [row.principal for row in rows[:2]] == [ZERO, ZERO]
    assert [row.interest for row in rows[:3]] == [Decimal("120.00")] * 3
    assert len(rows) == 6


def test_extra_principal_every_month_ends_the_loan_early() -> None:
    rows = schedule(terms(REDUCING, "12000", "12", 12, extra=Decimal("1000")))
    assert [row.principal for row in rows] == [Decimal("2000.00")] * 6
    assert rows[-1].balance == ZERO


def test_parts_of_whole_shillings_leave_the_cents_to_the_last() -> None:
    assert parts(terms(REDUCING, "1000.50", "12", 3, unit=Decimal("1.00"))) == (
        ["334.00", "334.00", "332.50"],
        ["10.00", "7.00", "3.00"],
    )


def test_a_coarse_unit_never_takes_more_than_is_left() -> None:
    assert equal_parts(Decimal("100.00"), 8, Decimal("5.00")) == [Decimal(15)] * 6 + [Decimal(10), ZERO]
    rows = schedule(terms(FLAT, "100", "0", 8, unit=Decimal("5.00")))
    assert [row.principal for row in rows] == [Decimal(15)] * 6 + [Decimal(10)]


# What others publish. Our rounding is half-up to the unit; where theirs is another, the test says which.


def peer(name: str) -> dict[str, Any]:
    return next(case for case in PEERS if case["id"] == name)


def told_by_peer(case: dict[str, Any], column: int) -> list[Decimal]:
    return [Decimal(row[column]) for row in case["rows"]]


@pytest.mark.parametrize("name", ["fin-emi-100-7-6"])
def test_annuities_agree_with_a_peer_to_the_cent(name: str) -> None:
    case = peer(name)
    rows = schedule(terms(ANNUITY, case["principal"], case["rate"], case["months"]))
    assert [row.principal for row in rows] == told_by_peer(case, 1)
    assert [row.interest for row in rows] == told_by_peer(case, 2)


def test_equal_principal_agrees_with_a_peer_to_the_cent() -> None:
    case = peer("fin-equalprincipal-5000-12-18")
    rows = schedule(terms(REDUCING, case["principal"], case["rate"], case["months"]))
    assert [row.principal for row in rows] == told_by_peer(case, 1)
    assert [row.interest for row in rows] == told_by_peer(case, 2)


@pytest.mark.parametrize("name", ["fin-emi-5000-12-18", "fin-emi-grace3-5000-12-18"])
def test_whole_instalments_agree_where_the_peer_rounds_only_the_instalment(name: str) -> None:
    """The peer rounds the instalment to whole units and interest to cents; we round every part to one unit. So the
    instalment is compared with ours of unit 1.00, and interest within half a unit of it and what that adds up to."""
    case = peer(name)
    months, grace = case["months"], case["grace"]
    rows = schedule(terms(ANNUITY, case["principal"], case["rate"], months, grace=grace, unit=Decimal("1.00")))
    assert [row.total for row in rows[grace:-1]] == told_by_peer(case, 3)[grace:-1]
    apart = [abs(row.interest - theirs) for row, theirs in zip(rows, told_by_peer(case, 2), strict=True)]
    assert max(apart) < 1


@pytest.mark.parametrize("name", ["fin-flat-5000-12-18", "fin-flat-3000-12-3"])
def test_flat_agrees_once_the_rate_is_for_the_whole_term(name: str) -> None:
    """The peer charges flat interest per year: months ÷ 12 of its rate is our rate for the term. It rounds the whole
    instalment to whole units and leaves the rest to the last; with unit 1.00 our parts are the same."""
    case = peer(name)
    rate = str(Decimal(case["rate"]) * case["months"] / 12)
    rows = schedule(terms(FLAT, case["principal"], rate, case["months"], unit=Decimal("1.00")))
    assert [row.principal for row in rows] == told_by_peer(case, 1)
    assert [row.interest for row in rows] == told_by_peer(case, 2)


def test_the_unrounded_annuity_agrees_where_the_peer_rounds_up() -> None:
    """The peer rounds the instalment up to a whole unit: the quantity before rounding is compared."""
    case = peer("frp-emi-280000-8.4-20")
    exact = annuity(Decimal(case["principal"]), Decimal(case["rate"]), case["months"])
    assert exact.quantize(Decimal(1), rounding=ROUND_CEILING) == 15_052


# What it costs


def test_twelve_percent_a_year_by_the_month_costs_12_68() -> None:
    rows = schedule(terms(REDUCING, "60000", "12", 12))
    assert effective_rate(rows, Decimal(60_000), ZERO) == Decimal("12.68")
    assert total_interest(rows) == Decimal("3900.00")


def test_fees_make_a_loan_dearer() -> None:
    rows = schedule(terms(FLAT, "10000", "10", 1))
    assert effective_rate(rows, Decimal(10_000), ZERO) == Decimal("213.84")  # 1.1 ^ 12 = 3.1384
    assert effective_rate(rows, Decimal(10_000), Decimal(1000)) == Decimal("1011.23")  # (11 / 9) ^ 12 = 11.1123


def test_a_loan_without_interest_costs_nothing() -> None:
    assert effective_rate(schedule(terms(REDUCING, "900", "0", 3)), Decimal(900), ZERO) == ZERO


def test_a_loan_that_fees_eat_whole_has_no_rate() -> None:
    assert effective_rate(schedule(terms(FLAT, "100", "10", 1)), Decimal(100), Decimal(100)) is None


def test_a_rate_beyond_a_hundred_percent_a_month_is_found() -> None:
    assert yearly_rate(Decimal(100), [(1, Decimal(300))]) == Decimal("53144000.00")  # 3 ^ 12 − 1


@pytest.mark.parametrize("left", ["0.01", "1"])
def test_where_fees_leave_a_trifle_the_cost_of_a_year_cannot_be_said(left: str) -> None:
    assert yearly_rate(Decimal(left), [(1, Decimal(10_000))]) is None


# Every shape


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    method = draw(st.sampled_from([FLAT, REDUCING, ANNUITY]))
    months = draw(st.integers(1, 60))
    return Terms(
        method,
        Decimal(draw(st.integers(1, 10_000_000_00))).scaleb(-2),
        Decimal(draw(st.integers(0, 100_00))).scaleb(-2),
        months,
        draw(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))),
        draw(st.sampled_from([CENT, Decimal("0.50"), Decimal("1.00"), Decimal("5.00"), Decimal("10.00")])),
        0 if method == FLAT else draw(st.integers(0, months - 1)),
        ZERO if method == FLAT else Decimal(draw(st.integers(0, 1_000_00))).scaleb(-2),
    )


@given(any_terms())
def test_principal_parts_sum_to_the_principal(asked: Terms) -> None:
    rows = schedule(asked)
    assert sum((row.principal for row in rows), ZERO) == asked.principal
    assert rows[-1].balance == ZERO
    assert all(row.principal >= 0 and row.interest >= 0 and row.balance >= 0 for row in rows)
    assert len(rows) <= asked.months
    dues = [row.due for row in rows]
    assert dues == sorted(set(dues))


@given(any_terms())
def test_no_rate_makes_its_payments_worth_less_than_was_received(asked: Terms) -> None:
    rows = schedule(asked)
    rate = effective_rate(rows, asked.principal, ZERO)
    assert rate is not None
    assert (rate == 0) == (total_interest(rows) == 0) or rate < Decimal("0.02")
