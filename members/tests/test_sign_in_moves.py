"""A phone number is put right: when her sign-in follows, and how nobody takes over another's by writing numbers."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from audit.models import Act
from core.errors import Refusal
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from groups.operations import end_role
from members.models import Member, Person
from members.operations import (
    PhoneTaken,
    edit_member,
    give_office,
    invite,
    join,
    leave,
    make_sign_in,
    register,
    return_to_group,
)
from members.queries import member_by_id
from members.rules import Changes
from members.tests.conftest import AT, LUCY, TODAY, Enrol, Give, MakeUser
from notifications.models import Message
from users.models import OneTimeCode, Session, User, phone_digest
from users.operations import open_sign_in
from users.operations.sessions import open_session
from users.tests.people import in_parallel

pytestmark = pytest.mark.django_db

# The telephone of somebody who would like to be somebody else.
THIEF = "254799666666"


@pytest.fixture
@lasting
def lucy(umoja: BankingGroup, enrol: Enrol) -> Member:
    """A plain member with a sign-in that she has not activated."""
    return enrol(umoja, "Lucy Nyambura")


@pytest.fixture
@lasting
def mary(umoja: BankingGroup, enrol: Enrol, give: Give) -> Member:
    """The chair, who signs in with her password."""
    member = activated(enrol(umoja, "Mary Wanjiku"))
    give(user_of(member), RoleName.CHAIR, umoja)
    return member


def user_of(member: Member) -> User:
    user = Person.objects.select_related("user__data_key").get(pk=member.person_id).user
    assert user is not None
    return user


def activated(member: Member) -> Member:
    user = user_of(member)
    user.set_password("a password of her own")
    user.save(update_fields=["password"])
    return member


def to(member: Member, by: User, phone: str = THIEF) -> bool:
    """Somebody writes another phone number beside her name; did her sign-in follow?"""
    done = edit_member(member=member, changes=Changes(phone=phone), by=by, at=AT, on=TODAY)
    return done.sign_in_moved


def stays(member: Member, by: User) -> bool:
    """The number is written, and her sign-in is what it was."""
    before = user_of(member)
    moved = to(member, by)
    after = user_of(member)
    assert Person.objects.get(pk=member.person_id).phone == THIEF
    same = (after.phone_digest, after.password) == (before.phone_digest, before.password)
    return same and not moved


# When it follows


def test_before_she_activates_her_sign_in_follows_her_and_the_old_code_is_worth_nothing(
    lucy: Member, ruth: User
) -> None:
    user = invite(member=lucy, by=ruth, at=AT)
    assert to(lucy, ruth, "0711 999 000")
    moved = User.objects.get(pk=user.pk)
    assert (moved.phone, moved.phone_digest) == ("254711999000", phone_digest("0711999000"))
    assert not OneTimeCode.objects.filter(user=user, used_at=None).exists()
    assert [act.verb for act in Act.objects.filter(verb__in=["users.number_moved", "member.edited"])] == [
        "users.number_moved",
        "member.edited",
    ]
    assert not Message.objects.filter(template="number_moved").exists()
    invite(member=lucy, by=ruth, at=AT)
    assert OneTimeCode.objects.filter(user=user, used_at=None).count() == 1


def test_once_she_uses_it_her_sign_in_stays_and_only_the_contact_changes(lucy: Member, ruth: User) -> None:
    assert stays(activated(lucy), ruth)


def test_the_service_admin_moves_one_in_use_and_everything_old_ends(lucy: Member, daniel: User) -> None:
    user, old = user_of(activated(lucy)), lucy.person.phone
    open_session(user=user, at=AT)
    assert to(lucy, daniel, "0711999000")
    moved = User.objects.get(pk=user.pk)
    assert (moved.phone, moved.has_usable_password()) == ("254711999000", False)
    assert not Session.objects.filter(user=user, ended_at=None).exists()
    word = Message.objects.get(template="number_moved")
    assert (word.user, word.to) == (user, old)
    invite(member=member_by_id(lucy.pk), by=daniel, at=AT)
    assert Message.objects.filter(user=user, template="activation_code").count() == 1


def test_the_service_admin_moves_an_office_holder_s_too(mary: Member, daniel: User) -> None:
    assert to(mary, daniel)
    assert user_of(mary).phone == THIEF


def test_a_number_that_is_her_sign_in_s_already_moves_nothing(mary: Member, ruth: User, daniel: User) -> None:
    own = user_of(mary).phone
    assert not to(mary, ruth)
    assert not to(mary, daniel, own)
    assert user_of(mary).has_usable_password()


def test_a_corrected_name_goes_to_the_sign_in_that_is_hers_alone(
    lucy: Member, neema: BankingGroup, ruth: User, sarah: User
) -> None:
    edit_member(member=lucy, changes=Changes(name="Lucy Gathogo"), by=ruth, at=AT, on=TODAY)
    assert user_of(lucy).name == "Lucy Gathogo"
    elsewhere = register(group=neema, particulars=replace(LUCY, phone=lucy.person.phone), at=AT, on=TODAY, by=sarah)
    make_sign_in(member=elsewhere, at=AT, by=sarah)
    edit_member(member=lucy, changes=Changes(name="Lucia Gathogo"), by=ruth, at=AT, on=TODAY)
    assert user_of(lucy).name == "Lucy Gathogo"


# Whose number it is


def test_a_number_that_another_sign_in_has_is_refused(lucy: Member, mary: Member, ruth: User, daniel: User) -> None:
    for by in (ruth, daniel):
        with pytest.raises(PhoneTaken) as refusal:
            to(lucy, by, user_of(mary).phone)
    assert (refusal.value.code, refusal.value.status, refusal.value.field) == ("phone_taken", 409, "phone")
    assert Person.objects.get(pk=lucy.person_id).phone == lucy.person.phone


def test_without_a_sign_in_only_a_number_known_in_the_organisation_is_refused(
    umoja: BankingGroup, neema: BankingGroup, mary: Member, enrol: Enrol, ruth: User
) -> None:
    """That a number signs in elsewhere is told to nobody; and whoever it is, she may be the same human being."""
    lucy, kevin = enrol(umoja, "Lucy Nyambura", sign_in=False), enrol(neema, "Kevin Odhiambo")
    with pytest.raises(PhoneTaken):
        to(lucy, ruth, user_of(mary).phone)
    assert not to(lucy, ruth, user_of(kevin).phone)


def test_nobody_finds_out_by_a_second_member_whether_the_first_one_s_number_signs_in_elsewhere(
    lucy: Member, umoja: BankingGroup, neema: BankingGroup, enrol: Enrol, ruth: User
) -> None:
    """Lucy's sign-in follows to the free number and not to the other: both are hers to whoever asks with another."""
    alice, far = enrol(umoja, "Alice Wambui"), user_of(enrol(neema, "Kevin Odhiambo")).phone
    for number, place in ((far, 1), ("254799666661", 2)):
        to(lucy, ruth, number)
        with pytest.raises(PhoneTaken):
            to(alice, ruth, number)
        newcomer = replace(LUCY, phone=number, id_number=f"77000{place}", kin=())
        second = register(group=umoja, particulars=newcomer, at=AT, on=TODAY, by=ruth)
        with pytest.raises(PhoneTaken):
            invite(member=second, by=ruth, at=AT)


def test_a_number_that_signs_in_elsewhere_is_kept_as_the_contact_like_any_other(
    mary: Member, lucy: Member, neema: BankingGroup, enrol: Enrol, ruth: User
) -> None:
    """Whether somebody far away signs in with a number shows nowhere: neither in use nor new does she follow to it."""
    for member, name in ((mary, "Kevin Odhiambo"), (lucy, "Faith Njeri")):
        far, before = user_of(enrol(neema, name)).phone, user_of(member).phone_digest
        assert not to(member, ruth, far)
        assert user_of(member).phone_digest == before
        assert Person.objects.get(pk=member.person_id).phone == far


# Taking over


def test_ruth_does_not_get_the_chair_s_sign_in_by_any_number_she_writes(
    mary: Member, lucy: Member, umoja: BankingGroup, ruth: User
) -> None:
    number = user_of(mary).phone
    assert stays(mary, ruth)
    # Her contact now lies elsewhere: an invitation does not follow it, and the free number is not free.
    invite(member=member_by_id(mary.pk), by=ruth, at=AT)
    assert not OneTimeCode.objects.exists()
    with pytest.raises(PhoneTaken):
        to(lucy, ruth, number)
    newcomer = register(group=umoja, particulars=replace(LUCY, phone=number), at=AT, on=TODAY, by=ruth)
    with pytest.raises(PhoneTaken):
        invite(member=newcomer, by=ruth, at=AT)
    assert user_of(mary).check_password("a password of her own")


def test_an_office_that_waits_for_its_holder_s_first_password_is_not_caught_on_the_way(
    lucy: Member, ruth: User, joseph: User, daniel: User
) -> None:
    give_office(member=lucy, office="CHAIR", at=AT, by=daniel)
    assert not user_of(lucy).has_usable_password()
    assert stays(lucy, ruth)
    assert not to(lucy, joseph, "0799666667")
    assert OneTimeCode.objects.filter(user=user_of(lucy), used_at=None).count() == 1
    assert to(lucy, daniel, "0799666668")


def test_an_office_in_her_other_group_holds_it_as_well(
    lucy: Member, baraka: BankingGroup, ruth: User, sarah: User, daniel: User
) -> None:
    second = join(group=baraka, person=lucy.person, at=AT, on=TODAY, by=sarah)
    give_office(member=second, office="TREASURER", at=AT, by=daniel)
    assert stays(lucy, ruth)


def test_an_office_that_has_ended_is_not_open_to_be_caught_either(lucy: Member, ruth: User, daniel: User) -> None:
    give_office(member=lucy, office="CHAIR", at=AT, by=daniel)
    give_office(member=lucy, office="", at=AT, by=daniel)
    assert stays(lucy, ruth)


def test_leaving_and_coming_back_does_not_loosen_a_sign_in(mary: Member, ruth: User, daniel: User) -> None:
    leave(member=mary, on=TODAY, at=AT, by=daniel)
    return_to_group(member=mary, at=AT, by=ruth)
    assert stays(mary, ruth)


def test_staff_are_not_taken_over_by_registering_them_with_their_number(
    umoja: BankingGroup, make_user: MakeUser, joseph: User, daniel: User, ruth: User
) -> None:
    """Neither has activated yet: an invitation would go to whatever number stands there."""
    for number, user in enumerate((joseph, daniel)):
        one = replace(LUCY, phone=user.phone, id_number=f"77000{number}", kin=())
        planted = register(group=umoja, particulars=one, at=AT, on=TODAY, by=ruth)
        assert make_sign_in(member=planted, at=AT, by=ruth) == user
        assert not to(planted, ruth, f"079966660{number}")
        assert not to(planted, daniel if user == joseph else ruth, f"079966661{number}")
        assert User.objects.get(pk=user.pk).phone_digest == user.phone_digest


def test_a_field_officer_of_before_moves_by_the_service_admin_only(
    umoja: BankingGroup, lucy: Member, give: Give, ruth: User, daniel: User
) -> None:
    role = give(user_of(lucy), RoleName.FIELD_OFFICER, umoja)
    assert not to(lucy, ruth, "0799666660")
    end_role(role=role, at=AT, by=daniel)
    assert stays(lucy, ruth)
    assert to(lucy, daniel, "0799666661")


def test_a_sign_in_that_was_there_before_the_person_is_not_hers_to_lose(
    umoja: BankingGroup, ruth: User, daniel: User
) -> None:
    """An officer registered and not assigned to a group yet holds no role that could be seen."""
    officer = open_sign_in(name="Brian Kiptoo", phone="0733000001")
    planted = register(group=umoja, particulars=replace(LUCY, phone="0733000001"), at=AT, on=TODAY, by=ruth)
    assert make_sign_in(member=planted, at=AT, by=ruth) == officer
    assert stays(planted, ruth)
    assert not to(planted, daniel, "0799666661")


def test_a_sign_in_that_also_serves_another_organisation_stays_whoever_asks(
    lucy: Member, neema: BankingGroup, enrol: Enrol, ruth: User, sarah: User, daniel: User
) -> None:
    elsewhere = register(group=neema, particulars=replace(LUCY, phone=lucy.person.phone), at=AT, on=TODAY, by=sarah)
    make_sign_in(member=elsewhere, at=AT, by=sarah)
    assert stays(lucy, ruth)
    assert not to(lucy, daniel, "0799666661")


def test_a_service_admin_who_is_a_member_moves_neither_her_own_nor_a_colleague_s(
    umoja: BankingGroup, lucy: Member, give: Give, daniel: User
) -> None:
    user = user_of(lucy)
    give(user, RoleName.SERVICE_ADMIN, umoja.organisation)
    assert not to(lucy, user, "0799666661")
    assert user_of(lucy) == user
    assert not to(lucy, daniel)
    assert User.objects.get(pk=user.pk).phone_digest == user.phone_digest


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_six_people_moved_to_one_number_at_once_leave_it_to_one(umoja: BankingGroup, enrol: Enrol, ruth: User) -> None:
    people = [enrol(umoja, f"Member {number}x") for number in range(6)]

    def moving(member: Member) -> Callable[[], str]:
        return lambda: "moved" if to(member, ruth) else "stayed"

    outcomes = in_parallel([moving(member) for member in people])
    refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert (outcomes.count("moved"), refused) == (1, ["phone_taken"] * 5)
    assert Person.objects.filter(phone_digest=phone_digest(THIEF)).count() == 1
