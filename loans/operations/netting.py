"""What a leaving member's loans take of what she owns: all that is owed of those that run, and of those written off as
much as can still be recovered and is there.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from core.ids import new_id
from core.periods import business_day
from ledger.models import Voucher
from ledger.rules import Leg
from loans.models import Loan, Repayment, Status
from loans.operations.books import debt_of, refresh
from loans.operations.repaying import TAKES_MONEY, recovers, with_payment
from loans.queries import histories
from loans.rules import postings
from loans.rules.life import Payment, told
from members.models import Member


@dataclass(frozen=True)
class Owed:
    """What one loan takes of what she owns; what is left of a loan written off keeps nobody."""

    loan: Loan
    amount: Decimal
    must_be_paid: bool


def loans_paid_out(member: Member) -> QuerySet[Loan]:
    """Her loans on which money may still be owed, in the order in which they are held."""
    joined = Loan.objects.select_related("group__organisation", "member__person")
    return joined.filter(member=member, status__in=TAKES_MONEY).order_by("pk")


def hold_loans(member: Member) -> None:
    """The rows of all her loans, held until the act ends: after its paper, before her own row and the book."""
    rows = Loan.objects.select_for_update(of=("self",), no_key=True).filter(member=member).order_by("pk")
    list(rows.values_list("pk", flat=True))


def owed_by(loans: Sequence[Loan], on: dt.date) -> list[Owed]:
    """What is owed of these loans at the close of a day: running ones first, and nothing of what is settled."""
    known = histories(loans)
    owed = [
        Owed(
            loan, told(known[loan.pk], max(on, known[loan.pk].terms.start)).settlement, loan.status == Status.DISBURSED
        )
        for loan in loans
    ]
    return sorted((each for each in owed if each.amount > 0), key=lambda each: not each.must_be_paid)


def net(*, loan: Loan, voucher: Voucher, amount: Decimal, on: dt.date, at: dt.datetime) -> list[Leg]:
    """Money of her own settles the loan with what `voucher` pays out; returns the lines for that voucher's entry.

    The caller holds the loan's row, and posts these lines in the same transaction. The loan is COMPLETED when nothing
    is left of it.
    """
    payment = Payment(on, at, new_id(), amount)
    history = with_payment(histories([loan])[loan.pk], payment)
    split = told(history, business_day(at)).splits[payment.id]
    is_recovery = recovers(loan, on, at)
    Repayment.objects.create(id=payment.id, loan=loan, voucher=voucher, paid_on=on, at=at, amount=amount)
    refresh(loan, history, at=at)
    return postings.settling_legs(debt_of(loan), split, recovers=is_recovery)
