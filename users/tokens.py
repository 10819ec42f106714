"""Access and refresh tokens: signed claims that name a user and a session, nothing more.

simplejwt encodes and decodes; one algorithm is configured and every other is refused, whatever a token's header says.
"""

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from core.errors import Refusal
from users.models import Session


class TokenInvalid(Refusal):
    code = "token_invalid"
    status = 401
    detail = _("Your sign-in has ended. Sign in again.")


@functools.cache
def _backend(algorithm: str, signing_key: str, verifying_key: str, name: str) -> TokenBackend:
    return TokenBackend(algorithm, signing_key, verifying_key, audience=name, issuer=name)


class _Signed:
    """Signs with the keys of the settings as they are now, and knows no time but the caller's."""

    payload: dict[str, Any]

    @property
    def token_backend(self) -> TokenBackend:
        jwt = settings.SIMPLE_JWT
        return _backend(jwt["ALGORITHM"], jwt["SIGNING_KEY"], jwt["VERIFYING_KEY"], jwt["ISSUER"])

    @classmethod
    def of(cls, session: Session, *, identifier: UUID, expires_at: dt.datetime) -> Self:
        """A token of this session. Without `iat`: two servers' clocks may differ by a second."""
        token = cls()
        token.payload |= {"sub": str(session.user_id), "sid": str(session.pk), "jti": str(identifier)}
        token.payload["exp"] = int(expires_at.timestamp())
        token.payload.pop("iat", None)
        return token


class Access(_Signed, AccessToken):
    """Half an hour of calls; each call still asks whether user and session live."""


class Refresh(_Signed, RefreshToken):  # type: ignore[misc]  # simplejwt's own bases disagree about for_user
    """Good for one exchange against a new pair."""


@dataclass(frozen=True)
class Claims:
    """What a refresh token says, once its signature, time and type hold."""

    session_id: UUID
    user_id: UUID
    identifier: UUID


def read_refresh_token(text: str) -> Claims:
    """The claims of a refresh token; refused (`token_invalid`) when anything about it is not ours or not in time."""
    try:
        token = Refresh(text)  # type: ignore[arg-type]  # the stubs ask for a Token where the text is meant
        return Claims(UUID(token["sid"]), UUID(token["sub"]), UUID(token["jti"]))
    except (TokenError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise TokenInvalid from error
