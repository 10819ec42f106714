"""What goes along when a paper of a loan is taken back; the door itself is `savings.operations.reversal.reverse`.

A repayment taken back is told no more, and what came after it finds its place anew. A disbursement is taken back with
its fees while nothing is repaid. Write-offs stay, and adjusting entries follow by themselves.
"""

import datetime as dt
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.money import ZERO, shown
from core.periods import business_day
from ledger import vouchers
from ledger.models import Voucher
from loans.approvers import asked_on
from loans.models import Loan, LoanChange, Penalty, Repayment, Status
from loans.operations.books import FIGURES, adjust, history_of, let_changes_fall, of_entry, refresh
from loans.operations.cancelled import Cancelled, cancelled
from loans.operations.disbursing import FEE
from loans.operations.refusals import InvalidTransition
from loans.operations.traces import log
from loans.queries import standing_repayments
from loans.rules.life import History, Payment, told
from members.models import Member
from savings.operations.followers import Follower
from savings.operations.reversal import HasLeft
from savings.queries import LEAVING, unreversed
from users.models import User


class WriteOffStays(InvalidTransition):
    detail = _("A write-off stays. What she still brings is recorded on the loan as a recovery.")


class FollowsByItself(InvalidTransition):
    detail = _("This entry follows the repayments of a loan. Reverse the repayment that is wrong; this moves with it.")


class AlreadyRepaid(InvalidTransition):
    detail = _("Something of this loan is repaid. Take back its repayments first, then its disbursement.")


class LossWouldGrow(InvalidTransition):
    """Those who wrote it off could not have decided about as much."""


# Money that came to loans: a repayment of its own, or what was netted when a member left


def _paid_by(voucher: Voucher) -> QuerySet[Loan]:
    """The loans to which a paper brought money, in the order in which they are held."""
    paid = Repayment.objects.filter(voucher=voucher).values("loan")
    return Loan.objects.filter(pk__in=paid).select_related("group__organisation", "member__person").order_by("pk")


def _hold_paid(voucher: Voucher) -> None:
    list(_paid_by(voucher).select_for_update(of=("self",), no_key=True))


def _move_on(voucher: Voucher, by: User, at: dt.datetime) -> None:
    """What other payments take over from it moves first, so that her savings are never short in between."""
    for loan in _paid_by(voucher):
        if voucher.detail != LEAVING and loan.status != Status.WRITTEN_OFF:
            _must_be_a_member(loan)
        before = history_of(loan)
        after = _without(before, voucher)
        was, state = told(before, business_day(at)), told(after, business_day(at))
        _must_be_covered(loan, state.written_off)
        if gone := cancelled(was, state).facts:
            log("loan.penalties_cancelled", loan, by, at, voucher=voucher.pk, **gone)
        adjust(loan, after, by=by, at=at, less=of_entry(loan, voucher))


def _must_be_covered(loan: Loan, loss: Decimal) -> None:
    """A write-off was decided by whom its amount asked for; a loss that asks for others is decided by nobody."""
    decided = LoanChange.objects.filter(loan=loan, kind=LoanChange.Kind.WRITE_OFF, state=LoanChange.State.DONE).first()
    if decided is None or decided.done_on is None:
        return
    if asked_on(loan.group, loss, decided.done_on) - asked_on(loan.group, decided.amount, decided.done_on):
        said = _(
            "With this taken back KES %(loss)s would be written off, and those who wrote off KES %(decided)s cannot "
            "decide about as much alone. Leave it, and ask the service admin: a loss of that size needs the yes of "
            "everybody whom a new loan of it would need."
        )
        raise LossWouldGrow(said % {"loss": shown(loss), "decided": shown(decided.amount)})


def _must_be_a_member(loan: Loan) -> None:
    """Her debts were settled when she left; with this one open again nobody would owe it."""
    if Member.objects.filter(pk=loan.member_id, left_on__isnull=False).exists():
        raise HasLeft


def _without(history: History, voucher: Voucher) -> History:
    gone = set(Repayment.objects.filter(voucher=voucher).values_list("pk", flat=True))
    kept = [each for each in history.happenings if not (isinstance(each, Payment) and each.id in gone)]
    return History(history.terms, kept, history.penalty_percent, history.in_duplum)


def _tell_anew(voucher: Voucher, reversal: Voucher, by: User, at: dt.datetime) -> None:
    for loan in _paid_by(voucher):
        refresh(loan, history_of(loan), at=at)


# The disbursement


def _disbursed_by(voucher: Voucher) -> Loan:
    return Loan.objects.select_related("group__organisation", "member__person").get(disbursement=voucher)


def _fees_with(voucher: Voucher) -> QuerySet[Voucher]:
    """The fees taken in the same act that still stand."""
    hers = unreversed().filter(group=voucher.group_id, member=voucher.member_id, kind=FEE)
    return hers.filter(subject_id=voucher.subject_id, recorded_at=voucher.recorded_at).order_by("pk")


def _hold_disbursed(voucher: Voucher) -> None:
    for fee in _fees_with(voucher):
        vouchers.locked(fee)
    loan = Loan.objects.select_for_update(of=("self",), no_key=True).get(disbursement=voucher)
    if loan.status != Status.DISBURSED:
        raise AlreadyRepaid if loan.status == Status.COMPLETED else InvalidTransition
    if standing_repayments().filter(loan=loan).exists():
        raise AlreadyRepaid


def _cancel(voucher: Voucher, reversal: Voucher, by: User, at: dt.datetime) -> None:
    """The loan never ran: the fees go back, after the principal has come in, and its penalties never fell due."""
    loan = _disbursed_by(voucher)
    for fee in _fees_with(voucher):
        vouchers.reverse(voucher=fee, by=by, at=at, reason=reversal.reason)
    loan.status, loan.disbursed_on, loan.is_reopened = Status.CANCELLED, None, False
    loan.outstanding, loan.oldest_due_on, loan.oldest_due_amount = ZERO, None, ZERO
    loan.save(update_fields=["status", "disbursed_on", "is_reopened", *FIGURES])
    standing = Penalty.objects.filter(loan=loan, cancelled_at=None)
    if gone := [penalty.amount for penalty in standing]:
        facts = Cancelled(len(gone), sum(gone, ZERO)).facts
        log("loan.penalties_cancelled", loan, by, at, voucher=voucher.pk, **facts)
    standing.update(cancelled_at=at)
    let_changes_fall(loan, at)


# What is not taken back


def _refuse_write_off(voucher: Voucher) -> None:
    raise WriteOffStays


def _refuse_adjustment(voucher: Voucher) -> None:
    raise FollowsByItself


_PAID = Follower(hold=_hold_paid, before=_move_on, after=_tell_anew)
FOLLOWERS: dict[str, Follower] = {
    "REPAYMENT": _PAID,
    "WITHDRAWAL": _PAID,
    "DISBURSEMENT": Follower(hold=_hold_disbursed, after=_cancel),
    "WRITE_OFF": Follower(hold=_refuse_write_off),
    "ADJUSTMENT": Follower(hold=_refuse_adjustment),
}
