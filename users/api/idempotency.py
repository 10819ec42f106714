"""POSTs that may be sent again: where the key stands in a request, and how the first outcome is answered again."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid
from users.models import User
from users.submissions import once

T = TypeVar("T")

LONGEST_KEY = 100


def submission_key(request: Request) -> str | None:
    """The `Idempotency-Key` header or the body's `offline_sync_id`; None when neither is sent.

    Refused (400): empty, longer than 100 characters, a header that is not printable; both sent and different.
    """
    header, field = request.headers.get("Idempotency-Key"), _body(request).get("offline_sync_id")
    if header is None and field is None:
        return None
    if not _is_key(field) or not _is_key(header) or not (header or "").isprintable():
        raise Invalid(_("Name a submission with 1 to 100 characters."), field="offline_sync_id")
    if header is not None and field is not None and header != field:
        raise Invalid(_("The header and the body name two different submissions."), field="offline_sync_id")
    return str(field if header is None else header)


def _is_key(key: object) -> bool:
    return key is None or (isinstance(key, str) and 1 <= len(key) <= LONGEST_KEY)


def answer_once(
    request: Request,
    operation: str,
    body_context: Mapping[str, object],
    act: Callable[[], tuple[UUID, T]],
    load: Callable[[UUID], T],
    render: Callable[[T], Any],
    status: int = 201,
    *,
    stands_for_body: Mapping[str, object] | None = None,
) -> Response:
    """Act once per user, operation and key, and answer with `render(row)`, `Idempotent-Replayed` on a repeat.

    `body_context` holds what the path says and the body does not (the group, the loan), so that one key sent to two
    paths is two bodies; an operation has one status. `act` returns the id that `load` finds the row by. Everything in
    `act` is one transaction. `stands_for_body` says what was sent where the body is not JSON (the digest of a file).

        def act() -> tuple[UUID, CashMovement]:
            kept = move_cash(group=group, by=request.user, at=now(), **body)
            return kept.pk, kept

        return answer_once(request, "cash-movements", {"group_id": group.pk}, act, movement_by_id, movement_out)
    """
    if not isinstance(request.user, User):
        raise TypeError("only somebody signed in can send something once")
    body = _without_key(_body(request)) if stands_for_body is None else dict(stands_for_body)
    outcome = once(
        user=request.user,
        operation=operation,
        key=submission_key(request),
        body={"body": body, "path": dict(body_context)},
        act=act,
        load=load,
    )
    headers = {"Idempotent-Replayed": "true"} if outcome.replayed else None
    return Response(render(outcome.row), status=status, headers=headers)


def _body(request: Request) -> Mapping[str, Any]:
    """The one JSON object that the strict parser lets through."""
    return cast("Mapping[str, Any]", request.data)


def _without_key(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "offline_sync_id"}
