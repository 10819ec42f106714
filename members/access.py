"""From a user and an id to a member, or a refusal: strangers find nothing, the under-privileged are told so."""

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from core.errors import Forbidden, NotFound
from groups.access import groups_where, reach_in, standing
from groups.models import BankingGroup
from groups.permissions import Reach
from members.models import Member, Person
from users.models import User


def is_own(user: User | AnonymousUser, member: Member) -> bool:
    """Is this the signed-in person's own membership?"""
    return user.pk is not None and member.person.user_id == user.pk


def member_for(user: User | AnonymousUser, member_id: uuid.UUID, may: str, *, own: bool = False) -> Member:
    """The member, for somebody who may speak `may` about her: `not_found` to strangers, `forbidden` otherwise.

    Where the word reaches a caller's own rows only, she gets her own membership; with `own` also the others of her
    group, and the caller narrows what it answers.
    """
    member = Member.objects.select_related("group__organisation", "person__data_key").filter(pk=member_id).first()
    if member is None:
        raise NotFound
    here = reach_in(user, member.group, may, own=True)
    if here.may(may) is Reach.OWN and not own and not is_own(user, member):
        raise Forbidden
    return member


def must_reach(user: User | AnonymousUser, group: BankingGroup, member: Member | None, may: str, *, sight: str) -> None:
    """Lets somebody pass who may speak `may` about a row of a member, or of nobody, that who speaks `sight` sees.

    `not_found` to whoever would not see the row either, whatever she asks to do with it; `forbidden` to who sees it.
    """
    here, is_hers = standing(user, group), member is not None and is_own(user, member)
    if not here.roles or not (is_hers or here.may(sight) is Reach.ALL):
        raise NotFound
    reach = here.may(may)
    if reach is None or not (is_hers or reach is Reach.ALL):
        raise Forbidden


def known_person(
    user: User | AnonymousUser,
    organisation_id: uuid.UUID,
    *,
    person_id: uuid.UUID | None = None,
    member_id: uuid.UUID | None = None,
) -> Person:
    """Somebody the organisation knows, by her own id or that of a membership she has or had.

    `not_found` unless the caller reads the members of a group of this organisation to which she belongs or belonged.
    """
    named = Q(pk=member_id) if person_id is None else Q(person=person_id)
    read = groups_where(user, "members:read").filter(organisation=organisation_id)
    hers = Member.objects.filter(named, group__in=read.values("pk")).select_related("person__data_key", "person__user")
    member = hers.first()
    if member is None:
        raise NotFound
    return member.person
