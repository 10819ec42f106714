"""Opening a sign-in for somebody: by her phone number, once, whoever asks for it first."""

from django.db import IntegrityError, transaction

from core.phones import normalise_phone
from users.models import DataKey, User, phone_digest


@transaction.atomic
def open_sign_in(*, name: str, phone: str) -> User:
    """Whoever signs in with this phone number, in whichever spelling; a new user without a password where nobody does.

    She has a key of her own: she may sign in for several organisations, and none of them erases her for the others.
    Raises `core.phones.NotAPhone`.
    """
    number = normalise_phone(phone)
    if known := User.objects.filter(phone_digest=phone_digest(number)).first():
        return known
    user = User(name=name, data_key=DataKey.make(), phone_digest=phone_digest(number))
    user.phone = number
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        # Somebody else opened it at the same moment.
        return User.objects.get(phone_digest=phone_digest(number))
    return user
