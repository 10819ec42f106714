"""Notes and coins, attendance, quorum, and the text of a seal: arithmetic and words, without a database."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import kes
from ledger.places import BOX, held_by
from ledger.rules import check_legs, sha256
from meetings import rules
from meetings.rules import Counted, Head, Marked, Sealing, Step, seal_text

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
AT = dt.datetime(2026, 3, 20, 9, 30, tzinfo=dt.UTC)
SEALING = Sealing(
    meeting=ONE,
    group=TWO,
    on=dt.date(2026, 3, 20),
    by=THREE,
    at=AT,
    head=Head(7, "a" * 64),
    since=Head(0, "0" * 64),
    counted=kes("950"),
    book=kes("1000"),
    notes="",
)
MARKS = [Marked(TWO, "LATE", False), Marked(ONE, "PRESENT", True)]
COUNT = Counted(
    id=ONE, moment="CLOSING", on=dt.date(2026, 3, 20), counted=kes("950"), book=kes("1000"), voucher=None,
    explanation="", pieces={Decimal(50): 1, Decimal(100): 9},
)  # fmt: skip


def test_what_lies_in_the_box_is_worth_its_notes_and_coins() -> None:
    assert rules.worth_of({Decimal(1000): 3, Decimal("0.50"): 3, Decimal(40): 0}) == kes("3001.50")
    assert rules.worth_of({}) == kes("0")


@given(st.dictionaries(st.sampled_from(rules.DENOMINATIONS), st.integers(0, 1000)))
@settings(max_examples=30)
def test_a_count_is_exact_to_the_cent(pieces: dict[Decimal, int]) -> None:
    cents = sum(int(worth * 100) * count for worth, count in pieces.items())
    assert rules.worth_of(pieces) == Decimal(cents).scaleb(-2)


@pytest.mark.parametrize(("detail", "place"), [("CASH_SHORT", BOX), ("CASH_OVER", BOX), ("CASH_SHORT", held_by(ONE))])
def test_a_difference_is_an_entry_of_its_own(detail: str, place: object) -> None:
    legs = rules.count_legs(detail, kes("50"), place)  # type: ignore[arg-type]  # a place
    check_legs(legs)
    cash = next(leg for leg in legs if leg.head)
    assert (cash.amount < 0) == (detail == "CASH_SHORT")
    assert {leg.account for leg in legs if not leg.head} == ({"5090"} if detail == "CASH_SHORT" else {"4090"})


def test_less_than_the_book_is_short_and_more_is_over() -> None:
    assert (rules.detail_of(kes("-50")), rules.detail_of(kes("50"))) == ("CASH_SHORT", "CASH_OVER")


def test_a_fee_is_income_that_names_who_paid() -> None:
    legs = rules.fee_legs(kes("200"), BOX, ONE)
    check_legs(legs)
    assert [(leg.account, leg.amount, leg.member, leg.head) for leg in legs] == [
        ("1010", kes("200"), None, "other_fee"),
        ("4070", kes("-200"), ONE, ""),
    ]


@pytest.mark.parametrize(
    ("marks", "percent"),
    [
        ({}, None),
        ({"EXCUSED": 3}, None),
        ({"PRESENT": 1, "ABSENT": 2}, "33.3"),
        ({"LATE": 2, "ABSENT": 1}, "66.7"),
        ({"PRESENT": 7, "LATE": 1, "EXCUSED": 4}, "100.0"),
        ({"ABSENT": 4}, "0.0"),
    ],
)
def test_attendance_in_percent(marks: dict[str, int], percent: str | None) -> None:
    assert rules.rate(marks) == (None if percent is None else Decimal(percent))


@given(st.fixed_dictionaries({word: st.integers(0, 60) for word in ("PRESENT", "LATE", "EXCUSED", "ABSENT")}))
@settings(max_examples=30)
def test_attendance_is_a_share_that_no_excuse_moves(marks: dict[str, int]) -> None:
    rate = rules.rate(marks)
    assert rate == rules.rate(marks | {"EXCUSED": marks["EXCUSED"] + 1})
    if rate is not None:
        here, all_of_them = marks["PRESENT"] + marks["LATE"], marks["PRESENT"] + marks["LATE"] + marks["ABSENT"]
        assert abs(rate * all_of_them - 100 * here) <= Decimal("0.05") * all_of_them


@pytest.mark.parametrize(
    ("members", "percent", "needed"), [(12, "50", 7), (13, "50", 7), (7, "50", 4), (12, "66.67", 9), (3, "0", 1)]
)
def test_a_quorum_is_more_than_the_share(members: int, percent: str, needed: int) -> None:
    assert rules.quorum(members, Decimal(percent)) == needed


@pytest.mark.parametrize(
    ("kind", "detail", "step"),
    [
        ("CONTRIBUTION", "WELFARE", Step.WELFARE),
        ("CONTRIBUTION", "REGULAR", Step.SAVINGS),
        ("CONTRIBUTION", "ECD", Step.SAVINGS),
        ("CAMPAIGN", "CONTRIBUTION", Step.SAVINGS),
        ("CAMPAIGN", "RETURN", None),
        ("FINE_PAYMENT", "FINE", Step.FINES),
        ("FEE", "OTHER", Step.FINES),
        ("REPAYMENT", "RECOVERY", Step.REPAYMENTS),
        ("EXPENSE", "CHARGE", Step.EXPENSES),
        ("PAYOUT", "WELFARE_PAYOUT", Step.EXPENSES),
        ("DISBURSEMENT", "PROJECT", Step.LOANS),
        ("REVERSAL", "REGULAR", None),
        ("COUNT", "CASH_SHORT", None),
    ],
)
def test_each_paper_belongs_to_its_step(kind: str, detail: str, step: Step | None) -> None:
    assert rules.step_of(kind, detail) == step


def test_the_text_of_a_seal() -> None:
    empty = sha256("")
    assert seal_text(SEALING, MARKS, [COUNT]) == (
        f"seal1 {ONE} {TWO} 2026-03-20 {THREE} 2026-03-20T09:30:00.000000Z\n"
        f"head 7 {'a' * 64}\n"
        f"since 0 {'0' * 64}\n"
        "cash 95000 100000\n"
        f"notes {empty}\n"
        f"mark {ONE} PRESENT 1\n"
        f"mark {TWO} LATE 0\n"
        f"count {ONE} CLOSING 2026-03-20 95000 100000 - {empty}\n"
        "pieces 10000 9\n"
        "pieces 5000 1\n"
    )


def test_a_seal_does_not_depend_on_the_order_of_rows() -> None:
    other = replace(COUNT, id=TWO, moment="OPENING")
    assert seal_text(SEALING, MARKS, [COUNT, other]) == seal_text(SEALING, MARKS[::-1], [other, COUNT])


MEETING_SAYS: dict[str, Any] = {
    "meeting": THREE, "group": THREE, "on": dt.date(2026, 3, 21), "by": ONE, "at": AT.replace(microsecond=1),
    "head": Head(8, "a" * 64), "since": Head(1, "0" * 64), "counted": kes("951"), "book": kes("1001"),
    "notes": "The roof leaks",
}  # fmt: skip
COUNT_SAYS: dict[str, Any] = {
    "id": THREE, "moment": "OPENING", "on": dt.date(2026, 3, 21), "counted": kes("1"), "book": kes("1"),
    "voucher": ONE, "explanation": "A note is missing", "pieces": {Decimal(50): 2, Decimal(100): 9},
}  # fmt: skip
ROLLS = [
    [MARKS[0], replace(MARKS[1], status="ABSENT")],
    [MARKS[0], replace(MARKS[1], has_confirmed=False)],
    MARKS[:1],
]


def test_every_fact_of_a_seal_changes_its_text() -> None:
    said = [
        seal_text(SEALING, MARKS, [COUNT]),
        *(seal_text(replace(SEALING, **{name: value}), MARKS, [COUNT]) for name, value in MEETING_SAYS.items()),
        *(seal_text(SEALING, roll, [COUNT]) for roll in ROLLS),
        *(seal_text(SEALING, MARKS, [replace(COUNT, **{name: value})]) for name, value in COUNT_SAYS.items()),
    ]
    assert set(vars(SEALING)) == set(MEETING_SAYS)
    assert set(vars(COUNT)) == set(COUNT_SAYS)
    assert len(set(said)) == len(said)
