"""Deciding about a loan not yet paid out: the yeses, the last of which fixes its terms; the no; the change of mind."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.periods import business_day
from groups.queries import constitution_on
from loans.approvers import sitting_of
from loans.assessment import Eligibility, asked_of, clause_of, eligibility
from loans.models import Loan, Status
from loans.operations.locks import locked
from loans.operations.refusals import (
    IdNotVerified,
    InvalidTransition,
    NoOpenCapacity,
    NotEligible,
    NotYoursToCancel,
)
from loans.operations.texts import short
from loans.operations.traces import call_deciders, log, tell_borrower
from loans.operations.yeses import must_not_be_named, say_yes
from loans.pricing import must_be_within_cap
from loans.rules.lending import ACTIVE_MEMBER, SAVINGS_MULTIPLE
from members.papers import verification_of
from savings.operations.doors import held
from savings.queries import names
from users.models import User

# What may have changed since she applied and would now stand against paying her.
STILL_ASKED = {SAVINGS_MULTIPLE: "amount", ACTIVE_MEMBER: "member_id"}


@transaction.atomic
def approve(*, loan: Loan, by: User, at: dt.datetime, notes: str = "") -> Loan:
    """One person's yes, in the first capacity that is still missing and hers; the last one that is needed makes the
    loan APPROVED and copies its terms from the constitution of the day.

    Refused: `invalid_transition` unless it is PENDING, `maker_is_checker` to the borrower and the witnesses,
    `id_not_verified`, `already_approved`, `forbidden` to whose seat is not needed; at the last yes `rate_above_cap`,
    and `not_eligible` where her savings, her membership or the rules no longer carry it.
    """
    waiting, on = locked(loan), business_day(at)
    if waiting.status != Status.PENDING:
        raise InvalidTransition
    sitting = sitting_of(waiting, on)
    must_not_be_named(sitting, by)
    if verification_of(waiting.member.person) is None:
        raise IdNotVerified
    sitting = say_yes(loan=waiting, sitting=sitting, by=by, at=at, notes=short(notes, "approval_notes"))
    if sitting.is_complete:
        _agree(waiting, by, at)
    else:
        call_deciders(waiting, sitting)
    return waiting


def _agree(loan: Loan, by: User, at: dt.datetime) -> None:
    """The terms of today's constitution stand on the loan from now on."""
    on = business_day(at)
    constitution = constitution_on(loan.group, on)
    judged = _judged_again(loan, on)
    must_be_within_cap(judged.terms, loan.group.organisation)
    clause = clause_of(constitution, loan.loan_type)
    loan.constitution, loan.approved_on = constitution, on
    loan.method, loan.rate_percent, loan.rounding_unit = clause.method, clause.rate, clause.unit
    loan.penalty_percent, loan.in_duplum = constitution.penalty_percent, constitution.in_duplum
    loan.application_fee, loan.appreciation_fee = judged.terms.fees.application, judged.terms.fees.appreciation
    loan.status, loan.decided_by, loan.decided_at = Status.APPROVED, by, at
    loan.save(update_fields=[*_AGREED, "status", "decided_by", "decided_at"])
    log("loan.approved", loan, by, at, constitution=constitution.pk)
    tell_borrower(loan, "loan_approved")


_AGREED = (
    "constitution", "approved_on", "method", "rate_percent", "rounding_unit", "penalty_percent", "in_duplum",
    "application_fee", "appreciation_fee",
)  # fmt: skip


def _judged_again(loan: Loan, on: dt.date) -> Eligibility:
    """Refuses `not_eligible` where what she applied with is not there any more; her row is held meanwhile."""
    try:
        judged = eligibility(member=held(loan.member), asked=asked_of(loan), on=on)
    except Invalid as error:
        raise NotEligible([(error.field or "", "terms", error.detail)]) from error
    failed = [rule for rule in judged.failed if rule.code in STILL_ASKED]
    if failed:
        raise NotEligible([(STILL_ASKED[rule.code], rule.code, f"{rule.evidence} {rule.remedy}") for rule in failed])
    return judged


@transaction.atomic
def reject(*, loan: Loan, by: User, at: dt.datetime, reason: str) -> Loan:
    """The loan is REJECTED, with the reason sealed on it. Refused: no reason (`invalid`), `invalid_transition` once
    everybody has said yes or it ended, `maker_is_checker` to the borrower and the witnesses, `forbidden` to who
    approves no loans here."""
    why = short(reason, "reason")
    if not why:
        raise Invalid(_("Say why, in up to 500 letters: the borrower will ask."), field="reason")
    waiting = _still(loan, Status.PENDING)
    sitting = sitting_of(waiting, business_day(at))
    must_not_be_named(sitting, by)
    if not sitting.may_reject(by.pk):
        raise NoOpenCapacity
    _end(waiting, Status.REJECTED, why, by, at)
    log("loan.rejected", waiting, by, at)
    tell_borrower(waiting, "loan_rejected")
    return waiting


@transaction.atomic
def cancel(*, loan: Loan, by: User, at: dt.datetime, reason: str = "") -> Loan:
    """The loan is CANCELLED by its borrower or by whoever typed it. Refused: `forbidden` to everybody else,
    `invalid_transition` once it is paid out or ended."""
    why = short(reason, "reason")
    waiting = _still(loan, Status.PENDING, Status.APPROVED)
    is_hers = names(waiting.member, by)
    if not (is_hers or waiting.recorded_by_id == by.pk):
        raise NotYoursToCancel
    _end(waiting, Status.CANCELLED, why, by, at)
    log("loan.cancelled", waiting, by, at)
    if not is_hers:
        tell_borrower(waiting, "loan_cancelled")
    return waiting


def _still(loan: Loan, *statuses: Status) -> Loan:
    waiting = locked(loan)
    if waiting.status not in statuses:
        raise InvalidTransition
    return waiting


def _end(loan: Loan, status: Status, why: str, by: User, at: dt.datetime) -> None:
    loan.status, loan.decided_by, loan.decided_at = status, by, at
    loan.reason = why
    loan.save(update_fields=["status", "decided_by", "decided_at", "reason_sealed"])
