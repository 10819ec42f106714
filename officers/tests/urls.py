"""This room's own addresses, and the doors that the admin leads back to."""

from django.urls import include, path

from users.tests.urls import urlpatterns as doors

urlpatterns = [path("api/", include("officers.urls")), *doors]
