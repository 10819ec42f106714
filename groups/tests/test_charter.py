"""Reading a constitution from what people send, holding it to its bounds, and reading it aloud."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from groups.charter import Charter, Event, amended, read, said
from groups.clauses import ARTICLES, RULE_NAMES, Kind, clause_for
from groups.models import Constitution
from groups.operations.constitutions import DEFAULT_LOAN_TERMS, DEFAULT_WELFARE

USUAL = Charter({name: getattr(Constitution(), name) for name in RULE_NAMES}, DEFAULT_LOAN_TERMS, DEFAULT_WELFARE)


def refused(act: Any) -> str:
    with pytest.raises(Invalid) as refusal:
        act()
    assert str(refusal.value.detail)
    return refusal.value.field or ""


@pytest.mark.parametrize(
    ("name", "given_as", "kept"),
    [
        ("fine_late", "70", Decimal("70.00")),
        ("fine_late", 0, Decimal("0.00")),
        ("fine_late", Decimal("999999999.99"), Decimal("999999999.99")),
        ("withdrawal_percent", Decimal(100), Decimal("100.00")),
        ("withdrawal_window_months", 1, 1),
        ("withdrawal_window_months", "120", 120),
        ("committee_quorum", 2, 2),
        ("savings_multiple", "2.5", Decimal("2.50")),
        ("in_duplum", False, False),
        ("open_loans", "ONE_PER_TYPE", "ONE_PER_TYPE"),
        ("fiscal_year_starts_in", 12, 12),
        ("rounding_unit", "0.5", Decimal("0.50")),
        ("event", "  fire   at home ", "FIRE AT HOME"),
    ],
)
def test_what_lies_within_its_bounds_is_taken(name: str, given_as: Any, kept: Any) -> None:
    assert read(clause_for(name), given_as) == kept


@pytest.mark.parametrize(
    ("name", "given_as"),
    [
        ("fine_late", "-1"),
        ("fine_late", "0.001"),
        ("fine_late", "1000000000"),
        ("fine_late", "NaN"),
        ("fine_late", True),
        ("fine_late", 0.5),
        ("fine_late", None),
        ("withdrawal_percent", "100.01"),
        ("withdrawal_percent", "-0.01"),
        ("withdrawal_window_months", 0),
        ("withdrawal_window_months", 121),
        ("withdrawal_window_months", True),
        ("withdrawal_window_months", Decimal("1.5")),
        ("withdrawal_window_months", "1.0"),
        ("withdrawal_window_months", "1234567"),
        ("committee_quorum", 1),
        ("witnesses_needed", -1),
        ("in_duplum", "yes"),
        ("in_duplum", 1),
        ("open_loans", "MANY"),
        ("open_loans", ["ONE"]),
        ("fiscal_year_starts_in", 13),
        ("fiscal_year_starts_in", 0),
        ("rounding_unit", "0.02"),
        ("event", "  "),
        ("event", 7),
        ("event", "A" * 41),
    ],
)
def test_what_lies_outside_is_refused_by_its_name(name: str, given_as: Any) -> None:
    assert refused(lambda: read(clause_for(name), given_as)) == name


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.decimals(), st.lists(st.integers())))
def test_no_answer_to_any_clause_breaks_the_reading(answer: Any) -> None:
    for article in ARTICLES:
        for clause in article.clauses:
            try:
                kept = read(clause, answer)
            except Invalid:
                continue
            assert said(clause, kept)
            assert read(clause, kept) == kept


def test_a_rule_that_does_not_exist_is_not_dropped() -> None:
    assert refused(lambda: amended(USUAL, {"fine_for_talking": "5"})) == "fine_for_talking"
    row = [{"loan_type": "PROJECT", "colour": "red"}]
    assert refused(lambda: amended(USUAL, {}, row)) == "loan_terms.0.colour"


def test_what_is_not_said_is_carried_over() -> None:
    changed = amended(USUAL, {"fine_late": "70"}, [{"loan_type": "LONG_TERM", "rate_percent": "10"}])
    assert {name for name in RULE_NAMES if changed.rules[name] != USUAL.rules[name]} == {"fine_late"}
    long_term = changed.terms_by_type["LONG_TERM"]
    assert (long_term.rate_percent, long_term.longest_months, long_term.method) == (Decimal(10), 36, "REDUCING")
    assert [terms.loan_type for terms in changed.terms] == ["SHORT_TERM", "LONG_TERM", "PROJECT"]
    assert changed.events == USUAL.events


def test_the_list_of_events_is_the_whole_list() -> None:
    changed = amended(USUAL, {}, None, [{"event": "fire", "maximum": "5000"}])
    assert changed.events == (Event("FIRE", Decimal("5000.00"), 0),)
    assert amended(USUAL, {}, None, []).events == ()


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([{"rate_percent": "5"}], "loan_terms.0.loan_type"),
        ([{"loan_type": "PROJECT"}, {"loan_type": "PROJECT"}], "loan_terms.1.loan_type"),
        ([{"loan_type": "GIFT"}], "loan_terms.0.loan_type"),
        ([{"loan_type": "SHORT_TERM", "longest_months": 0}], "loan_terms.0.longest_months"),
        ([{"loan_type": "LONG_TERM", "shortest_months": 37}], "loan_terms.0.longest_months"),
        ([{"loan_type": "LONG_TERM", "rate_percent": "100.01"}], "loan_terms.0.rate_percent"),
    ],
)
def test_terms_that_cannot_stand_are_refused(rows: Any, field: str) -> None:
    assert refused(lambda: amended(USUAL, {}, rows)) == field


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([{"maximum": "5"}], "welfare_events.0.event"),
        ([{"event": "FIRE"}], "welfare_events.0.maximum"),
        ([{"event": "FIRE", "maximum": "1"}, {"event": "fire ", "maximum": "2"}], "welfare_events.1.event"),
        ([{"event": "FIRE", "maximum": "-1"}], "welfare_events.0.maximum"),
        ([{"event": f"EVENT {n}", "maximum": "1"} for n in range(31)], "welfare_events"),
    ],
)
def test_events_that_cannot_stand_are_refused(rows: Any, field: str) -> None:
    assert refused(lambda: amended(USUAL, {}, None, rows)) == field


def test_between_committee_and_system_admin_no_amount_is_left_without_approver() -> None:
    assert refused(lambda: amended(USUAL, {"committee_from": "200000.01"})) == "system_admin_above"
    assert amended(USUAL, {"committee_from": "200000"}).rules["committee_from"] == Decimal(200_000)


@pytest.mark.parametrize("fee", ["application_fee", "appreciation_fee"])
def test_a_fee_is_an_amount_or_a_share_not_both(fee: str) -> None:
    both = {fee: "100", f"{fee}_percent": "1"}
    assert refused(lambda: amended(USUAL, both)) == f"{fee}_percent"
    assert amended(USUAL, {f"{fee}_percent": "1"}).rules[f"{fee}_percent"] == 1


@pytest.mark.parametrize(
    ("name", "value", "english", "swahili"),
    [
        ("fine_late", Decimal("1050.00"), "1,050.00", "1,050.00"),
        ("fine_late", Decimal("0.00"), "none", "hakuna"),
        ("minimum_contribution", Decimal("0.00"), "0.00", "0.00"),
        ("withdrawal_percent", Decimal("12.50"), "12.5 %", "12.5 %"),
        ("withdrawal_percent", Decimal("50.00"), "50 %", "50 %"),
        ("withdrawal_window_months", 1, "1 month", "mwezi 1"),
        ("withdrawal_window_months", 12, "12 months", "miezi 12"),
        ("savings_multiple", Decimal("3.00"), "3 times", "mara 3"),
        ("committee_quorum", 3, "3", "3"),
        ("in_duplum", True, "yes", "ndiyo"),
        ("in_duplum", False, "no", "hapana"),
        ("open_loans", "ONE", "One loan at a time", "Mkopo mmoja kwa wakati"),
        ("fiscal_year_starts_in", 7, "July", "Julai"),
        ("event", "BIRTH", "Birth", "Uzazi"),
        ("event", "FIRE", "FIRE", "FIRE"),
    ],
)
def test_answers_are_read_as_people_say_them(name: str, value: Any, english: str, swahili: str) -> None:
    assert said(clause_for(name), value) == english
    with translation.override("sw"):
        assert said(clause_for(name), value) == swahili


def test_every_kind_is_spoken_in_both_languages() -> None:
    for clause in (clause for article in ARTICLES for clause in article.clauses):
        value: Any = {
            Kind.YES_NO: True,
            Kind.CHOICE: next(iter(clause.choices), ""),
            Kind.WORD: "FIRE",
        }.get(clause.kind, 1)
        for language in ("en", "sw"):
            with translation.override(language):
                assert said(clause, value)
