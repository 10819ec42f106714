"""Organisations in figures, their staff, and who serves each of many groups: the same few queries for any number."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from groups.models import OFFICES, ORGANISATION_ROLES, BankingGroup, GroupRole, Organisation, RoleName, StatusChange
from members.models import Member

OFFICE_ORDER = {role.value: place for place, role in enumerate(OFFICES)}


@dataclass(frozen=True)
class OrganisationFigures:
    """An organisation with how many groups, active members and staff it has."""

    organisation: Organisation
    groups_count: int
    members_count: int
    staff_count: int


@dataclass(frozen=True)
class Table:
    """Who holds the offices of a group, in the order of the offices, and which field officers serve it."""

    office_holders: tuple[GroupRole, ...]
    field_officers: tuple[GroupRole, ...]


def organisation_figures(organisations: Iterable[Organisation]) -> list[OrganisationFigures]:
    """The figures of each organisation, in the given order. Three queries."""
    listed = list(organisations)
    groups = _counted(BankingGroup.objects.filter(organisation__in=listed), "organisation")
    members = _counted(Member.objects.filter(group__organisation__in=listed, is_active=True), "group__organisation")
    staff = _counted(_staff().filter(organisation__in=listed), "organisation")
    return [OrganisationFigures(one, groups[one.pk], members[one.pk], staff[one.pk]) for one in listed]


def _counted(rows: QuerySet[BankingGroup] | QuerySet[Member] | QuerySet[GroupRole], by: str) -> dict[uuid.UUID, int]:
    return defaultdict(int, rows.order_by().values_list(by).annotate(count=Count("pk")))


def _staff() -> QuerySet[GroupRole]:
    return GroupRole.objects.filter(role__in=ORGANISATION_ROLES, until__isnull=True)


def staff_of(organisation: Organisation) -> QuerySet[GroupRole]:
    """Who works for the organisation now, the longest first."""
    rows = _staff().filter(organisation=organisation).select_related("user__data_key", "organisation")
    return rows.order_by("since", "pk")


def organisation_by_id(organisation_id: uuid.UUID) -> Organisation:
    return Organisation.objects.get(pk=organisation_id)


def staff_role_by_id(role_id: uuid.UUID) -> GroupRole:
    return GroupRole.objects.select_related("user__data_key", "organisation").get(pk=role_id)


def group_by_id(group_id: uuid.UUID) -> BankingGroup:
    return BankingGroup.objects.select_related("organisation").get(pk=group_id)


def tables_of(groups: Sequence[BankingGroup]) -> dict[uuid.UUID, Table]:
    """Group id → who sits at its table now. One query."""
    held: dict[uuid.UUID | None, list[GroupRole]] = defaultdict(list)
    wanted = (*OFFICES, RoleName.FIELD_OFFICER)
    rows = GroupRole.objects.filter(group__in=groups, role__in=wanted, until__isnull=True).select_related("user")
    for row in rows.order_by("since", "pk"):
        held[row.group_id].append(row)
    return {group.pk: _table(held[group.pk]) for group in groups}


def _table(rows: list[GroupRole]) -> Table:
    holders = sorted((row for row in rows if row.role in OFFICE_ORDER), key=lambda row: OFFICE_ORDER[row.role])
    return Table(tuple(holders), tuple(row for row in rows if row.role == RoleName.FIELD_OFFICER))


def status_changes_of(group: BankingGroup) -> QuerySet[StatusChange]:
    """When the group was suspended and activated, by whom and why, the newest first."""
    return StatusChange.objects.filter(group=group).select_related("by", "data_key").order_by("-at", "-pk")
