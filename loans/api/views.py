"""Loans over HTTP. Fetching is authorising, each view calls one verb, money is sent once."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.errors import NotFound
from core.periods import now, today
from groups.access import group_for
from ledger.api.questions import NoQuestion
from loans import operations, queries
from loans.access import loan_for
from loans.api import bodies
from loans.api.answers import answer_loan, answer_repayment, loans_out
from loans.api.filters import LoanFilters
from loans.api.shapes import (
    ApplicationIn,
    ApprovalIn,
    AskedIn,
    AssessmentOut,
    CancellationIn,
    DisbursementIn,
    EligibilityOut,
    LoanOut,
    RejectionIn,
    RepaymentIn,
    RepaymentOut,
    RescheduleIn,
    WriteOffIn,
)
from loans.assessment import assess, eligibility
from loans.models import Loan
from members.access import member_for
from members.models import Member
from savings.access import must_speak_somewhere, voucher_for
from savings.api.answers import caller
from savings.api.listing import must_know_named
from savings.api.shapes import ReversalIn, TransactionOut
from savings.api.views import KEY, Reverse, read
from savings.operations import Table


class Listing(GenericAPIView[Loan]):
    """A list of loans: newest first, filtered, by page."""

    queryset = Loan.objects.none()
    filterset_class = LoanFilters
    serializer_class = LoanOut

    def listed(self, request: Request, loans: QuerySet[Loan]) -> Response:
        chosen = self.filter_queryset(loans)
        must_know_named(request, group="group_id", member="member_id")
        page = self.paginate_queryset(chosen) or []
        return self.get_paginated_response(loans_out(caller(request), page))


def answer_application(request: Request) -> Response:
    """Both spellings of the path are one operation, so that a key sent to either is sent once."""
    may = asked_word(request)
    must_speak_somewhere(request.user, may, about=dict(request.data).get("member_id"))
    member, asked = bodies.application_of(request, read(ApplicationIn, request))

    def act() -> UUID:
        return operations.apply(member=member, request=asked, by=caller(request), at=now()).pk

    return answer_loan(request, "loans.apply", {}, act, status=201)


class Loans(Listing):
    @extend_schema(responses=LoanOut(many=True), summary=_("Loans in your scope"))
    def get(self, request: Request) -> Response:
        return self.listed(request, queries.visible_to(request.user))

    @extend_schema(
        parameters=[KEY],
        request=ApplicationIn,
        responses={201: LoanOut},
        filters=False,
        summary=_("Ask for a loan"),
    )
    def post(self, request: Request) -> Response:
        return answer_application(request)


class Apply(APIView):
    @extend_schema(
        parameters=[KEY],
        request=ApplicationIn,
        responses={201: LoanOut},
        summary=_("Ask for a loan, in the words of the plan"),
    )
    def post(self, request: Request) -> Response:
        return answer_application(request)


class GroupLoans(Listing):
    @extend_schema(responses=LoanOut(many=True), summary=_("Loans of a group"))
    def get(self, request: Request, group_id: UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request), own=True)
        return self.listed(request, queries.visible_to(request.user).filter(group=group))


class LoanDetail(APIView):
    @extend_schema(responses=LoanOut, summary=_("One loan: who said yes, its schedule, what was paid, what is owed"))
    def get(self, request: Request, loan_id: UUID) -> Response:
        loan = loan_for(request.user, loan_id, asked_word(request))
        NoQuestion.read(request)
        return Response(loans_out(caller(request), [loan])[0])


class Approve(APIView):
    """Says yes to a loan, in the first seat of hers that is still needed. Who says it is who has signed in."""

    @extend_schema(parameters=[KEY], request=ApprovalIn, responses={200: LoanOut}, summary=_("Say yes to a loan"))
    def post(self, request: Request, loan_id: UUID) -> Response:
        loan, body = loan_for(request.user, loan_id, asked_word(request)), read(ApprovalIn, request)

        def act() -> UUID:
            notes = body.get("approval_notes") or ""
            return operations.approve(loan=loan, by=caller(request), at=now(), notes=notes).pk

        return answer_loan(request, "loans.approve", {"loan_id": loan_id}, act)


class Reject(APIView):
    """Says no to a loan that waits; of a running loan, to its write-off or rescheduling that waits."""

    @extend_schema(
        parameters=[KEY],
        request=RejectionIn,
        responses={200: LoanOut},
        summary=_("Say no to a loan, or to a change of it that waits"),
    )
    def post(self, request: Request, loan_id: UUID) -> Response:
        loan, body = loan_for(request.user, loan_id, asked_word(request)), read(RejectionIn, request)

        def act() -> UUID:
            words = {"loan": loan, "by": caller(request), "at": now(), "reason": body["reason"]}
            is_running = loan.disbursed_on is not None
            return operations.reject_change(**words).loan_id if is_running else operations.reject(**words).pk

        return answer_loan(request, "loans.reject", {"loan_id": loan_id}, act)


class Cancel(APIView):
    """Takes an application back: the borrower herself, or whoever typed it."""

    @extend_schema(
        parameters=[KEY], request=CancellationIn, responses={200: LoanOut}, summary=_("Take an application back")
    )
    def post(self, request: Request, loan_id: UUID) -> Response:
        loan, body = loan_for(request.user, loan_id, asked_word(request)), read(CancellationIn, request)

        def act() -> UUID:
            reason = body.get("reason") or ""
            return operations.cancel(loan=loan, by=caller(request), at=now(), reason=reason).pk

        return answer_loan(request, "loans.cancel", {"loan_id": loan_id}, act)


class Disburse(APIView):
    @extend_schema(parameters=[KEY], request=DisbursementIn, responses={200: LoanOut}, summary=_("Pay a loan out"))
    def post(self, request: Request, loan_id: UUID) -> Response:
        loan, body = loan_for(request.user, loan_id, asked_word(request)), read(DisbursementIn, request)
        money = bodies.money_of(loan.group, body, "disbursed_on")

        def act() -> UUID:
            meeting = body.get("meeting_id")
            return operations.disburse(loan=loan, by=caller(request), at=now(), meeting_id=meeting, **money).pk

        return answer_loan(request, "loans.disburse", {"loan_id": loan_id}, act)


class Repay(APIView):
    """Money for a loan: the oldest that is due first, penalty before interest before principal."""

    @extend_schema(
        parameters=[KEY], request=RepaymentIn, responses={201: RepaymentOut}, summary=_("Record a repayment")
    )
    def post(self, request: Request, loan_id: UUID) -> Response:
        loan, body = loan_for(request.user, loan_id, asked_word(request)), read(RepaymentIn, request)
        money, meeting = bodies.money_of(loan.group, body, "payment_date"), body.get("meeting_id")
        table = Table(meeting) if meeting else None

        def act(**who: Any) -> Any:
            return operations.repay(loan=loan, amount=body["amount"], table=table, **money, **who)

        return answer_repayment(request, loan, act)


class WriteOff(APIView):
    """Asks for it, or adds a yes to what was asked; the last yes does it."""

    @extend_schema(
        parameters=[KEY], request=WriteOffIn, responses={200: LoanOut}, summary=_("Write off what is owed of a loan")
    )
    def post(self, request: Request, loan_id: UUID) -> Response:
        loan, body = loan_for(request.user, loan_id, asked_word(request)), read(WriteOffIn, request)

        def act() -> UUID:
            return operations.write_off(
                loan=loan, by=caller(request), at=now(), reason=body.get("reason") or ""
            ).loan_id

        return answer_loan(request, "loans.write-off", {"loan_id": loan_id}, act)


class Reschedule(APIView):
    """Asks for it, or adds a yes to what was asked; the last yes does it."""

    @extend_schema(
        parameters=[KEY],
        request=RescheduleIn,
        responses={200: LoanOut},
        summary=_("Spread what is owed of a loan over more months"),
    )
    def post(self, request: Request, loan_id: UUID) -> Response:
        loan, body = loan_for(request.user, loan_id, asked_word(request)), read(RescheduleIn, request)
        months, reason = body["duration_months"], body.get("reason") or ""

        def act() -> UUID:
            changed = operations.reschedule(loan=loan, months=months, by=caller(request), at=now(), reason=reason)
            return changed.loan_id

        return answer_loan(request, "loans.reschedule", {"loan_id": loan_id}, act)


class ReverseRepayment(Reverse):
    """The reversal of a transaction, by the repayment's own name: the same operation, for repayments alone."""

    @extend_schema(
        parameters=[KEY], request=ReversalIn, responses={200: TransactionOut}, summary=_("Take a repayment back")
    )
    def post(self, request: Request, repayment_id: UUID) -> Response:
        if voucher_for(request.user, repayment_id, asked_word(request)).kind != "REPAYMENT":
            raise NotFound
        return super().post(request, repayment_id)


def borrower(request: Request, group_id: UUID, member_id: UUID) -> Member:
    """The member of this group, for whoever may read her loans."""
    word = asked_word(request)
    group = group_for(request.user, group_id, word, own=True)
    member = member_for(request.user, member_id, word)
    if member.group_id != group.pk:
        raise NotFound
    return member


class Eligible(APIView):
    """Each rule with its evidence and what would change it, and what the loan would cost, also when a rule fails."""

    @extend_schema(request=AskedIn, responses={200: EligibilityOut}, summary=_("May she borrow this?"))
    def post(self, request: Request, group_id: UUID, member_id: UUID) -> Response:
        member = borrower(request, group_id, member_id)
        asked = bodies.asked_of(read(AskedIn, request))
        return Response(EligibilityOut(eligibility(member=member, asked=asked, on=today())).data)


class Assess(APIView):
    @extend_schema(request=None, responses={200: AssessmentOut}, summary=_("How safe would a loan to her be?"))
    def post(self, request: Request, group_id: UUID, member_id: UUID) -> Response:
        member = borrower(request, group_id, member_id)
        return Response(AssessmentOut(assess(member=member, on=today())).data)
