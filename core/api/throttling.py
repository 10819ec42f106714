"""The general throttle: never below 600 requests a minute and user; failed sign-ins have their own, in `users`."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

from core.ips import caller_address


class UserThrottle(UserRateThrottle):
    """By user, or by the caller's address as our own proxies tell it, which a header of hers cannot change."""

    scope = "user"

    def get_ident(self, request: Request | Any) -> str:
        return caller_address(getattr(request, "_request", request))
