"""A sign-in moves to another phone number: rare, and the way somebody would take it over, so everything old ends."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from audit.operations import record
from core.errors import Refusal
from core.periods import business_day
from core.phones import normalise_phone
from users.lent import write_message
from users.models import OneTimeCode, Session, User, phone_digest
from users.operations.sessions import end_sessions


class NumberTaken(Refusal):
    code = "phone_taken"
    status = 409
    detail = _("Somebody signs in with this phone number. Each person needs a number of her own.")


@transaction.atomic
def move_number(*, user: User, phone: str, by: User, at: dt.datetime, only_new: bool) -> bool:
    """Whether she signs in with `phone` from now on; with `only_new`, only where she never chose a password.

    Her password, her sessions and every code sent to the old number end; she is to be invited anew. Where she had a
    password, the old number is told. Refused: a number that somebody else signs in with (`phone_taken`). Raises
    `core.phones.NotAPhone`.
    """
    number = normalise_phone(phone)
    locked = User.objects.select_for_update(of=("self",)).select_related("data_key").get(pk=user.pk)
    had_password, old = locked.has_usable_password(), locked.phone
    if had_password and only_new:
        return False
    _keep_number(locked, number)
    OneTimeCode.objects.filter(user=locked, used_at__isnull=True).update(used_at=at)
    end_sessions(user=locked, because=Session.Ending.PASSWORD, at=at)
    act = record(verb="users.number_moved", at=at, actor_id=by.pk, subject="user", subject_id=user.pk)
    if had_password:
        with override(locked.language):
            day = date_format(business_day(at))
        write_message(user=locked, template="number_moved", once=f"number:{act.pk}", to=old, day=day)
    return True


def _keep_number(user: User, number: str) -> None:
    """The digest's unique index decides who has a number. The pages' sessions end with the password."""
    user.phone, user.phone_digest = number, phone_digest(number)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(update_fields=["phone_sealed", "phone_digest", "password"])
    except IntegrityError as error:
        raise NumberTaken(field="phone") from error
