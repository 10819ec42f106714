"""From a user and an id to a meeting, or to what a line at the table names; or a refusal: strangers find nothing, the
under-privileged are told so.
"""

import uuid
from collections.abc import Iterable
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser

from campaigns.models import GroupCampaign
from core.errors import NotFound
from groups.access import reach_in
from groups.models import BankingGroup
from loans.models import Loan
from meetings import queries
from meetings.models import Meeting
from members.models import Member
from users.models import User

T = TypeVar("T")


def meeting_for(user: User | AnonymousUser, meeting_id: uuid.UUID, may: str) -> Meeting:
    """The meeting, for somebody who may speak `may` in its group: `not_found` to strangers, `forbidden` otherwise."""
    meeting = queries.shown().filter(pk=meeting_id).first()
    if meeting is None:
        raise NotFound
    reach_in(user, meeting.group, may)
    return meeting


def members_of_table(group: BankingGroup, ids: Iterable[uuid.UUID]) -> list[Member]:
    """The members of a group that was fetched before, each once, in the order named. Refused: `not_found` for anybody
    who never belonged to it."""
    wanted = list(dict.fromkeys(ids))
    rows = Member.objects.filter(group=group, pk__in=wanted).select_related("group__organisation", "person__data_key")
    found = {member.pk: member for member in rows}
    if len(found) < len(wanted):
        raise NotFound
    return [found[each] for each in wanted]


def loan_of(member: Member, loan_id: uuid.UUID) -> Loan:
    """A loan of a member who was fetched before. Refused: `not_found` for anybody else's."""
    loan = Loan.objects.filter(member=member, pk=loan_id).select_related(
        "group__organisation", "member__group__organisation", "member__person__data_key"
    )
    return _found(loan.first())


def campaign_of(group: BankingGroup, campaign_id: uuid.UUID) -> GroupCampaign:
    """A campaign as it was assigned to a group that was fetched before. Refused: `not_found` for another group's."""
    campaigns = GroupCampaign.objects.filter(group=group, pk=campaign_id)
    return _found(campaigns.select_related("campaign", "group__organisation").first())


def _found(row: T | None) -> T:
    if row is None:
        raise NotFound
    return row
