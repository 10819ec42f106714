"""Reading memberships: who belongs to a group, and to which groups a signed-in person belongs."""

import uuid
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet

from groups.models import OFFICES, BankingGroup, GroupRole
from members.models import Member, NextOfKin, Person
from users.models import User


def roster(group: BankingGroup) -> QuerySet[Member]:
    """Everybody who is or was a member of the group, by member number."""
    return Member.objects.filter(group=group).select_related("person__data_key").order_by("number")


def members_of(user: User | AnonymousUser) -> QuerySet[Member]:
    """The memberships of a signed-in person, in every organisation; her oldest first."""
    if isinstance(user, AnonymousUser):
        return Member.objects.none()
    mine = Member.objects.filter(person__user=user)
    return mine.select_related("group", "person__data_key").order_by("joined_on", "id")


def membership_in(user: User, group: BankingGroup) -> Member | None:
    """The membership a signed-in person has in one group, if she has one."""
    return members_of(user).filter(group=group).first()


def is_same_human(person: Person, user: User) -> bool:
    """Is this person the user? Who was registered as a member but not linked yet is known by her phone number."""
    return user.pk == person.user_id or person.phone_digest == user.phone_digest


def office_of(member: Member) -> str | None:
    """The office she holds in her group now."""
    if member.person.user_id is None:
        return None
    held = GroupRole.objects.filter(user=member.person.user_id, group=member.group_id, role__in=OFFICES, until=None)
    return held.values_list("role", flat=True).first()


def member_by_id(member_id: uuid.UUID) -> Member:
    """One member with her group and person; for ids that this program has kept itself."""
    return Member.objects.select_related("group__organisation", "person__data_key").get(pk=member_id)


def next_of_kin(person: Person) -> list[NextOfKin]:
    """In the order in which she named them."""
    return list(NextOfKin.objects.filter(person=person).select_related("data_key").order_by("place"))


def headcounts(groups: Iterable[BankingGroup]) -> dict[uuid.UUID, int]:
    """Group id → how many members are active now; every group asked for is answered."""
    ids = [group.pk for group in groups]
    rows = Member.objects.filter(group__in=ids, is_active=True).values("group").annotate(people=Count("id"))
    return dict.fromkeys(ids, 0) | {row["group"]: row["people"] for row in rows}
