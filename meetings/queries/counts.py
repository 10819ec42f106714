"""Counts of the box as they are shown: what lay there by note and coin, and what the book said."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from ledger.models import Voucher
from meetings.models import CashCount, Meeting


@dataclass(frozen=True)
class CountView:
    """One count. `book` is what the book said before the difference was posted; `is_undone` says that the paper of
    the difference was taken back, of a sealed meeting before the seal; `is_unposted`, that it waits for another
    person's yes, or was turned down."""

    id: UUID
    moment: str
    on: dt.date
    counted: Decimal
    book: Decimal
    denominations: dict[Decimal, int]
    by: str
    by_id: UUID
    at: dt.datetime
    explanation: str
    voucher_id: UUID | None
    is_undone: bool
    is_unposted: bool

    @property
    def difference(self) -> Decimal:
        """Below zero is missing."""
        return self.counted - self.book


def counts() -> QuerySet[CashCount]:
    """Counts with what is shown of them, in the order in which they were made."""
    undone = Voucher.objects.filter(reverses=OuterRef("voucher")).values("entry__number")
    joined = CashCount.objects.select_related("counted_by", "data_key", "meeting").prefetch_related("denominations")
    joined = joined.annotate(paper_status=F("voucher__status"))
    return joined.annotate(undone_at=Subquery(undone)).order_by("counted_at", "id")


def counts_of(meetings: Iterable[Meeting]) -> dict[UUID, list[CountView]]:
    """Meeting id → its counts in their order. Two queries, however many meetings."""
    found: dict[UUID, list[CountView]] = defaultdict(list)
    for count in counts().filter(meeting__in=[meeting.pk for meeting in meetings]):
        if count.meeting_id:
            found[count.meeting_id].append(_view(count))
    return found


def count_view(count: CashCount) -> CountView:
    """One count as it is shown."""
    return _view(counts().get(pk=count.pk))


def _view(count: CashCount) -> CountView:
    pieces = sorted(count.denominations.all(), key=lambda row: row.worth, reverse=True)
    return CountView(
        id=count.pk,
        moment=count.moment,
        on=count.counted_on,
        counted=count.counted,
        book=count.book,
        denominations={row.worth: row.pieces for row in pieces},
        by=count.counted_by.name,
        by_id=count.counted_by_id,
        at=count.counted_at,
        explanation=count.explanation,
        voucher_id=count.voucher_id,
        is_undone=_is_undone(count),
        is_unposted=getattr(count, "paper_status", None) in {Voucher.Status.PENDING, Voucher.Status.REJECTED},
    )


def _is_undone(count: CashCount) -> bool:
    number: int | None = getattr(count, "undone_at", None)
    head = count.meeting.entries if count.meeting else None
    return number is not None and (head is None or number <= head)
