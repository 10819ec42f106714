"""The row of a group campaign: held by every act on it, and moved from one status to the next here alone."""

import datetime as dt
from uuid import UUID

from audit.operations import record
from campaigns.models import GroupCampaign
from campaigns.rules import Verdict
from groups.access import standing
from users.models import User

Status = GroupCampaign.Status


def locked(group_campaign: UUID) -> GroupCampaign:
    """The row as it is now, held until the transaction ends: after any paper, before any member's row and the book.

    An act of several papers holds the rows of all its campaigns, in the order of their ids, before it posts the first.
    """
    rows = GroupCampaign.objects.select_for_update(of=("self",), no_key=True)
    joined = rows.select_related("campaign__organisation", "group__organisation", "group__data_key", "data_key")
    return joined.get(pk=group_campaign)


def decide(row: GroupCampaign, verdict: Verdict, at: dt.datetime, by: User | None) -> None:
    """The vote closes. The caller holds the row."""
    row.status, row.decided_at = verdict.value, at
    row.save(update_fields=["status", "decided_at"])
    log(f"campaign.{verdict.value.lower()}", row, by, at)


def complete(row: GroupCampaign, at: dt.datetime, by: User | None) -> None:
    """It has reached its target or its end. The caller holds the row."""
    row.status, row.completed_at = Status.COMPLETED, at
    row.save(update_fields=["status", "completed_at"])
    log("campaign.completed", row, by, at)


def log(verb: str, row: GroupCampaign, by: User | None, at: dt.datetime, **facts: object) -> None:
    """Ids and words of the programme; nobody's vote. `by` is None for what the calendar does."""
    record(
        verb=verb,
        at=at,
        actor_id=by.pk if by else None,
        subject="group_campaign",
        subject_id=row.pk,
        group_id=row.group_id,
        organisation_id=row.group.organisation_id,
        in_place_of_office=by is not None and standing(by, row.group).in_place_of_office,
        campaign=row.campaign_id,
        **facts,
    )
