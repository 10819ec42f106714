"""Out of the outbox: at least once, never lost, never two workers on one message."""

import datetime as dt
import threading
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from core.periods import now
from notifications import sending
from notifications.channels import CHANNELS, NotHandedOver, write_to_folder
from notifications.models import Message
from notifications.operations import write
from notifications.sending import MOST_ATTEMPTS, send_all, send_one
from notifications.tasks import send_waiting
from users.models import DataKey, User, phone_digest

PHONE = "254700000014"


class Gateway:
    """A gateway that counts, refuses and falls over on demand."""

    def __init__(self) -> None:
        self.heard: Counter[UUID] = Counter()
        self.refusing = False
        self.dying = False

    def __call__(self, identifier: UUID, phone: str, text: str) -> None:
        if self.refusing:
            raise NotHandedOver("busy")
        assert phone == PHONE
        assert "code is" in text
        self.heard[identifier] += 1
        if self.dying:
            raise ConnectionResetError


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    made = Gateway()
    monkeypatch.setitem(CHANNELS, "gateway", made)
    return made


def waiting_messages(count: int) -> list[Message]:
    user = User(name="Alice", data_key=DataKey.make(), phone_digest=phone_digest(PHONE))
    user.phone = PHONE
    user.save()
    for number in range(count):
        write(user=user, template="reset_code", once=f"code:{number}", code="ABC")
    return list(Message.objects.order_by("written_at", "id"))


def send(at: dt.datetime | None = None, channel: str = "gateway") -> int:
    return send_all(channel=channel, at=at or now())


def message() -> Message:
    return Message.objects.get()


@pytest.mark.django_db
def test_each_message_goes_out_once(gateway: Gateway) -> None:
    messages = waiting_messages(3)
    assert [send(), send()] == [3, 0]
    assert gateway.heard == Counter(one.pk for one in messages)
    sent = Message.objects.first()
    assert sent is not None
    assert (sent.channel, sent.attempts, sent.failure) == ("gateway", 1, "")
    assert sent.sent_at is not None


@pytest.mark.django_db
def test_a_refusal_is_counted_and_tried_again_after_a_growing_pause(gateway: Gateway) -> None:
    waiting_messages(1)
    gateway.refusing = True
    start = now()
    assert send(start) == 0
    assert (message().attempts, message().failure, message().sent_at) == (1, "busy", None)
    assert message().next_at == start + dt.timedelta(minutes=1)
    assert send(start + dt.timedelta(seconds=59)) == 0
    assert message().attempts == 1
    assert send(start + dt.timedelta(minutes=1)) == 0
    assert message().next_at == start + dt.timedelta(minutes=3)
    gateway.refusing = False
    assert send(start + dt.timedelta(minutes=3)) == 1
    assert (message().attempts, message().failure) == (3, "")


@pytest.mark.django_db
def test_a_message_nobody_takes_is_given_up_and_stays_to_be_seen(gateway: Gateway) -> None:
    waiting_messages(1)
    gateway.refusing = True
    at = now()
    for _ in range(MOST_ATTEMPTS + 3):
        send(at)
        at += dt.timedelta(days=1)
    assert (message().attempts, message().sent_at, message().failure) == (MOST_ATTEMPTS, None, "busy")


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_after_handing_over_sends_again_and_loses_nothing(gateway: Gateway) -> None:
    """At least once: the gateway hears the same id twice, and can tell."""
    first, second = waiting_messages(2)
    gateway.dying = True
    with pytest.raises(ConnectionResetError):
        send()
    assert Message.objects.filter(sent_at__isnull=True).count() == 2
    gateway.dying = False
    assert send() == 2
    assert gateway.heard == {first.pk: 2, second.pk: 1}


@pytest.mark.django_db
def test_a_word_about_a_number_she_gave_up_goes_to_that_number(settings: Any, tmp_path: Path) -> None:
    waiting_messages(0)
    alice = User.objects.get()
    one = write(user=alice, template="number_moved", once="number:1", to="254799000001", day="4 March 2026")
    assert one is not None
    assert b"254799000001" not in bytes(one.to_sealed)
    settings.VAR_DIR = tmp_path
    assert send(channel="folder") == 1
    text = (tmp_path / "outbox" / f"{one.pk}.txt").read_text()
    assert text.startswith("To: 254799000001\n")
    assert "Since 4 March 2026" in text


@pytest.mark.django_db
def test_what_was_sent_meanwhile_is_left_alone(gateway: Gateway) -> None:
    (one,) = waiting_messages(1)
    assert send_one(identifier=one.pk, channel="gateway", at=now())
    assert not send_one(identifier=one.pk, channel="gateway", at=now())
    assert gateway.heard[one.pk] == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_workers_share_the_outbox_without_saying_anything_twice(gateway: Gateway) -> None:
    messages = waiting_messages(40)
    gate = threading.Barrier(4)

    def work() -> None:
        gate.wait()
        send()
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    send()
    assert gateway.heard == Counter(one.pk for one in messages)
    assert not Message.objects.filter(sent_at__isnull=True).exists()


@pytest.mark.django_db
def test_a_long_queue_goes_out_in_portions(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BATCH", 2)
    waiting_messages(3)
    assert [send(), send(), send()] == [2, 1, 0]


@pytest.mark.django_db
def test_the_null_channel_says_nothing_and_marks_the_message(settings: Any) -> None:
    waiting_messages(1)
    settings.MESSAGE_CHANNEL = "null"
    assert send_waiting() == 1
    assert message().channel == "null"


@pytest.mark.django_db
def test_the_folder_holds_one_file_a_message(settings: Any, tmp_path: Path) -> None:
    (one,) = waiting_messages(1)
    settings.MESSAGE_CHANNEL, settings.VAR_DIR = "folder", tmp_path
    assert send_waiting() == 1
    assert [path.name for path in (tmp_path / "outbox").iterdir()] == [f"{one.pk}.txt"]
    text = (tmp_path / "outbox" / f"{one.pk}.txt").read_text()
    assert text.startswith(f"To: {PHONE}\n")
    assert "Your Table Banking code is ABC." in text
    write_to_folder(one.pk, PHONE, "again")
    assert len(list((tmp_path / "outbox").iterdir())) == 1


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_tried_again_later(settings: Any, tmp_path: Path) -> None:
    waiting_messages(1)
    settings.VAR_DIR = tmp_path / "a file"
    (tmp_path / "a file").write_text("in the way")
    assert send(channel="folder") == 0
    assert message().failure == "NotADirectoryError"
