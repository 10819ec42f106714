"""This room's own addresses alone, as the project serves them."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("api/", include("officers.urls")),
    path("admin/", admin.site.urls),
]
