"""The addresses of this room, and of the papers that it writes, as the project serves them."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("meetings.urls")),
    path("api/", include("savings.urls")),
    path("api/", include("loans.urls")),
]
