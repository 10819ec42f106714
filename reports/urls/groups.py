"""Organisations, groups and their rules, below api/. Both written plans' paths lead to the same views."""

from django.urls import path

from reports.api import groups

urlpatterns = [
    path("savings-groups", groups.Groups.as_view(), name="savings-groups"),
    path("groups", groups.Groups.as_view(), name="groups"),
    path("savings-groups/<uuid:group_id>", groups.Group.as_view(), name="savings-group-detail"),
    path("groups/<uuid:group_id>", groups.Group.as_view(), name="group-detail"),
    path(
        "savings-groups/groups/<uuid:group_id>/financial-summary",
        groups.FinancialSummary.as_view(),
        name="financial-summary",
    ),
]
