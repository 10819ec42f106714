"""Opening a sign-in for somebody: by her phone number, once, whoever asks for it first."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.phones import normalise_phone
from users.models import DataKey, User, phone_digest


class SignInClosed(Invalid):
    detail = _("The sign-in with this number was closed. Use another number.")


@transaction.atomic
def open_sign_in(*, name: str, phone: str) -> User:
    """Whoever signs in with this phone number, in whichever spelling; a new user without a password where nobody does.

    Her row stays locked until the caller's transaction ends, so that she still has this number when something is given
    to her; where it went to another number while we waited, we look again. She has a key of her own: she may sign in
    for several organisations, and none of them erases her for the others. Refused: a sign-in that was closed
    (`invalid`). Raises `core.phones.NotAPhone`.
    """
    number = normalise_phone(phone)
    user = None
    while user is None:
        # None where somebody else opened it at this very moment: she is found next, unless she has moved since.
        user = _held(number) or _opened(name, number)
    if not user.is_active:
        raise SignInClosed(field="phone")
    return user


@transaction.atomic
def hold_sign_in(user: User) -> User:
    """The sign-in as it is now, locked until the caller's transaction ends: nobody moves it or links it meanwhile."""
    return User.objects.select_for_update(of=("self",), no_key=True).select_related("data_key").get(pk=user.pk)


def _held(number: str) -> User | None:
    """Once the lock is ours the database compares the number again."""
    rows = User.objects.select_for_update(of=("self",), no_key=True).select_related("data_key")
    return rows.filter(phone_digest=phone_digest(number)).first()


def _opened(name: str, number: str) -> User | None:
    try:
        with transaction.atomic():
            user = User(name=name, data_key=DataKey.make(), phone_digest=phone_digest(number))
            user.phone = number
            user.set_unusable_password()
            user.save(force_insert=True)
    except IntegrityError:
        return None
    return user
