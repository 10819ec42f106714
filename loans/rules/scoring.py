"""How safe a loan to somebody looks: her score, its parts, the risk, all of it in words.

Pure: no database, no clock. Exact fractions until the end: what is shown has one decimal, the risk is judged before.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext

from core.money import round_half_up, shown
from core.periods import add_months


@dataclass(frozen=True)
class Record:
    """What her score is made of: `on_time` of `fallen_due` instalments, attendance in percent (None: no meetings)."""

    months_saved: int
    months_member: int
    fallen_due: int = 0
    on_time: int = 0
    attendance_percent: Decimal | None = None


@dataclass(frozen=True)
class Score:
    """0 to 100 and its parts, to one decimal; the risk is judged on the exact value."""

    score: Decimal
    parts: dict[str, Decimal]
    risk: str


def score(record: Record) -> Score:
    """consistency 40 × min(months, 12)/12 · repayment 30 × share on time · attendance 20 × rate · tenure 10 ×
    min(months, 24)/24. Who has nothing to be judged by gets half of a part."""
    parts = {
        "consistency": Fraction(40 * min(record.months_saved, 12), 12),
        "repayment": Fraction(30 * record.on_time, record.fallen_due) if record.fallen_due else Fraction(15),
        "attendance": _attendance(record.attendance_percent),
        "tenure": Fraction(10 * min(record.months_member, 24), 24),
    }
    total = sum(parts.values(), Fraction(0))
    risk = "LOW" if total >= 70 else "MEDIUM" if total >= 40 else "HIGH"
    return Score(_tenth(total), {name: _tenth(part) for name, part in parts.items()}, risk)


def _attendance(percent: Decimal | None) -> Fraction:
    return Fraction(10) if percent is None else Fraction(20) * Fraction(percent) / 100


def _tenth(value: Fraction) -> Decimal:
    """To one decimal, half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return round_half_up(exact, Decimal("0.1")).quantize(Decimal("0.1"))


def months_of_membership(joined_on: dt.date, on: dt.date) -> int:
    """Whole months since she joined; none before."""
    months = (on.year - joined_on.year) * 12 + on.month - joined_on.month
    return max(months - (1 if add_months(joined_on, months) > on else 0), 0)


def reasons(record: Record, made: Score, max_amount: Decimal) -> Iterator[str]:
    """The score in words, part by part, and the most that could be lent to her."""
    parts = made.parts
    yield gettext("Months in a row with enough savings: %(count)d. %(points)s of 40 points.") % {
        "count": record.months_saved, "points": parts["consistency"],
    }  # fmt: skip
    if record.fallen_due:
        yield gettext("Instalments paid on time: %(kept)d of %(due)d. %(points)s of 30 points.") % {
            "kept": record.on_time, "due": record.fallen_due, "points": parts["repayment"],
        }  # fmt: skip
    else:
        yield gettext("No instalment of hers has fallen due yet. %(points)s of 30 points, the middle.") % {
            "points": parts["repayment"]
        }
    if record.attendance_percent is None:
        yield gettext("No meeting is on record yet. %(points)s of 20 points, the middle.") % {
            "points": parts["attendance"]
        }
    else:
        yield gettext("Present at %(rate)s percent of the meetings. %(points)s of 20 points.") % {
            "rate": record.attendance_percent, "points": parts["attendance"],
        }  # fmt: skip
    yield gettext("Whole months of membership: %(count)d. %(points)s of 10 points.") % {
        "count": record.months_member, "points": parts["tenure"],
    }  # fmt: skip
    yield gettext("By her savings and the loan fund, at most KES %(most)s could be lent to her now.") % {
        "most": shown(max_amount)
    }
