"""The verbs of the campaigns room, one act each: every one logged, and told to the members it concerns.

Locks are taken in the order of the savings room: the meeting that is named, the paper, the group campaign's row (of an
act that brings to several, in the order of their ids), the member's row, and last the group's book.
"""

from campaigns.operations.assigning import AlreadyAssigned, assign
from campaigns.operations.contributing import contribute
from campaigns.operations.creating import Idea, create_campaign
from campaigns.operations.ending import end_campaigns
from campaigns.operations.refusals import CampaignNotOpen
from campaigns.operations.returning import NothingToGiveBack, give_back
from campaigns.operations.rows import locked
from campaigns.operations.voting import NoOpenMeeting, close_votes, remind_voters, vote

__all__ = [
    "AlreadyAssigned",
    "CampaignNotOpen",
    "Idea",
    "NoOpenMeeting",
    "NothingToGiveBack",
    "assign",
    "close_votes",
    "contribute",
    "create_campaign",
    "end_campaigns",
    "give_back",
    "locked",
    "remind_voters",
    "vote",
]
