"""Reading groups: the constitution in force, who holds which office, who serves a group."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable

from groups.models import OFFICES, BankingGroup, Constitution, GroupRole, RoleName
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
    return {group: _in_force(known, day) for group, known in versions.items()}


def _in_force(versions: list[Constitution], day: dt.date) -> Constitution:
    effective = [version for version in versions if version.effective_on <= day]
    return max(effective, key=lambda version: (version.effective_on, version.version), default=versions[0])


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
