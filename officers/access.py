"""From a user and an id to an officer, or a refusal: strangers find nothing, the under-privileged are told so.

Staff see the officers of their organisation, the system admin all of them, an officer in service herself alone.
"""

import uuid
from collections.abc import Collection, Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, NotFound
from groups.access import groups_where, organisation_for, organisations_where, running_roles, visible_groups
from groups.models import BankingGroup, Organisation, RoleName
from groups.permissions import GRANTS
from members.models import Member
from officers import queries
from officers.models import Assignment, Officer
from users.models import User


def officers_where(user: User | AnonymousUser, word: str) -> QuerySet[Officer]:
    """The officers about whom a person may speak `word`; where it reaches her own rows only, her own post."""
    hers = Q(organisation__in=organisations_where(user, word).values("pk"))
    if RoleName.FIELD_OFFICER in GRANTS[word]:
        served = running_roles(user).filter(role=RoleName.FIELD_OFFICER).values("group__organisation")
        hers |= Q(user_id=user.pk, organisation__in=served)
    return queries.shown().filter(hers)


def must_speak_somewhere(user: User | AnonymousUser, word: str) -> None:
    """Refuses (`forbidden`) whoever may speak the word nowhere, before she is answered with an empty list."""
    serves = RoleName.FIELD_OFFICER in GRANTS[word] and running_roles(user).filter(role=RoleName.FIELD_OFFICER).exists()
    if not serves and not organisations_where(user, word).exists():
        raise Forbidden


def officer_for(user: User | AnonymousUser, officer_id: uuid.UUID, may: str) -> Officer:
    """The officer, for somebody who may speak `may` about her.

    Refused: `not_found` to who is neither of the organisation's staff nor of a group she serves, nor she herself;
    `forbidden` to those who are, without the word.
    """
    officer = queries.shown().filter(pk=officer_id).first()
    if officer is None or not _is_in_sight(user, officer):
        raise NotFound
    if not officers_where(user, may).filter(pk=officer.pk).exists():
        raise Forbidden
    return officer


def _is_in_sight(user: User | AnonymousUser, officer: Officer) -> bool:
    if user.pk == officer.user_id:
        return True
    served = Assignment.objects.filter(officer=officer, until__isnull=True).values("group")
    towards = Q(organisation=officer.organisation_id) | Q(role=RoleName.SYSTEM_ADMIN) | Q(group__in=served)
    return running_roles(user).filter(towards).exists()


def organisation_named(user: User | AnonymousUser, organisation_id: uuid.UUID | None, may: str) -> Organisation:
    """The organisation a body names; without a name, the caller's own where she is staff of one alone.

    Refused: `forbidden`, `not_found` as for any organisation; `invalid` to who must say which.
    """
    if organisation_id is not None:
        return organisation_for(user, organisation_id, may)
    must_speak_somewhere(user, may)
    is_over_all = running_roles(user).filter(role=RoleName.SYSTEM_ADMIN).exists()
    own = list(organisations_where(user, may)[:2])
    if is_over_all or len(own) != 1:
        raise Invalid(_("Say for which organisation."), field="organisation")
    return own[0]


def groups_named(user: User | AnonymousUser, ids: Collection[uuid.UUID], may: str) -> list[BankingGroup]:
    """The groups a body names, all of them or a refusal: a stranger's is `not_found`, else `forbidden`."""
    if not ids:
        return []
    wanted = set(ids)
    found = list(visible_groups(user).filter(pk__in=wanted).select_related("organisation").order_by("name", "pk"))
    if len(found) < len(wanted):
        raise NotFound
    if groups_where(user, may).filter(pk__in=wanted).count() < len(wanted):
        raise Forbidden
    return found


def members_met(officer: Officer, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Member]:
    """The members her fixes name, by id: of groups she serves now. Refused: `not_found` for every other."""
    wanted = set(ids)
    served = Assignment.objects.filter(officer=officer, until__isnull=True).values("group")
    found = {member.pk: member for member in Member.objects.filter(pk__in=wanted, group__in=served)} if wanted else {}
    if len(found) < len(wanted):
        raise NotFound
    return found
