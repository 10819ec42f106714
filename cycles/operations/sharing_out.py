"""A share-out pays a member all that is her own and her share of the surplus, less what she owes; she stays."""

import contextlib
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.periods import business_day
from cycles.models import Allocation
from cycles.operations.leaving import ATTEMPTS, StillOwes
from cycles.operations.sharing import PaidAlready
from cycles.operations.sharing_parts import Payment, finished, held_part, paper_for
from cycles.queries import leaving as queries
from cycles.queries.leaving import FineOwed
from cycles.rules import leaving as rules
from ledger.models import Voucher
from ledger.operations import hold_books
from ledger.rules import Leg
from ledger.vouchers import settle
from loans.operations.netting import Owed, hold_loans, loans_paid_out, net, owed_by
from savings.operations.dues import hold_fines, refresh_fines
from savings.rules import fine_legs
from users.submissions import InProgress


class OldDebtsFirst(StillOwes):
    detail = _("She owes a loan from before the books were taken over, which cannot be settled here. That comes first.")


class _Moved(Exception):
    """Money moved for her between the first look and the lock."""


def pay_out(part: Allocation, payment: Payment) -> Voucher:
    """All she owns goes down to nothing by one entry: her fines, then her loans take what they can, the rest is cash.

    Who owes more than she has is paid nothing, and the rest stays owed. What she owns is written on the paper before
    the locks and looked at again under them, as when she leaves.
    """
    for _attempt in range(ATTEMPTS):
        with contextlib.suppress(_Moved), transaction.atomic():
            return _paid_out(part, payment)
    raise InProgress


def _paid_out(part: Allocation, payment: Payment) -> Voucher:
    parts = rules.owned(queries.held_for(part.member))
    if not parts:
        raise PaidAlready
    voucher, source = paper_for(part, payment, rules.total(parts))
    hold_fines(part.member)
    fines = queries.fines_owed(part.member)
    hold_loans(part.member)
    loans = list(loans_paid_out(part.member))
    hers = held_part(part)
    hold_books([hers.run.group])
    balances = queries.held_for(hers.member)
    moved = rules.owned(balances) != parts or fines != queries.fines_owed(hers.member)
    if moved or loans != list(loans_paid_out(hers.member)):
        raise _Moved
    _must_be_the_last_day(hers, payment)
    if queries.not_of_loans(balances, loans) > 0:
        raise OldDebtsFirst
    owed = owed_by(loans, business_day(payment.at))
    settling = rules.as_far_as_it_goes(rules.total(parts), queries.claims(fines, owed))
    payment.must_be_expected(settling.paid_out)
    taken = settling.taken[: len(fines)], settling.taken[len(fines) :]
    settled = [*_fined(fines, taken[0], hers.member_id), *_netted(owed, taken[1], voucher, payment)]
    legs = rules.leaving_legs(parts, source, hers.member_id, settled)
    settle(voucher=voucher, legs=legs, at=payment.at, actor=payment.by)
    refresh_fines([each.fine for each in fines])
    return finished(hers, voucher, payment, settling.paid_out)


def _must_be_the_last_day(part: Allocation, payment: Payment) -> None:
    """All that she owns now is not paid on a day on which she had not brought it yet."""
    last = queries.last_day_of_hers(part.member)
    if payment.on < last:
        said = _("Money moved for her on %(day)s. Pay her on that day or later.")
        raise Invalid(said % {"day": date_format(last)}, field="paid_on")


def _fined(fines: Sequence[FineOwed], taken: Sequence[Decimal], member: UUID) -> list[Leg]:
    return fine_legs({each.fine.pk: amount for each, amount in zip(fines, taken, strict=True) if amount}, member)


def _netted(owed: Sequence[Owed], taken: Sequence[Decimal], voucher: Voucher, payment: Payment) -> list[Leg]:
    """As of today, whatever day is paid on; a loan that does not get all it asks for runs on with the rest."""
    return [
        leg
        for each, amount in zip(owed, taken, strict=True)
        if amount
        for leg in net(loan=each.loan, voucher=voucher, amount=amount, on=business_day(payment.at), at=payment.at)
    ]
