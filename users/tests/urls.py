"""This room's own addresses, and a home to come to, so that its tests need no room above."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"home of {getattr(request.user, 'name', 'nobody')}")


urlpatterns = [
    path("api/", include("users.urls")),
    path("", include("users.page_urls")),
    path("admin/", admin.site.urls),
    path("", home, name="home"),
]
