"""Making a member's sign-in and inviting her: one user a human being, no code for who needs none."""

import time
from dataclasses import replace
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from audit.models import Act
from core.tests.lasting import lasting
from groups.models import BankingGroup, GroupRole
from members.models import Member, Person
from members.operations import MemberInactive, PhoneTaken, edit_member, invite, make_sign_in, register
from members.rules import Changes
from members.tests.conftest import AT, LUCY, TODAY, Enrol
from users.models import OneTimeCode, User, phone_digest
from users.operations import move_number


@pytest.fixture
@lasting
def lucy(umoja: BankingGroup, ruth: User) -> Member:
    return register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)


def test_a_new_sign_in_is_hers_and_has_no_password_yet(lucy: Member, umoja: BankingGroup, ruth: User) -> None:
    user = make_sign_in(member=lucy, at=AT, by=ruth)
    user.refresh_from_db()
    assert (user.name, user.phone) == ("Lucy Nyambura", "254700000016")
    assert user.data_key_id != lucy.person.data_key_id
    assert not user.has_usable_password()
    assert Person.objects.get(pk=lucy.person_id).user == user
    role = GroupRole.objects.get(user=user)
    assert (role.role, role.group, role.until, role.given_by) == ("MEMBER", umoja, None, ruth)


def test_a_sign_in_made_twice_is_one(lucy: Member, ruth: User) -> None:
    first = make_sign_in(member=lucy, at=AT, by=ruth)
    assert make_sign_in(member=Member.objects.get(pk=lucy.pk), at=AT, by=ruth) == first
    assert GroupRole.objects.filter(user=first).count() == 1


def test_any_spelling_of_the_phone_finds_her(lucy: Member, ruth: User) -> None:
    user = make_sign_in(member=lucy, at=AT, by=ruth)
    for spelling in ("0700000016", "+254700000016", "700 000 016"):
        assert User.objects.get_by_natural_key(spelling) == user


def test_who_signs_in_elsewhere_with_this_number_is_the_same_human_being(
    lucy: Member, neema: BankingGroup, ruth: User, sarah: User
) -> None:
    user = make_sign_in(member=lucy, at=AT, by=ruth)
    there = register(group=neema, particulars=replace(LUCY, name="Lucy W. Nyambura"), at=AT, on=TODAY, by=sarah)
    assert make_sign_in(member=there, at=AT, by=sarah) == user
    assert set(user.roles.values_list("group__name", flat=True)) == {"Umoja", "Neema"}


def test_two_people_of_one_organisation_cannot_share_a_phone(lucy: Member, baraka: BankingGroup, ruth: User) -> None:
    make_sign_in(member=lucy, at=AT, by=ruth)
    husband = register(group=baraka, particulars=replace(LUCY, id_number="22334455"), at=AT, on=TODAY, by=ruth)
    with pytest.raises(PhoneTaken) as refusal:
        make_sign_in(member=husband, at=AT, by=ruth)
    assert (refusal.value.code, refusal.value.status, refusal.value.field) == ("phone_taken", 409, "phone")
    assert Person.objects.get(pk=husband.person_id).user is None
    assert not GroupRole.objects.filter(group=baraka).exists()


def test_the_database_itself_refuses_a_second_person_for_one_user(
    lucy: Member, baraka: BankingGroup, ruth: User
) -> None:
    user = make_sign_in(member=lucy, at=AT, by=ruth)
    other = register(group=baraka, particulars=replace(LUCY, id_number="22334455"), at=AT, on=TODAY, by=ruth)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=other.person_id).update(user=user)


def test_who_is_not_active_gets_no_sign_in(lucy: Member, ruth: User) -> None:
    Member.objects.filter(pk=lucy.pk).update(is_active=False, left_on=TODAY)
    lucy.refresh_from_db()
    with pytest.raises(MemberInactive) as refusal:
        invite(member=lucy, at=AT, by=ruth)
    assert (refusal.value.code, refusal.value.status) == ("member_inactive", 422)
    assert not User.objects.filter(phone_digest=phone_digest("0700000016")).exists()


def test_an_invitation_sends_lucy_a_code_and_leaves_an_act(lucy: Member, ruth: User) -> None:
    user = invite(member=lucy, at=AT, by=ruth)
    assert OneTimeCode.objects.filter(user=user, purpose="ACTIVATE", used_at=None).count() == 1
    act = Act.objects.get(verb="member.invited")
    assert (act.subject_id, act.actor_id, act.facts) == (lucy.id, ruth.id, {})


def test_a_second_invitation_leaves_one_good_code(lucy: Member, ruth: User) -> None:
    for _ in range(2):
        user = invite(member=lucy, at=AT, by=ruth)
    assert OneTimeCode.objects.filter(user=user, used_at=None).count() == 1


def test_who_signs_in_already_is_sent_no_code(lucy: Member, ruth: User) -> None:
    user = make_sign_in(member=lucy, at=AT, by=ruth)
    user.set_password("a password of her own")
    user.save(update_fields=["password"])
    invite(member=lucy, at=AT, by=ruth)
    assert not OneTimeCode.objects.exists()
    assert Act.objects.filter(verb="member.invited").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_people_with_one_phone_invited_at_once_make_one_sign_in(
    umoja: BankingGroup, enrol: Enrol, ruth: User
) -> None:
    members = [
        register(group=umoja, particulars=replace(LUCY, id_number=f"7000{n:04d}"), at=AT, on=TODAY, by=ruth)
        for n in range(10)
    ]
    start, outcomes = Barrier(10), list[bool]()

    def act(member: Member) -> None:
        start.wait()
        try:
            outcomes.append(bool(make_sign_in(member=member, at=AT, by=ruth)))
        except PhoneTaken:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 9 + [True]
    assert Person.objects.filter(user__isnull=False).count() == 1


@pytest.fixture
@lasting
def kevin(neema: BankingGroup, enrol: Enrol) -> Member:
    """A member of another organisation, who has not activated his sign-in."""
    return enrol(neema, "Kevin Odhiambo")


def kept_user(member: Member) -> User:
    user = Person.objects.select_related("user").get(pk=member.person_id).user
    assert user is not None
    return user


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_moves_away_while_she_is_linked_by_the_old_number_is_not_hers(
    umoja: BankingGroup, kevin: Member, ruth: User, sarah: User
) -> None:
    lucy = register(group=umoja, particulars=replace(LUCY, phone=kevin.person.phone), at=AT, on=TODAY, by=ruth)
    moved = Event()

    def links() -> None:
        moved.wait()
        try:
            make_sign_in(member=lucy, at=AT, by=ruth)
        finally:
            connection.close()

    thread = Thread(target=links)
    thread.start()
    with transaction.atomic():
        move_number(user=kept_user(kevin), phone="0711999000", by=sarah, at=AT, only_new=True)
        moved.set()
        time.sleep(0.3)
    thread.join()
    assert kept_user(lucy) != kept_user(kevin)
    assert kept_user(lucy).phone_digest == phone_digest(kevin.person.phone)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_is_being_linked_elsewhere_is_not_moved_as_if_it_were_his_alone(
    umoja: BankingGroup, kevin: Member, ruth: User, sarah: User
) -> None:
    lucy = register(group=umoja, particulars=replace(LUCY, phone=kevin.person.phone), at=AT, on=TODAY, by=ruth)
    linked, moved = Event(), list[bool]()

    def moves() -> None:
        linked.wait()
        try:
            done = edit_member(member=kevin, changes=Changes(phone="0711999000"), by=sarah, at=AT, on=TODAY)
            moved.append(done.sign_in_moved)
        finally:
            connection.close()

    thread = Thread(target=moves)
    thread.start()
    with transaction.atomic():
        make_sign_in(member=lucy, at=AT, by=ruth)
        linked.set()
        time.sleep(0.5)
    thread.join()
    assert moved == [False]
    assert kept_user(lucy) == kept_user(kevin)
    assert kept_user(lucy).phone_digest == phone_digest(lucy.person.phone)
