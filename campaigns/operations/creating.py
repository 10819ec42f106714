"""A campaign is born in its organisation; no group is asked yet."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from campaigns.models import TargetCampaign
from core.errors import Invalid
from core.money import ZERO
from core.periods import business_day
from groups.models import Organisation
from users.models import User

LONGEST_NAME, LONGEST_DESCRIPTION = 120, 2000


@dataclass(frozen=True)
class Idea:
    """What a campaign wants, in shillings, of each group that takes it up; 0.00 of each member leaves it to her."""

    name: str
    target_amount: Decimal
    starts_on: dt.date
    ends_on: dt.date
    description: str = ""
    amount_per_member: Decimal = ZERO


@transaction.atomic
def create_campaign(*, organisation: Organisation, idea: Idea, by: User, at: dt.datetime) -> TargetCampaign:
    """A campaign that the organisation's groups can be asked about.

    Refused: `invalid` without a name, a target that is not above zero, more of each member than the target, an end
    before the start or in the past.
    """
    _must_be_sound(idea, business_day(at))
    campaign = TargetCampaign.objects.create(
        organisation=organisation,
        name=idea.name.strip(),
        description=idea.description.strip(),
        target_amount=idea.target_amount,
        amount_per_member=idea.amount_per_member,
        starts_on=idea.starts_on,
        ends_on=idea.ends_on,
        created_by=by,
        created_at=at,
    )
    record(
        verb="campaign.created",
        at=at,
        actor_id=by.pk,
        subject="campaign",
        subject_id=campaign.pk,
        organisation_id=organisation.pk,
        amount=campaign.target_amount,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
    )
    return campaign


def _must_be_sound(idea: Idea, today: dt.date) -> None:
    if not 1 <= len(idea.name.strip()) <= LONGEST_NAME:
        raise Invalid(_("Give it a name of at most 120 letters."), field="name")
    if len(idea.description.strip()) > LONGEST_DESCRIPTION:
        raise Invalid(_("Say it in at most 2,000 letters."), field="description")
    if idea.target_amount <= 0:
        raise Invalid(_("The target must be above zero."), field="target_amount")
    if not ZERO <= idea.amount_per_member <= idea.target_amount:
        raise Invalid(_("Nobody brings less than nothing, or more than the target."), field="amount_per_member")
    if idea.ends_on < idea.starts_on:
        raise Invalid(_("It ends on the day it starts or later."), field="end_date")
    if idea.ends_on < today:
        raise Invalid(_("That day has passed. A campaign ends today or later."), field="end_date")
