"""Rules that answer with evidence and a remedy, what a loan costs, and the score: arithmetic alone."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.money import ZERO, kes
from loans.rules import lending
from loans.rules.lending import Asked, Clause, Fees, Record, Saved, Witnessed, score

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
    assert refused.evidence == "1 other active members could witness; 2 are needed."
    assert refused.remedy == "The group needs more active members first."


def test_named_witnesses_are_enough_and_all_of_them_fit() -> None:
    assert lending.witnesses(Witnessed(2, 9, named=2)).passed
    assert not lending.witnesses(Witnessed(2, 9, named=1)).passed
    refused = lending.witnesses(Witnessed(2, 9, named=2, unfit=("Lucy",)))
    assert not refused.passed
    assert "These cannot witness: Lucy." in refused.evidence
    assert refused.remedy == "Name 2 different active members of the group, never the borrower."


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


# The score


def test_the_best_and_the_least() -> None:
    best = score(Record(12, 24, fallen_due=6, on_time=6, attendance_percent=Decimal(100)))
    assert (best.score, best.risk) == (Decimal("100.0"), "LOW")
    assert (score(Record(40, 90, 1, 1, Decimal(100)))).score == Decimal("100.0")
    least = score(Record(0, 0, fallen_due=3, on_time=0, attendance_percent=ZERO))
    assert (least.score, least.risk) == (Decimal("0.0"), "HIGH")


def test_who_has_no_past_gets_the_middle() -> None:
    made = score(Record(3, 14))
    assert made.parts == {
        "consistency": Decimal("10.0"),
        "repayment": Decimal("15.0"),
        "attendance": Decimal("10.0"),
        "tenure": Decimal("5.8"),
    }
    assert (made.score, made.risk) == (Decimal("40.8"), "MEDIUM")


@pytest.mark.parametrize(
    ("record", "shown", "risk"),
    [
        (Record(12, 12), "70.0", "LOW"),
        # 40 + 30 × 2/3 + 9.98 is 69.98: shown as 70.0, and not yet low.
        (Record(12, 0, 3, 2, Decimal("49.9")), "70.0", "MEDIUM"),
        (Record(0, 24, 2, 1, Decimal(75)), "40.0", "MEDIUM"),
        (Record(0, 24, 2, 1, Decimal("74.9")), "40.0", "HIGH"),
    ],
)
def test_the_risk_is_judged_on_the_exact_value(record: Record, shown: str, risk: str) -> None:
    made = score(record)
    assert (str(made.score), made.risk) == (shown, risk)


@given(st.integers(0, 60), st.integers(0, 200), st.integers(0, 40), st.integers(0, 40), st.none() | st.integers(0, 100))
def test_the_score_lies_between_nought_and_a_hundred(
    saved: int, member: int, due: int, kept: int, rate: int | None
) -> None:
    attendance = None if rate is None else Decimal(rate)
    made = score(Record(saved, member, due, min(kept, due), attendance))
    assert 0 <= made.score <= 100
    assert abs(sum(made.parts.values()) - made.score) <= Decimal("0.2")
    assert made.score == made.score.quantize(Decimal("0.1"))


@pytest.mark.parametrize(
    ("joined", "on", "months"),
    [
        ((2025, 1, 15), (2026, 3, 20), 14),
        ((2025, 1, 15), (2026, 3, 14), 13),
        ((2025, 1, 31), (2025, 2, 28), 1),
        ((2026, 3, 20), (2026, 3, 20), 0),
        ((2026, 4, 1), (2026, 3, 20), 0),
    ],
)
def test_membership_counts_whole_months(joined: tuple[int, int, int], on: tuple[int, int, int], months: int) -> None:
    assert lending.months_of_membership(dt.date(*joined), dt.date(*on)) == months


def test_the_score_is_told_in_words() -> None:
    new = Record(3, 14)
    assert list(lending.reasons(new, score(new), kes("90000"))) == [
        "Months in a row with enough savings: 3. 10.0 of 40 points.",
        "No instalment of hers has fallen due yet. 15.0 of 30 points, the middle.",
        "No meeting is on record yet. 10.0 of 20 points, the middle.",
        "Whole months of membership: 14. 5.8 of 10 points.",
        "By her savings and the loan fund, at most KES 90,000.00 could be lent to her now.",
    ]
    old = Record(12, 24, fallen_due=6, on_time=5, attendance_percent=Decimal("87.5"))
    told = list(lending.reasons(old, score(old), ZERO))
    assert told[1] == "Instalments paid on time: 5 of 6. 25.0 of 30 points."
    assert told[2] == "Present at 87.5 percent of the meetings. 17.5 of 20 points."
