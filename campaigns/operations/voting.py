"""The vote: one each, changed at will until it closes, counted anew with every vote and every night."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.models import GroupCampaign, Vote
from campaigns.operations.assigning import tell_voter
from campaigns.operations.refusals import VoteClosed
from campaigns.operations.rows import Status, decide, locked, log
from campaigns.rules import Verdict
from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.periods import business_day
from groups.access import standing
from groups.permissions import Reach
from members.models import Member
from members.queries import is_same_human, membership_in
from savings.operations.doors import must_stay_active
from savings.operations.tables import hold_table, open_table
from users.models import User


class NoOpenMeeting(Refusal):
    code = "no_open_meeting"
    detail = _("What others say is taken down at the table. Open the meeting first, or let her vote herself.")


class OnlyHerOwnVote(Forbidden):
    detail = _("You vote for yourself only. The secretary takes down what others say, at an open meeting.")


class NoVoteHere(Forbidden):
    detail = _("Only members of the group vote.")


def vote(
    *,
    group_campaign: GroupCampaign,
    choice: str,
    by: User,
    at: dt.datetime,
    member: Member | None = None,
    meeting_id: UUID | None = None,
) -> GroupCampaign:
    """One member says YES or NO, or changes what she said; the campaign as it stands then.

    By herself, or taken down by the secretary at a meeting: the one named, or the one that is open now. ACCEPTED at
    the instant the yes votes are more than the majority of the active members, REJECTED when the no votes leave too
    few for that. Refused: `campaign_not_open` when the vote is closed, also by this very call when its deadline has
    passed; `forbidden`, `not_found` for a member of another group, `member_inactive`, `no_open_meeting`,
    `meeting_sealed`, `invalid`.
    """
    if choice not in Vote.Choice.values:
        raise Invalid(_("Say YES or NO."), field="vote")
    said = _said(group_campaign, member, choice, by, at, meeting_id)
    if said is None:
        # Closed by this call: what was written stays, so the refusal comes after it.
        raise VoteClosed
    return said


@transaction.atomic
def _said(
    group_campaign: GroupCampaign,
    member: Member | None,
    choice: str,
    by: User,
    at: dt.datetime,
    meeting_id: UUID | None,
) -> GroupCampaign | None:
    voter = member or membership_in(by, group_campaign.group)
    if voter is None:
        raise NoVoteHere
    if voter.group_id != group_campaign.group_id:
        raise NotFound
    table = _table_of(voter, by, meeting_id)
    row = locked(group_campaign.pk)
    if row.status != Status.PROPOSED:
        raise VoteClosed
    if row.voting_deadline < at:
        _close(row, at)
        return None
    must_stay_active(voter)
    Vote.objects.update_or_create(
        group_campaign=row,
        member=voter,
        defaults={"choice": choice, "cast_by": by, "cast_at": at, "meeting_id": table},
    )
    log("campaign.voted", row, by, at, member=voter.pk, meeting=table)
    verdict = queries.polls([row])[row.pk].verdict
    if verdict:
        decide(row, verdict, at, by)
    return row


def _table_of(voter: Member, by: User, meeting_id: UUID | None) -> UUID | None:
    """The meeting at which somebody else's word is taken down, held; None for her own."""
    if is_same_human(voter.person, by):
        hold_table(voter.group, meeting_id)
        return meeting_id
    if standing(by, voter.group).may("campaigns:vote") is not Reach.ALL:
        raise OnlyHerOwnVote
    if meeting_id is not None:
        hold_table(voter.group, meeting_id)
        return meeting_id
    table = open_table(voter.group)
    if table is None:
        raise NoOpenMeeting
    return table


def _close(row: GroupCampaign, at: dt.datetime) -> bool:
    """Counts anew; past its deadline a vote that is not won is lost. The caller holds the row."""
    verdict = queries.polls([row])[row.pk].verdict
    if verdict is None and row.voting_deadline < at:
        verdict = Verdict.REJECTED
    if verdict:
        decide(row, verdict, at, None)
    return verdict is not None


def close_votes(*, at: dt.datetime) -> int:
    """Counts every open vote anew, since members come and go, and closes those whose deadline has passed.

    How many were closed. Each by itself, so that a run that was stopped goes on where it stood.
    """
    closed = 0
    for row in GroupCampaign.objects.filter(status=Status.PROPOSED).order_by("pk").only("pk"):
        with transaction.atomic():
            held = locked(row.pk)
            closed += held.status == Status.PROPOSED and _close(held, at)
    return closed


def remind_voters(*, at: dt.datetime) -> int:
    """Reminds, once, each active member who has not voted on what closes today or tomorrow; how many were told."""
    tomorrow = business_day(at) + dt.timedelta(days=1)
    told = 0
    for row in queries.shown().filter(status=Status.PROPOSED, voting_deadline__gt=at).order_by("pk"):
        if business_day(row.voting_deadline) <= tomorrow:
            told += _remind(row)
    return told


@transaction.atomic
def _remind(row: GroupCampaign) -> int:
    return sum(tell_voter(row, member, "campaign_vote_reminder") for member in queries.yet_to_vote(row))
