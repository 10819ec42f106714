"""A receipt on paper: what one act moved, under which codes and entries, and whether it still stands.

The lines that a member brought together share one receipt; each keeps a code and an entry of its own.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.codes import short_code
from core.errors import Refusal
from core.money import ZERO
from core.periods import business_day
from ledger.models import Voucher
from loans.models import Loan, Repayment
from reports.pages import words
from reports.pages.paper_head import PaperHead, head_of
from reports.papers import Paper
from savings.queries import shown


class NoReceiptYet(Refusal):
    code = "no_receipt_yet"
    status = 409
    detail = gettext_lazy(
        "There is no receipt for this: no money stands in the books under it. A receipt is given once a second person "
        "has confirmed it."
    )


@dataclass(frozen=True)
class ReceiptLine:
    """One act on the receipt; struck out where a second entry took it back."""

    what: str
    about: str
    amount: Decimal
    code: str
    entry_number: int
    is_reversed: bool


@dataclass(frozen=True)
class ReceiptPaper:
    head: PaperHead
    code: str
    heading: str
    day: str
    member: str
    member_number: int | None
    how: str
    recorded_by: str
    verified_by: str
    lines: tuple[ReceiptLine, ...]
    total: Decimal

    @property
    def is_reversed(self) -> bool:
        """Does nothing of it stand any more?"""
        return all(line.is_reversed for line in self.lines)


def receipt_paper(voucher: Voucher, at: dt.datetime, *, host: str) -> Paper:
    """The paper of an act, and of what was brought together with it. Refused: `no_receipt_yet`."""
    code = short_code(voucher.pk)
    name = f"receipt-{''.join(filter(str.isalnum, code))}-{business_day(at):%Y-%m-%d}"
    return Paper("paper/receipt.html", receipt_of(voucher, at, host=host), name)


def receipt_of(voucher: Voucher, at: dt.datetime, *, host: str) -> ReceiptPaper:
    if voucher.status != Voucher.Status.VERIFIED:
        raise NoReceiptYet
    together = _together(voucher)
    lines = _lines(together)
    return ReceiptPaper(
        head=head_of(voucher.group, at, host=host),
        code=short_code(voucher.pk),
        heading=_heading(voucher),
        day=words.full_day(voucher.booked_on),
        member=voucher.member.person.name if voucher.member else "",
        member_number=voucher.member.number if voucher.member else None,
        how=words.how(voucher),
        recorded_by=voucher.recorded_by.name,
        verified_by=voucher.verified_by.name if voucher.verified_by else "",
        lines=lines,
        total=sum((line.amount for line in lines if not line.is_reversed), ZERO),
    )


def _together(voucher: Voucher) -> list[Voucher]:
    """What the same member brought in the same go, in the order of the book; otherwise this act alone."""
    same = Q(pk=voucher.pk)
    if voucher.bundle_id is not None:
        same |= Q(bundle_id=voucher.bundle_id, member=voucher.member)
    posted = shown().filter(same, group=voucher.group, status=Voucher.Status.VERIFIED)
    return list(posted.order_by("entry__number"))


def _lines(together: Sequence[Voucher]) -> tuple[ReceiptLine, ...]:
    loans = _loans_of([each.reverses_id or each.pk for each in together])
    firsts = {
        first.pk: first for first in Voucher.objects.filter(pk__in=[each.reverses_id for each in together if each])
    }
    return tuple(
        ReceiptLine(
            what=words.deed(each),
            about=_about(each, firsts, loans),
            amount=each.amount,
            code=short_code(each.pk),
            entry_number=each.entry.number,
            is_reversed=bool(getattr(each, "is_reversed", False)),
        )
        for each in together
        if each.entry is not None
    )


def _about(voucher: Voucher, firsts: dict[UUID, Voucher], loans: dict[UUID, str]) -> str:
    """Which loan, or which receipt it takes back."""
    said = []
    if voucher.reverses_id in firsts:
        first = firsts[voucher.reverses_id]
        said.append(_("%(what)s, receipt %(code)s") % {"what": words.deed(first), "code": short_code(first.pk)})
    number = loans.get(voucher.reverses_id or voucher.pk)
    if number:
        said.append(_("Loan %(loan)s") % {"loan": number})
    return ", ".join(said)


def _loans_of(vouchers: Sequence[UUID]) -> dict[UUID, str]:
    """Voucher → the number of the loan that it paid out or repaid."""
    paid_out = Loan.objects.filter(disbursement__in=vouchers)
    numbers = {loan.disbursement_id: loan.loan_number for loan in paid_out if loan.disbursement_id}
    for paid in Repayment.objects.filter(voucher__in=vouchers).select_related("loan"):
        numbers[paid.voucher_id] = paid.loan.loan_number
    return numbers


def _heading(voucher: Voucher) -> str:
    """What the group gives the paper for."""
    if voucher.kind == "REVERSAL":
        return _("Put right")
    if voucher.member is None or not (voucher.from_place or voucher.to_place):
        return _("Receipt")
    return _("Paid out") if words.is_out(voucher) else _("Received")
