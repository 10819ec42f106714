"""What rooms above lend to this one, as its tests lend it: a plain description, and an outbox that can be read."""

from dataclasses import dataclass
from typing import Any

from users.models import User


@dataclass(frozen=True)
class Sent:
    user: User
    template: str
    once: str
    words: dict[str, str]


class Keeper:
    """A backend that lets everybody who is active look at the records."""

    grants_admin = True

    def has_perm(self, user: User, perm: str, obj: Any = None) -> bool:
        return user.is_active


OUTBOX: list[Sent] = []


def describe(user: User) -> dict[str, Any]:
    return {
        "id": str(user.pk),
        "name": user.name,
        "phone": user.phone,
        "language": user.language,
        "role": "MEMBER",
        "assigned_groups": [],
        "offices": [],
    }


def write(*, user: User, template: str, once: str, **words: str) -> None:
    OUTBOX.append(Sent(user, template, once, words))
