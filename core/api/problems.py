"""Problem documents (RFC 9457): one shape for every refusal, from the rules, the framework or the gate.

`errors` names the fields; `code` is for programs, `detail` tells people what to do next.
"""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError, connection
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Forbidden, Invalid, NotFound, Refusal

MEDIA_TYPE = "application/problem+json"
ANONYMOUS = {"not_authenticated", "token_invalid"}
Errors = list[dict[str, str]]


def document(status: int, code: str, detail: str, errors: Errors | None = None) -> dict[str, Any]:
    return {
        "type": f"urn:tablebanking:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors or [],
    }


def problem(status: int, code: str, detail: str, errors: Errors | None = None) -> JsonResponse:
    """A problem document outside the API framework: middleware, unknown paths, pages that answer programs."""
    response = JsonResponse(document(status, code, detail, errors), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def field_errors(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested error detail as a flat list; "lines.0.amount" names the place."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            below = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from field_errors(inner, below)
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, Mapping)
            yield from field_errors(inner, f"{path}.{place}".lstrip(".") if nested else path)
    else:
        yield {"field": path, "code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: refusals and framework errors as problem documents; bugs are left to be logged."""
    answer = _answer(error)
    if answer is None:
        return None
    set_rollback()
    headers = {}
    if answer["status"] == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    wait = getattr(error, "wait", None) or getattr(error, "facts", {}).get("retry_after")
    if wait is not None:
        headers["Retry-After"] = str(max(1, int(wait)))
    return Response(answer, status=answer["status"], headers=headers, content_type=MEDIA_TYPE)


def _answer(error: Exception) -> dict[str, Any] | None:
    if isinstance(error, Refusal):
        return _refusal(error)
    if isinstance(error, exceptions.ValidationError):
        return document(400, "invalid", str(Invalid.detail), list(field_errors(error.detail)))
    if isinstance(error, Http404):
        return document(404, "not_found", str(NotFound.detail))
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return document(403, "forbidden", str(Forbidden.detail))
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return document(413, "too_large", _("This is more than can be sent at once. Send it in smaller parts."))
    if isinstance(error, exceptions.APIException):
        return _framework(error)
    if isinstance(error, OperationalError) and is_lock_timeout(error):
        return document(409, "in_progress", _("The group's book is busy. Send the same again in a moment."))
    return None


def is_lock_timeout(error: OperationalError) -> bool:
    """Did the database give up waiting for a lock? PostgreSQL says 55P03 or 40P01, SQLite says "locked"."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in {"55P03", "40P01"} or (connection.vendor == "sqlite" and "locked" in str(error))


def _refusal(error: Refusal) -> dict[str, Any]:
    detail = str(error.detail)
    errors = [{"field": error.field, "code": error.code, "detail": detail}] if error.field else []
    return document(error.status, error.code, detail, errors) | {
        name: value for name, value in error.facts.items() if name != "retry_after"
    }


def _framework(error: exceptions.APIException) -> dict[str, Any]:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "invalid"
    if isinstance(error, exceptions.NotAuthenticated):
        return document(401, "not_authenticated", _("Sign in first."))
    if isinstance(error, exceptions.AuthenticationFailed):
        return document(401, "token_invalid", _("Your sign-in has ended. Sign in again."))
    if isinstance(error, exceptions.ParseError):
        return document(400, "invalid", str(error.detail))
    if isinstance(error, exceptions.NotFound):
        return document(404, "not_found", str(NotFound.detail))
    if isinstance(error, exceptions.Throttled):
        return document(429, "throttled", _("Too many requests. Wait a little and try again."))
    return document(error.status_code, code, str(error.detail))
