"""Reading ends: who left, with what, and what stands in the way."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from cycles.models import Leaving
from ledger.models import Line, Voucher
from ledger.queries import member_balances
from members.models import Member
from savings.queries import LEAVING, unreversed


def shown() -> QuerySet[Leaving]:
    """Leavings with what an answer says of them."""
    return Leaving.objects.select_related("voucher__entry", "member", "recorded_by", "data_key")


def that_stand() -> QuerySet[Leaving]:
    """Leavings that were not taken back: what became of the voucher became of them."""
    return shown().filter(Q(voucher__isnull=True) | Q(voucher__in=unreversed().values("pk")))


def leaving_by_id(leaving_id: UUID) -> Leaving:
    """One leaving as answers show it; for ids that this program has kept itself."""
    return shown().get(pk=leaving_id)


def held_for(member: Member) -> dict[str, Decimal]:
    """Account code → what the books hold for her, or of her debts, now."""
    return member_balances(member.group, [member])[member.pk]


def papers_waiting(member: Member) -> QuerySet[Voucher]:
    """The papers that name her and wait for somebody's yes; that of her leaving waits for nobody."""
    waiting = Voucher.objects.filter(group=member.group_id, member=member, status=Voucher.Status.PENDING)
    return waiting.exclude(detail=LEAVING)


def last_day_of_hers(member: Member) -> dt.date:
    """The latest business day on which money moved for her; before any did, the day she joined."""
    latest: dt.date | None = Line.objects.filter(member=member).aggregate(day=Max("entry__booked_on"))["day"]
    return max(latest, member.joined_on) if latest else member.joined_on
