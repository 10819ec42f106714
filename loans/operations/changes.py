"""Write-off and rescheduling: decided by those whom a new loan of what is owed would need, each on her own call.

The last yes completes it. Nothing is posted for a rescheduling: what the loan is from then on is told anew.
"""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, Refusal
from core.periods import business_day
from groups.access import standing
from groups.permissions import Reach
from ledger.models import Voucher
from ledger.vouchers import Draft, draft, settle
from loans.approvers import sitting_of
from loans.models import Loan, LoanChange, Status
from loans.operations.books import adjust, debt_of, history_of, refresh
from loans.operations.locks import locked
from loans.operations.refusals import InvalidTransition, NoOpenCapacity
from loans.operations.texts import short
from loans.operations.traces import log
from loans.operations.yeses import must_not_be_named, say_yes
from loans.rules import postings
from loans.rules.life import told
from savings.operations.doors import log as log_paper
from savings.operations.doors import must_be_open
from users.models import User

Kind, State = LoanChange.Kind, LoanChange.State
WORDS = {Kind.WRITE_OFF: "loans:write-off", Kind.RESCHEDULE: "loans:reschedule"}
LONGEST_MONTHS = 120
WRITE_OFF = "WRITE_OFF"


class AnotherChangeWaits(Refusal):
    code = "change_waits"
    status = 409
    detail = _("Another change of this loan waits. It is completed or rejected first.")


@transaction.atomic
def write_off(*, loan: Loan, by: User, at: dt.datetime, reason: str = "") -> LoanChange:
    """One yes to writing off what is owed; with the last, the principal is the group's loss and the loan WRITTEN_OFF.

    Refused: `forbidden`, `maker_is_checker` to borrower and witnesses, `invalid_transition` unless the loan runs,
    `invalid` when the first asks without a reason and for more than 500 letters, `change_waits`, `already_approved`,
    `group_suspended`.
    """
    return _say_yes(loan, LoanChange(kind=Kind.WRITE_OFF), by, at, reason)


@transaction.atomic
def reschedule(*, loan: Loan, months: int, by: User, at: dt.datetime, reason: str = "") -> LoanChange:
    """One yes to spreading what is owed over `months` from now on; with the last it is so. Refused as a write-off is,
    and a number of months outside 1 to 120."""
    if not 1 <= months <= LONGEST_MONTHS:
        said = _("A rescheduled loan runs for 1 to %(longest)d months.") % {"longest": LONGEST_MONTHS}
        raise Invalid(said, field="duration_months")
    return _say_yes(loan, LoanChange(kind=Kind.RESCHEDULE, months=months), by, at, reason)


@transaction.atomic
def reject_change(*, loan: Loan, by: User, at: dt.datetime, reason: str) -> LoanChange:
    """The change that waits is REJECTED, with the reason beside that for which it was asked.

    Refused: `forbidden` to whoever does not approve loans here, `maker_is_checker`, `invalid` without a reason or with
    more than 500 letters, `invalid_transition` when nothing waits.
    """
    why = short(reason, "reason")
    if not why:
        raise Invalid(_("Say why it is rejected: the reason stays with it."), field="reason")
    running = locked(loan)
    change = _waiting(running)
    if change is None:
        raise InvalidTransition
    sitting = sitting_of(running, business_day(at), amount=_outstanding(running, at), change=change)
    must_not_be_named(sitting, by)
    if not sitting.may_reject(by.pk):
        raise NoOpenCapacity
    change.state, change.done_at = State.REJECTED, at
    change.reason = f"{change.reason}\n{why}"
    change.save(update_fields=["state", "done_at", "reason_sealed"])
    log("loan.change_rejected", running, by, at, kind=change.kind, change=change.pk)
    return change


def _waiting(loan: Loan) -> LoanChange | None:
    return LoanChange.objects.select_related("data_key").filter(loan=loan, state=State.PENDING).first()


def _outstanding(loan: Loan, at: dt.datetime) -> Decimal:
    return told(history_of(loan), business_day(at)).outstanding


def _say_yes(loan: Loan, asked: LoanChange, by: User, at: dt.datetime, reason: str) -> LoanChange:
    if standing(by, loan.group).may(WORDS[Kind(asked.kind)]) is not Reach.ALL:
        raise Forbidden
    why = short(reason, "reason")
    must_be_open(loan.group, business_day(at), at)
    running = locked(loan)
    if running.status != Status.DISBURSED:
        raise InvalidTransition
    owed = _outstanding(running, at)
    if not owed and asked.kind == Kind.RESCHEDULE:
        raise InvalidTransition(_("No principal is owed any more, so there is nothing to spread."))
    change = _same(asked, _waiting(running)) or _asked_for(running, asked, by, at, why)
    sitting = sitting_of(running, business_day(at), amount=owed, change=change)
    if say_yes(loan=running, sitting=sitting, by=by, at=at, notes=why, change=change).is_complete:
        _complete(running, change, by, at)
    return change


def _same(asked: LoanChange, waiting: LoanChange | None) -> LoanChange | None:
    if waiting and (waiting.kind, waiting.months) != (asked.kind, asked.months):
        raise AnotherChangeWaits
    return waiting


def _asked_for(loan: Loan, change: LoanChange, by: User, at: dt.datetime, why: str) -> LoanChange:
    if not why:
        raise Invalid(_("Say why: the reason stays with it."), field="reason")
    change.loan, change.recorded_by, change.recorded_at = loan, by, at
    change.data_key = loan.data_key
    change.reason = why
    change.save(force_insert=True)
    log("loan.change_asked", loan, by, at, kind=change.kind, change=change.pk, months=change.months)
    return change


def _complete(loan: Loan, change: LoanChange, by: User, at: dt.datetime) -> None:
    change.amount = _outstanding(loan, at)
    if change.kind == Kind.WRITE_OFF:
        change.voucher = _posted(loan, change.amount, by, at) if change.amount else None
        loan.status, loan.ended_on = Status.WRITTEN_OFF, business_day(at)
    change.state, change.done_on, change.done_at = State.DONE, business_day(at), at
    change.save(update_fields=["state", "done_on", "done_at", "amount", "voucher"])
    history = history_of(loan)
    adjust(loan, history, by=by, at=at)
    refresh(loan, history, at=at)
    verb = "loan.written_off" if change.kind == Kind.WRITE_OFF else "loan.rescheduled"
    log(verb, loan, by, at, change=change.pk, owed=change.amount, months=change.months)


def _posted(loan: Loan, amount: Decimal, by: User, at: dt.datetime) -> Voucher:
    paper = Draft(
        group=loan.group,
        kind=WRITE_OFF,
        detail=loan.loan_type,
        amount=amount,
        recorded_by=by,
        at=at,
        on=business_day(at),
        member=loan.member,
        subject_id=loan.pk,
    )
    voucher, _new = draft(paper)
    log_paper("loan.loss_posted", voucher, by, at)
    return settle(voucher=voucher, legs=postings.write_off_legs(debt_of(loan), amount), at=at, actor=by)
