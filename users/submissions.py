"""Sent once or sent again, it happens once: the device names the submission, a repeat returns the first outcome.

The row that remembers is written first in the transaction of the act, so a twin that arrives meanwhile waits for it on
the unique index. A refused act rolls its row back and may be sent again.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from core.encryption import digest
from core.errors import Refusal
from users.models import Submission, User

T = TypeVar("T")

_WAIT = "'5s'"
_LOCK_NOT_AVAILABLE = "55P03"


class IdempotencyMismatch(Refusal):
    code = "idempotency_mismatch"
    detail = _("This key was already used for something else. Send the first request again as it was, or a new key.")


class InProgress(Refusal):
    code = "in_progress"
    status = 409
    detail = _("The same request is still being worked on. Ask again in a moment.")


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What came of it: the row, and whether an earlier submission made it."""

    row: T
    replayed: bool


def once(
    *,
    user: User,
    operation: str,
    key: str | None,
    body: object,
    act: Callable[[], tuple[UUID, T]],
    load: Callable[[UUID], T],
) -> Outcome[T]:
    """Run `act` in a transaction, once per user, operation and key; a repeat loads what the first one made.

    `act` returns the id to remember and the row; `load` finds the row by that id. Refused: the key with another body
    (`idempotency_mismatch`); a twin that has not ended after five seconds (`in_progress`). Without a key it just runs.

        def act() -> tuple[UUID, Contribution]:
            kept = record(member=alice, amount=kes("137.50"), by=grace, on=day, at=instant)
            return kept.pk, kept

        once(user=grace, operation="savings.record", key="7f0c", body=body, act=act, load=contribution_by_id)
    """
    with transaction.atomic():
        if key is None:
            return Outcome(row=act()[1], replayed=False)
        mine = Submission(
            user=user,
            operation=operation,
            key=digest("submission.key", key),
            body=digest("submission.body", canonical(body)),
        )
        first = _claim(mine)
        if first.pk != mine.pk:
            return _replay(first, mine, load)
        reference, row = act()
        Submission.objects.filter(pk=mine.pk).update(reference=reference)
        return Outcome(row=row, replayed=False)


def canonical(body: object) -> str:
    """One spelling for equal bodies: sorted keys, no blanks, without the key that names the submission."""
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != "offline_sync_id"}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)


def _claim(mine: Submission) -> Submission:
    """The row that stands for this key: ours, or the one that was first. Waits while a twin is still acting."""
    try:
        _set_lock_timeout(_WAIT)
        Submission.objects.bulk_create([mine], ignore_conflicts=True)
        _set_lock_timeout("DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
            raise InProgress from error
        raise
    return Submission.objects.get(user_id=mine.user_id, operation=mine.operation, key=mine.key)


def _set_lock_timeout(value: str) -> None:
    """For this transaction only. SQLite has one writer at a time: there the twin waits for the whole database."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {value}")


def _replay(first: Submission, mine: Submission, load: Callable[[UUID], T]) -> Outcome[T]:
    if first.body != mine.body or first.reference is None:
        raise IdempotencyMismatch
    return Outcome(row=load(first.reference), replayed=True)
