"""Meetings as lists show them, who belongs to a group on a day, and how often members come."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from groups.access import groups_where
from groups.models import BankingGroup
from meetings import rules
from meetings.models import Attendance, Meeting
from members.models import Member
from members.queries import roster
from users.models import User


def shown() -> QuerySet[Meeting]:
    """Meetings with what a list shows of them, newest first."""
    joined = Meeting.objects.select_related("group__organisation", "data_key", "opened_by", "sealed_by")
    return joined.order_by("-meeting_date", "-id")


def visible_to(user: User | AnonymousUser) -> QuerySet[Meeting]:
    """Every meeting of the groups she belongs to, serves or oversees."""
    if isinstance(user, AnonymousUser):
        return Meeting.objects.none()
    return shown().filter(group__in=groups_where(user, "meetings:read").values("pk"))


def meeting_by_id(meeting_id: UUID) -> Meeting:
    """One meeting as lists show it; for ids that this program has kept itself."""
    return shown().get(pk=meeting_id)


def newest_sealed(group: BankingGroup) -> Meeting | None:
    """The meeting whose seal reaches furthest into the books."""
    return shown().filter(group=group, status=Meeting.Status.SEALED).order_by("-entries", "-sealed_at").first()


def members_on(group: BankingGroup, day: dt.date) -> QuerySet[Member]:
    """Who belongs to the group on a day: had joined by then, and had not left before; by member number."""
    return roster(group).filter(Q(is_active=True) | Q(left_on__gte=day), joined_on__lte=day)


def rates(members: Iterable[Member]) -> dict[UUID, Decimal | None]:
    """Member id → her attendance in percent, over every meeting at which she was marked; None while there is none.

    One query, however many members.
    """
    ids = [member.pk for member in members]
    marks: dict[UUID, dict[str, int]] = defaultdict(dict)
    rows = Attendance.objects.filter(member__in=ids).values_list("member", "status")
    for member, status, times in rows.annotate(times=Count("id")).order_by():
        marks[member][status] = times
    return {member: rules.rate(marks[member]) for member in ids}


def records_of(user: User | AnonymousUser) -> QuerySet[Attendance]:
    """How the signed-in person was marked, in all her groups, newest first."""
    if isinstance(user, AnonymousUser):
        return Attendance.objects.none()
    hers = Attendance.objects.filter(member__person__user=user).select_related("meeting__group", "member")
    return hers.order_by("-meeting__meeting_date", "-id")
