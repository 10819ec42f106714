"""Campaigns over HTTP. Fetching is authorising, each view calls one verb, money is sent once."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns import operations, queries
from campaigns.access import campaign_to_assign, group_campaign_for
from campaigns.api.answers import (
    answer_assignment,
    answer_campaign,
    answer_contribution,
    campaigns_out,
    group_campaign_out,
    group_campaigns_out,
)
from campaigns.api.bodies import contribution_of, idea_of, voter_of
from campaigns.api.filters import CampaignFilters, GroupCampaignFilters
from campaigns.api.shapes import (
    AssignIn,
    CampaignIn,
    CampaignOut,
    ContributedOut,
    ContributionIn,
    FoundInIn,
    GroupCampaignOut,
    VoteIn,
)
from campaigns.models import GroupCampaign, TargetCampaign
from core.api.permissions import asked_word
from core.errors import Invalid
from core.periods import now
from groups.access import group_for, organisation_to_found_in
from savings.api.answers import caller
from savings.api.views import KEY, read


class TargetCampaigns(GenericAPIView[TargetCampaign]):
    """The campaigns of organisations: newest first, filtered, by page."""

    queryset = TargetCampaign.objects.none()
    filterset_class = CampaignFilters
    serializer_class = CampaignOut

    @extend_schema(responses=CampaignOut(many=True), summary=_("Campaigns in your scope"))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(queries.campaigns_visible_to(request.user))) or []
        return self.get_paginated_response(campaigns_out(caller(request), page))

    @extend_schema(
        parameters=[KEY],
        request=CampaignIn,
        responses={201: CampaignOut},
        filters=False,
        summary=_("Create a campaign of an organisation"),
    )
    def post(self, request: Request) -> Response:
        named = read(FoundInIn, request).get("organisation")
        organisation = organisation_to_found_in(request.user, named, asked_word(request))
        body = read(CampaignIn, request)
        if organisation is None:
            raise Invalid(_("Say which organisation the campaign belongs to."), field="organisation")
        return answer_campaign(
            request,
            lambda: operations.create_campaign(
                organisation=organisation, idea=idea_of(body), by=caller(request), at=now()
            ),
        )


class GroupCampaigns(GenericAPIView[GroupCampaign]):
    """What a group was asked about: newest first, filtered, by page."""

    queryset = GroupCampaign.objects.none()
    filterset_class = GroupCampaignFilters
    serializer_class = GroupCampaignOut

    @extend_schema(responses=GroupCampaignOut(many=True), summary=_("Campaigns of a group"))
    def get(self, request: Request, group_id: UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        page = self.paginate_queryset(self.filter_queryset(queries.campaigns_of(group))) or []
        return self.get_paginated_response(group_campaigns_out(caller(request), page))


class Assign(APIView):
    @extend_schema(
        parameters=[KEY],
        request=AssignIn,
        responses={201: GroupCampaignOut},
        summary=_("Ask a group about a campaign"),
    )
    def post(self, request: Request, group_id: UUID, campaign_id: UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        campaign = campaign_to_assign(group, campaign_id)
        deadline = read(AssignIn, request).get("voting_deadline")

        def act() -> GroupCampaign:
            return operations.assign(
                campaign=campaign, group=group, by=caller(request), at=now(), voting_deadline=deadline
            )

        return answer_assignment(request, {"group_id": group_id, "campaign_id": campaign_id}, act)


class CastVote(APIView):
    @extend_schema(request=VoteIn, responses={200: GroupCampaignOut}, summary=_("Vote on a campaign"))
    def post(self, request: Request, group_id: UUID, group_campaign_id: UUID) -> Response:
        row = group_campaign_for(request.user, group_id, group_campaign_id, asked_word(request), own=True)
        body = read(VoteIn, request)
        voter = voter_of(request, row, body)
        operations.vote(group_campaign=row, choice=body["vote"], by=caller(request), at=now(), member=voter)
        return Response(group_campaign_out(caller(request), row.pk))


class Contribute(APIView):
    @extend_schema(
        parameters=[KEY],
        request=ContributionIn,
        responses={201: ContributedOut},
        summary=_("Bring money to a campaign"),
    )
    def post(self, request: Request, group_id: UUID, group_campaign_id: UUID) -> Response:
        row = group_campaign_for(request.user, group_id, group_campaign_id, asked_word(request), own=True)
        brought: dict[str, Any] = contribution_of(request, row, read(ContributionIn, request))

        def act() -> Any:
            return operations.contribute(group_campaign=row, by=caller(request), at=now(), **brought)

        return answer_contribution(request, row, act)
