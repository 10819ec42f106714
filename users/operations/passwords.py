"""Checking and choosing passwords."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from core.errors import Invalid
from users.models import User

LONGEST_PASSWORD = 128


def password_fits(user: User | None, password: str) -> bool:
    """Is this the password of an active user? One run of the hasher whatever the answer, so time tells nothing.

    For somebody unknown, or who never activated, the hasher runs on a text that is nobody's password.
    """
    if user is None:
        return check_password(password, UNUSABLE_PASSWORD_PREFIX)
    return user.check_password(password) and user.is_active


def acceptable(password: str, *, user: User | None = None, field: str) -> str:
    """The password, if the rules for passwords accept it. Refused: `invalid`, with what is wrong with it."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field=field) from error
    return password
