"""What several verbs of this room refuse."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal


class CampaignNotOpen(Refusal):
    code = "campaign_not_open"
    detail = _("This campaign takes no money on that day: the group accepts it first, and it has its dates.")


class VoteClosed(CampaignNotOpen):
    detail = _("The vote on this campaign is closed.")


class CampaignOver(CampaignNotOpen):
    detail = _("This campaign is over. Create a new one with days to come.")


class StillRuns(CampaignNotOpen):
    detail = _("Only what is left of a completed campaign is given back. This one is not completed.")
