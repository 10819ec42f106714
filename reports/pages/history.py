"""What somebody brought and took, act by act, the newest first, each with its receipt and its state."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from core.codes import short_code
from ledger.models import Voucher
from members.models import Member
from reports.pages import words


@dataclass(frozen=True)
class ActRow:
    booked_on: dt.date
    words: str
    who: str
    method: str
    receipt_code: str
    status: str
    is_reversed: bool
    is_out: bool
    signed: Decimal


def vouchers_of(member: Member) -> QuerySet[Voucher]:
    """Her papers, the newest first."""
    papers = Voucher.objects.filter(group=member.group_id, member=member).select_related("reverses")
    return papers.prefetch_related("reversals").order_by("-id")


def rows_of(vouchers: Iterable[Voucher]) -> tuple[ActRow, ...]:
    return tuple(_row(voucher) for voucher in vouchers)


def _row(voucher: Voucher) -> ActRow:
    is_out = words.is_out(voucher)
    return ActRow(
        booked_on=voucher.booked_on,
        words=words.deed(voucher),
        who="",
        method=words.how(voucher),
        receipt_code=short_code(voucher.id) if voucher.status == Voucher.Status.VERIFIED else "",
        status=voucher.status,
        is_reversed=bool(voucher.reversals.all()),
        is_out=is_out,
        signed=-voucher.amount if is_out else voucher.amount,
    )
