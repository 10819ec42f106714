"""Opening a sign-in by a number: one human being, whose number it still is when something is given to her."""

import threading
import time

import pytest
from django.db import connections, transaction

from core.errors import Invalid
from core.periods import now
from users.models import User, phone_digest
from users.operations import move_number, open_sign_in
from users.tests.people import GRACE, MARY, in_parallel, person

pytestmark = pytest.mark.django_db

NEW = "254711222333"


def test_whoever_has_the_number_in_any_spelling_is_found_under_her_own_name() -> None:
    mary = person(MARY, "Mary Wanjiku")
    assert open_sign_in(name="Somebody Else", phone="0700 000 011") == mary
    assert User.objects.get().name == "Mary Wanjiku"


def test_where_nobody_has_it_she_is_new_and_has_no_password() -> None:
    user = open_sign_in(name="Lucy", phone="0711 222 333")
    kept = User.objects.get()
    assert (kept.pk, kept.name, kept.phone, kept.has_usable_password()) == (user.pk, "Lucy", NEW, False)


def test_a_sign_in_that_was_closed_is_given_to_nobody() -> None:
    person(MARY, "Mary", is_active=False)
    with pytest.raises(Invalid) as refusal:
        open_sign_in(name="Mary", phone=MARY)
    assert (refusal.value.code, refusal.value.field) == ("invalid", "phone")
    assert "closed" in str(refusal.value.detail)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_moves_away_meanwhile_is_not_the_one_that_is_opened() -> None:
    """She is found by her old number, moves, and whoever waited for her opens a new sign-in instead."""
    mary, grace = person(MARY, "Mary"), person(GRACE, "Grace")
    moved, opened = threading.Event(), list[User]()

    def opens() -> None:
        moved.wait()
        try:
            with transaction.atomic():
                opened.append(open_sign_in(name="Lucy", phone=MARY))
        finally:
            connections.close_all()

    thread = threading.Thread(target=opens)
    thread.start()
    with transaction.atomic():
        move_number(user=mary, phone=NEW, by=grace, at=now(), only_new=False)
        moved.set()
        time.sleep(0.3)
    thread.join()
    (lucy,) = opened
    assert lucy != mary
    assert User.objects.get(pk=lucy.pk).phone_digest == phone_digest(MARY)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_who_was_opened_stays_where_she_is_until_the_opener_is_done() -> None:
    mary, grace = person(MARY, "Mary"), person(GRACE, "Grace")
    held, seen = threading.Event(), list[str]()

    def moves() -> None:
        held.wait()
        try:
            move_number(user=mary, phone=NEW, by=grace, at=now(), only_new=False)
        finally:
            connections.close_all()

    thread = threading.Thread(target=moves)
    thread.start()
    with transaction.atomic():
        open_sign_in(name="Mary", phone=MARY)
        held.set()
        time.sleep(0.3)
        seen.append(User.objects.get(pk=mary.pk).phone_digest)
    thread.join()
    assert seen == [phone_digest(MARY)]
    assert User.objects.get(pk=mary.pk).phone_digest == phone_digest(NEW)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_who_open_one_number_at_once_get_one_sign_in() -> None:
    found = in_parallel([lambda: open_sign_in(name="Lucy", phone=NEW).pk for _each in range(8)])
    assert found == [User.objects.get().pk] * 8
