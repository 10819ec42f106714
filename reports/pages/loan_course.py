"""A loan that runs, or ran: its instalments with what was paid of each, its balance through time, its repayments."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import ZERO, shown
from loans import queries
from loans.dossiers import Dossier, Paid
from loans.models import Loan
from loans.rules import plan
from loans.rules.life import Charge, History, Payment, Row, Split, State, WriteOff
from reports.loan_charts import BalanceChart, balance_lines
from reports.pages import loan_words, words
from reports.pages.loan_words import Pill

# With more instalments than this, the balance is drawn at every second one, or every third …
DRAWN = 24


@dataclass(frozen=True)
class PlanRow:
    """An instalment as it stands today."""

    number: int
    due: dt.date
    principal: Decimal
    interest: Decimal
    penalty: Decimal
    asked: Decimal
    paid: Decimal
    unpaid: Decimal
    balance: Decimal
    mark: Pill


@dataclass(frozen=True)
class Receipt:
    """Money that came, where it went, and its receipt."""

    code: str
    href: str
    on: dt.date
    how: str
    amount: Decimal
    split: Split
    is_reversed: bool


@dataclass(frozen=True)
class Course:
    """What is owed today, and all that led to it."""

    outstanding: Decimal
    due: Decimal
    settlement: Decimal
    next_words: str
    rows: tuple[PlanRow, ...]
    chart: BalanceChart
    chart_title: str
    chart_words: str
    receipts: tuple[Receipt, ...]
    penalties: tuple[Charge, ...]
    penalty_total: Decimal
    paid: Split
    written_off: Decimal
    recovered: Decimal


def course_of(found: Dossier, on: dt.date, *, reads_papers: bool) -> Course | None:
    """None before the loan is paid out. Receipts are linked for who may open them."""
    state = found.state
    if state is None:
        return None
    chart = _chart(found.loan, state, on)
    return Course(
        outstanding=state.outstanding,
        due=state.amount_due,
        settlement=state.settlement,
        next_words=_next(state, on),
        rows=tuple(_row(row, on) for row in state.rows),
        chart=chart,
        chart_title=_("How the loan goes down"),
        chart_words=_chart_words(state, found.loan),
        receipts=tuple(_receipt(paid, linked=reads_papers) for paid in reversed(found.repayments)),
        penalties=state.charges,
        penalty_total=sum((charge.amount for charge in state.charges), ZERO),
        paid=state.paid,
        written_off=state.written_off,
        recovered=state.recovered,
    )


def _row(row: Row, on: dt.date) -> PlanRow:
    return PlanRow(
        number=row.number,
        due=row.due,
        principal=row.principal,
        interest=row.interest,
        penalty=row.penalty,
        asked=row.total + row.penalty,
        paid=row.paid.total,
        unpaid=row.unpaid,
        balance=row.balance,
        mark=_mark(row, on),
    )


def _mark(row: Row, on: dt.date) -> Pill:
    if row.unpaid == 0:
        return Pill("good", "tick", _("Paid"))
    if row.due < on:
        return Pill("bad", "warn", loan_words.days_late((on - row.due).days))
    if row.due == on:
        return Pill("warn", "waiting", _("Due today"))
    return Pill("", "waiting", _("Part paid") if row.paid.total else _("To come"))


def _next(state: State, on: dt.date) -> str:
    """What is asked next, in a sentence."""
    row = next((row for row in state.rows if row.unpaid > 0 and row.due >= on), None)
    if row is None:
        return ""
    return _("Next: %(amount)s on %(day)s") % {"amount": shown(row.unpaid), "day": words.full_day(row.due)}


def _receipt(paid: Paid, *, linked: bool) -> Receipt:
    return Receipt(
        code=paid.receipt_code,
        href=reverse("receipt-page", args=[paid.voucher_id]) if linked else "",
        on=paid.paid_on,
        how=str(words.METHOD_WORDS.get(paid.payment_method or "", "")),
        amount=paid.amount,
        split=paid.allocation,
        is_reversed=paid.reversed,
    )


# The balance through time


def _chart(loan: Loan, state: State, on: dt.date) -> BalanceChart:
    """As first agreed, and as it was after each due date that has come, and today."""
    history = queries.histories([loan])[loan.pk]
    agreed = plan.schedule(history.terms)
    every = -(-max(len(agreed), 1) // DRAWN)
    drawn = [row for row in agreed if row.number % every == 0 or row is agreed[-1]]
    start = [(history.terms.start, loan.amount)] if history.terms.start < on else []
    days = [*start, *((row.due, row.balance) for row in drawn)]
    points = [
        (loan_words.due_words(day, len(agreed)), balance, _left(history, state, day) if day < on else None)
        for day, balance in days
    ]
    return balance_lines(_with_today(points, state, on))


def _left(history: History, state: State, day: dt.date) -> Decimal:
    """The principal left at the close of an earlier day: what later days bring does not change where money went."""
    if any(isinstance(each, WriteOff) and each.on <= day for each in history.happenings):
        return ZERO
    paid = [each.id for each in history.happenings if isinstance(each, Payment) and each.on <= day]
    return history.terms.principal - sum((state.splits[one].principal for one in paid), ZERO)


def _with_today(
    points: Sequence[tuple[str, Decimal, Decimal | None]], state: State, on: dt.date
) -> list[tuple[str, Decimal, Decimal | None]]:
    """The last known point is today's; what comes after it is only agreed."""
    known = [point for point in points if point[2] is not None]
    coming = list(points[len(known) :])
    agreed = known[-1][1] if known else state.outstanding
    return [*known, (_("today"), agreed, state.outstanding), *coming]


def _chart_words(state: State, loan: Loan) -> str:
    said = _("Of %(amount)s paid out, %(left)s is left.")
    return said % {"amount": shown(loan.amount), "left": shown(state.outstanding)}
