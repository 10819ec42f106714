"""A sign-in moves to another number: what was open on the old one ends, and its holder is told."""

import datetime as dt

import pytest

from audit.models import Act
from core.periods import now
from core.phones import NotAPhone
from users.models import OneTimeCode, Session, User
from users.operations import NumberTaken, activate, ask_reset, invite, move_number, sign_in
from users.operations.codes import CodeInvalid
from users.operations.sign_in import SignInRefused
from users.tests.lent import Sent
from users.tests.people import GRACE, HOME, MARY, PASSWORD, in_parallel, person

pytestmark = pytest.mark.django_db

NEW = "254711222333"


@pytest.fixture
def mary(db: None) -> User:
    return person(MARY, "Mary Wanjiku", PASSWORD)


@pytest.fixture
def daniel(db: None) -> User:
    return person("254700000002", "Daniel Otieno", PASSWORD)


def code_sent(outbox: list[Sent]) -> str:
    """The newest code that went out."""
    return next(sent.words["code"] for sent in reversed(outbox) if "code" in sent.words)


def test_she_signs_in_with_the_new_number_after_a_new_invitation_and_never_with_the_old(
    mary: User, daniel: User, outbox: list[Sent]
) -> None:
    assert move_number(user=mary, phone="0711 222 333", by=daniel, at=now(), only_new=False)
    for phone in (MARY, NEW):
        with pytest.raises(SignInRefused):
            sign_in(phone=phone, password=PASSWORD, address=HOME, at=now())
    moved = User.objects.get(pk=mary.pk)
    assert (moved.phone, moved.has_usable_password()) == (NEW, False)
    invite(user=moved, by=daniel, at=now())
    code = code_sent(outbox)
    activate(phone=NEW, code=code, password="sukuma-wiki-2026", address=HOME, at=now())
    assert sign_in(phone=NEW, password="sukuma-wiki-2026", address=HOME, at=now()).user == mary


def test_her_sessions_and_open_codes_end(mary: User, daniel: User, outbox: list[Sent]) -> None:
    sign_in(phone=MARY, password=PASSWORD, address=HOME, at=now())
    ask_reset(phone=MARY, address=HOME, at=now())
    code = code_sent(outbox)
    move_number(user=mary, phone=NEW, by=daniel, at=now(), only_new=False)
    assert not Session.objects.filter(user=mary, ended_at=None).exists()
    assert not OneTimeCode.objects.filter(user=mary, used_at=None).exists()
    for phone in (MARY, NEW):
        with pytest.raises(CodeInvalid):
            activate(phone=phone, code=code, password="sukuma-wiki-2026", address=HOME, at=now())


def test_the_old_number_is_told_and_the_log_keeps_ids(mary: User, daniel: User, outbox: list[Sent]) -> None:
    late = dt.datetime(2026, 3, 4, 22, tzinfo=dt.UTC)
    move_number(user=mary, phone=NEW, by=daniel, at=late, only_new=False)
    (word,) = outbox
    assert (word.user, word.template, word.words["to"]) == (mary, "number_moved", MARY)
    assert "5" in word.words["day"]
    act = Act.objects.get(verb="users.number_moved")
    assert (act.actor_id, act.subject_id, act.facts) == (daniel.pk, mary.pk, {})


def test_who_never_chose_a_password_is_told_nothing_and_her_code_ends(daniel: User, outbox: list[Sent]) -> None:
    lucy = person("254700000016", "Lucy")
    invite(user=lucy, by=daniel, at=now())
    code = code_sent(outbox)
    assert move_number(user=lucy, phone=NEW, by=daniel, at=now(), only_new=True)
    assert len(outbox) == 1
    with pytest.raises(CodeInvalid):
        activate(phone=NEW, code=code, password=PASSWORD, address=HOME, at=now())


def test_asked_for_new_sign_ins_only_one_in_use_stays_as_it_is(mary: User, daniel: User) -> None:
    assert not move_number(user=mary, phone=NEW, by=daniel, at=now(), only_new=True)
    assert sign_in(phone=MARY, password=PASSWORD, address=HOME, at=now()).user == mary
    assert not Act.objects.filter(verb="users.number_moved").exists()


def test_a_number_that_somebody_has_is_refused_and_nothing_ends(mary: User, daniel: User) -> None:
    person(GRACE, "Grace")
    with pytest.raises(NumberTaken) as refusal:
        move_number(user=mary, phone="0700000012", by=daniel, at=now(), only_new=False)
    assert (refusal.value.code, refusal.value.status, refusal.value.field) == ("phone_taken", 409, "phone")
    assert sign_in(phone=MARY, password=PASSWORD, address=HOME, at=now()).user == mary
    with pytest.raises(NotAPhone):
        move_number(user=mary, phone="12", by=daniel, at=now(), only_new=False)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_activating_and_moving_at_once_end_in_one_of_the_two(daniel: User, outbox: list[Sent]) -> None:
    """Either she chose her password first and stays, or her number went first and the code is worth nothing."""
    for number in range(6):
        phone = f"2547110000{number:02d}"
        lucy = person(phone, "Lucy")
        invite(user=lucy, by=daniel, at=now())
        code = code_sent(outbox)

        def chooses(phone: str = phone, code: str = code) -> str:
            activate(phone=phone, code=code, password=PASSWORD, address=HOME, at=now())
            return "chosen"

        def moves(lucy: User = lucy, number: int = number) -> bool:
            return move_number(user=lucy, phone=f"2547220000{number:02d}", by=daniel, at=now(), only_new=True)

        outcomes = in_parallel([chooses, moves])
        now_is = User.objects.get(pk=lucy.pk)
        assert ("chosen" in outcomes) == now_is.has_usable_password() == (now_is.phone == phone)
        assert (True in outcomes) == (now_is.phone != phone)
