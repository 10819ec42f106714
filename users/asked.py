"""The phone number for which a code was asked, from that page to the next: never in an address, which proxies log.

A cookie holds it, sealed, for as long as the code is good, and only the page that asks for the code is sent it. No row
is written, so a stranger who asks a thousand times leaves nothing behind.
"""

import base64

from cryptography.exceptions import InvalidTag
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.encryption import master_keys, seal, unseal

COOKIE = "asked"
CONTEXT = "users.asked.phone"
LASTS = 15 * 60


def remember_phone(response: HttpResponse, request: HttpRequest, phone: str) -> None:
    name, key = next(iter(master_keys().items()))
    response.set_cookie(
        COOKIE,
        f"{name}:{base64.urlsafe_b64encode(seal(key, phone, CONTEXT)).decode()}",
        max_age=LASTS,
        path=reverse("activate-page"),
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )


def forget_phone(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path=reverse("activate-page"), samesite="Lax")


def remembered_phone(request: HttpRequest) -> str:
    """The number as it was typed; empty when none was, or when the cookie is not ours."""
    name, _colon, sealed = request.COOKIES.get(COOKIE, "").partition(":")
    key = master_keys().get(name)
    if key is None:
        return ""
    try:
        return unseal(key, base64.urlsafe_b64decode(sealed), CONTEXT)
    except (InvalidTag, ValueError):
        return ""
