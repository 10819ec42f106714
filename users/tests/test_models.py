"""Users as rows: found by any spelling, named without their numbers."""

import pytest

from core.periods import now
from users.models import KnownAddress, OneTimeCode, Session, SignInFailure, Submission, User
from users.operations import invite
from users.operations.sessions import open_session
from users.tests.people import GRACE, HOME


def test_grace_is_found_by_any_spelling_of_her_number(grace: User) -> None:
    assert User.objects.get_by_natural_key("0700 000 012") == grace
    assert grace.phone == GRACE
    assert GRACE.encode() not in bytes(grace.phone_sealed)


def test_no_row_says_a_number_or_an_address_when_it_is_named(grace: User) -> None:
    invite(user=grace, by=grace, at=now())
    open_session(user=grace, at=now())
    rows = [
        grace,
        grace.data_key,
        Session.objects.get(),
        OneTimeCode.objects.get(),
        SignInFailure(account="a", address="b", at=now()),
        KnownAddress(user=grace, address="b", seen_at=now()),
        Submission(user=grace, operation="note", key="k"),
    ]
    named = " ".join(map(str, rows))
    assert "Grace" in named
    assert GRACE not in named
    assert HOME not in named


def test_what_the_admin_asks_is_answered_by_the_role_rows(grace: User) -> None:
    assert not grace.is_staff
    assert not grace.has_module_perms("users")


@pytest.mark.django_db
def test_a_number_that_is_none_finds_nobody() -> None:
    with pytest.raises(ValueError, match="xyz"):
        User.objects.get_by_natural_key("xyz")
