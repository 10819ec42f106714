"""This room's own addresses and the papers' alone, as the project serves them."""

from django.urls import include, path

urlpatterns = [path("api/", include("campaigns.urls")), path("api/", include("savings.urls"))]
