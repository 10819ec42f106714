"""Rules that answer with evidence and a remedy, and what a loan costs: arithmetic alone."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.money import ZERO, kes
from loans.rules import lending
from loans.rules.lending import Asked, Clause, Fees, Saved, Witnessed

MARCH = dt.date(2026, 3, 20)
SHORT = Clause("SHORT_TERM", "FLAT", Decimal(10), 1, 3)
LONG = Clause("LONG_TERM", "REDUCING", Decimal(12), 4, 36)
PROJECT = Clause("PROJECT", "ANNUITY", Decimal(12), 1, 60)


# Savings


def test_thirty_thousand_carry_ninety_thousand_and_not_a_cent_more() -> None:
    assert lending.savings_multiple(kes("90000"), kes("30000"), Decimal(3)).passed
    refused = lending.savings_multiple(kes("90000.01"), kes("30000"), Decimal(3))
    assert not refused.passed
    assert refused.evidence == "3 times personal savings of KES 30,000.00 is KES 90,000.00."
    assert refused.remedy == "Ask for KES 90,000.00 at most, or save KES 0.01 more first."


def test_who_has_nothing_is_told_to_save_first() -> None:
    assert lending.savings_multiple(kes("300"), ZERO, Decimal(3)).remedy == "Save KES 100.00 first."


def test_what_to_save_first_is_enough_and_no_cent_too_much() -> None:
    refused = lending.savings_multiple(kes("100"), kes("33.33"), Decimal(3))
    assert not refused.passed
    assert "save KES 0.01 more" in refused.remedy
    assert lending.savings_multiple(kes("100"), kes("33.34"), Decimal(3)).passed


def test_a_multiple_with_a_fraction_is_cut_down_to_the_cent() -> None:
    assert "2.5 times" in lending.savings_multiple(kes("1"), kes("100"), Decimal("2.50")).evidence
    assert not lending.savings_multiple(kes("0.84"), kes("0.33"), Decimal("2.50")).passed
    assert lending.savings_multiple(kes("0.82"), kes("0.33"), Decimal("2.50")).passed


def test_a_constitution_that_lends_nothing_against_savings_says_so() -> None:
    refused = lending.savings_multiple(kes("1"), kes("1000"), ZERO)
    assert (refused.passed, refused.remedy) == (False, "The constitution lends nothing against savings.")
    assert refused.evidence.startswith("0 times")


@given(
    st.decimals("0.01", 10_000_000, places=2),
    st.decimals(0, 1_000_000, places=2),
    st.decimals("0.01", 100, places=2),
)
def test_saving_what_the_remedy_says_is_enough(amount: Decimal, savings: Decimal, multiple: Decimal) -> None:
    short = lending._short_of(amount, savings, multiple)
    assert lending.savings_multiple(amount, savings, multiple).passed == (short <= 0)
    assert lending.savings_multiple(amount, savings + short, multiple).passed
    assert not lending.savings_multiple(amount, savings + short - kes("0.01"), multiple).passed


@pytest.mark.parametrize(
    ("months", "this_month", "from_month"),
    [(2, True, "April 2026"), (2, False, "March 2026"), (0, False, "May 2026"), (1, True, "May 2026")],
)
def test_she_hears_how_long_she_still_has_to_save(months: int, this_month: bool, from_month: str) -> None:
    refused = lending.savings_history(Saved(months, 3, kes("500"), MARCH, has_this_month=this_month))
    assert not refused.passed
    assert f"{months} month" in refused.evidence
    assert "KES 500.00" in refused.remedy
    assert f"from {from_month} on" in refused.remedy


def test_three_months_are_enough_and_none_may_be_asked_for() -> None:
    assert lending.savings_history(Saved(3, 3, kes("500"), MARCH)).passed
    assert lending.savings_history(Saved(0, 0, kes("500"), MARCH)).passed


# Witnesses, membership, open loans, the fund


def test_without_names_it_is_asked_whether_enough_others_could_witness() -> None:
    assert lending.witnesses(Witnessed(needed=2, others=2)).passed
    refused = lending.witnesses(Witnessed(needed=2, others=1))
    assert refused.evidence == "Other active members who could witness: 1. Needed: 2."
    assert refused.remedy == "The group needs more active members first."


def test_named_witnesses_are_enough_and_all_of_them_fit() -> None:
    assert lending.witnesses(Witnessed(2, 9, named=2)).passed
    assert not lending.witnesses(Witnessed(2, 9, named=1)).passed
    refused = lending.witnesses(Witnessed(2, 9, named=2, unfit=("Lucy",)))
    assert not refused.passed
    assert "These cannot witness: Lucy." in refused.evidence
    assert refused.remedy == "Name different active members of the group, never the borrower, until there are 2."


def test_who_or_what_is_not_active_is_said() -> None:
    assert lending.active_member(is_active=True, group_is_active=True).passed
    assert "She is not" in lending.active_member(is_active=False, group_is_active=True).evidence
    assert "The group is not" in lending.active_member(is_active=True, group_is_active=False).evidence


def test_an_open_loan_is_named() -> None:
    refused = lending.open_loan(["LN-0003 (Running)"], is_one_per_type=False)
    assert refused.evidence == "One loan at a time. Open: LN-0003 (Running)."
    assert lending.open_loan([], is_one_per_type=False).evidence == "No loan of hers waits or runs."
    of_type = lending.open_loan(["LN-0003 (Waiting)"], is_one_per_type=True)
    assert of_type.evidence == "One loan of each type at a time. Open: LN-0003 (Waiting)."
    assert lending.open_loan([], is_one_per_type=True).evidence == "No loan of this type waits or runs."


def test_a_fund_that_is_short_only_warns() -> None:
    short = lending.fund(kes("100"), kes("99.99"))
    assert (short.passed, short.is_warning) == (False, True)
    assert short.remedy == "Ask for less, or wait until KES 0.01 more has come in."
    assert lending.fund(kes("100"), kes("100")).passed
    assert "holds KES 0.00 today" in lending.fund(kes("100"), kes("-5")).evidence


@pytest.mark.parametrize(
    ("loan_type", "cash", "projects", "pooled", "most"),
    [
        ("SHORT_TERM", "500", "300", False, "500"),
        ("LONG_TERM", "500", "300", True, "500"),
        ("PROJECT", "500", "300", False, "300"),
        ("PROJECT", "-100", "300", False, "200"),
        ("PROJECT", "-400", "300", False, "-100"),
        ("PROJECT", "800", "300", True, "800"),
    ],
)
def test_projects_are_lent_from_their_own_fund(
    loan_type: str, cash: str, projects: str, pooled: bool, most: str
) -> None:
    assert lending.lendable(loan_type, kes(cash), kes(projects), pooled=pooled) == kes(most)


# What fits a type


@pytest.mark.parametrize(
    ("clause", "words", "field"),
    [
        (SHORT, {"months": 4}, "duration_months"),
        (SHORT, {"months": 0}, "duration_months"),
        (LONG, {"months": 3}, "duration_months"),
        (SHORT, {"months": 3, "grace_months": 1}, "grace_months"),
        (PROJECT, {"months": 6, "grace_months": 6}, "grace_months"),
        (PROJECT, {"months": 6, "grace_months": -1}, "grace_months"),
        (SHORT, {"months": 3, "extra_payment": kes("1")}, "extra_payment"),
        (PROJECT, {"months": 3, "extra_payment": kes("1")}, "extra_payment"),
        (LONG, {"months": 6, "extra_payment": kes("1000.01")}, "extra_payment"),
        (LONG, {"months": 6, "extra_payment": kes("-1")}, "extra_payment"),
    ],
)
def test_what_a_type_does_not_have_is_refused_by_field(clause: Clause, words: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        lending.must_fit(Asked(kes("1000"), clause.loan_type, **words), clause)  # type: ignore[arg-type]  # by table
    assert refused.value.field == field


def test_a_term_that_is_not_said_is_the_longest() -> None:
    assert lending.must_fit(Asked(kes("1000")), SHORT) == 3
    assert lending.must_fit(Asked(kes("1000"), "PROJECT", 6, grace_months=5), PROJECT) == 6
    assert lending.must_fit(Asked(kes("1000"), "LONG_TERM", 4, extra_payment=kes("1000")), LONG) == 4


# What it costs


def test_fifty_thousand_for_three_months() -> None:
    made = lending.offer(lending.terms_for(Asked(kes("50000"), months=3), SHORT, MARCH), Fees())
    assert [str(row.principal) for row in made.schedule] == ["16666.67", "16666.67", "16666.66"]
    assert (made.total_interest, made.total_payable) == (kes("5000"), kes("55000"))
    assert (made.interest_rate, made.method) == (Decimal(10), "FLAT")
    assert made.schedule[0].due == dt.date(2026, 4, 20)


def test_one_month_at_ten_percent_costs_what_twelve_of_them_compound_to() -> None:
    """1.1^12 − 1 = 213.84 %."""
    made = lending.offer(lending.terms_for(Asked(kes("1000"), months=1), SHORT, MARCH), Fees())
    assert made.effective_yearly_rate == Decimal("213.84")


def test_fees_make_it_dearer_and_are_not_lent() -> None:
    """1,100 for 990 received in one month: (1100/990)^12 − 1."""
    fees = Fees(kes("4"), kes("6"))
    made = lending.offer(lending.terms_for(Asked(kes("1000"), months=1), SHORT, MARCH), fees)
    assert (made.fees.total, made.total_payable) == (kes("10"), kes("1100"))
    assert made.effective_yearly_rate == Decimal("254.07")


@pytest.mark.parametrize(("cap", "exceeded"), [(None, False), ("213.84", False), ("213.83", True)])
def test_a_cap_is_exceeded_from_the_next_hundredth_on(cap: str | None, exceeded: bool) -> None:
    made = lending.offer(lending.terms_for(Asked(kes("1000"), months=1), SHORT, MARCH), Fees())
    assert made.exceeds(None if cap is None else Decimal(cap)) is exceeded


def test_fees_that_eat_the_loan_exceed_every_cap() -> None:
    made = lending.offer(lending.terms_for(Asked(kes("1000"), months=1), SHORT, MARCH), Fees(kes("1000")))
    assert made.effective_yearly_rate is None
    assert made.exceeds(Decimal(1000))
    assert not made.exceeds(None)


def test_a_fee_is_an_amount_or_a_share_of_the_loan() -> None:
    assert lending.fee(kes("12345"), kes("200"), ZERO) == kes("200")
    assert lending.fee(kes("12345"), ZERO, Decimal("2.50")) == kes("308.63")
