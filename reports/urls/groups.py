"""Organisations, groups and their rules, below api/. Both written plans' paths lead to the same views."""

from django.urls import path

from reports.api import group_admin, groups, organisations, trf

urlpatterns = [
    path("organisations", organisations.Organisations.as_view(), name="organisations"),
    path("organisations/<uuid:organisation_id>", organisations.OrganisationPage.as_view(), name="organisation-detail"),
    path("organisations/<uuid:organisation_id>/staff", organisations.Staff.as_view(), name="organisation-staff"),
    path(
        "organisations/<uuid:organisation_id>/staff/<uuid:role_id>",
        organisations.StaffRole.as_view(),
        name="organisation-staff-detail",
    ),
    path("places", organisations.Places.as_view(), name="places"),
    path("savings-groups", groups.Groups.as_view(), name="savings-groups"),
    path("groups", groups.Groups.as_view(), name="groups"),
    path("savings-groups/<uuid:group_id>", groups.Group.as_view(), name="savings-group-detail"),
    path("groups/<uuid:group_id>", groups.Group.as_view(), name="group-detail"),
    path(
        "savings-groups/groups/<uuid:group_id>/financial-summary",
        groups.FinancialSummary.as_view(),
        name="financial-summary",
    ),
    path("groups/<uuid:group_id>/trf-balance", trf.TrfBalance.as_view(), name="trf-balance"),
    path("savings-groups/admin/groups", group_admin.AdminGroups.as_view(), name="admin-groups"),
    path(
        "savings-groups/admin/groups/<uuid:group_id>/actions",
        group_admin.GroupActions.as_view(),
        name="admin-group-actions",
    ),
]
