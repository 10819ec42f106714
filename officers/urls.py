"""Field officers, below api/, without trailing slash: middleware takes both forms."""

from django.urls import path

from officers.api import positions, views

urlpatterns = [
    path("officers", views.Officers.as_view(), name="officers"),
    path("officers/active-locations", positions.ActiveLocations.as_view(), name="active-locations"),
    path("officers/<uuid:officer_id>", views.OfficerDetail.as_view(), name="officer-detail"),
    path("officers/<uuid:officer_id>/suspend", views.Suspend.as_view(), name="officer-suspend"),
    path("officers/<uuid:officer_id>/activate", views.Activate.as_view(), name="officer-activate"),
    path("officers/<uuid:officer_id>/exit", views.Exit.as_view(), name="officer-exit"),
    path("officers/<uuid:officer_id>/track", positions.Track.as_view(), name="officer-track"),
]
