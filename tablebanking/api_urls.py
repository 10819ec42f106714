"""Every address of the API, without trailing slashes: `core.middleware.OptionalSlash` lets both forms in."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class Docs(SpectacularSwaggerSplitView):
    """A page to read: it has nothing to say about itself in OPTIONS."""

    http_method_names = ["get", "head"]


urlpatterns = [
    path("", include("users.urls")),
    path("", include("ledger.urls")),
    path("", include("savings.urls")),
    path("", include("loans.urls")),
    path("", include("cycles.urls")),
    path("", include("officers.urls")),
    path("", include("campaigns.urls")),
    path("", include("meetings.urls")),
    path("", include("reports.urls")),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", Docs.as_view(url_name="schema"), name="docs"),
]
