"""Disbursement: the money of an approved loan leaves the group, and its fees come back as receipts of their own."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, MakerIsChecker
from groups.access import standing
from groups.models import Constitution
from groups.permissions import Reach
from ledger.models import Voucher
from ledger.places import BOX, Place
from ledger.vouchers import Draft, ReceiptAlreadyUsed, draft, settle
from loans.assessment import savings_rule
from loans.models import Loan, Status
from loans.operations.books import debt_of, history_of, refresh
from loans.operations.locks import locked
from loans.operations.refusals import IdNotVerified, InvalidTransition, NotEligible
from loans.rules import postings
from members.papers import verification_of
from savings.operations.doors import hold_post, log, must_be_open, must_stay_active, place_picked, tell
from savings.operations.tables import hold_table
from savings.queries import names
from users.models import User

DISBURSEMENT, FEE = "DISBURSEMENT", "FEE"


@transaction.atomic
def disburse(
    *,
    loan: Loan,
    method: str,
    by: User,
    at: dt.datetime,
    on: dt.date,
    receipt_number: str = "",
    meeting_id: UUID | None = None,
) -> Loan:
    """The loan is DISBURSED on `on`: its amount leaves the place that `method` picks, then its fees come in there.

    A receipt number under which this very loan was paid out returns it as it is. Refused: `forbidden`,
    `maker_is_checker` to the borrower, `invalid_transition` unless it is APPROVED, `invalid` for a day before that,
    `member_inactive`, `id_not_verified`, `not_eligible` where her savings are gone since, `group_suspended`,
    `date_in_future`, `period_closed`, `receipt_already_used`,
    `insufficient_cash`, `insufficient_fund`.
    """
    here = standing(by, loan.group)
    if here.may("loans:disburse") is not Reach.ALL:
        raise Forbidden
    if names(loan.member, by):
        raise MakerIsChecker
    hold_table(loan.group, meeting_id)
    must_be_open(loan.group, on, at)
    # A service admin who neither holds an office nor carries cash pays from the box.
    place = place_picked(method, by, here, at_the_table=meeting_id is not None) or BOX
    paper = Draft(
        group=loan.group,
        kind=DISBURSEMENT,
        detail=loan.loan_type,
        amount=loan.amount,
        recorded_by=by,
        at=at,
        on=on,
        member=loan.member,
        method=method,
        source=place,
        meeting_id=meeting_id,
        subject_id=loan.pk,
        receipt_number=receipt_number,
    )
    voucher, is_new = draft(paper)
    if not is_new:
        return _paid_out_before(loan, voucher)
    hold_post(place, loan.group)
    return _paid_out(locked(loan), voucher, place)


def _paid_out_before(loan: Loan, voucher: Voucher) -> Loan:
    first = locked(loan)
    if first.disbursement_id != voucher.pk:
        raise ReceiptAlreadyUsed(field="transaction_id")
    return first


def _paid_out(loan: Loan, voucher: Voucher, place: Place) -> Loan:
    """With the loan's row held: the guards, the money, the row."""
    if loan.status != Status.APPROVED or loan.approved_on is None or loan.constitution is None:
        raise InvalidTransition
    if voucher.booked_on < loan.approved_on:
        said = _("It was approved on %(day)s. It is paid out on that day or later.")
        raise Invalid(said % {"day": date_format(loan.approved_on)}, field="disbursed_on")
    must_stay_active(loan.member)
    _must_still_be_carried(loan, loan.constitution)
    by, at = voucher.recorded_by, voucher.recorded_at
    settle(voucher=voucher, legs=postings.disbursement_legs(debt_of(loan), loan.amount, place), at=at, actor=by)
    loan.status, loan.disbursement, loan.disbursed_on = Status.DISBURSED, voucher, voucher.booked_on
    loan.save(update_fields=["status", "disbursement", "disbursed_on"])
    refresh(loan, history_of(loan), at=at)
    log("loan.disbursed", voucher, by, at)
    tell(voucher)
    for kind, amount in (("APPLICATION", loan.application_fee), ("APPRECIATION", loan.appreciation_fee)):
        if amount:
            _take_fee(kind, amount, loan, voucher, place)
    return loan


def _must_still_be_carried(loan: Loan, agreed: Constitution) -> None:
    """With her row held: she is known by her ID, and what she has saved carries the loan by the rules it was agreed
    under. Between the last yes and this hour she may have taken it out."""
    if verification_of(loan.member.person) is None:
        raise IdNotVerified
    rule = savings_rule(loan.member, agreed, loan.amount)
    if not rule.passed:
        raise NotEligible([("amount", rule.code, f"{rule.evidence} {rule.remedy}")])


def _take_fee(kind: str, amount: Decimal, loan: Loan, disbursement: Voucher, place: Place) -> None:
    """A receipt of its own, by the way the loan was paid out."""
    by, at = disbursement.recorded_by, disbursement.recorded_at
    paper = Draft(
        group=loan.group,
        kind=FEE,
        detail=kind,
        amount=amount,
        recorded_by=by,
        at=at,
        on=disbursement.booked_on,
        member=loan.member,
        method=disbursement.method,
        to=place,
        meeting_id=disbursement.meeting_id,
        subject_id=loan.pk,
    )
    voucher, _new = draft(paper)
    settle(voucher=voucher, legs=postings.fee_legs(kind, amount, place, loan.member_id), at=at, actor=by)
    log("loan.fee_taken", voucher, by, at)
    tell(voucher)
