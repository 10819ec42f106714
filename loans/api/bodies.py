"""From what a body says to what a verb takes: members and papers fetched through access, days read off the clock."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.api.permissions import asked_word
from core.errors import Invalid
from core.money import ZERO
from groups.models import BankingGroup, LoanType
from loans.access import borrower_for, documents_for, witnesses_for
from loans.assessment import Asked
from loans.operations import Application
from members.models import Member
from savings.api.bodies import day_said

Body = Mapping[str, Any]


def application_of(request: Request, body: Body) -> tuple[Member, Application]:
    """Who asks for what; without a member it is her own."""
    borrower = borrower_for(request.user, body.get("member_id"), asked_word(request))
    if borrower is None:
        raise Invalid(_("Say which member the loan is for."), field="member_id")
    asked = Application(
        loan_type=body["loan_type"],
        amount=body["amount"],
        months=body["duration_months"],
        purpose=body["purpose"],
        witnesses=tuple(witnesses_for(borrower.group, body["witnesses"])),
        documents=tuple(documents_for(borrower, body.get("id_documents") or [])),
        grace_months=body.get("grace_months") or 0,
        extra_payment=body.get("extra_payment") or ZERO,
    )
    return borrower, asked


def asked_of(body: Body) -> Asked:
    """The loan somebody has in mind: short-term unless it is said, and for the longest term of its type."""
    return Asked(
        amount=body["amount"],
        loan_type=body.get("loan_type") or LoanType.SHORT_TERM.value,
        months=body.get("duration_months"),
        grace_months=body.get("grace_months") or 0,
        extra_payment=body.get("extra_payment") or ZERO,
    )


def money_of(group: BankingGroup, body: Body, day: str) -> dict[str, Any]:
    """How money came or went, as the verbs take it; `day` is how the body calls the day of it."""
    return {
        "method": body["payment_method"],
        "on": day_said(body, day, group),
        "receipt_number": body.get("transaction_id") or "",
    }
