"""The pages that keep organisations, their staff and the particulars of groups."""

from django.urls import path

from reports.views import group_forms, organisations

urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations-page"),
    path("organisations/<uuid:organisation_id>/", organisations.organisation, name="organisation-page"),
    path("organisations/<uuid:organisation_id>/staff/", organisations.staff, name="staff-page"),
    path(
        "organisations/<uuid:organisation_id>/staff/<uuid:role_id>/end/",
        organisations.end_staff,
        name="staff-end-page",
    ),
    path("groups/new/", group_forms.new_group, name="new-group-page"),
    path("groups/<uuid:group_id>/edit/", group_forms.edit_group, name="edit-group-page"),
    path("groups/<uuid:group_id>/status/", group_forms.status, name="group-status-page"),
]
