"""The refresh token of the phone app: in a cookie that no script can read and no other site can send.

The cookie counts only together with the header `X-Client: pwa`, which a foreign page cannot add.
"""

from typing import cast

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid
from users.operations import Tokens

NAME = "refresh_token"
PATH = "/api/auth/"


def is_pwa(request: Request) -> bool:
    return request.headers.get("X-Client", "") == "pwa"


def refresh_token_of(request: Request) -> str | None:
    """The refresh token from the body, or from the app's cookie."""
    from_body = cast("dict[str, object]", request.data).get(NAME)
    if from_body is None and is_pwa(request):
        from_body = request.COOKIES.get(NAME)
    if from_body is not None and not (isinstance(from_body, str) and from_body):
        raise Invalid(_("This is not a refresh token."), field=NAME)
    return from_body


def pair_response(request: Request, tokens: Tokens, **more: object) -> Response:
    """The new pair: both in the body, or for the app the refresh token in the cookie. Never kept by a cache."""
    body: dict[str, object] = {"success": True, "access_token": tokens.access}
    if not is_pwa(request):
        body["refresh_token"] = tokens.refresh
    response = Response(body | more, headers={"Cache-Control": "no-store"})
    if is_pwa(request):
        response.set_cookie(
            NAME,
            tokens.refresh,
            expires=tokens.refresh_expires_at,
            path=PATH,
            secure=request.is_secure(),
            httponly=True,
            samesite="Strict",
        )
    return response


def forget(response: Response) -> Response:
    response.delete_cookie(NAME, path=PATH, samesite="Strict")
    return response
