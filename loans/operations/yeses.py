"""One yes to a loan, or to a change of one: who may say it, in what capacity, and how it is kept.

The caller holds the loan's row, so that yeses come one after the other.
"""

import datetime as dt

from django.db.models import Q

from core.errors import MakerIsChecker
from loans.models import Capacity, Loan, LoanApproval, LoanChange
from loans.operations.refusals import AlreadyApproved, NoOpenCapacity
from loans.operations.traces import log
from loans.rules.approvals import Sitting, Yes
from users.models import User


def say_yes(
    *, loan: Loan, sitting: Sitting, by: User, at: dt.datetime, notes: str = "", change: LoanChange | None = None
) -> Sitting:
    """The sitting with this person's yes in the capacity in which it counts.

    Where nothing is missing any more, because a seat was given up since, the yes of anybody who decides here only
    completes it, and no row is written. Refused: `maker_is_checker` to the borrower and the witnesses,
    `already_approved`, `forbidden` to whose seat is not needed.
    """
    must_not_be_named(sitting, by)
    if sitting.is_complete and sitting.may_reject(by.pk):
        return sitting
    if sitting.has_said(by.pk):
        raise AlreadyApproved
    capacity = sitting.capacity_of(by.pk)
    if capacity is None:
        raise NoOpenCapacity
    _make_room(loan, change, by, capacity, at)
    said = LoanApproval(loan=loan, change=change, approver=by, capacity=capacity, at=at, data_key=loan.data_key)
    said.notes = notes
    said.save(force_insert=True)
    log("loan.yes", loan, by, at, capacity=capacity, change=change.pk if change else None)
    return sitting.after(Yes(by.pk, capacity))


def must_not_be_named(sitting: Sitting, by: User) -> None:
    if sitting.names(by.pk, by.phone_digest):
        raise MakerIsChecker


def _make_room(loan: Loan, change: LoanChange | None, by: User, capacity: str, at: dt.datetime) -> None:
    """A yes from a seat given up since counts no more and would hold its capacity; the log of acts keeps it."""
    lapsed = Q(approver=by)
    if capacity != Capacity.COMMITTEE:
        lapsed |= Q(capacity=capacity)
    for old in LoanApproval.objects.filter(lapsed, loan=loan, change=change):
        log("loan.yes_lapsed", loan, by, at, capacity=old.capacity, approver=old.approver_id, said_at=old.at)
        old.delete()
