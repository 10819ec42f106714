"""What changes between two constitutions, in words."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from groups.charter import amended
from groups.clauses import RULE_NAMES, Kind, clause_for
from groups.comparison import compare
from groups.tests.test_charter import USUAL

MANY = {
    "fine_late": "70",
    "fine_absent": "0",
    "withdrawal_percent": "60",
    "open_loans": "ONE_PER_TYPE",
    "second_pair_of_eyes": True,
    "fiscal_year_starts_in": 7,
}


def words(
    rules: dict[str, Any], loan_terms: list[dict[str, Any]] | None = None, events: list[dict[str, Any]] | None = None
) -> list[str]:
    return [change.words for change in compare(USUAL, amended(USUAL, rules, loan_terms, events))]


def kept(*without: str) -> list[dict[str, Any]]:
    return [vars(event) for event in USUAL.events if event.event not in without]


def test_two_equal_texts_have_nothing_to_say() -> None:
    assert compare(USUAL, USUAL) == []
    assert words({"fine_late": "50.00"}, [{"loan_type": "PROJECT", "rate_percent": 12}], kept()) == []


def test_each_changed_rule_is_one_sentence_in_the_order_of_the_articles() -> None:
    assert words(MANY) == [
        "1.2 A second person confirms what an officer records: no → yes",
        "1.3 Share of her savings that a member may withdraw: 50 % → 60 %",
        "2.1 Fine for coming late: 50.00 → 70.00",
        "2.2 Fine for being absent: 100.00 → none",
        "4.3 Loans a member may have open: One loan at a time → One loan of each type",
        "7.1 The year of the books starts in: January → July",
    ]


def test_the_terms_of_a_loan_change_part_by_part() -> None:
    long_term = {"loan_type": "LONG_TERM", "rate_percent": "10", "longest_months": 48}
    assert words({}, [long_term]) == [
        "5.3 Loans of the type Long-term: rate 12 % → 10 %",
        "5.5 Loans of the type Long-term: longest term 36 months → 48 months",
    ]


def test_events_come_change_and_go() -> None:
    fire = {"event": "FIRE", "maximum": "5000", "months_of_membership": 3}
    flood = {"event": "FLOOD", "maximum": "700"}
    birth = {"event": "BIRTH", "maximum": "2500.00", "months_of_membership": 3}
    assert words({}, None, [*kept("BIRTH", "HOSPITAL"), fire, flood, birth]) == [
        "6.1 Event Birth: at most 2,000.00 after 3 months → at most 2,500.00 after 3 months",
        "6.1 New event: FIRE, at most 5,000.00 after 3 months",
        "6.1 New event: FLOOD, at most 700.00 from the first day",
        "6.1 No more an event: Hospital, at most 5,000.00 after 3 months",
    ]


def test_a_change_names_its_rule_for_programs_and_its_two_sides() -> None:
    [change] = compare(USUAL, amended(USUAL, {"fine_late": "70"}))
    assert (change.number, change.rule, change.label) == ("2.1", "fine_late", "Fine for coming late")
    assert (change.before, change.after) == ("50.00", "70.00")
    [change] = compare(USUAL, amended(USUAL, {}, [{"loan_type": "PROJECT", "method": "FLAT"}]))
    assert change.rule == "loan_terms.PROJECT.method"


def test_the_same_change_is_told_in_swahili() -> None:
    with translation.override("sw"):
        assert words({"fine_late": "70"}) == ["2.1 Faini ya kuchelewa: 50.00 → 70.00"]
        fire = {"event": "FIRE", "maximum": "5000", "months_of_membership": 3}
        assert words({}, None, [*kept(), fire]) == ["6.1 Tukio jipya: FIRE, hadi 5,000.00 baada ya miezi 3"]


@pytest.mark.parametrize("name", RULE_NAMES)
def test_no_rule_changes_unsaid(name: str) -> None:
    clause, now = clause_for(name), USUAL.rules[name]
    other: Any = {
        Kind.YES_NO: not now,
        Kind.CHOICE: next((choice for choice in clause.choices if choice != now), ""),
    }.get(clause.kind, 9)
    bare = {"application_fee": 0, "appreciation_fee": 0, "application_fee_percent": 0, "appreciation_fee_percent": 0}
    rules = {**bare, name: other}
    if name == "system_admin_above":
        rules["committee_from"] = "1"
    assert name in {change.rule for change in compare(USUAL, amended(USUAL, rules))}


@given(st.sets(st.sampled_from(sorted(MANY))))
def test_what_changed_there_changes_back(names: set[str]) -> None:
    other = amended(USUAL, {name: MANY[name] for name in names})
    there, back = compare(USUAL, other), compare(other, USUAL)
    assert {change.rule for change in there} == names
    assert [(change.rule, change.before, change.after) for change in there] == [
        (change.rule, change.after, change.before) for change in back
    ]
