"""The pages of campaigns."""

from django.urls import path

from reports.views import campaign_group, campaign_money, campaigns

ONE = "groups/<uuid:group_id>/campaigns/<uuid:group_campaign_id>/"

urlpatterns = [
    path("campaigns/", campaigns.campaigns, name="campaigns-page"),
    path("campaigns/new/", campaigns.new, name="new-campaign-page"),
    path("campaigns/<uuid:campaign_id>/", campaigns.campaign, name="campaign-page"),
    path("campaigns/<uuid:campaign_id>/assign/", campaigns.assign, name="campaign-assign-page"),
    path("groups/<uuid:group_id>/campaigns/", campaign_group.in_group, name="group-campaigns-page"),
    path(ONE, campaign_group.one, name="group-campaign-page"),
    path(f"{ONE}vote/", campaign_group.vote, name="campaign-vote-page"),
    path(f"{ONE}contribute/", campaign_money.contribute, name="campaign-contribute-page"),
    path(f"{ONE}give-back/", campaign_money.give_back, name="campaign-return-page"),
]
