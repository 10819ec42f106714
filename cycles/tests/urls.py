"""This room's own addresses alone, as the project serves them."""

from django.urls import include, path

urlpatterns = [path("api/", include("cycles.urls"))]
