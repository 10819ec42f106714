"""Somebody of another group joins this one: whom the reader may find, and the membership she then has."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.encryption import digest
from core.errors import NotFound
from core.identity import last_three, normalise_id_number
from core.periods import business_day
from core.phones import NotAPhone
from groups.access import groups_where
from groups.models import BankingGroup
from members import operations
from members.models import Member, Person
from members.queries import member_by_id
from reports.pages import words
from users.models import User, phone_digest
from users.submissions import Outcome, once

OPERATION = "pages.join"
SHORTEST, LONGEST, MOST = 2, 80, 20


@dataclass(frozen=True)
class Candidate:
    """Somebody the reader knows from another group."""

    id: UUID
    name: str
    id_number: str
    where: str


@dataclass(frozen=True)
class Found:
    asked: str
    too_short: bool
    people: tuple[Candidate, ...]
    more: bool


def find(group: BankingGroup, user: User, asked: str) -> Found:
    """People of the reader's other groups, by a part of the name or by the whole ID or phone number."""
    text = " ".join(asked.split())[:LONGEST]
    if len(text) < SHORTEST:
        return Found(text, bool(text), (), more=False)
    people = list(_may_join(group, user).filter(_matches(text)).order_by("name", "id")[: MOST + 1])
    return Found(text, False, tuple(_candidates(people[:MOST], group, user)), more=len(people) > MOST)


def person_in_reach(group: BankingGroup, user: User, person_id: UUID) -> Person:
    """Somebody of the reader's other groups; the id came from an address or a form. She may be here already."""
    found = _known(group, user).filter(pk=person_id).first()
    if found is None:
        raise NotFound
    return found


def candidate(person: Person, group: BankingGroup, user: User) -> Candidate:
    return next(iter(_candidates([person], group, user)))


def join(group: BankingGroup, person: Person, *, key: str, by: User, at: dt.datetime) -> Outcome[Member]:
    """A membership in this group, once. Refused: whatever the operation refuses."""

    def act() -> tuple[UUID, Member]:
        member = operations.join(group=group, person=person, at=at, on=business_day(at), by=by)
        return member.pk, member

    body = {"group": str(group.pk), "person": str(person.pk)}
    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=member_by_id)


def _around(group: BankingGroup, user: User) -> QuerySet[BankingGroup]:
    """The other groups of the organisation whose members the reader reads."""
    return groups_where(user, "members:read").filter(organisation=group.organisation_id).exclude(pk=group.pk)


def _known(group: BankingGroup, user: User) -> QuerySet[Person]:
    around = Member.objects.filter(group__in=_around(group, user))
    known = Person.objects.filter(organisation=group.organisation_id, pk__in=around.values("person"))
    return known.select_related("data_key", "user")


def _may_join(group: BankingGroup, user: User) -> QuerySet[Person]:
    here = Member.objects.filter(group=group, left_on=None)
    return _known(group, user).exclude(pk__in=here.values("person"))


def _matches(text: str) -> Q:
    wanted = Q(name__icontains=text) | Q(id_number_digest=digest("id_number", normalise_id_number(text)))
    try:
        return wanted | Q(phone_digest=phone_digest(text))
    except NotAPhone:
        return wanted


def _candidates(people: list[Person], group: BankingGroup, user: User) -> Iterable[Candidate]:
    held = Member.objects.filter(person__in=people, group__in=_around(group, user)).select_related("group")
    for person in people:
        where = [_membership(member) for member in held if member.person_id == person.pk]
        yield Candidate(person.pk, person.name, last_three(person.id_number), ", ".join(sorted(where)))


def _membership(member: Member) -> str:
    said = {"group": member.group.name, "number": member.number, "day": words.full_day(member.joined_on)}
    if member.is_active:
        return _("number %(number)d of %(group)s since %(day)s") % said
    return _("formerly number %(number)d of %(group)s") % said
