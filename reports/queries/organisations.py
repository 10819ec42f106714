"""Organisations in figures, their staff, and who serves each of many groups: the same few queries for any number."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from groups.models import OFFICES, ORGANISATION_ROLES, BankingGroup, GroupRole, Organisation, RoleName, StatusChange
from members.models import Member
from officers.queries import names_of

OFFICE_ORDER = {role.value: place for place, role in enumerate(OFFICES)}


@dataclass(frozen=True)
class OrganisationFigures:
    """An organisation with how many groups, active members and staff it has."""

    organisation: Organisation
    groups_count: int
    members_count: int
    staff_count: int


@dataclass(frozen=True)
class Seated:
    """Somebody at the table: a field officer as the organisation calls its officer, else as she signs in."""

    user_id: uuid.UUID
    name: str
    role: str


@dataclass(frozen=True)
class Table:
    """Who holds the offices of a group, in the order of the offices, and which field officers serve it."""

    office_holders: tuple[Seated, ...]
    field_officers: tuple[Seated, ...]


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
    """Group id → who sits at its table now. Two queries."""
    where = {group.pk: group.organisation_id for group in groups}
    rows = GroupRole.objects.filter(group__in=where, role__in=[*OFFICES, RoleName.FIELD_OFFICER], until__isnull=True)
    found = list(rows.order_by("since", "pk").values_list("group_id", "user_id", "user__name", "role"))
    called = names_of((where[group], user) for group, user, _name, role in found if role == RoleName.FIELD_OFFICER)
    seats: dict[uuid.UUID, list[Seated]] = defaultdict(list)
    for group, user, name, role in found:
        is_officer = role == RoleName.FIELD_OFFICER
        seats[group].append(Seated(user, called.get((where[group], user), name) if is_officer else name, role))
    return {group: _table(seats[group]) for group in where}


def _table(seats: list[Seated]) -> Table:
    holders = sorted((seat for seat in seats if seat.role in OFFICE_ORDER), key=lambda seat: OFFICE_ORDER[seat.role])
    return Table(tuple(holders), tuple(seat for seat in seats if seat.role == RoleName.FIELD_OFFICER))


def status_changes_of(group: BankingGroup) -> QuerySet[StatusChange]:
    """When the group was suspended and activated, by whom and why, the newest first."""
    return StatusChange.objects.filter(group=group).select_related("by", "data_key").order_by("-at", "-pk")
