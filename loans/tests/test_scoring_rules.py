"""The score: its parts, the risk on the exact value, and the words."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import ZERO, kes
from loans.rules.scoring import Record, months_of_membership, reasons, score


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
    assert months_of_membership(dt.date(*joined), dt.date(*on)) == months


def test_the_score_is_told_in_words() -> None:
    new = Record(3, 14)
    assert list(reasons(new, score(new), kes("90000"))) == [
        "Months in a row with enough savings: 3. 10.0 of 40 points.",
        "No instalment of hers has fallen due yet. 15.0 of 30 points, the middle.",
        "No meeting is on record yet. 10.0 of 20 points, the middle.",
        "Whole months of membership: 14. 5.8 of 10 points.",
        "By her savings and the loan fund, at most KES 90,000.00 could be lent to her now.",
    ]
    old = Record(12, 24, fallen_due=6, on_time=5, attendance_percent=Decimal("87.5"))
    told = list(reasons(old, score(old), ZERO))
    assert told[1] == "Instalments paid on time: 5 of 6. 25.0 of 30 points."
    assert told[2] == "Present at 87.5 percent of the meetings. 17.5 of 20 points."
