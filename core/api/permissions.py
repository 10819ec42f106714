"""The API's default: whoever is not signed in gets 401, except where the policy file says a route is open."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

OPEN = "open"


class SignedInUnlessOpen(BasePermission):
    """`request.may` is the word the policy file gives this route and method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return getattr(request, "may", None) == OPEN or bool(request.user and request.user.is_authenticated)


def asked_word(request: Request) -> str:
    """The word the policy file gives this route and method, for `access` to judge by."""
    return str(getattr(request, "may", ""))
