"""Loans as answers: the pinned shape with all that is told of it, in a constant number of queries."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from core.periods import now, today
from groups.access import groups_where
from loans import queries
from loans.api.shapes import LoanOut, RepaymentOut
from loans.dossiers import dossiers, paid_of
from loans.models import Loan, Repayment
from loans.operations.books import allocated
from savings.api.answers import caller
from users.api.idempotency import answer_once
from users.models import User


def loans_out(user: User, loans: Sequence[Loan]) -> list[dict[str, Any]]:
    """Rows in the pinned shape; notes and reasons of approvers only of groups whose loans she may read whole."""
    whole = groups_where(user, "loans:read").filter(pk__in={loan.group_id for loan in loans})
    open_groups = set(whole.values_list("pk", flat=True))
    told = {loan.pk: one for loan, one in zip(loans, dossiers(loans, today()), strict=True)}
    known = {"told": told, "open_loans": {loan.pk for loan in loans if loan.group_id in open_groups}}
    return [dict(LoanOut(one, context=known).data) for one in told.values()]


def answer_loan(
    request: Request, operation: str, path: dict[str, object], act: Callable[[], UUID], status: int = 200
) -> Response:
    """Run the act once per key and answer with the loan whose id it returns, as it is now."""
    user = caller(request)

    def acted() -> tuple[UUID, Loan]:
        loan_id = act()
        return loan_id, queries.loan_by_id(loan_id)

    def rendered(loan: Loan) -> dict[str, Any]:
        return loans_out(user, [loan])[0]

    return answer_once(request, operation, path, acted, queries.loan_by_id, rendered, status)


def answer_repayment(request: Request, loan: Loan, act: Callable[..., Repayment]) -> Response:
    """Repay once per key; a receipt number that paid before is answered as any other repeat."""
    at = now()
    kept: list[Repayment] = []

    def acted() -> tuple[UUID, Repayment]:
        kept.append(act(by=caller(request), at=at))
        return kept[0].pk, kept[0]

    answer = answer_once(request, "loans.repay", {"loan_id": loan.pk}, acted, queries.repayment_by_id, repayment_out)
    if kept and kept[0].at != at:
        answer["Idempotent-Replayed"] = "true"
    return answer


def repayment_out(repayment: Repayment) -> dict[str, Any]:
    """Where the money went as its receipt says, and what the loan is now."""
    paid, told = paid_of(repayment, today())
    return dict(RepaymentOut(replace(paid, allocation=allocated(repayment)), context={"told": told}).data)
