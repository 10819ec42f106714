"""Leaving, coming back and joining: what ends, what stays, and the number that is hers for good."""

import datetime as dt
from collections.abc import Callable

import pytest

from audit.models import Act
from core.errors import Invalid, Refusal
from core.tests.lasting import lasting
from groups.access import standing
from groups.models import BankingGroup, GroupRole, RoleName
from groups.operations import GroupSuspended
from members.models import Member, OfficeProposal
from members.operations import (
    AlreadyMember,
    MemberInactive,
    give_office,
    join,
    leave,
    make_sign_in,
    propose_office,
    return_to_group,
    set_active,
)
from members.operations.offices import HoldsOffice
from members.queries import headcounts, member_by_id, members_of
from members.tests.conftest import AT, TODAY, Enrol, Give
from users.models import User
from users.tests.people import in_parallel

pytestmark = pytest.mark.django_db

LATER = dt.date(2026, 9, 1)


@pytest.fixture
@lasting
def agnes(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Agnes Mueni")


def user_of(member: Member) -> User:
    user = member_by_id(member.pk).person.user
    assert user is not None
    return user


def test_with_her_membership_end_her_office_and_her_role(
    agnes: Member, umoja: BankingGroup, ruth: User, daniel: User, joseph: User
) -> None:
    give_office(member=agnes, office="CHAIR", at=AT, by=daniel)
    propose_office(member=agnes, office="SECRETARY", at=AT, by=joseph)
    with pytest.raises(HoldsOffice):
        leave(member=agnes, on=TODAY, at=AT, by=ruth)
    left = leave(member=agnes, on=TODAY, at=AT, by=daniel)
    assert (left.is_active, left.left_on) == (False, TODAY)
    assert standing(user_of(agnes), umoja).roles == frozenset()
    assert OfficeProposal.objects.get().status == "DECLINED"
    assert headcounts([umoja]) == {umoja.pk: 0}
    act = Act.objects.get(verb="member.left")
    assert (act.subject_id, act.actor_id, act.facts) == (agnes.pk, daniel.pk, {"on": "2026-03-04"})


def test_her_other_group_and_who_serves_the_group_besides_are_not_touched(
    agnes: Member, umoja: BankingGroup, baraka: BankingGroup, give: Give, ruth: User, sarah: User
) -> None:
    join(group=baraka, person=agnes.person, at=AT, on=TODAY, by=sarah)
    give(user_of(agnes), RoleName.FIELD_OFFICER, umoja)
    leave(member=agnes, on=TODAY, at=AT, by=ruth)
    running = GroupRole.objects.filter(user=user_of(agnes), until=None)
    assert set(running.values_list("group__name", "role")) == {("Umoja", "FIELD_OFFICER"), ("Baraka", "MEMBER")}


def test_who_has_no_sign_in_leaves_as_well(umoja: BankingGroup, enrol: Enrol, ruth: User) -> None:
    lucy = enrol(umoja, "Lucy Nyambura", sign_in=False)
    assert leave(member=lucy, on=TODAY, at=AT, by=ruth).left_on == TODAY
    assert return_to_group(member=lucy, at=AT, by=ruth).is_active
    assert not GroupRole.objects.filter(role="MEMBER").exists()


def test_nobody_leaves_twice_nor_before_she_came(agnes: Member, ruth: User) -> None:
    with pytest.raises(Invalid) as refusal:
        leave(member=agnes, on=TODAY - dt.timedelta(days=1), at=AT, by=ruth)
    assert refusal.value.field == "left_on"
    leave(member=agnes, on=TODAY, at=AT, by=ruth)
    with pytest.raises(MemberInactive):
        leave(member=agnes, on=TODAY, at=AT, by=ruth)
    with pytest.raises(MemberInactive):
        make_sign_in(member=agnes, at=AT, by=ruth)


def test_an_inactive_member_leaves_too(agnes: Member, ruth: User) -> None:
    set_active(member=agnes, active=False, at=AT, by=ruth)
    assert leave(member=agnes, on=TODAY, at=AT, by=ruth).left_on == TODAY


def test_a_leaving_taken_back_never_was_but_for_her_office(
    agnes: Member, umoja: BankingGroup, ruth: User, daniel: User
) -> None:
    give_office(member=agnes, office="CHAIR", at=AT, by=daniel)
    leave(member=agnes, on=LATER, at=AT, by=daniel)
    back = return_to_group(member=agnes, at=AT, by=ruth)
    assert (back.is_active, back.left_on, back.joined_on, back.number) == (True, None, TODAY, agnes.number)
    assert standing(user_of(agnes), umoja).roles == {"MEMBER"}
    assert Act.objects.get(verb="member.returned").subject_id == agnes.pk


def test_who_has_not_left_does_not_come_back(agnes: Member, ruth: User) -> None:
    with pytest.raises(AlreadyMember):
        return_to_group(member=agnes, at=AT, by=ruth)
    set_active(member=agnes, active=False, at=AT, by=ruth)
    with pytest.raises(AlreadyMember):
        return_to_group(member=agnes, at=AT, by=ruth)


def test_she_joins_again_with_her_old_number_on_the_new_day(
    agnes: Member, umoja: BankingGroup, enrol: Enrol, ruth: User
) -> None:
    leave(member=agnes, on=TODAY, at=AT, by=ruth)
    enrol(umoja, "Naomi Cherono")
    again = join(group=umoja, person=agnes.person, at=AT, on=LATER, by=ruth)
    assert (again.pk, again.number, again.account_number) == (agnes.pk, 1, agnes.account_number)
    assert (again.joined_on, again.left_on, again.is_active) == (LATER, None, True)
    assert standing(user_of(agnes), umoja).roles == {"MEMBER"}
    assert [member.pk for member in members_of(user_of(agnes))] == [agnes.pk]
    assert not Act.objects.filter(verb="member.joined").exists()
    assert Act.objects.get(verb="member.returned").facts == {"joined_on": "2026-09-01"}


def test_who_is_only_inactive_does_not_join_again(agnes: Member, umoja: BankingGroup, ruth: User) -> None:
    set_active(member=agnes, active=False, at=AT, by=ruth)
    with pytest.raises(AlreadyMember):
        join(group=umoja, person=agnes.person, at=AT, on=LATER, by=ruth)


def test_a_suspended_group_takes_nobody_back(agnes: Member, umoja: BankingGroup, ruth: User) -> None:
    leave(member=agnes, on=TODAY, at=AT, by=ruth)
    BankingGroup.objects.filter(pk=umoja.pk).update(status="SUSPENDED")
    with pytest.raises(GroupSuspended):
        join(group=umoja, person=agnes.person, at=AT, on=LATER, by=ruth)


# At once


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_six_who_bring_agnes_to_baraka_at_once_bring_her_once(
    agnes: Member, baraka: BankingGroup, sarah: User, ruth: User
) -> None:
    def joining() -> Member:
        return join(group=baraka, person=agnes.person, at=AT, on=TODAY, by=sarah)

    outcomes = in_parallel([joining] * 6)
    refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert (len(outcomes), refused) == (6, ["already_member"] * 5)
    assert Member.objects.filter(group=baraka).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_leaving_twice_and_joining_again_at_once_end_in_a_membership_that_fits_its_role(
    umoja: BankingGroup, enrol: Enrol, ruth: User
) -> None:
    for number in range(4):
        member = enrol(umoja, f"Member {number}x")

        def leaves(member: Member = member) -> Member:
            return leave(member=member, on=TODAY, at=AT, by=ruth)

        def comes(member: Member = member) -> Member:
            return join(group=umoja, person=member.person, at=AT, on=LATER, by=ruth)

        works: list[Callable[[], Member]] = [leaves, comes, leaves]
        outcomes = in_parallel(works)
        assert len(outcomes) == 3
        after = member_by_id(member.pk)
        roles = standing(user_of(member), umoja).roles
        assert roles == ({"MEMBER"} if after.left_on is None else frozenset())
        assert after.is_active == (after.left_on is None)
