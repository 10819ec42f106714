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
    """A NUL byte in an address, query, header or cookie is nobody's typing: 400 before any database sees it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _holds_nul(request):
            return problem(400, "invalid", _("The address holds a character that no name or number has."))
        return self.get_response(request)


def _holds_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    sent = [request.path_info, query, *request.headers.values(), *request.COOKIES.values()]
    return "%00" in query or any("\0" in text for text in sent)
