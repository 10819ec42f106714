"""Codes from messages: the first password, and the way back after forgetting it."""

import datetime as dt
from typing import Any

import pytest

from audit.models import Act
from core.errors import Invalid
from core.periods import now
from users.models import OneTimeCode, Session, SignInFailure, User
from users.operations import activate, ask_reset, invite, sign_in
from users.operations.attempts import TooManyAttempts
from users.operations.codes import CodeInvalid
from users.operations.sessions import open_session
from users.rules import CODE_ALPHABET, INVITE_AGAIN_AFTER, INVITES_A_DAY, RESET
from users.tests.lent import Sent
from users.tests.people import GRACE, HOME, MARY, PASSWORD, in_parallel, me, person

CHOSEN = "sukuma-wiki-2026"
WRONG = "ZZZZZZZZ"


@pytest.fixture
def mary(db: None) -> User:
    """She was registered, and has never signed in."""
    return person(MARY, name="Mary")


def use(
    code: str, phone: str = MARY, password: str = CHOSEN, address: str = HOME, at: dt.datetime | None = None
) -> User:
    return activate(phone=phone, code=code, password=password, address=address, at=at or now())


def invited(user: User, grace: User, outbox: list[Sent], at: dt.datetime | None = None) -> str:
    invite(user=user, by=grace, at=at or now())
    return outbox[-1].words["code"]


def test_mary_chooses_her_password_with_the_code_she_was_sent(mary: User, grace: User, outbox: list[Sent]) -> None:
    code = invited(mary, grace, outbox)
    assert use(code, phone="0700 000 011") == mary
    assert sign_in(phone=MARY, password=CHOSEN, address=HOME, at=now()).user == mary
    verbs = set(Act.objects.values_list("verb", "actor_id"))
    assert {("users.invited", grace.pk), ("users.activated", mary.pk)} <= verbs


def test_an_invitation_is_one_message_to_her_alone(mary: User, grace: User, outbox: list[Sent]) -> None:
    code = invited(mary, grace, outbox)
    assert [(sent.user, sent.template) for sent in outbox] == [(mary, "activation_code")]
    assert len(code) == 8
    assert set(code) <= set(CODE_ALPHABET)


def test_the_code_can_be_read_from_no_row(mary: User, grace: User, outbox: list[Sent]) -> None:
    code = invited(mary, grace, outbox)
    kept = str(list(OneTimeCode.objects.values())) + str(list(Act.objects.values()))
    assert code not in kept
    assert MARY not in kept


def test_a_code_may_be_typed_in_small_letters_with_a_dash(mary: User, grace: User, outbox: list[Sent]) -> None:
    code = invited(mary, grace, outbox).lower()
    assert use(f"{code[:4]}-{code[4:]}") == mary


def test_a_code_works_once(mary: User, grace: User, outbox: list[Sent]) -> None:
    code = invited(mary, grace, outbox)
    use(code)
    with pytest.raises(CodeInvalid):
        use(code, password="someone-elses-2026")
    mary.refresh_from_db()
    assert mary.check_password(CHOSEN)


def test_a_second_invitation_ends_the_first(mary: User, grace: User, outbox: list[Sent]) -> None:
    first = invited(mary, grace, outbox, at=now() - INVITE_AGAIN_AFTER)
    second = invited(mary, grace, outbox)
    with pytest.raises(CodeInvalid):
        use(first)
    assert use(second) == mary


def test_invitations_in_a_row_send_one_code(mary: User, grace: User, outbox: list[Sent]) -> None:
    code = invited(mary, grace, outbox)
    for _again in range(5):
        invite(user=mary, by=grace, at=now())
    assert len(outbox) == 1
    assert use(code) == mary


def test_nobody_is_sent_more_than_five_codes_a_day(mary: User, grace: User, outbox: list[Sent]) -> None:
    start = now()
    for number in range(INVITES_A_DAY):
        invite(user=mary, by=grace, at=start + number * INVITE_AGAIN_AFTER)
    with pytest.raises(TooManyAttempts) as refusal:
        invite(user=mary, by=grace, at=start + INVITES_A_DAY * INVITE_AGAIN_AFTER)
    assert 0 < float(str(refusal.value.facts["retry_after"])) <= 24 * 3600
    assert len(outbox) == INVITES_A_DAY
    invite(user=mary, by=grace, at=start + dt.timedelta(days=2))


def test_an_activation_code_lives_seven_days(mary: User, grace: User, outbox: list[Sent]) -> None:
    start = now()
    code = invited(mary, grace, outbox, at=start)
    with pytest.raises(CodeInvalid):
        use(code, at=start + dt.timedelta(days=7))
    assert use(code, at=start + dt.timedelta(days=7, seconds=-1)) == mary


def test_ten_wrong_codes_kill_the_code(mary: User, grace: User, outbox: list[Sent]) -> None:
    code = invited(mary, grace, outbox)
    for number in range(10):
        with pytest.raises(CodeInvalid):
            use(WRONG, address=f"10.9.0.{number}")
    SignInFailure.objects.all().delete()
    with pytest.raises(CodeInvalid):
        use(code)


def test_wrong_codes_are_counted_like_wrong_passwords(mary: User, grace: User, outbox: list[Sent]) -> None:
    code = invited(mary, grace, outbox)
    for _ in range(5):
        with pytest.raises(CodeInvalid):
            use(WRONG)
    with pytest.raises(TooManyAttempts):
        use(code)
    assert use(code, address="10.2.2.2") == mary


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_forty_guesses_at_once_get_no_more_than_ten_looks_at_the_code(outbox: list[Sent]) -> None:
    mary = person(MARY, name="Mary")
    invited(mary, mary, outbox)

    def guess(number: int) -> Any:
        return lambda: use(WRONG, address=f"10.9.0.{number}")

    in_parallel([guess(number) for number in range(40)])
    assert OneTimeCode.objects.get().failures <= 10


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_code_used_twice_at_once_sets_one_password(outbox: list[Sent]) -> None:
    mary = person(MARY, name="Mary")
    code = invited(mary, mary, outbox)
    results = in_parallel([lambda: use(code), lambda: use(code, password="someone-elses-2026")])
    assert sum(isinstance(result, User) for result in results) == 1


@pytest.mark.parametrize("kind", ["unknown", "no phone", "wrong code", "inactive", "no code"])
def test_every_wrong_activation_gets_the_same_answer(mary: User, grace: User, outbox: list[Sent], kind: str) -> None:
    code = invited(mary, grace, outbox)
    if kind == "inactive":
        User.objects.filter(pk=mary.pk).update(is_active=False)
    if kind == "no code":
        OneTimeCode.objects.all().delete()
    phone = {"unknown": "0799999999", "no phone": "mary@example.org"}.get(kind, MARY)
    with pytest.raises(CodeInvalid) as refusal:
        use(WRONG if kind == "wrong code" else code, phone=phone)
    assert str(refusal.value.detail) == str(CodeInvalid.detail)


def test_graces_code_does_not_open_marys_door(mary: User, grace: User, outbox: list[Sent]) -> None:
    invited(mary, grace, outbox)
    of_grace = invited(grace, grace, outbox)
    with pytest.raises(CodeInvalid):
        use(of_grace)


def test_a_weak_password_is_refused_and_the_code_stays_good(mary: User, grace: User, outbox: list[Sent]) -> None:
    code = invited(mary, grace, outbox)
    with pytest.raises(Invalid) as refusal:
        use(code, password="1234567890")
    assert refusal.value.field == "password"
    assert use(code) == mary


def reset(phone: str = GRACE, address: str = HOME, at: dt.datetime | None = None) -> None:
    ask_reset(phone=phone, address=address, at=at or now())


def test_grace_comes_back_after_forgetting_her_password(grace: User, outbox: list[Sent]) -> None:
    tokens = open_session(user=grace, at=now())
    reset(phone="0700000012")
    assert outbox[-1].template == "reset_code"
    use(outbox[-1].words["code"], phone=GRACE)
    assert me(tokens.access).status_code == 401
    assert Session.objects.get().ended_because == Session.Ending.PASSWORD
    assert sign_in(phone=GRACE, password=CHOSEN, address=HOME, at=now()).user == grace
    verbs = list(Act.objects.order_by("at", "id").values_list("verb", flat=True))
    assert verbs[:2] == ["users.reset_asked", "users.password_reset"]


def test_a_reset_code_lives_a_quarter_of_an_hour(grace: User, outbox: list[Sent]) -> None:
    start = now()
    reset(at=start)
    with pytest.raises(CodeInvalid):
        use(outbox[-1].words["code"], phone=GRACE, at=start + dt.timedelta(minutes=15))


def test_an_earlier_reset_code_stays_good_until_one_is_used(grace: User, outbox: list[Sent]) -> None:
    reset()
    reset()
    first, second = (sent.words["code"] for sent in outbox)
    use(first, phone=GRACE)
    with pytest.raises(CodeInvalid):
        use(second, phone=GRACE)


@pytest.mark.parametrize("kind", ["unknown", "no phone", "never activated", "inactive"])
def test_nothing_is_sent_to_whom_no_reset_can_help_and_nobody_can_tell(
    mary: User, outbox: list[Sent], kind: str
) -> None:
    if kind == "inactive":
        person(GRACE, password=PASSWORD, is_active=False)
    phone = {"unknown": "0799999999", "no phone": "mary@example.org", "inactive": GRACE}.get(kind, MARY)
    reset(phone=phone)
    assert outbox == []
    assert Act.objects.get().subject_id is None
    assert SignInFailure.objects.count() == 1


def test_three_resets_an_hour_for_a_phone_from_wherever(grace: User, outbox: list[Sent]) -> None:
    start = now()
    for number in range(6):
        reset(address=f"10.9.0.{number}", at=start)
    assert len(outbox) == 3
    reset(address="10.9.0.77", at=start + dt.timedelta(hours=1))
    assert len(outbox) == 4


def test_a_whole_meeting_on_one_hotspot_may_reset_and_no_more(db: None, outbox: list[Sent]) -> None:
    for number in range(10, 10 + RESET.address + 3):
        person(f"2547000000{number}", password=PASSWORD)
        reset(phone=f"2547000000{number}")
    assert len(outbox) == RESET.address == 30


def test_asking_for_a_reset_does_not_lock_the_door(grace: User) -> None:
    for _ in range(60):
        reset()
    assert sign_in(phone=GRACE, password=PASSWORD, address=HOME, at=now()).user == grace
