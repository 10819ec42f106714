"""A loan with all that is told of it, as lists and pages show it: in a constant number of queries, however many loans.

Before a loan is paid out its schedule is that of a payout on the day asked for, by the terms agreed or, while it
waits, by the rules in force.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from core.codes import short_code
from core.money import ZERO
from groups.queries import constitutions_on
from ledger.models import Voucher
from loans.approvers import sittings
from loans.assessment import agreed_offers, asked_of, clauses_of, fees_of
from loans.models import Loan, LoanApproval, LoanChange, Repayment, Status, Witness
from loans.queries import loan_by_id, states
from loans.rules import lending
from loans.rules.approvals import Missing, Yes
from loans.rules.lending import Offer
from loans.rules.life import Charge, Row, Split, State
from loans.rules.plan import Instalment
from members.papers import verified_people

PAID_OUT = (Status.DISBURSED, Status.COMPLETED, Status.WRITTEN_OFF)
AHEAD = (Status.PENDING, Status.APPROVED)
Kind = LoanChange.Kind
T = TypeVar("T", LoanApproval, LoanChange, Repayment, Witness)


@dataclass(frozen=True)
class Paid:
    """Money that came to a loan; `allocation` is what it is worth now, nothing once it was taken back."""

    id: UUID
    loan_id: UUID
    voucher_id: UUID
    amount: Decimal
    paid_on: dt.date
    payment_method: str | None
    recorded_by: UUID
    allocation: Split
    reversed: bool

    @property
    def receipt_code(self) -> str:
        return short_code(self.voucher_id)


@dataclass(frozen=True)
class Dossier:
    """One loan on a day; `state` is None before it is paid out, `offer` where no terms were ever agreed."""

    loan: Loan
    state: State | None
    offer: Offer | None
    repayments: tuple[Paid, ...]
    said: tuple[LoanApproval, ...]
    changes: tuple[LoanChange, ...]
    missing: tuple[Missing, ...]
    witnesses: tuple[Witness, ...]
    documents: tuple[UUID, ...]
    id_verified: bool

    @property
    def approvals(self) -> tuple[LoanApproval, ...]:
        """The yeses to the loan itself, in the order in which they were given."""
        return tuple(approval for approval in self.said if approval.change_id is None)

    @property
    def approved_by(self) -> UUID | None:
        """Who gave the last yes, once it was the last."""
        return self.approvals[-1].approver_id if self.approvals and self.loan.approved_on else None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The schedule as it stands; of a loan that ended before it was paid out, none."""
        if self.state is not None:
            return self.state.rows
        is_ahead = self.loan.status in AHEAD and self.offer is not None
        return tuple(_untouched(row) for row in self.offer.schedule) if is_ahead and self.offer else ()

    @property
    def charges(self) -> tuple[Charge, ...]:
        return self.state.charges if self.state else ()

    @property
    def outstanding(self) -> Decimal:
        return self.state.outstanding if self.state else ZERO

    @property
    def amount_due(self) -> Decimal:
        return self.state.amount_due if self.state else ZERO

    @property
    def settlement(self) -> Decimal:
        return self.state.settlement if self.state else ZERO

    @property
    def days_late(self) -> int:
        return self.state.days_late if self.state else 0

    def approvals_of(self, change: LoanChange) -> tuple[LoanApproval, ...]:
        return tuple(approval for approval in self.said if approval.change_id == change.pk)

    def change(self, kind: str) -> LoanChange | None:
        """The latest one of its kind, whatever became of it."""
        return next((change for change in self.changes if change.kind == kind), None)


def _untouched(row: Instalment) -> Row:
    return Row(row.number, row.due, row.principal, row.interest, ZERO, row.balance, Split(), None)


def dossier(loan: Loan, on: dt.date) -> Dossier:
    return dossiers([loan], on)[0]


def dossiers(loans: Sequence[Loan], on: dt.date) -> list[Dossier]:
    """What is told of each of these loans on a day, in their order."""
    told = states([loan for loan in loans if loan.status in PAID_OUT], on)
    offers, paid = _offers(loans, on), _repayments(loans, told)
    said = _by_loan(LoanApproval.objects.select_related("approver", "data_key").order_by("at", "id"), loans)
    changes = _by_loan(LoanChange.objects.select_related("data_key").order_by("-id"), loans)
    witnesses = _by_loan(Witness.objects.select_related("member__person").order_by("id"), loans)
    missing = _missing(loans, on, told, said, changes)
    documents, verified = _documents(loans), verified_people(loan.member.person_id for loan in loans)
    return [
        Dossier(
            loan=loan,
            state=told.get(loan.pk),
            offer=offers.get(loan.pk),
            repayments=tuple(paid.get(loan.pk, ())),
            said=tuple(said[loan.pk]),
            changes=tuple(changes[loan.pk]),
            missing=tuple(missing.get(loan.pk, ())),
            witnesses=tuple(witnesses[loan.pk]),
            documents=tuple(documents[loan.pk]),
            id_verified=loan.member.person_id in verified,
        )
        for loan in loans
    ]


# What it costs


def _offers(loans: Sequence[Loan], on: dt.date) -> dict[UUID, Offer]:
    """By the terms agreed, by the rules of today for what waits; nothing for what ended before terms were agreed."""
    return agreed_offers(loans, on) | _offers_ahead([loan for loan in loans if loan.status == Status.PENDING], on)


def _offers_ahead(loans: Sequence[Loan], on: dt.date) -> dict[UUID, Offer]:
    """As if the last yes were said and the loan paid out today. Two queries, however many loans."""
    rules = constitutions_on({loan.group_id: loan.group for loan in loans}.values(), on)
    clauses = clauses_of(rules.values())
    found = [(loan, clauses.get((rules[loan.group_id].pk, loan.loan_type))) for loan in loans]
    return {
        loan.pk: lending.offer(
            lending.terms_as_asked(asked_of(loan), loan.months, clause, on), fees_of(rules[loan.group_id], loan.amount)
        )
        for loan, clause in found
        if clause is not None
    }


# Who must still say yes


def _missing(
    loans: Sequence[Loan],
    on: dt.date,
    told: Mapping[UUID, State],
    said: Mapping[UUID, Sequence[LoanApproval]],
    changes: Mapping[UUID, Sequence[LoanChange]],
) -> dict[UUID, list[Missing]]:
    """Loan id → what it, or the change of it that waits, waits for. Five queries, however many wait."""
    changing = {loan.pk: change for loan in loans if (change := _waiting(changes.get(loan.pk, ())))}
    asked = [loan for loan in loans if loan.status == Status.PENDING or loan.pk in changing]
    found = sittings(asked, on)
    for loan, change in changing.items():
        yeses = tuple(Yes(one.approver_id, one.capacity) for one in said.get(loan, ()) if one.change_id == change.pk)
        owed = told[loan].outstanding if loan in told else ZERO
        found[loan] = replace(found[loan], amount=owed or found[loan].amount, said=yeses)
    return {loan: sitting.missing for loan, sitting in found.items()}


def _waiting(changes: Iterable[LoanChange]) -> LoanChange | None:
    return next((change for change in changes if change.state == LoanChange.State.PENDING), None)


# What came and what was shown


def paid_of(repayment: Repayment, on: dt.date) -> tuple[Paid, Dossier]:
    """One repayment with the loan it came to."""
    told = dossier(loan_by_id(repayment.loan_id), on)
    return next(paid for paid in told.repayments if paid.id == repayment.pk), told


def _by_loan(rows: QuerySet[T], loans: Sequence[Loan]) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = defaultdict(list)
    for row in rows.filter(loan__in=[loan.pk for loan in loans]):
        found[row.loan_id].append(row)
    return found


def _repayments(loans: Sequence[Loan], told: Mapping[UUID, State]) -> dict[UUID, list[Paid]]:
    undone = Exists(Voucher.objects.filter(reverses=OuterRef("voucher")))
    rows = Repayment.objects.select_related("voucher").annotate(is_reversed=undone).order_by("paid_on", "at", "id")
    return {loan: [_paid(row, told.get(loan)) for row in kept] for loan, kept in _by_loan(rows, loans).items()}


def _paid(row: Any, state: State | None) -> Paid:
    return Paid(
        id=row.pk,
        loan_id=row.loan_id,
        voucher_id=row.voucher_id,
        amount=row.amount,
        paid_on=row.paid_on,
        payment_method=row.voucher.method or None,
        recorded_by=row.voucher.recorded_by_id,
        allocation=state.splits.get(row.pk, Split()) if state else Split(),
        reversed=row.is_reversed,
    )


def _documents(loans: Sequence[Loan]) -> dict[UUID, list[UUID]]:
    kept: dict[UUID, list[UUID]] = defaultdict(list)
    through = Loan.documents.through.objects.filter(loan__in=[loan.pk for loan in loans]).order_by("id")
    for loan, document in through.values_list("loan_id", "identitydocument_id"):
        kept[loan].append(document)
    return kept
