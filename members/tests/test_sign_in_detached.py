"""A number written wrongly and an invitation link a stranger: he is told, and the service admin parts the two."""

from dataclasses import replace

import pytest

from audit.models import Act
from core.errors import Invalid
from groups.models import BankingGroup, GroupRole
from members.access import member_for
from members.models import Member, Person
from members.operations import edit_member, give_office, invite, join, make_sign_in, register
from members.operations.sign_ins import Followed
from members.queries import member_by_id, members_of, office_of
from members.rules import Changes
from members.tests.conftest import AT, LUCY, TODAY, Enrol
from notifications.models import Message
from users.models import OneTimeCode, User, phone_digest
from users.operations import open_sign_in

pytestmark = pytest.mark.django_db

HERS = "254711999000"


@pytest.fixture
def stranger() -> User:
    """He signs in with a number that differs from Lucy's in one digit."""
    user = open_sign_in(name="Kevin Odhiambo", phone="0733000001")
    user.set_password("a password of his own")
    user.save(update_fields=["password"])
    return user


@pytest.fixture
def lucy(umoja: BankingGroup, stranger: User, ruth: User) -> Member:
    """Registered by the wrong number, and invited by it."""
    member = register(group=umoja, particulars=replace(LUCY, phone=stranger.phone), at=AT, on=TODAY, by=ruth)
    assert invite(member=member, by=ruth, at=AT) == stranger
    return member


def to(member: Member, by: User, phone: str = HERS) -> Followed:
    return edit_member(member=member_by_id(member.pk), changes=Changes(phone=phone), by=by, at=AT, on=TODAY).sign_in


def linked(member: Member) -> User | None:
    return Person.objects.select_related("user").get(pk=member.person_id).user


def running(user: User) -> list[str]:
    return sorted(GroupRole.objects.filter(user=user, until=None).values_list("role", flat=True))


# He is told


def test_who_signs_in_already_is_told_that_he_was_added(lucy: Member, stranger: User) -> None:
    word = Message.objects.get(user=stranger)
    assert (word.template, "Umoja" in word.body, "not you" in word.body) == ("member_added", True, True)
    assert "Lucy" not in word.body


def test_he_is_told_once_and_again_only_when_he_is_linked_again(
    lucy: Member, stranger: User, ruth: User, daniel: User
) -> None:
    invite(member=member_by_id(lucy.pk), by=ruth, at=AT)
    told = Message.objects.filter(template="member_added")
    assert told.count() == 1
    to(lucy, daniel)
    to(lucy, daniel, stranger.phone)
    invite(member=member_by_id(lucy.pk), by=ruth, at=AT)
    assert told.count() == 2


def test_whoever_is_new_or_has_no_password_yet_gets_a_code_and_no_other_word(umoja: BankingGroup, ruth: User) -> None:
    member = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
    invite(member=member, by=ruth, at=AT)
    assert list(Message.objects.values_list("template", flat=True)) == ["activation_code"]


def test_a_sign_in_that_was_closed_is_given_to_nobody_new(umoja: BankingGroup, stranger: User, ruth: User) -> None:
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    member = register(group=umoja, particulars=replace(LUCY, phone=stranger.phone), at=AT, on=TODAY, by=ruth)
    with pytest.raises(Invalid) as refusal:
        invite(member=member, by=ruth, at=AT)
    assert refusal.value.field == "phone"
    assert (linked(member), running(stranger)) == (None, [])


# They are parted


def test_the_service_admin_s_correction_ends_the_stranger_s_reading_and_lets_her_be_invited(
    lucy: Member, stranger: User, ruth: User, daniel: User
) -> None:
    assert member_for(stranger, lucy.pk, "members:read", own=True) == lucy
    assert to(lucy, daniel) is Followed.DETACHED
    assert (linked(lucy), running(stranger), list(members_of(stranger))) == (None, [], [])
    kept = User.objects.get(pk=stranger.pk)
    assert (kept.phone_digest, kept.password) == (stranger.phone_digest, stranger.password)
    user = invite(member=member_by_id(lucy.pk), by=ruth, at=AT)
    assert (user.phone, user == stranger) == (HERS, False)
    assert OneTimeCode.objects.filter(user=user, used_at=None).count() == 1
    assert linked(lucy) == user


def test_his_offices_end_too_in_all_her_groups_and_nowhere_else(
    lucy: Member, stranger: User, baraka: BankingGroup, neema: BankingGroup, daniel: User, sarah: User
) -> None:
    second = join(group=baraka, person=lucy.person, at=AT, on=TODAY, by=daniel)
    give_office(member=second, office="TREASURER", at=AT, by=daniel)
    his = register(group=neema, particulars=replace(LUCY, phone=stranger.phone), at=AT, on=TODAY, by=sarah)
    assert make_sign_in(member=his, at=AT, by=sarah) == stranger
    assert running(stranger) == ["MEMBER", "MEMBER", "MEMBER", "TREASURER"]
    assert to(lucy, daniel) is Followed.DETACHED
    assert running(stranger) == ["MEMBER"]
    assert [member.group for member in members_of(stranger)] == [neema]
    assert office_of(member_by_id(second.pk)) is None


def test_the_log_keeps_that_they_were_parted_by_ids(lucy: Member, stranger: User, daniel: User) -> None:
    to(lucy, daniel)
    act = Act.objects.get(verb="member.sign_in_detached")
    assert (act.subject_id, act.actor_id, act.facts) == (lucy.pk, daniel.pk, {"user": str(stranger.pk)})


def test_an_officer_of_the_group_changes_the_contact_only(
    lucy: Member, stranger: User, ruth: User, joseph: User
) -> None:
    for by, phone in ((ruth, HERS), (joseph, "254711999001")):
        assert to(lucy, by, phone) is Followed.NOT
        assert Person.objects.get(pk=lucy.person_id).phone == phone
    assert (linked(lucy), running(stranger)) == (stranger, ["MEMBER"])


def test_the_number_written_as_he_signs_in_parts_nobody(lucy: Member, stranger: User, ruth: User, daniel: User) -> None:
    to(lucy, ruth)
    assert to(lucy, daniel, stranger.phone) is Followed.NOT
    assert linked(lucy) == stranger


def test_what_is_hers_alone_moves_but_is_parted_from_where_the_number_signs_in_elsewhere(
    umoja: BankingGroup, neema: BankingGroup, enrol: Enrol, daniel: User, ruth: User
) -> None:
    """Whoever had the old number may hold her sign-in; with the new one she is who signs in with it already."""
    alice, there = enrol(umoja, "Alice Wambui"), linked(enrol(neema, "Alice Wambui"))
    old = linked(alice)
    assert old is not None
    assert there is not None
    assert to(alice, daniel, there.phone) is Followed.DETACHED
    assert (linked(alice), running(old)) == (None, [])
    assert User.objects.get(pk=old.pk).phone_digest == phone_digest(old.phone)
    assert invite(member=member_by_id(alice.pk), by=ruth, at=AT) == there
