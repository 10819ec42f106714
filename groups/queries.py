"""Reading groups: the constitution in force, who holds which office, who serves a group."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Case, F, QuerySet, When

from groups.charter import Charter, Event, Terms
from groups.clauses import LOAN_TERMS, RULE_NAMES, WELFARE_EVENTS, clauses_of
from groups.models import OFFICES, BankingGroup, Constitution, GroupRole, LoanType, RoleName
from users.models import User


def constitution_on(group: BankingGroup, day: dt.date) -> Constitution:
    """The version in force on a day: the newest one effective by then; before the first, the first."""
    versions = Constitution.objects.adopted().filter(group=group)
    return (
        versions.filter(effective_on__lte=day).order_by("-effective_on", "-version").first()
        or versions.order_by("version")[:1].get()
    )


def constitutions_on(groups: Iterable[BankingGroup], day: dt.date) -> dict[uuid.UUID, Constitution]:
    """Group id → the version in force there on a day. One query, however many groups."""
    versions: dict[uuid.UUID, list[Constitution]] = defaultdict(list)
    for version in Constitution.objects.adopted().filter(group__in=[group.pk for group in groups]).order_by("version"):
        versions[version.group_id].append(version)
    return {group: in_force(known, day) for group, known in versions.items()}


def in_force(versions: Sequence[Constitution], day: dt.date) -> Constitution:
    """Of a group's adopted versions, in the order of their numbers, the one in force on a day."""
    effective = [version for version in versions if version.effective_on <= day]
    return max(effective, key=lambda version: (version.effective_on, version.version), default=versions[0])


def constitution_by_id(constitution_id: uuid.UUID) -> Constitution:
    """A version or proposal with its group, the people who signed it, and its parts."""
    return _signed().get(pk=constitution_id)


def constitutions_of(group: BankingGroup) -> QuerySet[Constitution]:
    """Every text the group has seen: open proposals first, then the versions, the newest first, then what fell."""
    order = Case(When(status="PROPOSED", then=0), When(status="ADOPTED", then=1), default=2)
    rows = _signed().filter(group=group)
    return rows.order_by(order, F("version").desc(nulls_last=True), "-proposed_at", "-pk")


def _signed() -> QuerySet[Constitution]:
    people = Constitution.objects.select_related("group__data_key", "proposed_by", "adopted_by")
    return people.prefetch_related("loan_terms", "welfare_events")


def charter_of(constitution: Constitution) -> Charter:
    """The text of a version or proposal as plain data, its parts in a steady order."""
    types = list(LoanType.values)
    terms = sorted(constitution.loan_terms.all(), key=lambda row: types.index(row.loan_type))
    events = sorted(constitution.welfare_events.all(), key=lambda row: row.event)
    return Charter(
        rules={name: getattr(constitution, name) for name in RULE_NAMES},
        terms=tuple(Terms(**{clause.name: getattr(row, clause.name) for clause in _TERMS}) for row in terms),
        events=tuple(Event(**{clause.name: getattr(row, clause.name) for clause in _EVENTS}) for row in events),
    )


_TERMS, _EVENTS = clauses_of(LOAN_TERMS), clauses_of(WELFARE_EVENTS)


def offices_of(group: BankingGroup) -> dict[uuid.UUID, str]:
    """User id → office, for the office holders of now."""
    rows = GroupRole.objects.filter(group=group, role__in=OFFICES, until__isnull=True)
    return dict(rows.values_list("user_id", "role"))


def offices_held(user: User) -> dict[uuid.UUID, str]:
    """Group id → the office a person holds there now."""
    rows = GroupRole.objects.filter(user=user, role__in=OFFICES, until__isnull=True)
    return {group: role for group, role in rows.values_list("group_id", "role") if group}


def holders_of(groups: list[BankingGroup], role: RoleName) -> dict[uuid.UUID, list[str]]:
    """Group id → names of those who hold a role there now."""
    names: dict[uuid.UUID, list[str]] = defaultdict(list)
    rows = GroupRole.objects.filter(group__in=groups, role=role, until__isnull=True).select_related("user")
    for row in rows.order_by("since"):
        names[row.group_id or uuid.UUID(int=0)].append(row.user.name)
    return names


def field_officers_of(group: BankingGroup) -> frozenset[uuid.UUID]:
    """User ids of the field officers assigned to the group now."""
    rows = GroupRole.objects.filter(group=group, role=RoleName.FIELD_OFFICER, until__isnull=True)
    return frozenset(rows.values_list("user_id", flat=True))
