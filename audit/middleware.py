"""Remembers, for each request, where it came from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from audit.origin import acting_from
from core.ips import caller_address


class Origin:
    """Sets the caller's address for the audit rows of this request, and takes it back afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with acting_from(caller_address(request)):
            return self.get_response(request)
