"""Guesses at passwords and codes: each is written down before it is checked, and too many are refused unchecked.

The row is committed on its own, so that no rollback of the request can undo it; and since everybody counts after
writing, any number of guesses at once gets no more checks than guesses one after the other.
"""

import datetime as dt
import math
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encryption import digest
from core.errors import Refusal
from core.ids import NIL
from core.phones import NotAPhone
from users.models import KnownAddress, SignInFailure, phone_digest
from users.rules import KNOWN_FOR, Failure, Limits, network_of, waiting_time


class TooManyAttempts(Refusal):
    code = "throttled"
    status = 429
    detail = _("Too many attempts that failed. Wait a little before you try again.")


def account_of(phone: str) -> str:
    """One account for every spelling of a phone; a text that is no phone is an account of its own."""
    try:
        return phone_digest(phone)
    except NotAPhone:
        return digest("not a phone", phone)


def address_digest(address: str, purpose: str = "sign-in") -> str:
    return digest(f"{purpose} address", network_of(address))


def begin(
    *, purpose: str, account: str, address: str, user_id: UUID | None, limits: Limits, at: dt.datetime
) -> SignInFailure:
    """Write the attempt down as failed, before anything is checked; `forgive` takes it back.

    Refused: `throttled`, with the seconds to wait, when there were too many failures. Must not be called within a
    transaction (raises RuntimeError): its row has to outlive the refusal.
    """
    mine = SignInFailure(account=digest(f"{purpose} account", account), address=address_digest(address, purpose), at=at)
    known = KnownAddress.objects.filter(
        user_id=user_id or NIL, address=address_digest(address), seen_at__gt=at - KNOWN_FOR
    ).exists()
    _refuse_if_too_many(mine, limits, known=known)
    with transaction.atomic(durable=True):
        mine.save(force_insert=True)
    try:
        _refuse_if_too_many(mine, limits, known=known)
    except TooManyAttempts:
        SignInFailure.objects.filter(pk=mine.pk).delete()
        raise
    return mine


def _refuse_if_too_many(mine: SignInFailure, limits: Limits, *, known: bool) -> None:
    others = SignInFailure.objects.filter(
        Q(account=mine.account) | Q(address=mine.address), at__gt=mine.at - limits.window
    ).exclude(pk=mine.pk)
    failures = [Failure(*row) for row in others.values_list("account", "address", "at")]
    wait = waiting_time(failures, limits, mine=Failure(mine.account, mine.address, mine.at), known=known)
    if wait is not None:
        raise TooManyAttempts(retry_after=max(1, math.ceil(wait.total_seconds())))


def forgive(attempt: SignInFailure) -> None:
    """The attempt succeeded: it and the earlier failures of this account from this address count no more.

    Those of other accounts from the same address stay, so nobody clears the way with a password of their own.
    """
    SignInFailure.objects.filter(account=attempt.account, address=attempt.address).delete()
