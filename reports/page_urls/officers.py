"""The pages of: field officers and the cash they carry."""

from django.urls import path

from reports.views import hand_over, officers

urlpatterns = [
    path("officers/", officers.officers, name="officers-page"),
    path("officers/register/", officers.register, name="register-officer-page"),
    path("officers/<uuid:officer_id>/", officers.officer, name="officer-page"),
    path("officers/<uuid:officer_id>/edit/", officers.edit, name="officer-edit-page"),
    path("officers/<uuid:officer_id>/status/", officers.status, name="officer-status-page"),
    path("officers/<uuid:officer_id>/groups/", officers.groups, name="officer-groups-page"),
    path("groups/<uuid:group_id>/hand-over/", hand_over.hand_over, name="hand-over-page"),
]
