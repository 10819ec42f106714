"""Repayment: money comes to a loan, finds its place among what came before and after, and moves that on.

Also of a loan written off, as a recovery.
"""

import contextlib
import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, MakerIsChecker, Refusal
from core.money import ZERO, shown
from core.periods import business_day
from groups.access import Standing, standing
from groups.permissions import Reach
from ledger.models import Voucher
from ledger.places import BOX, Place
from ledger.rules import OFFICER
from ledger.vouchers import CLAIMING, Draft, ReceiptAlreadyUsed, draft, normalised_receipt, settle
from loans.models import Loan, LoanChange, Repayment, Status
from loans.operations.books import adjust, debt_of, history_of, refresh
from loans.operations.cancelled import AnotherHandRecordsIt, cancelled, tell_other_eyes
from loans.operations.locks import locked
from loans.operations.refusals import InvalidTransition
from loans.queries import standing_repayments
from loans.rules import postings
from loans.rules.life import History, Payment, State, told
from savings.operations.contributions import is_witnessed
from savings.operations.doors import held, hold_post, log, must_be_open, place_picked, tell
from savings.operations.tables import Table, hold_table
from savings.queries import names
from users.models import User
from users.submissions import InProgress

REPAYMENT = "REPAYMENT"
TAKES_MONEY = (Status.DISBURSED, Status.WRITTEN_OFF)
ATTEMPTS = 3


class Overpayment(Refusal):
    code = "overpayment"
    detail = _("That is more than is owed. Take what is owed and give back the rest.")


class _WrittenOffMeanwhile(Exception):
    """What its paper calls a repayment is a recovery by now."""


@dataclass(frozen=True)
class _Brought:
    """Money that is brought: how much, how, by whom it is recorded, and of what day."""

    amount: Decimal
    method: str
    by: User
    here: Standing
    at: dt.datetime
    on: dt.date
    receipt_number: str
    table: Table | None

    @property
    def place(self) -> Place:
        at_the_table = self.table is not None
        return place_picked(self.method, self.by, self.here, at_the_table=at_the_table) or BOX


@transaction.atomic
def repay(
    *,
    loan: Loan,
    amount: Decimal,
    method: str,
    by: User,
    at: dt.datetime,
    on: dt.date,
    receipt_number: str = "",
    table: Table | None = None,
) -> Repayment:
    """`amount` shillings for a running loan, paid on `on`: posted as it finds its place; COMPLETED when all is settled.

    Of a loan written off it is a recovery. What is over, by phone or bank, goes to her savings. The same receipt number
    for the same payment returns the first one. What it shows never to have fallen due is cancelled, and chair and
    treasurer hear of it. Refused: `forbidden`, `maker_is_checker` for one's own loan
    (but in a collection of which the whole table is the witness), and for cash in one's own hands
    that cancels penalties,
    `invalid_transition`, `invalid` for a day before it was paid out, `overpayment` in cash, `group_suspended`,
    `date_in_future`, `period_closed`, `receipt_already_used`, `insufficient_fund` when a payment dated back moves
    savings that are gone.
    """
    here = standing(by, loan.group)
    if here.may("loans:repay") is not Reach.ALL:
        raise Forbidden
    if names(loan.member, by) and not is_witnessed(table):
        raise MakerIsChecker
    hold_table(loan.group, table.meeting_id if table else None)
    must_be_open(loan.group, on, at)
    brought = _Brought(amount, method, by, here, at, on, receipt_number, table)
    for _attempt in range(ATTEMPTS):
        with contextlib.suppress(_WrittenOffMeanwhile), transaction.atomic():
            return _repaid(loan, brought)
    raise InProgress


def _repaid(loan: Loan, brought: _Brought) -> Repayment:
    is_recovery = recovers(loan, brought.on, brought.at)
    try:
        voucher, is_new = draft(_paper(loan, brought, is_recovery))
    except ReceiptAlreadyUsed as refused:
        return _said_before(loan, brought, refused)
    if not is_new:
        return Repayment.objects.select_related("loan", "voucher").get(voucher=voucher, loan=loan)
    hold_post(brought.place, loan.group)
    running = locked(loan)
    if running.status not in TAKES_MONEY:
        raise InvalidTransition
    _must_be_after_disbursement(running, brought.on)
    member = held(running.member)
    if is_recovery != recovers(running, brought.on, brought.at):
        raise _WrittenOffMeanwhile
    before = history_of(running)
    history = with_payment(before, Payment(brought.on, brought.at, voucher.pk, brought.amount))
    was, state = told(before, business_day(brought.at)), told(history, business_day(brought.at))
    split, gone = state.splits[voucher.pk], cancelled(was, state)
    if member.left_on is not None:
        _must_not_be_over(was, brought, state.paid.savings - was.paid.savings)
    elif brought.method == Voucher.Method.CASH:
        _must_not_be_over(was, brought, split.savings)
    if gone.count and brought.place.account == OFFICER:
        raise AnotherHandRecordsIt
    legs = postings.repayment_legs(debt_of(running), split, brought.place, recovers=is_recovery)
    settle(voucher=voucher, legs=legs, at=brought.at, actor=brought.by)
    repayment = Repayment.objects.create(
        id=voucher.pk, loan=running, voucher=voucher, paid_on=brought.on, at=brought.at, amount=brought.amount
    )
    adjust(running, history, by=brought.by, at=brought.at)
    refresh(running, history, at=brought.at)
    log("loan.repaid", voucher, brought.by, brought.at, **gone.facts)
    tell(voucher)
    if gone.count:
        tell_other_eyes(running, voucher, gone)
    return repayment


def _said_before(loan: Loan, brought: _Brought, refused: ReceiptAlreadyUsed) -> Repayment:
    """The repayment of this very receipt, also when it was a repayment and would be a recovery by now; else refuses."""
    same = {"loan": loan, "amount": brought.amount, "voucher__kind": REPAYMENT}
    number = normalised_receipt(brought.receipt_number)
    said = standing_repayments().filter(**same, voucher__receipt_number=number, voucher__method__in=CLAIMING)
    first = said.select_related("loan", "voucher").first()
    if first is None:
        raise refused
    return first


def _paper(loan: Loan, brought: _Brought, is_recovery: bool) -> Draft:
    return Draft(
        group=loan.group,
        kind=REPAYMENT,
        detail=postings.RECOVERY if is_recovery else loan.loan_type,
        amount=brought.amount,
        recorded_by=brought.by,
        at=brought.at,
        on=brought.on,
        member=loan.member,
        method=brought.method,
        to=brought.place,
        meeting_id=brought.table.meeting_id if brought.table else None,
        bundle_id=brought.table.bundle if brought.table else None,
        subject_id=loan.pk,
        receipt_number=brought.receipt_number,
    )


def with_payment(history: History, payment: Payment) -> History:
    return replace(history, happenings=[*history.happenings, payment])


def recovers(loan: Loan, on: dt.date, at: dt.datetime) -> bool:
    """Whether money of this day comes after the loan was written off; what is dated before it is told before it."""
    written_off = LoanChange.objects.filter(loan=loan, kind=LoanChange.Kind.WRITE_OFF, state=LoanChange.State.DONE)
    return any((day, instant) <= (on, at) for day, instant in written_off.values_list("done_on", "done_at"))


def _must_be_after_disbursement(loan: Loan, on: dt.date) -> None:
    if loan.disbursed_on is not None and on < loan.disbursed_on:
        said = _("It was paid out on %(day)s. A repayment is of that day or later.")
        raise Invalid(said % {"day": date_format(loan.disbursed_on)}, field="payment_date")


def _must_not_be_over(was: State, brought: _Brought, savings: Decimal) -> None:
    """Cash is counted at the table and the rest given back; nor has who left savings that could grow, were it by what
    earlier payments no longer need."""
    owed = max(min(was.settlement, brought.amount - savings), ZERO)
    if owed < brought.amount:
        said = _("KES %(owed)s is owed. Take that much, and give back the rest.") % {"owed": shown(owed)}
        raise Overpayment(said, field="amount", amount_due=f"{owed:.2f}")
