"""The rules of a group, below api/."""

from django.urls import path

from reports.api import constitution

urlpatterns = [
    path("groups/<uuid:group_id>/constitution", constitution.Constitutions.as_view(), name="constitution"),
]
