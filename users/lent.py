"""What higher rooms lend to this one, named in the settings, so that imports keep pointing downwards.

Who somebody is to which group stands in `groups`; messages are written by `notifications`. Both know users.
"""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from users.models import User


def describe_user(user: User) -> dict[str, Any]:
    """The user block of the sign-in answer, role and offices included."""
    block: dict[str, Any] = import_string(settings.USER_DESCRIPTION)(user)
    return block


def holds_a_post(user: User) -> bool:
    """Is she somebody's field officer, or about to be? Her sign-in is then more than a member's own."""
    return bool(import_string(settings.POST_HOLDERS)(user))


def write_message(*, user: User, template: str, once: str, **words: str) -> None:
    """Into the outbox, in the caller's transaction."""
    import_string(settings.MESSAGE_WRITER)(user=user, template=template, once=once, **words)
