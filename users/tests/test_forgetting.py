"""Traces of sign-ins are kept no longer than they serve."""

import datetime as dt
from typing import Any

import pytest

from core.periods import now
from users.models import KnownAddress, OneTimeCode, Session, SignInFailure, User
from users.operations import invite
from users.operations.sessions import open_session
from users.tasks import forget_old_sign_ins

DAY = dt.timedelta(days=1)


def leave_traces(user: User, at: dt.datetime) -> None:
    SignInFailure.objects.create(account="a", address="b", at=at)
    KnownAddress.objects.create(user=user, address=str(at), seen_at=at)
    open_session(user=user, at=at)
    invite(user=user, by=user, at=at)


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (0, {"failures": 1, "addresses": 1, "sessions": 1, "codes": 1}),
        (2, {"failures": 0, "addresses": 1, "sessions": 1, "codes": 1}),
        (9, {"failures": 0, "addresses": 1, "sessions": 1, "codes": 0}),
        (31, {"failures": 0, "addresses": 0, "sessions": 1, "codes": 0}),
        (38, {"failures": 0, "addresses": 0, "sessions": 0, "codes": 0}),
    ],
)
def test_each_trace_goes_in_its_time(grace: User, days: int, left: dict[str, Any]) -> None:
    leave_traces(grace, now() - days * DAY)
    gone = forget_old_sign_ins()
    assert {
        "failures": SignInFailure.objects.count(),
        "addresses": KnownAddress.objects.count(),
        "sessions": Session.objects.count(),
        "codes": OneTimeCode.objects.count(),
    } == left
    assert gone == 4 - sum(left.values())
