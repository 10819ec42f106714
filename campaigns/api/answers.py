"""Campaigns as answers: the pinned shapes, in a constant number of queries."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api.shapes import CampaignOut, GroupCampaignOut
from campaigns.models import GroupCampaign, TargetCampaign
from core.errors import NotFound
from ledger.models import Voucher
from savings.api.answers import caller, transactions_out
from savings.queries import voucher_by_id
from users.api.idempotency import answer_once
from users.models import User


def campaigns_out(user: User, campaigns: Sequence[TargetCampaign]) -> list[dict[str, Any]]:
    return [dict(CampaignOut(view).data) for view in queries.campaign_views(user, campaigns)]


def group_campaigns_out(user: User, rows: Sequence[GroupCampaign]) -> list[dict[str, Any]]:
    return [dict(GroupCampaignOut(view).data) for view in queries.views(user, rows)]


def group_campaign_out(user: User, group_campaign_id: UUID) -> dict[str, Any]:
    """One, as it is now."""
    return group_campaigns_out(user, [queries.group_campaign_by_id(group_campaign_id)])[0]


def answer_campaign(request: Request, act: Callable[[], TargetCampaign]) -> Response:
    """Create once per key."""
    user = caller(request)

    def acted() -> tuple[UUID, TargetCampaign]:
        made = act()
        return made.pk, made

    def rendered(campaign: TargetCampaign) -> dict[str, Any]:
        return campaigns_out(user, [campaign])[0]

    return answer_once(request, "campaigns.create", {}, acted, queries.campaign_by_id, rendered)


def answer_assignment(request: Request, path: dict[str, object], act: Callable[[], GroupCampaign]) -> Response:
    """Assign once per key."""
    user = caller(request)

    def acted() -> tuple[UUID, GroupCampaign]:
        made = act()
        return made.pk, made

    def rendered(row: GroupCampaign) -> dict[str, Any]:
        return group_campaign_out(user, row.pk)

    return answer_once(request, "campaigns.assign", path, acted, queries.group_campaign_by_id, rendered)


def answer_contribution(request: Request, row: GroupCampaign, act: Callable[[], Voucher]) -> Response:
    """Contribute once per key, and answer with the transaction and the campaign as it stands now."""
    user = caller(request)

    def acted() -> tuple[UUID, Voucher]:
        voucher_id = act().pk
        return voucher_id, voucher_by_id(voucher_id)

    def rendered(voucher: Voucher) -> dict[str, Any]:
        if voucher.subject_id is None:
            raise NotFound
        campaign = group_campaign_out(user, voucher.subject_id)
        return transactions_out(user, [voucher])[0] | {"group_campaign": campaign}

    path: dict[str, object] = {"group_campaign_id": row.pk}
    return answer_once(request, "campaigns.contribute", path, acted, voucher_by_id, rendered)
