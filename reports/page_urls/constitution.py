"""The pages of a group's rules."""

from django.urls import path

from reports.views import constitution

urlpatterns = [
    path("groups/<uuid:group_id>/constitution/", constitution.constitution, name="constitution-page"),
    path("groups/<uuid:group_id>/constitution/compare/", constitution.comparison, name="constitution-compare-page"),
    path("groups/<uuid:group_id>/constitution/propose/", constitution.propose, name="constitution-propose-page"),
    path(
        "groups/<uuid:group_id>/constitution/proposals/<uuid:proposal_id>/",
        constitution.proposal,
        name="constitution-proposal-page",
    ),
]
