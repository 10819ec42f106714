"""Writing off and rescheduling on a page: what would change, rehearsed, and whose yes is still missing after it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.money import ZERO, shown
from core.periods import business_day
from loans import operations, queries
from loans.approvers import sitting_of
from loans.models import Loan, LoanChange
from loans.operations.refusals import InvalidTransition
from loans.rules.life import Row
from reports.loan_charts import ScheduleChart, schedule_bars
from reports.pages import loan_words
from reports.pages.loan_asks import lacking_words
from reports.pages.loan_money import changes as in_words
from reports.pages.loan_money import figures
from reports.pages.loan_seen import as_seen, written
from reports.pages.record import Change
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.loan-change"
KINDS = {kind.value for kind in LoanChange.Kind}
State = LoanChange.State


@dataclass(frozen=True)
class ChangePage:
    """What stands beside the form: what is owed, and a change that waits already."""

    kind: str
    title: str
    outstanding: Decimal
    settlement: Decimal
    waiting: LoanChange | None
    asked_words: str


@dataclass(frozen=True)
class Asked:
    """A change as it was typed."""

    kind: str
    months: int
    reason: str

    def body(self, loan: Loan) -> dict[str, Any]:
        return {"loan": str(loan.pk), "kind": self.kind, "months": self.months, "reason": self.reason}


@dataclass(frozen=True)
class Review:
    """What one more yes does: everything, or one yes less to wait for."""

    sentence: str
    is_done: bool
    lacks: tuple[str, ...]
    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    chart: ScheduleChart | None
    seen: str


def kind_of(asked: Mapping[str, str]) -> str:
    kind = asked.get("kind", "")
    return kind if kind in KINDS else LoanChange.Kind.RESCHEDULE.value


def change_page(loan: Loan, kind: str, on: dt.date) -> ChangePage:
    """Refused: `invalid_transition` for a loan that does not run."""
    state = queries.state_of(loan, on)
    if state is None or loan.status != "DISBURSED":
        raise InvalidTransition
    waiting = waiting_change(loan, kind)
    titles = {"WRITE_OFF": _("Write off what is left"), "RESCHEDULE": _("Spread what is left anew")}
    said = _("%(name)s asked for it: “%(reason)s”")
    return ChangePage(
        kind=kind,
        title=titles[kind],
        outstanding=state.outstanding,
        settlement=state.settlement,
        waiting=waiting,
        asked_words=said % {"name": waiting.recorded_by.name, "reason": waiting.reason} if waiting else "",
    )


def waiting_change(loan: Loan, kind: str) -> LoanChange | None:
    """What was asked for before and still waits; its reason stands there already."""
    waiting = LoanChange.objects.filter(loan=loan, state=State.PENDING, kind=kind)
    return waiting.select_related("recorded_by", "data_key").first()


def review(loan: Loan, asked: Asked, *, by: User, at: dt.datetime) -> Review:
    """Rehearse the yes. Refused: whatever the verb refuses."""
    on = business_day(at)
    before = figures(loan, on)
    with transaction.atomic():
        change = _act(loan, asked, by, at)
        after, rows = figures(loan, on), _rows(loan, on)
        lacks = tuple(lacking_words(sitting_of(loan, on, amount=before["left"], change=change).missing))
        transaction.set_rollback(True)
    is_done = change.state == State.DONE
    is_spread = is_done and change.kind == LoanChange.Kind.RESCHEDULE
    coming = tuple(row for row in rows if row.unpaid > 0) if is_spread else ()
    return Review(
        sentence=_sentence(loan, asked, before["left"]),
        is_done=is_done,
        lacks=() if is_done else lacks,
        changes=in_words(loan, before, after) if is_done else (),
        rows=coming,
        chart=_chart(coming) if coming else None,
        seen=written(before, after, *_came(change)),
    )


def _rows(loan: Loan, on: dt.date) -> tuple[Row, ...]:
    state = queries.state_of(queries.loan_by_id(loan.pk), on)
    return state.rows if state else ()


def _chart(rows: tuple[Row, ...]) -> ScheduleChart:
    named = [
        (loan_words.due_words(row.due, len(rows)), row.principal - row.paid.principal, row.interest) for row in rows
    ]
    return schedule_bars(named)


def _sentence(loan: Loan, asked: Asked, left: Decimal) -> str:
    facts = {"name": loan.member.person.name, "amount": shown(left), "months": loan_words.months(asked.months or 1)}
    if asked.kind == LoanChange.Kind.WRITE_OFF:
        return _("%(amount)s that %(name)s still owes is written off as the group’s loss.") % facts
    return _("%(amount)s that %(name)s still owes is spread over %(months)s from today.") % facts


def _came(change: LoanChange) -> tuple[object, ...]:
    """Whether it was the last yes, and to how much."""
    return change.state, change.amount


def confirm(loan: Loan, asked: Asked, *, seen: str, key: str, by: User, at: dt.datetime) -> Outcome[LoanChange]:
    """Say the yes, once: the same form sent again gives the first outcome. Refused: `figures_moved`."""

    def act() -> tuple[UUID, LoanChange]:
        change = as_seen(seen, loan, business_day(at), lambda: _act(loan, asked, by, at), _came)
        return change.pk, change

    return once(user=by, operation=OPERATION, key=key, body=asked.body(loan), act=act, load=_change_by_id)


def _change_by_id(change_id: UUID) -> LoanChange:
    return LoanChange.objects.get(pk=change_id)


def _act(loan: Loan, asked: Asked, by: User, at: dt.datetime) -> LoanChange:
    if asked.kind == LoanChange.Kind.WRITE_OFF:
        return operations.write_off(loan=loan, by=by, at=at, reason=asked.reason)
    return operations.reschedule(loan=loan, months=asked.months, by=by, at=at, reason=asked.reason)


def told_of(change: LoanChange) -> str:
    """What came of one yes, in words."""
    if change.state == State.PENDING:
        return _("Your yes is kept. It waits for the others.")
    if change.kind == LoanChange.Kind.WRITE_OFF:
        return _("Written off: %(amount)s is the group’s loss now. What still comes in is recorded as a recovery.") % {
            "amount": shown(change.amount or ZERO)
        }
    return _("Done: what is left is spread over the new months, beginning today.")
