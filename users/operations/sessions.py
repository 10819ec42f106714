"""Sessions of the API: opened at sign-in, carried on by exchanging refresh tokens, ended for a reason.

Of a session's refresh tokens one is good. The one before it stays good for a minute, since answers get lost and
browsers have two tabs; anything older is a copy in the wrong hands and ends the session.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from audit.operations import record
from core.ids import NIL
from users.models import Session, User
from users.tokens import Access, Claims, Refresh, TokenInvalid, read_refresh_token


@dataclass(frozen=True)
class Tokens:
    """A working pair, as texts, and when the refresh token ends."""

    access: str
    refresh: str
    refresh_expires_at: dt.datetime
    session_id: UUID


def open_session(*, user: User, at: dt.datetime, device_id: UUID | None = None) -> Tokens:
    """A new session for somebody who has just proved who she is."""
    session = Session.objects.create(
        user=user,
        device_id=device_id,
        current=uuid4(),
        started_at=at,
        rotated_at=at,
        expires_at=at + _lifetime(device_id),
    )
    return _pair(session, at)


def refresh(*, token: str, at: dt.datetime) -> Tokens:
    """Exchange a refresh token for a new pair.

    The current one moves the session on. The previous one, within the grace, gets the pair of the current one again, so
    a lost answer or a second tab changes nothing. An older one ends the whole session, for good and on record. Refused
    (`token_invalid`): that, a session ended or expired, a user no longer active.
    """
    claims = read_refresh_token(token)
    with transaction.atomic():
        session = _living(claims, at)
        pair = None if session is None else _carry_on(session, claims.identifier, at)
    if pair is None:
        raise TokenInvalid
    return pair


def sign_out(*, token: str, at: dt.datetime) -> None:
    """End the session of a refresh token, whichever of its tokens it is; a session that has ended stays so."""
    end_session(session_id=read_refresh_token(token).session_id, at=at)


@transaction.atomic
def end_session(*, session_id: UUID, at: dt.datetime) -> None:
    """End one session because its owner signs out."""
    session = Session.objects.select_for_update().filter(pk=session_id, ended_at__isnull=True).first()
    if session is not None:
        _end(session, Session.Ending.SIGN_OUT, at)
        record(verb="users.signed_out", at=at, actor_id=session.user_id, subject="session", subject_id=session.pk)


def leave_console(*, user: User, at: dt.datetime) -> None:
    """Write down that somebody signed out of the staff pages; Django's own session ends at the door."""
    record(verb="users.signed_out", at=at, actor_id=user.pk, subject="user", subject_id=user.pk)


def end_sessions(*, user: User, because: Session.Ending, at: dt.datetime, keep: UUID = NIL) -> int:
    """End all sessions of a user, but for the one to keep; how many that were."""
    living = Session.objects.filter(user=user, ended_at__isnull=True).exclude(pk=keep)
    return living.update(ended_at=at, ended_because=because)


def _lifetime(device_id: UUID | None) -> dt.timedelta:
    return dt.timedelta(days=settings.REFRESH_TOKEN_DAYS if device_id is None else settings.DEVICE_REFRESH_TOKEN_DAYS)


def _pair(session: Session, at: dt.datetime) -> Tokens:
    access_ends_at = at + dt.timedelta(minutes=settings.ACCESS_TOKEN_MINUTES)
    return Tokens(
        access=str(Access.of(session, identifier=uuid4(), expires_at=access_ends_at)),
        refresh=str(Refresh.of(session, identifier=session.current, expires_at=session.expires_at)),
        refresh_expires_at=session.expires_at,
        session_id=session.pk,
    )


def _living(claims: Claims, at: dt.datetime) -> Session | None:
    """The session, locked, if it and its user may carry on."""
    sessions = Session.objects.select_for_update(of=("self",)).filter(
        pk=claims.session_id, user_id=claims.user_id, user__is_active=True, ended_at__isnull=True, expires_at__gt=at
    )
    return sessions.first()


def _carry_on(session: Session, identifier: UUID, at: dt.datetime) -> Tokens | None:
    grace = dt.timedelta(seconds=settings.REFRESH_GRACE_SECONDS)
    if identifier == session.current:
        session.previous, session.current, session.rotated_at = session.current, uuid4(), at
        session.expires_at = at + _lifetime(session.device_id)
        session.save(update_fields=["previous", "current", "rotated_at", "expires_at"])
        return _pair(session, at)
    if identifier == session.previous and at <= session.rotated_at + grace:
        return _pair(session, at)
    _end(session, Session.Ending.REUSE, at)
    record(verb="users.refresh_reused", at=at, actor_id=session.user_id, subject="session", subject_id=session.pk)
    return None


def _end(session: Session, because: Session.Ending, at: dt.datetime) -> None:
    session.ended_at, session.ended_because = at, because
    session.save(update_fields=["ended_at", "ended_because"])
