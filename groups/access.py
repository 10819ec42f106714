"""From a user and an id to a group, or a refusal: strangers find nothing, the under-privileged are told so.

Fetching is authorising. Standing is read from the role rows at every request, so a role lost is lost at once.
"""

import uuid
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.errors import Forbidden, NotFound
from groups.models import OFFICES, BankingGroup, Constitution, GroupRole, Organisation, RoleName
from groups.permissions import GRANTS, Reach
from groups.queries import constitutions_of
from users.models import User

_OFFICE_WORDS = frozenset(office.value for office in OFFICES)


@dataclass(frozen=True)
class Standing:
    """The roles one person holds towards one group (or organisation) at this moment.

    A group left without office holders is not left alone: its service admin holds the offices in their place, and each
    of her acts says so.
    """

    roles: frozenset[str]
    in_place_of_office: bool = False

    def may(self, word: str) -> Reach | None:
        """How far the word reaches for these roles; None when none of them may speak it."""
        reaches = {GRANTS[word].get(role) for role in self.roles}
        return Reach.ALL if Reach.ALL in reaches else Reach.OWN if Reach.OWN in reaches else None

    @property
    def office(self) -> str | None:
        return next((role for role in sorted(self.roles) if role in _OFFICE_WORDS), None)

    @property
    def is_office_holder(self) -> bool:
        return self.office is not None

    @property
    def is_field_officer(self) -> bool:
        return RoleName.FIELD_OFFICER.value in self.roles

    @property
    def is_service_admin(self) -> bool:
        return RoleName.SERVICE_ADMIN.value in self.roles

    @property
    def is_treasurer(self) -> bool:
        return RoleName.TREASURER.value in self.roles


def running_roles(user: User | AnonymousUser) -> QuerySet[GroupRole]:
    """The role rows that count now."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return GroupRole.objects.none()
    return GroupRole.objects.filter(user=user, until__isnull=True)


def standing(user: User | AnonymousUser, group: BankingGroup) -> Standing:
    """What this person is to this group; no roles at all for a stranger."""
    towards = Q(group=group) | Q(organisation=group.organisation_id) | Q(role=RoleName.SYSTEM_ADMIN)
    roles = frozenset(running_roles(user).filter(towards).values_list("role", flat=True))
    if RoleName.SERVICE_ADMIN.value in roles and not roles & _OFFICE_WORDS and not _has_offices(group):
        return Standing(roles | _OFFICE_WORDS, in_place_of_office=True)
    return Standing(roles)


def _has_offices(group: BankingGroup) -> bool:
    return GroupRole.objects.filter(group=group, role__in=OFFICES, until__isnull=True).exists()


def visible_groups(user: User | AnonymousUser) -> QuerySet[BankingGroup]:
    """The groups in a person's scope: all, her organisation's, or those in which she holds a role."""
    roles = list(running_roles(user).values_list("role", "organisation_id", "group_id"))
    if any(role == RoleName.SYSTEM_ADMIN for role, _, _ in roles):
        return BankingGroup.objects.all()
    organisations = {organisation for _, organisation, _ in roles if organisation}
    groups = {group for _, _, group in roles if group}
    return BankingGroup.objects.filter(Q(organisation__in=organisations) | Q(pk__in=groups))


def groups_where(user: User | AnonymousUser, word: str, *, own: bool = False) -> QuerySet[BankingGroup]:
    """The groups in which a person may speak `word` (with `own`, also where it reaches only her own rows)."""
    wanted = {Reach.ALL, Reach.OWN} if own else {Reach.ALL}
    granted = {role for role, reach in GRANTS[word].items() if reach in wanted}
    roles = list(running_roles(user).values_list("role", "organisation_id", "group_id"))
    if any(role == RoleName.SYSTEM_ADMIN and role in granted for role, _, _ in roles):
        return BankingGroup.objects.all()
    organisations = {organisation for role, organisation, _ in roles if organisation and role in granted}
    groups = {group for role, _, group in roles if group and role in granted}
    hers = Q(organisation__in=organisations) | Q(pk__in=groups)
    if granted & _OFFICE_WORDS:
        served = {organisation for role, organisation, _ in roles if role == RoleName.SERVICE_ADMIN}
        offices = GroupRole.objects.filter(group=OuterRef("pk"), role__in=OFFICES, until__isnull=True)
        hers |= Q(organisation__in=served) & Q(~Exists(offices))
    return BankingGroup.objects.filter(hers)


def reach_in(user: User | AnonymousUser, group: BankingGroup, word: str, *, own: bool = False) -> Standing:
    """The standing of somebody who may speak `word` in a group she is in scope of; otherwise 404 or 403.

    With `own`, it is enough that the word reaches her own rows: the caller then narrows what it answers.
    """
    here = standing(user, group)
    if not here.roles:
        raise NotFound
    reach = here.may(word)
    if reach is None or (reach is Reach.OWN and not own):
        raise Forbidden
    return here


def group_for(user: User | AnonymousUser, group_id: uuid.UUID, may: str, *, own: bool = False) -> BankingGroup:
    """The group, for somebody who may speak `may` there. Refused: `not_found` to strangers, `forbidden` otherwise."""
    group = BankingGroup.objects.select_related("organisation").filter(pk=group_id).first()
    if group is None:
        raise NotFound
    reach_in(user, group, may, own=own)
    return group


def organisations_where(user: User | AnonymousUser, word: str) -> QuerySet[Organisation]:
    """The organisations whose staff this person is with a role that may speak `word`; all for a system admin's word."""
    granted = {role for role, reach in GRANTS[word].items() if reach is Reach.ALL}
    roles = list(running_roles(user).values_list("role", "organisation_id"))
    if any(role == RoleName.SYSTEM_ADMIN and role in granted for role, _ in roles):
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in={where for role, where in roles if where and role in granted})


def organisation_for(user: User | AnonymousUser, organisation_id: uuid.UUID, may: str) -> Organisation:
    """The organisation, for somebody on its staff (or a system admin) who may speak `may`.

    Refused: `not_found` to everybody who is not its staff, `forbidden` to staff without the word.
    """
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    towards = Q(organisation=organisation_id) | Q(role=RoleName.SYSTEM_ADMIN)
    if organisation is None or not running_roles(user).filter(towards).exists():
        raise NotFound
    if not organisations_where(user, may).filter(pk=organisation_id).exists():
        raise Forbidden
    return organisation


def may_speak(user: User | AnonymousUser, word: str) -> bool:
    """Does any of her roles carry the word, wherever that is?"""
    granted = [role for role, reach in GRANTS[word].items() if reach is Reach.ALL]
    return running_roles(user).filter(role__in=granted).exists()


def must_speak(user: User | AnonymousUser, word: str) -> None:
    """For what does not exist yet, and so lies in no scope: refuses `forbidden` to whoever speaks the word nowhere."""
    if not may_speak(user, word):
        raise Forbidden


def organisation_to_found_in(
    user: User | AnonymousUser, organisation_id: uuid.UUID | None, may: str
) -> Organisation | None:
    """The organisation named, or else the one and only whose staff this person is; None where that leaves a choice.

    A system admin names it always. Refused: `forbidden` to whoever may speak the word nowhere, `not_found` for an
    organisation she has no part in.
    """
    must_speak(user, may)
    if organisation_id is not None:
        return organisation_for(user, organisation_id, may)
    served = list(organisations_where(user, may).filter(staff_roles__in=running_roles(user)).distinct()[:2])
    is_system_admin = running_roles(user).filter(role=RoleName.SYSTEM_ADMIN).exists()
    return served[0] if len(served) == 1 and not is_system_admin else None


def staff_role_for(user: User | AnonymousUser, organisation_id: uuid.UUID, role_id: uuid.UUID, may: str) -> GroupRole:
    """A role that somebody holds or held on the staff of an organisation. Refused as `organisation_for` refuses."""
    organisation = organisation_for(user, organisation_id, may)
    role = GroupRole.objects.filter(pk=role_id, organisation=organisation).select_related("user", "group").first()
    if role is None:
        raise NotFound
    return role


def constitution_for(group: BankingGroup, constitution_id: uuid.UUID) -> Constitution:
    """A version or proposal of a group that was fetched before. Refused: `not_found` for another group's."""
    found = constitutions_of(group).filter(pk=constitution_id).first()
    if found is None:
        raise NotFound
    return found
