"""Every address of the project."""

from typing import Any

from django.contrib import admin
from django.urls import include, path

from tablebanking import health

urlpatterns: list[Any] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/", include("tablebanking.api_urls")),
    path("admin/", admin.site.urls),
    path("", include("users.page_urls")),
    path("", include("reports.page_urls")),
]

handler404 = "tablebanking.errors.page_not_found"
handler500 = "tablebanking.errors.server_error"
handler403 = "tablebanking.errors.forbidden"
handler400 = "tablebanking.errors.bad_request"
