"""The money of a meeting: the papers that name it, posted and not taken back.

What is taken back after the seal belongs to a later meeting: the minutes of a sealed one go on saying what was sealed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from core.money import ZERO
from ledger.models import Voucher
from meetings import rules
from meetings.models import Attendance, Meeting
from meetings.queries.lists import members_on
from meetings.rules import Step
from members.models import Member
from members.queries import roster

Totals = dict[Step, Decimal]


def standing(meetings: Iterable[Meeting]) -> QuerySet[Voucher]:
    """Papers of these meetings whose money stood when the meeting was sealed, or stands now while it is not."""
    head = Meeting.objects.filter(pk=OuterRef(OuterRef("meeting_id"))).values("entries")
    undone = Voucher.objects.filter(reverses=OuterRef("pk")).annotate(head=Subquery(head))
    by_then = undone.filter(Q(head__isnull=True) | Q(entry__number__lte=F("head")))
    papers = Voucher.objects.filter(meeting_id__in=[meeting.pk for meeting in meetings])
    return papers.filter(~Exists(by_then), status=Voucher.Status.VERIFIED)


def totals_of(meetings: Iterable[Meeting]) -> dict[UUID, Totals]:
    """Meeting id → step → what was done at it, in shillings. One query, however many meetings."""
    found: dict[UUID, Totals] = defaultdict(lambda: dict.fromkeys(rules.MONEY_STEPS, ZERO))
    sums = standing(meetings).values_list("meeting_id", "kind", "detail").annotate(total=Sum("amount"))
    for meeting, kind, detail, total in sums.order_by():
        step = rules.step_of(kind, detail)
        if meeting and step:
            found[meeting][step] += total
    return found


def waiting_of(meetings: Iterable[Meeting]) -> dict[UUID, int]:
    """Meeting id → papers that wait, or still waited when it was sealed: those are never posted. One query."""
    head = Meeting.objects.filter(pk=OuterRef("meeting_id")).values("sealed_at")
    papers = Voucher.objects.filter(meeting_id__in=[meeting.pk for meeting in meetings])
    later = Q(status=Voucher.Status.REJECTED, sealed_at__isnull=False, verified_at__gt=F("sealed_at"))
    open_ones = papers.annotate(sealed_at=Subquery(head)).filter(Q(status=Voucher.Status.PENDING) | later)
    found: dict[UUID, int] = defaultdict(int)
    for meeting in open_ones.values_list("meeting_id", flat=True):
        if meeting:
            found[meeting] += 1
    return found


@dataclass(frozen=True)
class Bringing:
    """What one member brought to a meeting, in shillings, and how she is marked there; `methods` are the ways it
    came."""

    member: Member
    status: str | None
    has_confirmed: bool
    welfare: Decimal
    savings: Decimal
    fine: Decimal
    loan: Decimal
    methods: frozenset[str]

    @property
    def brought(self) -> Decimal:
        return self.welfare + self.savings + self.fine + self.loan


def lines_of(meeting: Meeting) -> list[Bringing]:
    """Everybody who belonged to the group that day, was marked or brought something. Three queries."""
    rows = standing([meeting]).filter(member__isnull=False).values_list("member", "kind", "detail", "method")
    sums: dict[UUID, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(rules.BROUGHT.values(), ZERO))
    methods: dict[UUID, set[str]] = defaultdict(set)
    for member, kind, detail, method, total in rows.annotate(total=Sum("amount")).order_by():
        column = rules.BROUGHT.get(rules.step_of(kind, detail) or Step.SEAL)
        if member and column:
            sums[member][column] += total
            methods[member].add(method)
    marks = {row.member_id: row for row in Attendance.objects.filter(meeting=meeting)}
    at_table = Q(pk__in=members_on(meeting.group, meeting.meeting_date).values("pk")) | Q(pk__in=[*sums, *marks])
    return [
        Bringing(
            member=member,
            status=marks[member.pk].status if member.pk in marks else None,
            has_confirmed=member.pk in marks and marks[member.pk].has_confirmed,
            methods=frozenset(methods[member.pk]),
            **sums[member.pk],
        )
        for member in roster(meeting.group).filter(at_table)
    ]
