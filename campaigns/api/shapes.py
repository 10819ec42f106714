"""The bodies this room reads and the shapes it answers with, as the contract pins them."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.models import GroupCampaign, Vote
from campaigns.operations.creating import LONGEST_DESCRIPTION, LONGEST_NAME
from campaigns.queries import CampaignView
from campaigns.rules import last_deadline
from core.api.fields import EARLIEST_DAY, AmountIn, AmountOut, DayIn, WordIn
from ledger.models import Voucher
from loans.api.shapes import ExtraIn
from savings.api.shapes import ReceiptIn, SubmissionIn, TransactionOut

# In


class FoundInIn(serializers.Serializer[Any]):
    """Whose campaign it is: judged before the rest of the body is read."""

    organisation = serializers.UUIDField(
        required=False, allow_null=True, help_text=_("Yours unless given; a system admin gives it always.")
    )


class CampaignIn(FoundInIn, SubmissionIn):
    """What an organisation wants to reach with its groups."""

    name = WordIn(max_length=LONGEST_NAME)
    description = WordIn(required=False, allow_blank=True, allow_null=True, max_length=LONGEST_DESCRIPTION)
    target_amount = AmountIn()
    amount_per_member = ExtraIn(required=False, allow_null=True)
    start_date = DayIn()
    end_date = DayIn()


@extend_schema_field({"oneOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]})
class DeadlineIn(serializers.DateTimeField):
    """A day, to its end in Nairobi, or an instant."""

    default_error_messages = {"not_a_moment": _("Write a day as YYYY-MM-DD, or an instant in ISO 8601.")}

    def to_internal_value(self, value: Any) -> dt.datetime:
        if not isinstance(value, str):
            self.fail("not_a_moment")
        if "T" not in value:
            return last_deadline(DayIn().to_internal_value(value))
        moment = super().to_internal_value(value)
        if moment.year < EARLIEST_DAY.year:
            self.fail("not_a_moment")
        return moment


class AssignIn(SubmissionIn):
    """When the vote closes: two weeks from now unless it is said."""

    voting_deadline = DeadlineIn(required=False, allow_null=True)


class VoteIn(serializers.Serializer[Any]):
    """Yes or no; with a member, what the secretary takes down for her at an open meeting."""

    vote = serializers.ChoiceField(Vote.Choice.values)
    member_id = serializers.UUIDField(required=False, allow_null=True)


class ContributionIn(SubmissionIn):
    """Money for a campaign; without a member it is the caller's own."""

    amount = AmountIn()
    payment_method = serializers.ChoiceField(Voucher.Method.values)
    member_id = serializers.UUIDField(required=False, allow_null=True)
    contribution_date = DayIn(required=False, allow_null=True)
    transaction_id = ReceiptIn(required=False, allow_blank=True, allow_null=True, max_length=100)
    meeting_id = serializers.UUIDField(required=False, allow_null=True)


# Out


class CampaignOut(serializers.Serializer[Any]):
    """A campaign, and how it goes in the groups that the caller sees."""

    id = serializers.UUIDField(source="campaign.id")
    organisation = serializers.UUIDField(source="campaign.organisation_id")
    organisation_name = serializers.CharField(source="campaign.organisation.name")
    name = serializers.CharField(source="campaign.name")
    description = serializers.CharField(source="campaign.description")
    target_amount = AmountOut(source="campaign.target_amount")
    amount_per_member = AmountOut(source="campaign.amount_per_member")
    start_date = serializers.DateField(source="campaign.starts_on")
    end_date = serializers.DateField(source="campaign.ends_on")
    groups_asked = serializers.SerializerMethodField()
    groups_taking_part = serializers.IntegerField(source="taken_up")
    contributed = AmountOut()

    def get_groups_asked(self, view: CampaignView) -> int:
        return len(view.rows)


class ShareOut(serializers.Serializer[Any]):
    member_id = serializers.UUIDField(source="member.pk")
    member_name = serializers.CharField(source="member.person.name")
    member_number = serializers.IntegerField(source="member.number")
    contributed = AmountOut(source="brought")
    has_voted = serializers.BooleanField()


class GroupCampaignOut(serializers.Serializer[Any]):
    """A campaign as one group has it; `members` for those who read the group's transactions."""

    id = serializers.UUIDField(source="row.id")
    campaign_id = serializers.UUIDField(source="row.campaign_id")
    group_id = serializers.UUIDField(source="row.group_id")
    name = serializers.CharField(source="row.campaign.name")
    description = serializers.CharField(source="row.campaign.description")
    status = serializers.ChoiceField(GroupCampaign.Status.values, source="row.status")
    yes_votes = serializers.IntegerField(source="poll.yes")
    no_votes = serializers.IntegerField(source="poll.no")
    votes_needed = serializers.IntegerField(source="poll.needed")
    eligible_voters = serializers.IntegerField(source="poll.active")
    voting_deadline = serializers.DateTimeField(source="row.voting_deadline")
    decided_at = serializers.DateTimeField(source="row.decided_at", allow_null=True)
    completed_at = serializers.DateTimeField(source="row.completed_at", allow_null=True)
    target_amount = AmountOut(source="row.campaign.target_amount")
    amount_per_member = AmountOut(source="row.campaign.amount_per_member")
    start_date = serializers.DateField(source="row.campaign.starts_on")
    end_date = serializers.DateField(source="row.campaign.ends_on")
    contributed = AmountOut(source="money.contributed")
    left = AmountOut(source="money.left")
    my_vote = serializers.ChoiceField(Vote.Choice.values, allow_null=True)
    my_contributed = AmountOut(source="mine")
    members = ShareOut(source="shares", many=True, allow_null=True)


class ContributedOut(TransactionOut):
    """The transaction that was recorded, and the campaign as it stands with it."""

    group_campaign = GroupCampaignOut()
