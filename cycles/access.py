"""From an id and a word to a run, or from a member to her next of kin, or a refusal."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from core.errors import NotFound
from cycles.models import Run
from cycles.queries import runs
from groups.access import group_for, standing
from groups.models import BankingGroup
from groups.permissions import Reach
from members.models import Member, NextOfKin
from members.queries import next_of_kin
from users.models import User


def kin_of(member: Member, asked: int | UUID) -> NextOfKin:
    """Her next of kin by place (the first is 1) or id; anybody else's is not found."""
    for kin in next_of_kin(member.person):
        if asked in {kin.place, kin.pk}:
            return kin
    raise NotFound


def run_for(user: User | AnonymousUser, group_id: UUID, kind: str, year: int, may: str, *, own: bool = False) -> Run:
    """The run of a group's year, for somebody who may speak `may` there; `not_found` where nobody looked at it yet."""
    run = runs.run_of(group_for(user, group_id, may, own=own), kind, year)
    if run is None:
        raise NotFound
    return run


def sees_all(user: User | AnonymousUser, group: BankingGroup, may: str) -> bool:
    """Whether everybody's part is hers to read; else the totals and her own."""
    return standing(user, group).may(may) is Reach.ALL
