"""Every rule has its clause, and every clause its rule: the numbers that fines and fees cite."""

from typing import Any

from django.db import models

from core.fields import MoneyField
from groups.charter import EVENT_WORDS
from groups.clauses import ARTICLES, LOAN_TERMS, RULES, WELFARE_EVENTS, Kind, clause_for, clauses_of
from groups.models import Constitution, LoanTerms, LoanType, WelfareEvent
from groups.operations.constitutions import DEFAULT_WELFARE

SIGNED = {
    "id", "group", "status", "version", "effective_on", "proposed_by", "proposed_at", "proposed_upon", "adopted_by",
    "adopted_at", "reason_sealed",
}  # fmt: skip
PART = {"id", "constitution"}
KEPT_IN: dict[str, tuple[type[models.Model], set[str]]] = {
    RULES: (Constitution, SIGNED),
    LOAN_TERMS: (LoanTerms, PART),
    WELFARE_EVENTS: (WelfareEvent, PART),
}
KEPT_AS: dict[type, set[Kind]] = {
    MoneyField: {Kind.MONEY},
    models.BooleanField: {Kind.YES_NO},
    models.CharField: {Kind.CHOICE, Kind.WORD},
    models.DecimalField: {Kind.PERCENT, Kind.TIMES},
    models.PositiveSmallIntegerField: {Kind.MONTHS, Kind.COUNT, Kind.MONTH_OF_YEAR},
}

# Once a fine or a fee has named its clause, the clause keeps that number.
CITED = {
    "1.1": "minimum_contribution",
    "2.1": "fine_late",
    "2.2": "fine_absent",
    "2.3": "fine_late_payment",
    "3.1": "application_fee",
    "3.3": "appreciation_fee",
    "3.5": "registration_fee",
    "4.8": "penalty_percent",
    "5.3": "rate_percent",
    "6.2": "maximum",
}


def columns(model: type[models.Model], but: set[str]) -> dict[str, Any]:
    return {field.name: field for field in model._meta.concrete_fields if field.name not in but}


def every_rule() -> dict[str, Any]:
    return {name: column for model, but in KEPT_IN.values() for name, column in columns(model, but).items()}


def test_every_rule_of_the_models_has_exactly_one_clause() -> None:
    named = [clause.name for article in ARTICLES for clause in article.clauses]
    assert sorted(named) == sorted(name for model, but in KEPT_IN.values() for name in columns(model, but))
    assert len(named) == len(set(named))


def test_each_clause_stands_in_the_table_that_keeps_it() -> None:
    for table, (model, but) in KEPT_IN.items():
        assert {clause.name for clause in clauses_of(table)} == set(columns(model, but))


def test_numbers_are_counted_through_and_the_cited_ones_stay() -> None:
    numbers = [clause.number for article in ARTICLES for clause in article.clauses]
    assert len(numbers) == len(set(numbers))
    assert [article.number for article in ARTICLES] == list(range(1, len(ARTICLES) + 1))
    for number, name in CITED.items():
        assert clause_for(name).number == number


def test_each_clause_is_of_the_kind_of_its_column() -> None:
    wrong = {
        name: (column, clause_for(name).kind)
        for name, column in every_rule().items()
        if clause_for(name).kind not in KEPT_AS[type(column)]
    }
    assert wrong == {}


def test_choices_are_those_of_the_columns_in_the_same_words() -> None:
    for name, column in every_rule().items():
        if column.choices:
            said = {key: str(word) for key, word in clause_for(name).choices.items()}
            assert said == {key: str(word) for key, word in dict(column.flatchoices).items()}
    assert list(clause_for("loan_type").choices) == LoanType.values


def test_the_usual_events_have_a_word() -> None:
    assert {event.event for event in DEFAULT_WELFARE} == set(EVENT_WORDS)
