"""What every request passes first: one spelling of each API address, and no bytes that only an attacker sends."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from core.api.problems import problem

Handler = Callable[[HttpRequest], HttpResponseBase]
SLASHLESS = ("/api/", "/healthz", "/readyz")


class OptionalSlash:
    """API paths answer with and without their trailing slash, for every method, without a redirect."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(SLASHLESS) and request.path_info.endswith("/"):
            request.path_info = request.path_info.removesuffix("/")
        return self.get_response(request)


class HostileInput:
    """A NUL byte in an address or query is nobody's typing: 400 before any database sees it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "%00" in query or "\0" in query:
            return problem(400, "invalid", _("The address holds a character that no name or number has."))
        return self.get_response(request)
