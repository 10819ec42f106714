"""A loan and its books kept together: what an act moved is moved on, and the row says what is told of it.

Every act on a loan ends here, with the loan's row held: entries of earlier payments stay as they were posted, and
where a life told anew puts their money elsewhere, one adjusting entry of the business day moves the difference.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Sum

from core.money import ZERO
from core.periods import business_day
from ledger.models import Line, Voucher
from ledger.vouchers import Draft, draft, settle
from loans.models import Loan, LoanChange, Penalty, Repayment, Status
from loans.queries import booked, histories
from loans.rules import postings
from loans.rules.life import Charge, History, Payment, Split, State, told
from loans.rules.postings import Debt
from savings.operations.doors import log
from users.models import User

ADJUSTMENT, REALLOCATION = "ADJUSTMENT", "REALLOCATION"


def debt_of(loan: Loan) -> Debt:
    return Debt(loan.pk, loan.member_id, loan.loan_type)


def history_of(loan: Loan) -> History:
    """All that happened to a loan that was paid out, as the rows say now."""
    return histories([loan])[loan.pk]


def adjust(
    loan: Loan, history: History, *, by: User, at: dt.datetime, less: Mapping[str, Decimal] | None = None
) -> Voucher | None:
    """Post what moves the loan's books to its life as told; None where they agree already.

    `less` is what stands there and is about to be taken back (account → debits less credits).
    """
    debt, state = debt_of(loan), told(history, last_day_of(history, at))
    held = booked(loan)
    for account, amount in (less or {}).items():
        held[account] = held.get(account, ZERO) - amount
    legs = postings.adjusting_legs(debt, postings.holdings(debt, loan.amount, state), held)
    if not legs:
        return None
    paper = Draft(
        group=loan.group,
        kind=ADJUSTMENT,
        detail=REALLOCATION,
        amount=postings.debits(legs),
        recorded_by=by,
        at=at,
        on=business_day(at),
        member=loan.member,
        subject_id=loan.pk,
    )
    voucher, _new = draft(paper)
    log("loan.reallocated", voucher, by, at)
    return settle(voucher=voucher, legs=legs, at=at, actor=by)


def of_entry(loan: Loan, voucher: Voucher) -> dict[str, Decimal]:
    """Account → what one paper's entry put under this loan's name, debits above zero."""
    lines = Line.objects.filter(entry=voucher.entry_id, subject_id=loan.pk)
    return dict(lines.values_list("account__code").annotate(total=Sum("amount")).order_by())


def allocated(repayment: Repayment) -> Split:
    """Where the money of a repayment went when it came, as its receipt says."""
    loan = repayment.loan
    put, shelf = of_entry(loan, repayment.voucher), debt_of(loan).shelf
    came = {account: ZERO - amount for account, amount in put.items()}
    return Split(
        penalty=came.get(postings.PENALTIES, ZERO),
        interest=came.get(shelf.interest, ZERO),
        principal=came.get(shelf.principal, ZERO) + came.get(postings.WRITTEN_OFF, ZERO),
        savings=came.get(postings.SAVINGS, ZERO),
    )


def refresh(loan: Loan, history: History, *, at: dt.datetime) -> State:
    """The loan's row, its status and its penalties as its life is told at the close of the business day."""
    state = told(history, last_day_of(history, at))
    if loan.status == Status.DISBURSED and state.is_settled:
        loan.status = Status.COMPLETED
        let_changes_fall(loan, at)
    elif loan.status == Status.COMPLETED and not state.is_settled:
        loan.status, loan.ended_on, loan.is_reopened = Status.DISBURSED, None, True
    if loan.status == Status.COMPLETED:
        loan.ended_on = _last_day(history, state)
    _write_figures(loan, state)
    loan.save(update_fields=["status", "ended_on", "is_reopened", *FIGURES])
    keep_penalties(loan, state.charges, at)
    return state


def last_day_of(history: History, at: dt.datetime) -> dt.date:
    """The business day of an act, or of one after midnight that got the loan's row before it."""
    return max([business_day(at), *(each.on for each in history.happenings)])


FIGURES = ("outstanding", "oldest_due_on", "oldest_due_amount")


def _write_figures(loan: Loan, state: State) -> None:
    oldest = state.oldest_unpaid if loan.status == Status.DISBURSED else None
    loan.outstanding = state.outstanding
    loan.oldest_due_on = oldest.due if oldest else None
    loan.oldest_due_amount = oldest.unpaid if oldest else ZERO


def _last_day(history: History, state: State) -> dt.date:
    """The day of the last payment that still found a debt."""
    payments = [each for each in history.happenings if isinstance(each, Payment) and each.id in state.splits]
    return max(each.on for each in payments if state.splits[each.id].total > state.splits[each.id].savings)


def let_changes_fall(loan: Loan, at: dt.datetime) -> None:
    """What was asked for about a loan that has ended waits for nobody any more."""
    waiting = LoanChange.objects.filter(loan=loan, state=LoanChange.State.PENDING)
    waiting.update(state=LoanChange.State.REJECTED, done_at=at)


def keep_penalties(loan: Loan, charges: tuple[Charge, ...], at: dt.datetime) -> int:
    """The rows of penalties as they fell due: what is missing is written, what never fell due is cancelled.

    Returns how many were written.
    """
    due = {(charge.instalment, charge.month, charge.on, charge.amount): charge for charge in charges}
    kept = {
        (row.instalment, row.month, row.charged_on, row.amount): row.pk
        for row in Penalty.objects.filter(loan=loan, cancelled_at=None)
    }
    wrong = [pk for mark, pk in kept.items() if mark not in due]
    if wrong:
        Penalty.objects.filter(pk__in=wrong).update(cancelled_at=at)
    fresh = [charge for mark, charge in due.items() if mark not in kept]
    Penalty.objects.bulk_create(
        Penalty(
            loan=loan,
            instalment=charge.instalment,
            month=charge.month,
            charged_on=charge.on,
            amount=charge.amount,
            recorded_at=at,
        )
        for charge in fresh
    )
    return len(fresh)
