"""Applying: a member asks for a loan, or an officer types it for her; every rule is judged, and the deciders hear."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.ids import new_id
from core.money import ZERO
from core.periods import business_day
from groups.access import standing
from groups.models import Constitution
from groups.queries import constitution_on
from ledger.guards import refused_by
from ledger.operations import hold_books
from loans.approvers import sitting_of
from loans.assessment import Asked, Eligibility, eligibility, slot_of
from loans.models import Loan, Witness
from loans.operations.refusals import NotEligible, OnlyForHerself, OpenLoanExists
from loans.operations.traces import call_deciders, log, tell_borrower
from loans.pricing import must_be_within_cap
from loans.rules.lending import ACTIVE_MEMBER, OPEN_LOAN, SAVINGS_HISTORY, SAVINGS_MULTIPLE, WITNESSES
from members.models import IdentityDocument, Member
from savings.operations.doors import held
from savings.queries import names
from users.models import User

LONGEST_TEXT = 500
# Which part of a request a rule is about.
FIELDS = {
    SAVINGS_HISTORY: "member_id",
    SAVINGS_MULTIPLE: "amount",
    OPEN_LOAN: "member_id",
    ACTIVE_MEMBER: "member_id",
    WITNESSES: "witnesses",
}
# What the unique index is called by PostgreSQL, and what SQLite says.
_ONE_OPEN_LOAN = ("one_open_loan", "UNIQUE constraint failed: loans_loan.member_id, loans_loan.slot")


@dataclass(frozen=True)
class Application:
    """What somebody asks for, in shillings and months, and who witnesses it."""

    loan_type: str
    amount: Decimal
    months: int
    purpose: str
    witnesses: tuple[Member, ...]
    documents: tuple[IdentityDocument, ...] = ()
    grace_months: int = 0
    extra_payment: Decimal = ZERO

    @property
    def asked(self) -> Asked:
        return Asked(self.amount, self.loan_type, self.months, self.grace_months, self.extra_payment)


@transaction.atomic
def apply(*, member: Member, request: Application, by: User, at: dt.datetime) -> Loan:
    """A PENDING loan with the group's next number; the borrower and everybody whose yes is needed hear of it.

    Her row is held while the rules are judged, and the group's book, last, while the number is given. Refused:
    `forbidden` (a member for another), `invalid` (a term or text), `open_loan_exists`, `not_eligible` with every rule
    that fails, `rate_above_cap`.
    """
    here = standing(by, member.group)
    if not (here.is_office_holder or here.is_field_officer or names(member, by)):
        raise OnlyForHerself
    purpose = _purpose(request.purpose)
    borrower, on = held(member), business_day(at)
    constitution = constitution_on(borrower.group, on)
    judged = eligibility(member=borrower, asked=request.asked, on=on, witnesses=request.witnesses)
    _must_be_eligible(judged)
    must_be_within_cap(judged.terms, borrower.group.organisation)
    loan = _written(borrower, request, constitution, by, at)
    loan.purpose = purpose
    _number_and_save(loan)
    Witness.objects.bulk_create([Witness(loan=loan, member=one) for one in dict.fromkeys(request.witnesses)])
    loan.documents.set(request.documents)
    log("loan.applied", loan, by, at, months=loan.months)
    tell_borrower(loan, "loan_applied")
    call_deciders(loan, sitting_of(loan, on))
    return loan


def _purpose(text: str) -> str:
    purpose = " ".join(text.split())
    if not purpose or len(purpose) > LONGEST_TEXT:
        raise Invalid(_("Say what the loan is for, in up to 500 letters."), field="purpose")
    return purpose


def _must_be_eligible(judged: Eligibility) -> None:
    failed = {rule.code: rule for rule in judged.failed}
    if blocking := failed.get(OPEN_LOAN):
        raise OpenLoanExists(f"{blocking.evidence} {blocking.remedy}")
    if failed:
        raise NotEligible([(FIELDS[code], code, f"{rule.evidence} {rule.remedy}") for code, rule in failed.items()])


def _written(member: Member, request: Application, constitution: Constitution, by: User, at: dt.datetime) -> Loan:
    return Loan(
        id=new_id(),
        group=member.group,
        member=member,
        loan_type=request.loan_type,
        amount=request.amount,
        months=request.months,
        grace_months=request.grace_months,
        extra_payment=request.extra_payment,
        slot=slot_of(constitution, request.loan_type),
        recorded_by=by,
        applied_at=at,
        applied_on=business_day(at),
        data_key=member.person.data_key,
    )


def _number_and_save(loan: Loan) -> None:
    """1, 2, 3 … in the group, without gaps: the book is held until the transaction ends, so nobody counts beside us."""
    hold_books([loan.group])
    newest: int | None = Loan.objects.filter(group=loan.group).aggregate(newest=Max("number"))["newest"]
    loan.number = (newest or 0) + 1
    try:
        with transaction.atomic():
            loan.save(force_insert=True)
    except IntegrityError as error:
        if refused_by(error).startswith(_ONE_OPEN_LOAN):
            raise OpenLoanExists from error
        raise
