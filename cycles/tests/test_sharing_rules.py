"""What a year shares out, and to whom: sums that a member can do again, for any group at all."""

import datetime as dt
import itertools
import os
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ids import new_id
from core.money import ZERO, from_cents, kes
from cycles.rules import sharing as rules
from cycles.rules.explaining import explanation
from cycles.rules.sharing import Panel, Reckoning, Result, Seated
from ledger.places import BOX
from ledger.rules import check_legs

# How many batches of a hundred groups each.
BATCHES = {"ci": 20, "proofs": 1_000}[os.environ.get("HYPOTHESIS_PROFILE", "ci")]
GROUPS_A_BATCH = 100


def result(profit: str, fees: str = "0") -> Result:
    return rules.result_of(profit=kes(profit), fees=kes(fees))


@pytest.mark.parametrize(
    ("profit", "fees", "holds", "shared"),
    [
        ("100000", "5000", "999999", "75000.00"),
        ("0.01", "0", "1", "0.01"),
        # Rounded once, half up: 70 % of 0.05 is 0.035.
        ("0.05", "0", "1", "0.04"),
        ("0", "5000", "5000", "5000.00"),
        ("-2000", "5000", "9000", "3000.00"),
        ("-5000", "5000", "9000", "0.00"),
        ("-6000", "5000", "9000", "0.00"),
        # Old losses come first.
        ("100000", "5000", "60000", "60000.00"),
        ("100000", "5000", "-1", "0.00"),
        # More fees given back than taken: a loss like others.
        ("1000", "-400", "9000", "420.00"),
        ("-1", "-1", "9000", "0.00"),
    ],
)
def test_a_dividend_is_its_percent_of_the_profit_and_all_the_fees(
    profit: str, fees: str, holds: str, shared: str
) -> None:
    assert rules.dividend_of(result(profit, fees), Decimal(70), kes(holds)) == kes(shared)


@pytest.mark.parametrize(("holds", "shared"), [("12.34", "12.34"), ("0", "0"), ("-5", "0")])
def test_a_share_out_takes_all_that_the_surplus_holds(holds: str, shared: str) -> None:
    assert rules.share_out_of(kes(holds)) == kes(shared)


def test_the_example_of_the_rules() -> None:
    """31,675 of 373,390 of a pool of 199,232.00, whoever else there is."""
    alice, others = new_id(), [(new_id(), kes("341715"))]
    parts = rules.parts_of(kes("199232"), [(alice, kes("31675")), *others])
    assert (parts[0].member, parts[0].amount) == (alice, kes("16901.02"))
    assert rules.percentage(parts[0].basis, kes("373390")) == kes("8.48")
    said = explanation(
        basis=kes("31675"), measured=kes("373390"), pool=kes("199232"), amount=kes("16901.02"), by=rules.CLOSING
    )
    assert said == "31,675.00 of 373,390.00 savings: 199,232.00 × 31,675.00 ÷ 373,390.00 = 16,901.02"


def test_who_gets_the_last_cent_is_told_so() -> None:
    three = [(new_id(), kes("1")) for _ in range(3)]
    parts = rules.parts_of(kes("0.05"), three)
    assert [part.amount for part in parts] == [kes("0.02"), kes("0.02"), kes("0.01")]
    last = parts[-1]
    said = explanation(basis=last.basis, measured=kes("3"), pool=kes("0.05"), amount=last.amount, by=rules.AVERAGE)
    assert said.startswith("1.00 of 3.00 average savings: 0.05 ")
    assert said.endswith("= 0.02; she gets 0.01, so that all parts together are the whole")


def test_nobody_without_savings_gets_a_part() -> None:
    alice, peter = new_id(), new_id()
    parts = rules.parts_of(kes("10"), [(alice, kes("0")), (peter, kes("2")), (new_id(), kes("-1"))])
    assert [(part.member, part.amount) for part in parts] == [(peter, kes("10"))]
    assert rules.parts_of(kes("10"), [(alice, ZERO)]) == ()
    assert rules.percentage(ZERO, ZERO) == 0


def a_group(dice: Random) -> tuple[Result, Decimal, Decimal, list[tuple[int, Decimal]]]:
    """Result, percent, surplus, and members with savings: a cent, all equal, leavers with none, a year of loss."""
    size = dice.choice([1, 2, 3, dice.randint(1, 40), dice.randint(1, 500)])
    most = dice.choice([1, 100, 10_000_000, 10**10])
    same = dice.randint(1, most)
    savings = [dice.choice([0, same, same, 1, dice.randint(0, most)]) for _ in range(size)]
    if dice.random() < 0.1:
        savings = [same] * size
    profit, fees = (
        dice.randint(-(10**9), 10**10) // dice.choice([1, 10**9]),
        dice.choice([0, 1, dice.randint(0, 10**8)]),
    )
    holds = dice.choice([1, 10**11, dice.randint(-(10**9), 10**10)])
    percent = Decimal(dice.choice([70, 100, 1, dice.randint(0, 10_000) / 100])).quantize(Decimal("0.01"))
    measured = [(number, from_cents(cents)) for number, cents in enumerate(savings)]
    return rules.result_of(profit=from_cents(profit), fees=from_cents(fees)), percent, from_cents(holds), measured


def must_be_exact(pool: Decimal, measured: list[tuple[int, Decimal]]) -> None:
    parts = rules.parts_of(pool, measured)  # type: ignore[arg-type]  # numbers stand for members here
    saved = sum((basis for _, basis in measured), ZERO)
    assert [part.member for part in parts] == [member for member, basis in measured if basis]
    if not parts:
        return
    assert sum((part.amount for part in parts), ZERO) == pool
    rests = []
    for part in parts:
        over = part.amount - pool * part.basis / saved
        assert abs(over) < Decimal("0.01")
        rests.append((part.basis, part.member, over > 0))
    # Of two with the same savings the earlier number never gets less.
    for (one, _, got), (other, _, later) in itertools.pairwise(rests):
        assert one != other or got or not later


@settings(max_examples=BATCHES, deadline=None)
@given(st.integers(0, 2**63))
def test_two_thousand_groups_share_to_the_cent(seed: int) -> None:
    dice = Random(seed)
    for _ in range(GROUPS_A_BATCH):
        year, percent, holds, measured = a_group(dice)
        pool = rules.dividend_of(year, percent, holds)
        assert ZERO <= pool <= max(ZERO, holds)
        assert pool <= max(ZERO, year.profit) + year.fees
        must_be_exact(pool, measured)
        must_be_exact(rules.share_out_of(holds), measured)


JAN, FEB, MAR = dt.date(2025, 1, 31), dt.date(2025, 2, 28), dt.date(2025, 3, 31)


def test_the_average_is_of_month_ends_and_rounded_before_it_divides() -> None:
    year = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
    ends = rules.month_ends(*year, today=dt.date(2026, 5, 1))
    assert (len(ends), ends[0], ends[1], ends[-1]) == (12, JAN, FEB, dt.date(2025, 12, 31))
    # Joined in March: nothing at the first two month ends.
    moved = {dt.date(2025, 3, 1): kes("100"), dt.date(2026, 1, 1): kes("50")}
    held = rules.balances_on(kes("150"), moved, ends)
    assert held == [ZERO, ZERO] + [kes("100")] * 10
    assert rules.average(held) == kes("83.33")


def test_month_ends_that_have_not_come_are_left_out() -> None:
    year = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
    assert rules.month_ends(*year, today=dt.date(2025, 3, 30)) == [JAN, FEB]
    assert rules.month_ends(*year, today=MAR) == [JAN, FEB, MAR]
    # In its first month a year is measured by what there is today.
    assert rules.month_ends(*year, today=dt.date(2025, 1, 7)) == [dt.date(2025, 1, 7)]


def test_a_year_that_begins_in_july_has_its_own_month_ends() -> None:
    ends = rules.month_ends(dt.date(2025, 7, 1), dt.date(2026, 6, 30), dt.date(2026, 8, 1))
    assert (len(ends), ends[0], ends[-1]) == (12, dt.date(2025, 7, 31), dt.date(2026, 6, 30))


def reckoned(**words: str) -> Reckoning:
    names = ("savings", "ecd", "project", "dividends", "share", "fines", "loans")
    return Reckoning(**{name: kes(words.get(name, "0")) for name in names})


def test_a_share_out_pays_what_is_left_of_all_she_owns() -> None:
    alice = reckoned(savings="1000", ecd="10", project="20", dividends="5", share="100", fines="50", loans="400")
    assert (alice.owned, alice.cash, alice.still_owed) == (kes("1135"), kes("685"), ZERO)
    owing = reckoned(savings="1000", share="100", loans="1500")
    assert (owing.cash, owing.still_owed) == (ZERO, kes("400"))


CHAIR, TREASURER = frozenset({"CHAIR"}), frozenset({"TREASURER"})
BOTH = CHAIR | TREASURER


def test_chair_and_treasurer_say_yes_each_in_her_own_seat() -> None:
    mary, grace, ruth = new_id(), new_id(), new_id()
    people = (Seated(mary, "Mary", CHAIR), Seated(grace, "Grace", TREASURER))
    fresh = Panel(people, {})
    assert fresh.missing == ("CHAIR", "TREASURER")
    assert (fresh.open_to(mary), fresh.open_to(grace), fresh.open_to(ruth)) == ("CHAIR", "TREASURER", None)
    assert fresh.called("CHAIR") == {mary: "Mary"}
    one = Panel(people, {"CHAIR": mary})
    assert (one.missing, one.open_to(mary), one.is_one_for_both) == (("TREASURER",), None, False)
    assert Panel(people, {"CHAIR": mary, "TREASURER": grace}).missing == ()
    # A yes of who gave up the seat since counts no more.
    assert Panel(people, {"CHAIR": ruth}).missing == ("CHAIR", "TREASURER")


def test_two_who_stand_in_say_one_yes_each_and_one_alone_says_both() -> None:
    daniel, dorcas = new_id(), new_id()
    two = (Seated(daniel, "Daniel", BOTH), Seated(dorcas, "Dorcas", BOTH))
    assert Panel(two, {}).open_to(daniel) == "CHAIR"
    said = Panel(two, {"CHAIR": daniel})
    assert (said.missing, said.open_to(daniel), said.open_to(dorcas)) == (("TREASURER",), None, "TREASURER")
    alone = Panel(two[:1], {})
    assert (alone.is_one_for_both, alone.missing) == (True, ("CHAIR", "TREASURER"))
    assert Panel(two[:1], {"CHAIR": daniel}).missing == ()


def test_what_is_declared_paid_and_kept_sums_to_nothing() -> None:
    alice, peter = new_id(), new_id()
    declared = rules.declaring_legs(kes("10"), [(alice, kes("10")), (peter, ZERO)])
    check_legs(declared)
    assert [(leg.account, leg.amount, leg.member) for leg in declared] == [
        ("3010", kes("10"), None),
        ("2060", -kes("10"), alice),
    ]
    paid, kept = rules.paying_legs(kes("10"), BOX, alice), rules.keeping_legs(kes("10"), alice)
    check_legs(paid)
    check_legs(kept)
    assert [leg.head for leg in paid] == ["", "dividend"]
    assert [leg.account for leg in kept] == ["2060", "2010"]
