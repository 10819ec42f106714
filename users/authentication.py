"""`Authorization: Bearer …`: a signed token, a living session and an active user, or 401."""

from typing import Any, cast
from uuid import UUID

from django.utils import translation
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import Token

from core.periods import now
from users.models import Session, User


class BearerAuthentication(JWTAuthentication):
    """simplejwt reads the token; one query asks for the session and its user, so an end takes effect at once."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:  # type: ignore[override]  # our own user
        """Who calls, or None without a token; from here on the texts are in her language."""
        try:
            found = cast("tuple[User, Token] | None", super().authenticate(request))
        except AuthenticationFailed as error:
            raise AuthenticationFailed(code="token_invalid") from error
        if found is None:
            return None
        translation.activate(found[0].language)
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override]  # our own user
        """The user of a living session."""
        claims: dict[str, str] = validated_token.payload
        try:
            session_id, user_id = UUID(claims["sid"]), UUID(claims["sub"])
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise AuthenticationFailed(code="token_invalid") from error
        session = (
            Session.objects.select_related("user__data_key")
            .filter(pk=session_id, user_id=user_id, user__is_active=True, ended_at__isnull=True, expires_at__gt=now())
            .first()
        )
        if session is None:
            raise AuthenticationFailed(code="token_invalid")
        return session.user


class ForgivingBearer(BearerAuthentication):
    """For signing out: a token that has died already is as good as none, and stops nobody from ending her session."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:  # type: ignore[override]  # our own user
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            return None


def session_of(request: Request) -> UUID | None:
    """The API session a request came with."""
    token = cast("dict[str, Any] | None", request.auth)
    return UUID(token["sid"]) if token else None
