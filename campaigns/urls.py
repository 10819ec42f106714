"""Addresses of the campaigns room, below `api/`, without trailing slash: middleware takes both forms."""

from django.urls import path

from campaigns.api import views

HERE = "savings-groups/groups/<uuid:group_id>/target-campaigns"

urlpatterns = [
    path("target-campaigns", views.TargetCampaigns.as_view(), name="target-campaigns"),
    path(HERE, views.GroupCampaigns.as_view(), name="group-campaigns"),
    path(f"{HERE}/<uuid:campaign_id>/assign", views.Assign.as_view(), name="campaign-assign"),
    path(f"{HERE}/<uuid:group_campaign_id>/vote", views.CastVote.as_view(), name="campaign-vote"),
    path(f"{HERE}/<uuid:group_campaign_id>/contribute", views.Contribute.as_view(), name="campaign-contribute"),
]
