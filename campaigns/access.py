"""From a user and an id to a campaign, or a refusal: strangers find nothing, the under-privileged are told so."""

import uuid

from django.contrib.auth.models import AnonymousUser

from campaigns import queries
from campaigns.models import GroupCampaign, TargetCampaign
from core.errors import Forbidden, NotFound
from groups.access import group_for, organisations_where
from groups.models import BankingGroup
from users.models import User


def campaign_for(user: User | AnonymousUser, campaign_id: uuid.UUID, may: str) -> TargetCampaign:
    """The campaign, for somebody of its organisation or of a group that was asked about it.

    Refused: `not_found` to strangers; `forbidden` to who sees it and may not speak `may` in its organisation.
    """
    campaign = queries.campaigns_visible_to(user).filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound
    if may != queries.READ and not organisations_where(user, may).filter(pk=campaign.organisation_id).exists():
        raise Forbidden
    return campaign


def campaign_to_assign(group: BankingGroup, campaign_id: uuid.UUID) -> TargetCampaign:
    """A campaign of the organisation of a group that was fetched before. Refused: `not_found` for any other."""
    campaign = queries.all_campaigns().filter(pk=campaign_id, organisation=group.organisation_id).first()
    if campaign is None:
        raise NotFound
    return campaign


def group_campaign_for(
    user: User | AnonymousUser, group_id: uuid.UUID, group_campaign_id: uuid.UUID, may: str, *, own: bool = False
) -> GroupCampaign:
    """A group's campaign by its own id, for somebody who may speak `may` in the group.

    Refused: `not_found` to strangers, for another group's, and for the id of the campaign itself; `forbidden`.
    """
    group = group_for(user, group_id, may, own=own)
    found = queries.campaigns_of(group).filter(pk=group_campaign_id).first()
    if found is None:
        raise NotFound
    return found
