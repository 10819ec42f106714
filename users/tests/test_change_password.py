"""A new password by the old one: an old session does not outlive what was decided about it meanwhile."""

import threading
import time
from functools import partial

import pytest
from django.db import connections, transaction

from core.errors import Invalid
from core.ids import NIL
from core.periods import now
from users.models import SignInFailure, User
from users.operations import change_password, move_number
from users.tests.people import GRACE, HOME, MARY, PASSWORD, in_parallel, person

pytestmark = pytest.mark.django_db

CHOSEN = "sukuma-wiki-2026"


def change(user: User, new: str = CHOSEN) -> None:
    change_password(user=user, old=PASSWORD, new=new, address=HOME, keep=NIL, at=now())


def test_with_her_old_password_she_chooses_a_new_one() -> None:
    mary = person(MARY, "Mary", PASSWORD)
    change(mary)
    assert User.objects.get(pk=mary.pk).check_password(CHOSEN)
    assert not SignInFailure.objects.exists()


@pytest.mark.parametrize("later", ["moved", "reset", "closed"])
def test_what_happened_to_her_after_her_page_was_opened_stands(later: str) -> None:
    stale = person(MARY, "Mary", PASSWORD)
    row = User.objects.get(pk=stale.pk)
    if later == "moved":
        move_number(user=row, phone="254711222333", by=person(GRACE, "Grace"), at=now(), only_new=False)
    elif later == "reset":
        row.set_password("another-word-2026")
        row.save(update_fields=["password"])
    else:
        User.objects.filter(pk=row.pk).update(is_active=False)
    kept = User.objects.get(pk=row.pk).password
    with pytest.raises(Invalid) as refusal:
        change(stale)
    assert refusal.value.field == "old_password"
    assert User.objects.get(pk=row.pk).password == kept
    assert SignInFailure.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_number_that_moves_while_the_old_password_is_checked_ends_it() -> None:
    mary, grace = person(MARY, "Mary", PASSWORD), person(GRACE, "Grace")
    moved, outcome = threading.Event(), list[str]()

    def changes() -> None:
        moved.wait()
        try:
            change(mary)
            outcome.append("changed")
        except Invalid as refusal:
            outcome.append(refusal.field or "")
        finally:
            connections.close_all()

    thread = threading.Thread(target=changes)
    thread.start()
    with transaction.atomic():
        move_number(user=mary, phone="254711222333", by=grace, at=now(), only_new=False)
        moved.set()
        time.sleep(0.5)
    thread.join()
    assert outcome == ["old_password"]
    assert not User.objects.get(pk=mary.pk).has_usable_password()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_change_one_password_at_once_leave_it_to_one() -> None:
    person(MARY, "Mary", PASSWORD)
    words = ["sukuma-wiki-2026", "ugali-na-nyama-26"]
    outcomes = in_parallel([partial(change, User.objects.get(), word) for word in words])
    assert [isinstance(outcome, Invalid) for outcome in outcomes].count(True) == 1
    assert [User.objects.get().check_password(word) for word in words].count(True) == 1
