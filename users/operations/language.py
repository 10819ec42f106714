"""The language somebody reads and is written to in."""

from users.models import User


def choose_language(*, user: User, language: str) -> None:
    """From now on pages, answers and messages are in this language."""
    User.objects.filter(pk=user.pk).update(language=language)
