"""Who finds which group: strangers nothing, insiders what their roles reach, nobody anything after the role ended."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import Forbidden, NotFound
from core.ids import new_id
from core.tests.lasting import lasting
from groups.access import (
    Standing,
    group_for,
    groups_where,
    reach_in,
    running_roles,
    standing,
    visible_groups,
)
from groups.models import BankingGroup, Organisation, RoleName
from groups.operations import end_role
from groups.permissions import Reach
from groups.tests.conftest import AT, Give, MakeUser
from users.models import User

LATER = AT + dt.timedelta(days=1)


@pytest.fixture
@lasting
def mary(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    user = make_user("Mary Wanjiku")
    give(user, RoleName.MEMBER, umoja)
    give(user, RoleName.CHAIR, umoja)
    return user


@pytest.fixture
@lasting
def alice(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    user = make_user("Alice Wambui")
    give(user, RoleName.MEMBER, umoja)
    return user


@pytest.fixture
@lasting
def jane(make_user: MakeUser, baraka: BankingGroup, give: Give) -> User:
    user = make_user("Jane Akinyi")
    give(user, RoleName.MEMBER, baraka)
    return user


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    return user


@pytest.fixture
@lasting
def joseph(make_user: MakeUser, umoja: BankingGroup, baraka: BankingGroup, give: Give) -> User:
    user = make_user("Joseph Mutua")
    give(user, RoleName.FIELD_OFFICER, umoja)
    give(user, RoleName.FIELD_OFFICER, baraka)
    return user


def test_mary_finds_her_group(mary: User, umoja: BankingGroup) -> None:
    assert group_for(mary, umoja.id, "members:create") == umoja


def test_jane_of_baraka_finds_nothing_of_umoja(jane: User, umoja: BankingGroup) -> None:
    with pytest.raises(NotFound):
        group_for(jane, umoja.id, "groups:read")
    with pytest.raises(NotFound):
        group_for(jane, umoja.id, "transactions:create", own=True)


def test_a_group_that_does_not_exist_answers_like_a_stranger_s(jane: User) -> None:
    with pytest.raises(NotFound):
        group_for(jane, new_id(), "groups:read")


def test_alice_may_read_her_group_but_register_nobody(alice: User, umoja: BankingGroup) -> None:
    assert group_for(alice, umoja.id, "groups:read") == umoja
    with pytest.raises(Forbidden):
        group_for(alice, umoja.id, "members:create")


def test_alice_s_own_reach_counts_only_where_the_caller_narrows(alice: User, umoja: BankingGroup) -> None:
    with pytest.raises(Forbidden):
        group_for(alice, umoja.id, "transactions:read")
    assert group_for(alice, umoja.id, "transactions:read", own=True) == umoja


def test_mary_reaches_all_rows_although_she_is_a_member_too(mary: User, umoja: BankingGroup) -> None:
    assert reach_in(mary, umoja, "transactions:read").may("transactions:read") is Reach.ALL


def test_nobody_unknown_has_any_standing(umoja: BankingGroup) -> None:
    nobody = AnonymousUser()
    assert standing(nobody, umoja).roles == frozenset()
    assert not visible_groups(nobody).exists()
    with pytest.raises(NotFound):
        group_for(nobody, umoja.id, "groups:read")


def test_a_deactivated_user_holds_no_role(mary: User, umoja: BankingGroup) -> None:
    mary.is_active = False
    mary.save(update_fields=["is_active"])
    assert not running_roles(mary).exists()
    with pytest.raises(NotFound):
        group_for(mary, umoja.id, "groups:read")


def test_a_role_that_ended_is_gone_at_the_next_question(alice: User, umoja: BankingGroup) -> None:
    group_for(alice, umoja.id, "groups:read")
    end_role(role=alice.roles.get(), at=LATER, by=None)
    with pytest.raises(NotFound):
        group_for(alice, umoja.id, "groups:read")


def test_mary_without_her_office_is_a_member_like_any_other(mary: User, umoja: BankingGroup) -> None:
    end_role(role=mary.roles.get(role=RoleName.CHAIR), at=LATER, by=None)
    assert group_for(mary, umoja.id, "groups:read") == umoja
    with pytest.raises(Forbidden):
        group_for(mary, umoja.id, "members:create")


def test_daniel_sees_his_organisation_s_groups_and_no_other(
    daniel: User, umoja: BankingGroup, baraka: BankingGroup, neema: BankingGroup
) -> None:
    assert set(visible_groups(daniel)) == {umoja, baraka}
    with pytest.raises(NotFound):
        group_for(daniel, neema.id, "groups:read")


def test_joseph_sees_the_groups_he_is_assigned_to(
    joseph: User, umoja: BankingGroup, baraka: BankingGroup, neema: BankingGroup
) -> None:
    assert set(visible_groups(joseph)) == {umoja, baraka}


def test_sarah_sees_every_group(sarah: User, umoja: BankingGroup, baraka: BankingGroup, neema: BankingGroup) -> None:
    assert set(visible_groups(sarah)) == {umoja, baraka, neema}


def test_sarah_has_no_word_that_the_table_does_not_give_her(sarah: User, umoja: BankingGroup) -> None:
    with pytest.raises(Forbidden):
        group_for(sarah, umoja.id, "transactions:create")


def test_groups_where_a_word_is_spoken_follow_the_role_that_grants_it(
    joseph: User, alice: User, daniel: User, sarah: User, umoja: BankingGroup, baraka: BankingGroup, neema: BankingGroup
) -> None:
    assert set(groups_where(joseph, "transactions:create")) == {umoja, baraka}
    assert set(groups_where(daniel, "audit:read")) == {umoja, baraka}
    assert not groups_where(alice, "transactions:read").exists()
    assert set(groups_where(alice, "transactions:read", own=True)) == {umoja}
    assert set(groups_where(sarah, "reports:read")) == {umoja, baraka, neema}
    assert not groups_where(AnonymousUser(), "groups:read").exists()


def test_daniel_stands_in_for_offices_only_where_a_group_has_none(
    mary: User, daniel: User, sarah: User, umoja: BankingGroup, baraka: BankingGroup, neema: BankingGroup
) -> None:
    assert not standing(daniel, umoja).in_place_of_office
    assert standing(daniel, umoja).may("funds:pay") is None
    assert standing(daniel, baraka).in_place_of_office
    assert standing(daniel, baraka).is_treasurer
    assert standing(daniel, baraka).may("funds:pay") is Reach.ALL
    assert set(groups_where(daniel, "transactions:create")) == {baraka}
    assert not groups_where(sarah, "transactions:create").exists()

    office = mary.roles.get(role=RoleName.CHAIR)
    end_role(role=office, at=LATER, by=daniel)
    assert standing(daniel, umoja).in_place_of_office
    assert set(groups_where(daniel, "transactions:create")) == {umoja, baraka}
    assert not standing(sarah, umoja).in_place_of_office


def test_a_standing_says_what_somebody_is() -> None:
    chair = Standing(frozenset({"MEMBER", "CHAIR"}))
    assert (chair.office, chair.is_office_holder, chair.is_treasurer) == ("CHAIR", True, False)
    member = Standing(frozenset({"MEMBER"}))
    assert (member.office, member.is_office_holder, member.is_field_officer) == (None, False, False)
    assert Standing(frozenset({"FIELD_OFFICER"})).is_field_officer
    assert Standing(frozenset({"SERVICE_ADMIN"})).is_service_admin
    assert Standing(frozenset({"TREASURER"})).is_treasurer
    assert Standing(frozenset()).may("groups:read") is None
    assert member.may("transactions:read") is Reach.OWN
    assert chair.may("transactions:read") is Reach.ALL


def test_a_word_that_is_not_in_the_table_is_a_mistake_of_the_programme() -> None:
    with pytest.raises(KeyError):
        Standing(frozenset({"MEMBER"})).may("everything:*")
