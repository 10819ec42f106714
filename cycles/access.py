"""From a member and a word to her next of kin, or a refusal."""

from uuid import UUID

from core.errors import NotFound
from members.models import Member, NextOfKin
from members.queries import next_of_kin


def kin_of(member: Member, asked: int | UUID) -> NextOfKin:
    """Her next of kin by place (the first is 1) or id; anybody else's is not found."""
    for kin in next_of_kin(member.person):
        if asked in {kin.place, kin.pk}:
            return kin
    raise NotFound
