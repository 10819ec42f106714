"""A new installation gets its first system admin by command, and she comes in by the same door as everybody."""

import io

import pytest
from django.core.management import CommandError, call_command

from groups.models import GroupRole
from users.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-way-from-kitui"


def found(monkeypatch: pytest.MonkeyPatch, phone: str = "0799 000 111", password: str = PASSWORD) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command("system_admin", "Sarah Njeri", phone, stdin=True, stdout=io.StringIO())


def test_the_first_system_admin_may_sign_in_and_enter_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch)
    user = User.objects.get_by_natural_key("+254799000111")
    assert (user.name, user.phone) == ("Sarah Njeri", "254799000111")
    assert [role.role for role in GroupRole.objects.filter(user=user)] == ["SYSTEM_ADMIN"]
    assert user.check_password(PASSWORD)
    assert user.is_staff


WRONG = [("12345", PASSWORD), ("0799000111", "short"), ("0799000111", "12345678901")]


@pytest.mark.parametrize(("phone", "password"), WRONG)
def test_a_wrong_number_or_a_weak_password_makes_nobody(
    monkeypatch: pytest.MonkeyPatch, phone: str, password: str
) -> None:
    before = User.objects.count()
    with pytest.raises(CommandError):
        found(monkeypatch, phone, password)
    assert User.objects.count() == before


def test_a_number_that_is_taken_stays_its_owner_s(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch)
    with pytest.raises(CommandError, match="already"):
        found(monkeypatch)
