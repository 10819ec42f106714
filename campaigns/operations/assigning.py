"""A group is asked: the campaign is proposed to it, and its members vote."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from campaigns.models import GroupCampaign, TargetCampaign
from campaigns.operations.refusals import CampaignOver
from campaigns.operations.rows import log
from campaigns.rules import last_deadline, usual_deadline
from core.errors import Invalid, NotFound, Refusal
from core.money import shown
from core.periods import business_day
from groups.models import BankingGroup
from groups.operations import must_take_money
from groups.queries import constitution_on
from members.models import Member
from notifications.operations import write
from users.models import User


class AlreadyAssigned(Refusal):
    code = "already_assigned"
    status = 409
    detail = _("This group was asked about this campaign already. Look at its campaigns.")


@transaction.atomic
def assign(
    *,
    campaign: TargetCampaign,
    group: BankingGroup,
    by: User,
    at: dt.datetime,
    voting_deadline: dt.datetime | None = None,
) -> GroupCampaign:
    """The campaign is PROPOSED to a group and the vote is open: two weeks unless a deadline is named.

    The majority is that of the constitution of today. Every active member who signs in is told, once. Refused:
    `not_found` for a group of another organisation, `group_suspended`, `campaign_not_open` when its last day has
    passed, `invalid` for a deadline in the past or after the campaign's end, `already_assigned`.
    """
    if campaign.organisation_id != group.organisation_id:
        raise NotFound
    must_take_money(group)
    today = business_day(at)
    if campaign.ends_on < today:
        raise CampaignOver
    deadline = voting_deadline or usual_deadline(at, campaign.ends_on)
    _must_be_ahead(deadline, at, campaign)
    row = GroupCampaign(
        campaign=campaign,
        group=group,
        voting_deadline=deadline,
        majority_percent=constitution_on(group, today).campaign_majority_percent,
        assigned_by=by,
        assigned_at=at,
        data_key=group.data_key,
    )
    _write_once(row)
    log("campaign.assigned", row, by, at, voting_deadline=deadline.isoformat())
    voters = Member.objects.filter(group=group, is_active=True, person__user__isnull=False)
    for member in voters.select_related("person__user__data_key").order_by("number"):
        tell_voter(row, member, "campaign_proposed")
    return row


def _must_be_ahead(deadline: dt.datetime, at: dt.datetime, campaign: TargetCampaign) -> None:
    if deadline <= at:
        raise Invalid(_("That moment has passed. Give the members time to vote."), field="voting_deadline")
    if deadline > last_deadline(campaign.ends_on):
        raise Invalid(_("The vote ends before the campaign does."), field="voting_deadline")


def _write_once(row: GroupCampaign) -> None:
    """The unique index decides who was first."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if GroupCampaign.objects.filter(group=row.group_id, campaign=row.campaign_id).exists():
            raise AlreadyAssigned from error
        raise


def tell_voter(row: GroupCampaign, member: Member, template: str) -> bool:
    """One message of a kind to a member who signs in, in her language; was there one to write?"""
    user = member.person.user
    if user is None:
        return False
    with override(user.language):
        day = date_format(business_day(row.voting_deadline))
    told = write(
        user=user,
        template=template,
        once=f"{template}:{row.pk}:{user.pk}",
        group_id=row.group_id,
        group=row.group.name,
        campaign=row.campaign.name,
        amount=shown(row.campaign.target_amount),
        day=day,
    )
    return told is not None
