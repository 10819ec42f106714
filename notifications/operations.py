"""The outbox: written in the transaction of the act, so that nobody hears of what did not happen."""

from uuid import UUID

from django.utils import translation

from notifications.models import Message
from notifications.texts import render
from users.models import User


def write(
    *, user: User, template: str, once: str, group_id: UUID | None = None, to: str = "", **words: object
) -> Message | None:
    """One message to one person, in her language as of now, sealed under her key; it goes out after the commit.

    `once` names what is said: a second message of that name is dropped without a word, and the answer is None. It goes
    to the number she has when it is sent, or to `to`. Nothing is written to somebody whose data were erased.
    """
    if user.data_key.destroyed_at is not None:
        return None
    with translation.override(user.language):
        text = render(template, {name: str(word) for name, word in words.items()})
    message = Message(user=user, data_key=user.data_key, group_id=group_id, template=template, once=once)
    message.to, message.body = to, text
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return Message.objects.filter(pk=message.pk).first()
