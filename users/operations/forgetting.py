"""Traces of sign-ins, kept no longer than they serve."""

import datetime as dt

from django.db import transaction

from users.models import KnownAddress, OneTimeCode, Session, SignInFailure
from users.rules import KNOWN_FOR

FAILURES_KEPT = dt.timedelta(days=1)
CODES_KEPT = dt.timedelta(days=1)
SESSIONS_KEPT = dt.timedelta(days=30)


@transaction.atomic
def forget_old(*, at: dt.datetime) -> int:
    """Delete failures after a day, codes a day and sessions 30 days after their end, addresses not seen for 30 days."""
    old = (
        SignInFailure.objects.filter(at__lt=at - FAILURES_KEPT),
        OneTimeCode.objects.filter(expires_at__lt=at - CODES_KEPT),
        Session.objects.filter(expires_at__lt=at - SESSIONS_KEPT),
        KnownAddress.objects.filter(seen_at__lt=at - KNOWN_FOR),
    )
    return sum(rows.delete()[0] for rows in old)
