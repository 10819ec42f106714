"""The lines of every act on a loan, to the cent, and what is told of a loan set against its books."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from core.money import ZERO, kes
from ledger.places import BOX, Place, held_by
from ledger.rules import Leg, check_legs
from loans.rules import postings
from loans.rules.life import Split
from loans.rules.postings import FEES, SHELVES, Debt
from loans.tests.lives import history, on, paid, terms, written_off

LOAN, ALICE, JOSEPH = new_id(), new_id(), new_id()
TYPES = sorted(SHELVES)
CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))


def debt(loan_type: str = "SHORT_TERM") -> Debt:
    return Debt(LOAN, ALICE, loan_type)


def table(legs: list[Leg]) -> list[tuple[str, str, str]]:
    check_legs(legs)
    return [(leg.account, str(leg.amount), leg.head) for leg in legs]


def test_the_accounts_are_those_that_are_read() -> None:
    assert {kind: (shelf.principal, shelf.interest) for kind, shelf in SHELVES.items()} == {
        "SHORT_TERM": ("1110", "4010"), "LONG_TERM": ("1120", "4020"), "PROJECT": ("1130", "4030"),
    }  # fmt: skip


def test_a_loan_leaves() -> None:
    assert table(postings.disbursement_legs(debt("PROJECT"), kes("500.50"), BOX)) == [
        ("1130", "500.50", ""),
        ("1010", "-500.50", "project_loan"),
    ]


@pytest.mark.parametrize(
    ("kind", "account", "head"), [("APPLICATION", "4070", "other_fee"), ("APPRECIATION", "4060", "appreciation_fee")]
)
def test_a_fee_is_income_of_its_own(kind: str, account: str, head: str) -> None:
    legs = postings.fee_legs(kind, kes("75"), Place("1030"), ALICE)
    assert table(legs) == [("1030", "75.00", head), (account, "-75.00", "")]
    assert legs[1].member == ALICE
    assert set(FEES) == {"APPLICATION", "APPRECIATION"}


def test_each_part_of_a_repayment_has_its_head() -> None:
    split = Split(kes("1"), kes("2"), kes("3"), kes("4"))
    assert table(postings.repayment_legs(debt("LONG_TERM"), split, held_by(JOSEPH))) == [
        ("1040", "1.00", "penalty"),
        ("1040", "2.00", "long_term_interest"),
        ("1040", "3.00", "long_term_loan"),
        ("1040", "4.00", "regular_savings"),
        ("4040", "-1.00", ""),
        ("4020", "-2.00", ""),
        ("1120", "-3.00", ""),
        ("2010", "-4.00", ""),
    ]


def test_what_is_recovered_makes_the_loss_smaller() -> None:
    split = Split(ZERO, kes("2"), kes("3"), ZERO)
    assert table(postings.repayment_legs(debt(), split, BOX, recovers=True)) == [
        ("1010", "2.00", "short_term_interest"),
        ("1010", "3.00", "recovery"),
        ("4010", "-2.00", ""),
        ("5030", "-3.00", ""),
    ]


def test_a_loss() -> None:
    assert table(postings.write_off_legs(debt(), kes("9"))) == [("5030", "9.00", ""), ("1110", "-9.00", "")]


@given(st.tuples(CENTS, CENTS, CENTS, CENTS), st.sampled_from(TYPES), st.booleans())
def test_the_lines_of_any_split_balance_and_name_the_loan(
    parts: tuple[Decimal, ...], loan_type: str, recovers: bool
) -> None:
    split = Split(*parts)
    if not split.total:
        return
    legs = postings.repayment_legs(debt(loan_type), split, BOX, recovers=recovers)
    check_legs(legs)
    assert postings.debits(legs) == split.total
    assert all((leg.member, leg.subject) == ((None, None) if leg.head else (ALICE, LOAN)) for leg in legs)


@given(
    st.dictionaries(st.sampled_from(["1110", "4010", "4040", "2010", "5030"]), CENTS),
    st.dictionaries(st.sampled_from(["1110", "4010", "4040", "2010", "5030"]), CENTS),
)
def test_the_adjusting_lines_lead_from_what_is_held_to_what_is_told(
    wanted: dict[str, Decimal], held: dict[str, Decimal]
) -> None:
    legs = postings.adjusting_legs(debt(), wanted, held)
    moved = {code: held.get(code, ZERO) for code in {*wanted, *held}}
    for leg in legs:
        assert leg.amount
        moved[leg.account] += leg.amount
    assert moved == {code: wanted.get(code, ZERO) for code in moved}


FLAT = terms("FLAT", "30000", "10", 3)


def test_what_the_books_hold_of_a_running_loan() -> None:
    state = on("2026-02-21", FLAT, paid("2026-02-21", "1000"))
    assert postings.holdings(debt(), kes("30000"), state) == {
        "1110": kes("30000"),
        "4010": -kes("450"),
        "4040": -kes("550"),
    }


def test_and_of_one_written_off_and_partly_recovered() -> None:
    lost = (paid("2026-02-20", "11000"), written_off("2026-03-20"), paid("2026-03-25", "20600", 2))
    state = on("2026-03-25", FLAT, *lost)
    assert postings.holdings(debt(), kes("30000"), state) == {"4010": -kes("1600")}
    before = on("2026-03-20", FLAT, *lost)
    assert postings.holdings(debt(), kes("30000"), before) == {"4010": -kes("1000"), "5030": kes("20000")}


def test_and_of_one_overpaid() -> None:
    state = on("2026-01-25", FLAT, paid("2026-01-25", "33010"))
    assert postings.holdings(debt(), kes("30000"), state) == {"4010": -kes("3000"), "2010": -kes("10")}
    assert state.is_settled
    assert history(FLAT).in_duplum
