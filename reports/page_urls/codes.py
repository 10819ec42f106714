"""The page where anybody checks the code of a receipt or of a meeting."""

from django.urls import path

from reports.views import codes

urlpatterns = [
    path("check/", codes.check, name="check-code-page"),
    path("check/<str:code>/", codes.check, name="check-code-page"),
]
