"""What the table expects of each member: the rest of the month's savings, open fines, what is due on her loans."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from core.money import ZERO
from core.periods import month_end, month_start
from groups.queries import constitution_on
from loans.models import Loan, Status
from loans.queries import states
from meetings.models import Meeting
from meetings.queries.lists import members_on
from members.models import Member
from savings.fines import open_by_member
from savings.queries import CONTRIBUTION, unreversed

REGULAR, FINE, LOAN_REPAYMENT = "REGULAR", "FINE", "LOAN_REPAYMENT"


@dataclass(frozen=True)
class ExpectedLine:
    kind: str
    amount: Decimal


@dataclass(frozen=True)
class Expected:
    """What one member may bring today."""

    member_id: UUID
    lines: tuple[ExpectedLine, ...]


def expected_at(meeting: Meeting) -> tuple[Expected, ...]:
    """Of whom something is expected, by member number; of a sealed meeting nothing. The same queries for any number."""
    if meeting.status == Meeting.Status.SEALED:
        return ()
    members = list(members_on(meeting.group, meeting.meeting_date).filter(is_active=True))
    owed = {REGULAR: _savings(meeting, members), FINE: _fines(members), LOAN_REPAYMENT: _loans(meeting, members)}
    found = (
        Expected(member.pk, tuple(ExpectedLine(kind, due[member.pk]) for kind, due in owed.items() if due[member.pk]))
        for member in members
    )
    return tuple(each for each in found if each.lines)


def _savings(meeting: Meeting, members: Iterable[Member]) -> dict[UUID, Decimal]:
    """What is left of the minimum of the month in which the meeting is."""
    day = meeting.meeting_date
    minimum = constitution_on(meeting.group, day).minimum_contribution
    regular = unreversed().filter(group=meeting.group_id, kind=CONTRIBUTION, detail=REGULAR)
    brought = dict(
        regular.filter(booked_on__range=(month_start(day), month_end(day)))
        .values_list("member")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    return {member.pk: max(minimum - brought.get(member.pk, ZERO), ZERO) for member in members}


def _fines(members: Sequence[Member]) -> dict[UUID, Decimal]:
    fines = open_by_member(members)
    return {member.pk: fines[member.pk].due if member.pk in fines else ZERO for member in members}


def _loans(meeting: Meeting, members: Iterable[Member]) -> dict[UUID, Decimal]:
    """What is due on running loans by the meeting's day."""
    loans = list(Loan.objects.filter(member__in=[member.pk for member in members], status=Status.DISBURSED))
    told = states(loans, meeting.meeting_date)
    due: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
    for loan in loans:
        if loan.pk in told:
            due[loan.member_id] += told[loan.pk].amount_due
    return due
