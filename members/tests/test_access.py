"""Who finds which member: strangers nobody, a plain member herself, office holders and staff those of their groups."""

import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import Forbidden, NotFound
from core.ids import new_id
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from groups.operations import end_role
from members.access import is_own, known_person, member_for, must_reach
from members.models import Member
from members.operations import leave
from members.queries import headcounts, members_of
from members.tests.conftest import AT, TODAY, Enrol, Give
from users.models import User


@pytest.fixture
@lasting
def alice(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Alice Wambui")


@pytest.fixture
@lasting
def peter(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Peter Kamau")


@pytest.fixture
@lasting
def jane(baraka: BankingGroup, enrol: Enrol) -> Member:
    return enrol(baraka, "Jane Akinyi")


def user_of(member: Member) -> User:
    assert member.person.user is not None
    return member.person.user


@pytest.mark.parametrize("word", ["members:read", "members:create", "transactions:read"])
@pytest.mark.parametrize("own", [True, False])
def test_jane_finds_nobody_of_umoja(jane: Member, alice: Member, word: str, own: bool) -> None:
    with pytest.raises(NotFound):
        member_for(user_of(jane), alice.id, word, own=own)


def test_a_member_who_does_not_exist_answers_like_a_stranger(alice: Member) -> None:
    with pytest.raises(NotFound):
        member_for(user_of(alice), new_id(), "members:read")


def test_nobody_unknown_finds_anybody(alice: Member) -> None:
    with pytest.raises(NotFound):
        member_for(AnonymousUser(), alice.id, "members:read", own=True)


def test_alice_finds_herself_and_of_others_what_the_caller_narrows(alice: Member, peter: Member) -> None:
    user = user_of(alice)
    assert member_for(user, alice.id, "transactions:read") == alice
    with pytest.raises(Forbidden):
        member_for(user, peter.id, "transactions:read")
    assert member_for(user, peter.id, "members:read", own=True) == peter


def test_alice_may_not_invite_even_herself(alice: Member) -> None:
    with pytest.raises(Forbidden):
        member_for(user_of(alice), alice.id, "members:invite", own=True)


READ, APPLY, APPROVE = "loans:read", "loans:apply", "loans:approve"


@pytest.mark.parametrize("word", [READ, APPLY, APPROVE])
def test_what_alice_would_not_see_is_not_there_whatever_she_asks_to_do(
    umoja: BankingGroup, alice: Member, peter: Member, jane: Member, word: str
) -> None:
    for user, about in [(alice, peter), (alice, None), (jane, alice)]:
        with pytest.raises(NotFound):
            must_reach(user_of(user), umoja, about, word, sight=READ)
    with pytest.raises(NotFound):
        must_reach(AnonymousUser(), umoja, alice, word, sight=READ)


def test_who_sees_a_row_and_may_not_act_on_it_is_told_so(
    umoja: BankingGroup, alice: Member, peter: Member, ruth: User, give: Give
) -> None:
    must_reach(user_of(alice), umoja, alice, APPLY, sight=READ)
    must_reach(ruth, umoja, alice, APPROVE, sight=READ)
    with pytest.raises(Forbidden):
        must_reach(user_of(alice), umoja, alice, APPROVE, sight=READ)
    give(user_of(peter), RoleName.AUDITOR, umoja.organisation)
    must_reach(user_of(peter), umoja, alice, READ, sight=READ)
    for word in (APPLY, APPROVE):
        with pytest.raises(Forbidden):
            must_reach(user_of(peter), umoja, alice, word, sight=READ)


def test_ruth_finds_everybody_of_her_group(ruth: User, alice: Member, peter: Member, jane: Member) -> None:
    assert member_for(ruth, alice.id, "members:identity") == alice
    assert member_for(ruth, peter.id, "members:read") == peter
    with pytest.raises(NotFound):
        member_for(ruth, jane.id, "members:read")


def test_ruth_without_her_office_finds_nobody(ruth: User, alice: Member) -> None:
    end_role(role=ruth.roles.get(role=RoleName.SECRETARY), at=AT, by=None)
    with pytest.raises(NotFound):
        member_for(ruth, alice.id, "members:read")


def test_alice_whose_membership_role_ended_does_not_find_herself(alice: Member) -> None:
    user = user_of(alice)
    end_role(role=user.roles.get(), at=AT, by=None)
    with pytest.raises(NotFound):
        member_for(user, alice.id, "members:read", own=True)


def test_what_is_found_needs_no_more_questions(ruth: User, alice: Member, django_assert_num_queries: object) -> None:
    found = member_for(ruth, alice.id, "members:read")
    with django_assert_num_queries(0):  # type: ignore[operator]  # a pytest-django fixture
        assert found.group.organisation.name == "Pamoja"
        assert found.person.phone.startswith("2547")


def test_own_is_who_signed_in(alice: Member, peter: Member, umoja: BankingGroup, enrol: Enrol) -> None:
    assert is_own(user_of(alice), alice)
    assert not is_own(user_of(alice), peter)
    assert not is_own(AnonymousUser(), enrol(umoja, "Agnes Mueni", sign_in=False))


def test_the_unknown_belong_to_no_group(alice: Member) -> None:
    assert not members_of(AnonymousUser()).exists()


def test_groups_count_the_members_who_are_active(
    umoja: BankingGroup, baraka: BankingGroup, neema: BankingGroup, alice: Member, peter: Member, jane: Member
) -> None:
    Member.objects.filter(pk=peter.pk).update(is_active=False)
    assert headcounts(BankingGroup.objects.all()) == {umoja.id: 1, baraka.id: 1, neema.id: 0}
    assert headcounts([]) == {}


def test_joseph_knows_who_is_and_who_was_a_member_of_a_group_he_serves(
    alice: Member, peter: Member, umoja: BankingGroup, joseph: User, ruth: User
) -> None:
    leave(member=peter, on=TODAY, at=AT, by=ruth)
    for one in (alice, peter):
        assert known_person(joseph, umoja.organisation_id, member_id=one.pk) == one.person
        assert known_person(joseph, umoja.organisation_id, person_id=one.person_id) == one.person


def test_somebody_of_a_group_he_does_not_read_he_does_not_know(
    alice: Member, jane: Member, umoja: BankingGroup, joseph: User
) -> None:
    """The members' word must reach everybody there: of her own group a plain member reads names only."""
    organisation = umoja.organisation_id
    asked = [
        (joseph, {"member_id": jane.pk}),
        (joseph, {"person_id": jane.person_id}),
        (user_of(alice), {"member_id": alice.pk}),
        (joseph, {"person_id": new_id()}),
        (joseph, {"person_id": alice.pk}),
        (joseph, {"member_id": alice.person_id}),
        (AnonymousUser(), {"member_id": alice.pk}),
    ]
    for user, named in asked:
        with pytest.raises(NotFound):
            known_person(user, organisation, **named)  # type: ignore[arg-type]  # one of two ids


def test_whom_another_organisation_registered_nobody_brings_here(
    alice: Member, neema: BankingGroup, sarah: User
) -> None:
    """Sarah reads every group: the organisation of the group asked for decides."""
    assert known_person(sarah, alice.group.organisation_id, member_id=alice.pk) == alice.person
    with pytest.raises(NotFound):
        known_person(sarah, neema.organisation_id, member_id=alice.pk)
