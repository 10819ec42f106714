"""The sign-in routes: translate in, one verb, translate out."""

from typing import Any, cast

from django.db import transaction
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from core.ids import NIL
from core.ips import caller_address
from core.periods import now
from users import operations
from users.api import cookie
from users.api.schema import BearerScheme
from users.api.serializers import (
    ActivateIn,
    DoneOut,
    LoginIn,
    LoginOut,
    PairOut,
    PasswordIn,
    RefreshIn,
    ResetIn,
    UserOut,
)
from users.authentication import BearerAuthentication, ForgivingBearer, session_of
from users.lent import describe_user
from users.models import User
from users.operations.sessions import end_session
from users.tokens import TokenInvalid

__all__ = ["Activate", "BearerScheme", "Login", "Logout", "Me", "Password", "Refresh", "Reset"]

DONE = {"success": True}


def valid(form: type[Serializer[object]], request: Request) -> dict[str, Any]:
    """The body as this form reads it; 400 with the fields otherwise."""
    read = form(data=request.data)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class OpenView(APIView):
    """For people who are not signed in yet, whatever old token they send along.

    Never within a transaction of the whole request: a failed attempt has to stay written.
    """

    authentication_classes: list[type[BearerAuthentication]] = []


class Login(OpenView):
    @extend_schema(request=LoginIn, responses=LoginOut, summary="Sign in by phone and password")
    def post(self, request: Request) -> Response:
        asked = valid(LoginIn, request)
        signed_in = operations.sign_in(**asked, address=caller_address(request), at=now())
        tokens = cast("operations.Tokens", signed_in.tokens)
        return cookie.pair_response(request, tokens, user=describe_user(signed_in.user))


class Refresh(OpenView):
    @extend_schema(request=RefreshIn, responses=PairOut, summary="Exchange a refresh token for a new pair")
    def post(self, request: Request) -> Response:
        token = cookie.refresh_token_of(request)
        if token is None:
            raise TokenInvalid
        return cookie.pair_response(request, operations.refresh(token=token, at=now()))


class Logout(APIView):
    """By the refresh token, or by the access token when that is all there is."""

    authentication_classes = (ForgivingBearer,)

    @extend_schema(request=RefreshIn, responses=DoneOut, summary="End this session")
    def post(self, request: Request) -> Response:
        token, session_id = cookie.refresh_token_of(request), session_of(request)
        if token is not None:
            operations.sign_out(token=token, at=now())
        elif session_id is not None:
            end_session(session_id=session_id, at=now())
        else:
            raise NotAuthenticated
        return cookie.forget(Response(DONE))


class Me(APIView):
    @extend_schema(responses=UserOut, summary="Who I am")
    def get(self, request: Request) -> Response:
        return Response(describe_user(whoever(request)))


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class Password(APIView):
    @extend_schema(request=PasswordIn, responses=DoneOut, summary="Choose a new password")
    def post(self, request: Request) -> Response:
        asked, at = valid(PasswordIn, request), now()
        operations.change_password(
            user=whoever(request),
            old=asked["old_password"],
            new=asked["new_password"],
            address=caller_address(request),
            keep=session_of(request) or NIL,
            at=at,
        )
        return Response(DONE)


class Activate(OpenView):
    @extend_schema(request=ActivateIn, responses=DoneOut, summary="Choose a password with a code from a message")
    def post(self, request: Request) -> Response:
        operations.activate(**valid(ActivateIn, request), address=caller_address(request), at=now())
        return Response(DONE)


class Reset(OpenView):
    @extend_schema(request=ResetIn, responses={202: DoneOut}, summary="Ask for a code to choose a new password")
    def post(self, request: Request) -> Response:
        operations.ask_reset(**valid(ResetIn, request), address=caller_address(request), at=now())
        return Response(DONE, status=202)


def whoever(request: Request) -> User:
    """The signed-in user; the permission class has seen to it that there is one."""
    return cast("User", request.user)
