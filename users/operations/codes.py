"""One-time codes: sent to a phone, they let its owner choose a password, at first and after forgetting it.

Only a keyed digest is kept. Ten wrong guesses kill a code; the guess is counted before it is compared.
"""

import datetime as dt
import hmac
import secrets

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.encryption import digest
from core.errors import Refusal
from core.ids import NIL
from users.lent import write_message
from users.models import OneTimeCode, Session, User
from users.operations.attempts import TooManyAttempts, account_of, begin, forgive
from users.operations.evenness import at_least
from users.operations.passwords import acceptable
from users.operations.sessions import end_sessions
from users.operations.sign_in import user_by_phone
from users.rules import (
    ACTIVATION_LIFE,
    CODE_ALPHABET,
    CODE_GUESSES,
    CODE_LENGTH,
    INVITE_AGAIN_AFTER,
    INVITES_A_DAY,
    RESET,
    RESET_LIFE,
    RESET_TAKES,
    SIGN_IN,
    spelled,
)

Purpose = OneTimeCode.Purpose


class CodeInvalid(Refusal):
    code = "code_invalid"
    detail = _("Phone number and code do not fit, or the code is too old. Ask for a new one.")


@transaction.atomic
def invite(*, user: User, by: User, at: dt.datetime) -> OneTimeCode:
    """Send somebody the code with which she chooses her password, good for seven days; earlier ones end.

    Within ten minutes the code that was sent stands and no other is sent. Refused: a sixth code in a day (`throttled`).
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    sent = OneTimeCode.objects.filter(user=user, purpose=Purpose.ACTIVATE, made_at__gt=at - dt.timedelta(days=1))
    newest = sent.order_by("-made_at").first()
    if newest and newest.used_at is None and newest.made_at > at - INVITE_AGAIN_AFTER:
        return newest
    if newest and sent.count() >= INVITES_A_DAY:
        raise TooManyAttempts(retry_after=(newest.made_at + dt.timedelta(days=1) - at).total_seconds())
    OneTimeCode.objects.filter(user=user, purpose=Purpose.ACTIVATE, used_at__isnull=True).update(used_at=at)
    code = _send_code(user, Purpose.ACTIVATE, at)
    record(verb="users.invited", at=at, actor_id=by.pk, subject="user", subject_id=user.pk)
    return code


def ask_reset(*, phone: str, address: str, at: dt.datetime) -> None:
    """Send a code to whoever forgot her password, good for 15 minutes. The caller learns nothing, whatever happens.

    Three an hour for each phone and each address. Nothing is sent to somebody unknown, inactive or never activated.
    The answer comes after `RESET_TAKES` in every case, so that its time says nothing either.
    """
    with at_least(RESET_TAKES):
        _ask_reset(phone, address, at)


def _ask_reset(phone: str, address: str, at: dt.datetime) -> None:
    user = user_by_phone(phone)
    account = account_of(phone)
    try:
        begin(purpose="reset", account=account, address=address, user_id=None, limits=RESET, at=at)
    except TooManyAttempts:
        return
    with transaction.atomic():
        known = user is not None and user.is_active and user.has_usable_password()
        if user is not None and known:
            _send_code(user, Purpose.RESET, at)
        subject_id = user.pk if user is not None and known else None
        record(verb="users.reset_asked", at=at, actor_id=None, subject="user", subject_id=subject_id)


def activate(*, phone: str, code: str, password: str, address: str, at: dt.datetime) -> User:
    """Choose a password with the code that was sent: all sessions end, the code and its siblings are used up.

    Refused: `invalid` for a weak password (the code stays good); `code_invalid`, one answer for all reasons;
    `throttled` after too many wrong codes. Never call it within a transaction.
    """
    acceptable(password, field="password")
    user = user_by_phone(phone)
    user_id = user.pk if user else None
    attempt = begin(purpose="code", account=account_of(phone), address=address, user_id=user_id, limits=SIGN_IN, at=at)
    found = _guess(user if user and user.is_active else None, code, at)
    if user is None or found is None:
        raise CodeInvalid
    with transaction.atomic():
        # First the person, then her codes: as whoever invites her again or moves her number.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not OneTimeCode.objects.filter(pk=found.pk, used_at__isnull=True).update(used_at=at):
            raise CodeInvalid
        forgive(attempt)
        OneTimeCode.objects.filter(user=user, used_at__isnull=True).delete()
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user=user, because=Session.Ending.PASSWORD, at=at)
        verb = "users.activated" if found.purpose == Purpose.ACTIVATE else "users.password_reset"
        record(verb=verb, at=at, actor_id=user.pk, subject="user", subject_id=user.pk)
    return user


def _guess(user: User | None, code: str, at: dt.datetime) -> OneTimeCode | None:
    """The living code that this guess hits. Counting first makes ten the limit for guesses at once, too."""
    living = OneTimeCode.objects.filter(
        user_id=user.pk if user else NIL, used_at__isnull=True, expires_at__gt=at, failures__lt=CODE_GUESSES
    )
    wanted = _code_digest(user, code)
    counted = [one for one in living if living.filter(pk=one.pk).update(failures=F("failures") + 1)]
    return next((one for one in counted if hmac.compare_digest(one.digest, wanted)), None)


def _send_code(user: User, purpose: OneTimeCode.Purpose, at: dt.datetime) -> OneTimeCode:
    code = "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))
    life = ACTIVATION_LIFE if purpose == Purpose.ACTIVATE else RESET_LIFE
    row = OneTimeCode.objects.create(
        user=user, purpose=purpose, digest=_code_digest(user, code), made_at=at, expires_at=at + life
    )
    template = "activation_code" if purpose == Purpose.ACTIVATE else "reset_code"
    write_message(user=user, template=template, once=f"code:{row.pk}", code=code)
    return row


def _code_digest(user: User | None, code: str) -> str:
    return digest("one-time code", f"{user.pk if user else NIL} {spelled(code)}")
