"""Signing in and changing one's password: the two places where a password is checked.

Whoever guesses learns nothing but "no": unknown phone, wrong password, inactive user and never activated give one
answer, take one run of the hasher and count alike.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Invalid, Refusal
from core.phones import NotAPhone
from users.models import KnownAddress, Session, User, phone_digest
from users.operations.attempts import account_of, address_digest, begin, forgive
from users.operations.passwords import acceptable, password_fits
from users.operations.sessions import Tokens, end_sessions, open_session
from users.rules import SIGN_IN


class SignInRefused(Refusal):
    code = "not_authenticated"
    status = 401
    detail = _("Phone number or password is wrong. Check both and try again.")


class OldPasswordWrong(Invalid):
    detail = _("This is not your present password.")


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, and her tokens unless she came by the staff page."""

    user: User
    tokens: Tokens | None


def user_by_phone(phone: str) -> User | None:
    """Whoever has this phone number, in any spelling."""
    try:
        return User.objects.select_related("data_key").filter(phone_digest=phone_digest(phone)).first()
    except NotAPhone:
        return None


def sign_in(*, phone: str, password: str, address: str, at: dt.datetime, keep_session: bool = True) -> SignedIn:
    """Prove who somebody is, by any spelling of her phone number, and open an API session unless told not to.

    Clears her failures from this address and remembers it for 30 days. Refused: `not_authenticated`, one answer for all
    reasons; `throttled` after too many failures, for the right password too. Never call it within a transaction.
    """
    user = user_by_phone(phone)
    attempt = begin(
        purpose="sign-in",
        account=account_of(phone),
        address=address,
        user_id=user.pk if user else None,
        limits=SIGN_IN,
        at=at,
    )
    if not password_fits(user, password) or user is None:
        raise SignInRefused
    with transaction.atomic():
        if not _is_unchanged(user):
            raise SignInRefused
        forgive(attempt)
        _remember_address(user, address, at)
        tokens = open_session(user=user, at=at) if keep_session else None
        session_id = tokens.session_id if tokens else None
        record(verb="users.signed_in", at=at, actor_id=user.pk, subject="session", subject_id=session_id)
    return SignedIn(user=user, tokens=tokens)


def change_password(*, user: User, old: str, new: str, address: str, keep: UUID, at: dt.datetime) -> None:
    """Choose a new password; every session but `keep` ends.

    Refused: `invalid` when the old one is wrong (which counts like a failed sign-in), ended while it was being checked,
    or the new one is too weak; `throttled` after too many failures.
    """
    acceptable(new, user=user, field="new_password")
    attempt = begin(
        purpose="sign-in", account=user.phone_digest, address=address, user_id=user.pk, limits=SIGN_IN, at=at
    )
    if not password_fits(user, old):
        raise OldPasswordWrong(field="old_password")
    with transaction.atomic():
        if not _is_unchanged(user):
            raise OldPasswordWrong(field="old_password")
        forgive(attempt)
        user.set_password(new)
        user.save(update_fields=["password"])
        ended = end_sessions(user=user, because=Session.Ending.PASSWORD, keep=keep, at=at)
        record(verb="users.password_changed", at=at, actor_id=user.pk, subject="user", subject_id=user.pk, ended=ended)


def _is_unchanged(user: User) -> bool:
    """Under her lock: nobody deactivated her or ended her password while it was being checked."""
    same = User.objects.select_for_update(no_key=True).filter(pk=user.pk, password=user.password, is_active=True)
    return same.first() is not None


def _remember_address(user: User, address: str, at: dt.datetime) -> None:
    KnownAddress.objects.bulk_create(
        [KnownAddress(user=user, address=address_digest(address), seen_at=at)],
        update_conflicts=True,
        unique_fields=["user", "address"],
        update_fields=["seen_at"],
    )
