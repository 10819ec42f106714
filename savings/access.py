"""From a user and an id to a voucher or a fine, or a refusal.

Strangers find nothing, the under-privileged are told so.
"""

import uuid
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser

from core.errors import Forbidden, NotFound
from groups.access import group_for, groups_where, reach_in, standing, visible_groups
from groups.models import BankingGroup
from groups.permissions import Reach
from ledger.models import Line, Voucher
from members.access import is_own, member_for, must_reach
from members.models import Member
from members.queries import members_of
from savings import fines, queries
from savings.models import Fine
from users.models import User


def voucher_for(user: User | AnonymousUser, voucher_id: uuid.UUID, may: str) -> Voucher:
    """The voucher, for somebody who may speak `may` in its group: `not_found` to strangers, `forbidden` otherwise.

    To another member it is a stranger's row, whatever she asks to do with it.
    """
    voucher = queries.shown().filter(pk=voucher_id).first()
    if voucher is None:
        raise NotFound
    must_reach(user, voucher.group, voucher.member, may, sight="transactions:read")
    return voucher


def fine_for(user: User | AnonymousUser, fine_id: uuid.UUID, may: str) -> Fine:
    """The fine, for somebody who may speak `may` in its group: refused as `voucher_for` refuses."""
    fine = fines.shown().filter(pk=fine_id).first()
    if fine is None:
        raise NotFound
    must_reach(user, fine.group, fine.member, may, sight="transactions:read")
    return fine


def fine_of(member: Member, fine_id: uuid.UUID) -> Fine:
    """A fine of a member who was fetched before. Refused: `not_found` for anybody else's, and for one put right."""
    fine = fines.shown().filter(group=member.group_id, member=member, pk=fine_id).first()
    if fine is None:
        raise NotFound
    return fine


def fined_member(user: User | AnonymousUser, group_id: uuid.UUID, member_id: uuid.UUID, may: str) -> Member:
    """The member of this group whose fines somebody asks about, or imposes.

    `not_found` to strangers, and to a member who asks about another's; `forbidden` to who may not speak the word.
    """
    group_for(user, group_id, may, own=True)
    member = member_for(user, member_id, may, own=True)
    here = standing(user, member.group)
    if member.group_id != group_id or not (here.may(may) is Reach.ALL or is_own(user, member)):
        raise NotFound
    return member


def must_speak_somewhere(user: User | AnonymousUser, may: str, *, about: object) -> None:
    """Refuses somebody who may speak the word in no group at all, before the rest of what she sent is read.

    `about` is the member's id as it was sent: to a stranger's row the answer is `not_found`, otherwise `forbidden`.
    """
    if groups_where(user, may, own=True).exists():
        return
    if about is not None and not _is_in_sight(user, about):
        raise NotFound
    raise Forbidden


def _is_in_sight(user: User | AnonymousUser, member_id: object) -> bool:
    try:
        wanted = uuid.UUID(str(member_id))
    except ValueError:
        return True
    return Member.objects.filter(pk=wanted, group__in=visible_groups(user)).exists()


def _no_campaign(group: BankingGroup, campaign_id: uuid.UUID) -> bool:
    return False


_campaigns: list[Callable[[BankingGroup, uuid.UUID], bool]] = [_no_campaign]


def register_campaigns(is_known: Callable[[BankingGroup, uuid.UUID], bool]) -> None:
    """The room of campaigns stands above and tells this one, once, how to ask whether a group has one of this id."""
    _campaigns[:] = [is_known]


def campaign_for(group: BankingGroup, campaign_id: uuid.UUID) -> uuid.UUID:
    """A group campaign's id: of those the group was asked about, or brought over with its books. Else `not_found`."""
    brought = Line.objects.filter(subject_id=campaign_id, account__code="2050", account__group=group)
    if not (_campaigns[0](group, campaign_id) or brought.exists()):
        raise NotFound
    return campaign_id


def saver_for(
    user: User | AnonymousUser, *, member_id: uuid.UUID | None, group_id: uuid.UUID | None, may: str
) -> Member | None:
    """The member somebody records for: the one named, or her own membership; None when that leaves a choice.

    `not_found` for a stranger, also when the two ids do not belong together.
    """
    if member_id is not None:
        member = member_for(user, member_id, may)
        if group_id not in {None, member.group_id}:
            raise NotFound
        return member
    mine = members_of(user).select_related("group__organisation", "person__data_key")
    if group_id is not None:
        return mine.filter(group=group_for(user, group_id, may, own=True)).first()
    hers = list(mine.filter(is_active=True)[:2])
    if len(hers) != 1:
        return None
    reach_in(user, hers[0].group, may, own=True)
    return hers[0]
