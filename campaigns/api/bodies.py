"""From what a body says to what a verb takes: members fetched through access, days read off the clock."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from campaigns.models import GroupCampaign
from campaigns.operations import Idea
from core.api.permissions import asked_word
from core.errors import Invalid, NotFound
from core.money import ZERO
from core.periods import today
from members.access import member_for
from members.models import Member
from savings.access import saver_for
from savings.operations import Table

Body = Mapping[str, Any]


def idea_of(body: Body) -> Idea:
    return Idea(
        name=body["name"],
        description=body.get("description") or "",
        target_amount=body["target_amount"],
        amount_per_member=body.get("amount_per_member") or ZERO,
        starts_on=body["start_date"],
        ends_on=body["end_date"],
    )


def voter_of(request: Request, row: GroupCampaign, body: Body) -> Member | None:
    """Whose vote it is, where somebody is named; a member of another group is a stranger."""
    if body.get("member_id") is None:
        return None
    voter = member_for(request.user, body["member_id"], asked_word(request))
    if voter.group_id != row.group_id:
        raise NotFound
    return voter


def contribution_of(request: Request, row: GroupCampaign, body: Body) -> dict[str, Any]:
    """Who brings what, how and when; without a member it is her own."""
    member = saver_for(request.user, member_id=body.get("member_id"), group_id=row.group_id, may=asked_word(request))
    if member is None:
        raise Invalid(_("Say which member this is for."), field="member_id")
    meeting = body.get("meeting_id")
    return {
        "member": member,
        "amount": body["amount"],
        "on": body.get("contribution_date") or today(),
        "method": body["payment_method"],
        "receipt_number": body.get("transaction_id") or "",
        "table": Table(meeting) if meeting else None,
    }
