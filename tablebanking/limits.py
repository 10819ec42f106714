"""How long the body of a request may be: each route that takes pictures says so here, every other has one limit.

Judged by Content-Length before a byte is read, and so before anybody is asked who she is. The server reads no further
than that header says, and reads a body without one as empty, so a lie gains nothing.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from core.files.cleaning import MOST_BYTES
from core.files.uploads import MOST_FILES
from tablebanking.errors import too_large

Handler = Callable[[HttpRequest], HttpResponseBase]
ORDINARY = 1024 * 1024
# The other fields of a form, and the lines between its parts.
SLACK = 64 * 1024
ONE_FILE = MOST_BYTES + SLACK
FORM_OF_FILES = MOST_FILES * MOST_BYTES + SLACK
# Base64 makes three bytes four.
TWO_DATA_URLS = 2 * MOST_BYTES * 4 // 3 + ORDINARY
LIMITS = {
    "member-documents": ONE_FILE,
    "documents-page": ONE_FILE,
    "register-page": FORM_OF_FILES,
    "members": TWO_DATA_URLS,
    "savings-group-members": TWO_DATA_URLS,
    "group-members": TWO_DATA_URLS,
    "savings-groups-group-members": TWO_DATA_URLS,
}


def limit_for(route: str) -> int:
    return LIMITS.get(route, ORDINARY)


class BodyLimit:
    """413 for a body longer than its route takes. Stands before whatever reads forms."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        return too_large(request) if _announced(request) > limit_for(route) else None


def _announced(request: HttpRequest) -> int:
    """As the server below us reads it: what is not a number announces nothing, and nothing is read."""
    try:
        return int(request.headers.get("content-length") or 0)
    except ValueError:
        return 0
