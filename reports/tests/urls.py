"""The doors these tests knock at: sign-in, groups and members."""

from django.urls import include, path

urlpatterns = [path("api/", include("users.urls")), path("api/", include("reports.urls"))]
