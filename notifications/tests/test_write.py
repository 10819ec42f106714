"""Into the outbox: in the reader's language, sealed, once, and only with the act."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone, translation

from core.periods import now
from notifications.models import Message
from notifications.operations import write
from notifications.texts import TEMPLATES, render
from users.models import DataKey, User, phone_digest
from users.operations import activate, ask_reset, invite, sign_in

PHONE = "254700000014"
WORDS: dict[str, Any] = {
    "group": "Umoja",
    "what": "savings",
    "amount": "137.50",
    "day": "20 Nov",
    "code": "ABC",
    "organisation": "Pamoja",
    "role": "Service admin",
    "loan": "LN-0001",
    "paid": "11,000.00",
    "cause": "late at the meeting",
    "due": "20 Nov",
    "campaign": "A water tank for the school",
    "count": "12",
    "period": "November 2026",
    "venue": "the chief's camp",
}


@pytest.fixture
def alice(db: None) -> User:
    user = User(name="Alice", data_key=DataKey.make(), phone_digest=phone_digest(PHONE))
    user.phone = PHONE
    user.set_unusable_password()
    user.save()
    return user


def test_a_message_waits_sealed_under_its_readers_key(alice: User) -> None:
    message = write(user=alice, template="transaction_receipt", once="receipt:1", **WORDS)
    assert message is not None
    kept = Message.objects.get()
    assert kept.body == "Umoja: savings of KES 137.50 on 20 Nov is recorded. Receipt ABC."
    assert b"137.50" not in bytes(kept.body_sealed)
    assert (kept.data_key, kept.sent_at, kept.attempts) == (alice.data_key, None, 0)
    assert str(kept) == "transaction_receipt"


def test_the_same_thing_is_said_once(alice: User) -> None:
    assert write(user=alice, template="reset_code", once="code:1", code="ABC") is not None
    assert write(user=alice, template="reset_code", once="code:1", code="XYZ") is None
    assert "ABC" in Message.objects.get().body


def test_what_did_not_happen_is_not_told(alice: User) -> None:
    @transaction.atomic
    def act_that_fails() -> None:
        write(user=alice, template="reset_code", once="code:1", code="ABC")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_that_fails()
    assert not Message.objects.exists()


def test_the_text_is_in_the_readers_language_and_leaves_ours_alone(alice: User) -> None:
    alice.language = "sw"
    with translation.override("en"):
        write(user=alice, template="reset_code", once="code:1", code="ABC")
        assert translation.get_language() == "en"
    with translation.override("sw"):
        assert Message.objects.get().body == render("reset_code", {"code": "ABC"})


def test_an_erased_person_is_told_nothing(alice: User) -> None:
    alice.data_key.destroyed_at = timezone.now()
    assert write(user=alice, template="reset_code", once="code:1", code="ABC") is None
    assert not Message.objects.exists()


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_fits_one_message_and_needs_all_its_words(template: str, language: str) -> None:
    with translation.override(language):
        text = render(template, WORDS)
    assert (len(text) <= 160, text.isascii()) == (True, True), text
    with pytest.raises(KeyError):
        render(template, {})


def test_a_text_nobody_wrote_is_a_mistake_that_shows(alice: User) -> None:
    with pytest.raises(KeyError):
        write(user=alice, template="love_letter", once="1")


def test_codes_travel_by_the_outbox(alice: User) -> None:
    """The whole way with the real outbox: invited, activated, forgotten, back again."""
    invite(user=alice, by=alice, at=now())
    code = Message.objects.get(template="activation_code").body.split("code is ")[1][:8]
    activate(phone=PHONE, code=code, password="sukuma-wiki-2026", address="10.1.1.1", at=now())
    ask_reset(phone=PHONE, address="10.1.1.1", at=now())
    code = Message.objects.get(template="reset_code").body.split("code is ")[1][:8]
    activate(phone=PHONE, code=code, password="milk-and-maize-2026", address="10.1.1.1", at=now())
    assert sign_in(phone=PHONE, password="milk-and-maize-2026", address="10.1.1.1", at=now()).user == alice
