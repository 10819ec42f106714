"""Rows that a submission remembers by their id: for ids that this program has kept itself."""

from uuid import UUID

from ledger.models import Voucher
from meetings.models import CashCount
from savings.queries import shown


def bundle_by_id(bundle_id: UUID) -> list[Voucher]:
    """The papers of a collection, in the order of its lines."""
    return list(shown().filter(bundle_id=bundle_id).order_by("id"))


def count_by_id(count_id: UUID) -> CashCount:
    return CashCount.objects.select_related("group").get(pk=count_id)


def paper_of(count: CashCount) -> Voucher | None:
    """What its difference was written down as, if it differed, as lists show it."""
    return shown().filter(pk=count.voucher_id).first() if count.voucher_id else None
