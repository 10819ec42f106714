"""Whose rows of the books a reader may see, where a word reaches only her own."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from groups.access import standing
from groups.models import BankingGroup
from groups.permissions import Reach
from members.models import Member
from members.queries import members_of
from users.models import User


def listed_members(user: User | AnonymousUser, group: BankingGroup, may: str) -> Iterable[Member] | None:
    """The members a sheet may list for this reader: None for all of them, or her own membership alone."""
    if standing(user, group).may(may) is Reach.ALL:
        return None
    return members_of(user).filter(group=group).select_related("person")
