"""The gate: a route that the policy file does not name is not served, and each request learns its word."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponseBase

from core.api.permissions import OPEN
from tablebanking.policy import PAGES, word_for

Handler = Callable[[HttpRequest], HttpResponseBase]


class DeclaredRoutes:
    """Default deny. Puts the word of the route and method on `request.may`; pages ask strangers to sign in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        theirs = getattr(request, "may", OPEN) != OPEN and request.method in {"GET", "HEAD"}
        if theirs and not response.has_header("Cache-Control"):
            # Somebody's money: no cache between us and her keeps it, nor her browser after she has signed out. Answers
            # to a form are not cached anyway, and she may go back to one.
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        route = match.view_name if match else ""
        declared = word_for(route, str(request.method))
        if declared is None:
            if settings.DEBUG:
                raise ImproperlyConfigured(f"tablebanking/policy.py does not name the route {route!r}")
            raise Http404
        request.may = declared  # type: ignore[attr-defined]  # the word travels with the request
        if route in PAGES and declared != OPEN and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return None
