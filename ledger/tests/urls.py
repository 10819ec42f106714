"""The books' addresses alone, with the admin and what its frame links to."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


urlpatterns = [
    path("", home, name="home"),
    path("", include("users.page_urls")),
    path("api/", include("ledger.urls")),
    path("admin/", admin.site.urls),
]
