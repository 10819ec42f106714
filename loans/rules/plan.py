"""Schedules of the three methods, and what a loan costs in a year.

Pure: no database, no clock. Every part is rounded half-up to the loan's unit and never more than what is left; the
last instalment absorbs the rest, so that principal parts sum to the principal and the last balance is 0.00.
"""

import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from core.money import CENT, ZERO, round_half_up
from core.periods import add_months

FLAT, REDUCING, ANNUITY = "FLAT", "REDUCING", "ANNUITY"
# Digits that powers and roots are worked out with before the one rounding at the end.
PRECISION = 50
# A monthly rate of 100,000 per cent: the fees take all but a trifle, and no yearly figure says anything any more.
BEYOND_WORDS = Decimal(1000)


@dataclass(frozen=True)
class Terms:
    """What was agreed: principal in shillings, rate in percent (of the term for FLAT, else of a year), months.

    `grace` are months of interest only, counted within the term; `extra` is principal paid every month on top.
    """

    method: str
    principal: Decimal
    rate: Decimal
    months: int
    start: dt.date
    unit: Decimal = CENT
    grace: int = 0
    extra: Decimal = ZERO

    def due(self, number: int) -> dt.date:
        """When instalment `number` falls due: the anchor day of disbursement, or the last day of a shorter month."""
        return add_months(self.start, number, self.start.day)


@dataclass(frozen=True)
class Instalment:
    """One row of a schedule; `balance` is the principal left after it."""

    number: int
    due: dt.date
    principal: Decimal
    interest: Decimal
    balance: Decimal

    @property
    def total(self) -> Decimal:
        return self.principal + self.interest


def schedule(terms: Terms) -> list[Instalment]:
    """The rows of a loan that is repaid as agreed; fewer than its months where extra principal ends it early."""
    if terms.method == FLAT:
        return _flat(terms)
    return list(reducing(terms, terms.principal, first=1))


def _flat(terms: Terms) -> list[Instalment]:
    """Interest = principal × rate %, once for the whole term; both in equal parts (domain rule for SHORT_TERM)."""
    interest = flat_interest(terms)
    parts = zip(
        equal_parts(terms.principal, terms.months, terms.unit),
        equal_parts(interest, terms.months, terms.unit),
        strict=True,
    )
    rows, left = [], terms.principal
    for number, (principal, fee) in enumerate(parts, start=1):
        left -= principal
        if principal or fee:
            rows.append(Instalment(number, terms.due(number), principal, fee, left))
    return rows


def flat_interest(terms: Terms) -> Decimal:
    return round_half_up(terms.principal * terms.rate / 100, terms.unit)


def equal_parts(whole: Decimal, count: int, unit: Decimal) -> list[Decimal]:
    """`count` parts of the same size, none more than what is left, the last one the rest."""
    part, left, parts = round_half_up(whole / count, unit), whole, []
    for _number in range(count - 1):
        parts.append(min(part, left))
        left -= parts[-1]
    return [*parts, left]


def reducing(terms: Terms, balance: Decimal, *, first: int, part: Decimal | None = None) -> Iterator[Instalment]:
    """The rows from instalment `first` on, for a balance that is owed when its period begins.

    Interest is the opening balance × yearly rate ÷ 12. REDUCING keeps the principal part, ANNUITY the instalment
    (`part`, as it was first agreed), so that principal paid ahead shortens the term.
    """
    keeps = kept(terms) if part is None else part
    for number in range(first, terms.months + 1):
        if balance <= 0:
            return
        interest = month_interest(terms, balance)
        principal = _principal(terms, number, balance, interest, keeps)
        balance -= principal
        yield Instalment(number, terms.due(number), principal, interest, balance)


def month_interest(terms: Terms, balance: Decimal) -> Decimal:
    return round_half_up(balance * terms.rate / 1200, terms.unit)


def _principal(terms: Terms, number: int, balance: Decimal, interest: Decimal, keeps: Decimal) -> Decimal:
    if number == terms.months:
        return balance
    if number <= terms.grace:
        return min(terms.extra, balance)
    planned = keeps - interest if terms.method == ANNUITY else keeps
    return min(max(planned, ZERO) + terms.extra, balance)


def kept(terms: Terms) -> Decimal:
    """What stays the same every month: the principal part (REDUCING), or the whole instalment (ANNUITY)."""
    count = terms.months - terms.grace
    if terms.method == ANNUITY:
        return round_half_up(annuity(terms.principal, terms.rate, count), terms.unit)
    return round_half_up(terms.principal / count, terms.unit)


def annuity(principal: Decimal, rate: Decimal, count: int) -> Decimal:
    """The equal instalment, unrounded: P × i ÷ (1 − (1 + i)^−n), with i = yearly rate ÷ 1200; P ÷ n without interest.

    The textbook formula of a regular annuity in arrears.
    """
    if rate == 0:
        return principal / count
    with localcontext(prec=PRECISION):
        month = rate / 1200
        return principal * month / (1 - (1 + month) ** -count)


# What it costs


def total_interest(rows: Sequence[Instalment]) -> Decimal:
    return sum((row.interest for row in rows), ZERO)


def yearly_rate(received: Decimal, payments: Sequence[tuple[int, Decimal]]) -> Decimal | None:
    """((1 + monthly internal rate of return)^12 − 1) in percent, two places; None where next to nothing is received.

    `received` is the principal less the fees taken with it, in shillings; `payments` are (month, amount). The monthly
    rate is the one at which the payments are worth what was received; found by halving, since worth falls as it grows.
    """
    return None if received <= 0 else _yearly_rate(received, tuple(payments))


@functools.lru_cache(maxsize=1024)
def _yearly_rate(received: Decimal, payments: tuple[tuple[int, Decimal], ...]) -> Decimal | None:
    """Kept for a while: lists show the same few schedules again and again."""
    with localcontext(prec=PRECISION):
        low, high = Decimal(0), Decimal(1)
        if _worth(payments, low) <= received:
            return ZERO
        while _worth(payments, high) > received:
            low, high = high, high * 2
        while high - low > Decimal("1e-14") * max(high, Decimal(1)):
            middle = (low + high) / 2
            low, high = (middle, high) if _worth(payments, middle) > received else (low, middle)
        if low > BEYOND_WORDS:
            return None
        rate = ((1 + (low + high) / 2) ** 12 - 1) * 100
        return round_half_up(rate)


def _worth(payments: Sequence[tuple[int, Decimal]], rate: Decimal) -> Decimal:
    """What payments at the ends of months are worth at the start, at a monthly rate."""
    return sum((amount / (1 + rate) ** month for month, amount in payments), Decimal(0))


def effective_rate(rows: Sequence[Instalment], principal: Decimal, fees: Decimal) -> Decimal | None:
    """The yearly cost of a schedule with the fees that are taken with disbursement; None where fees eat it all."""
    return yearly_rate(principal - fees, [(row.number, row.total) for row in rows])
