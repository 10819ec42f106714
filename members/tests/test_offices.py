"""Offices and activity: the service admin gives and ends, a field officer proposes, nobody helps herself."""

from collections.abc import Callable

import pytest

from audit.models import Act
from core.errors import Forbidden, Invalid, MakerIsChecker, Refusal
from core.tests.lasting import lasting
from groups.access import standing
from groups.models import BankingGroup, GroupRole, RoleName
from groups.operations import OfficeTaken
from members.models import Member, OfficeProposal
from members.operations import (
    MemberInactive,
    MembershipChange,
    change_membership,
    decide_office,
    give_office,
    leave,
    make_sign_in,
    propose_office,
    register,
    set_active,
)
from members.operations.offices import AlreadyDecided, AlreadyProposed
from members.queries import member_by_id, office_of
from members.rules import Particulars
from members.tests.conftest import AT, LUCY, TODAY, Enrol, Give
from users.models import OneTimeCode, User
from users.tests.people import in_parallel

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def agnes(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Agnes Mueni")


@pytest.fixture
@lasting
def naomi(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Naomi Cherono")


def user_of(member: Member) -> User:
    user = member_by_id(member.pk).person.user
    assert user is not None
    return user


def offices_ever(member: Member) -> list[tuple[str, bool]]:
    """Her offices, oldest first, and whether each still runs."""
    rows = GroupRole.objects.filter(user=member.person.user_id, role__in=["CHAIR", "SECRETARY", "TREASURER"])
    return [(role.role, role.until is None) for role in rows.order_by("id")]


# Giving


def test_an_office_given_and_taken_changes_what_agnes_may_at_once(agnes: Member, daniel: User) -> None:
    user = user_of(agnes)
    assert not standing(user, agnes.group).may("cash:move")
    given = give_office(member=agnes, office="TREASURER", at=AT, by=daniel)
    assert office_of(given) == "TREASURER"
    assert standing(user, agnes.group).may("cash:move")
    give_office(member=agnes, office="", at=AT, by=daniel)
    assert office_of(member_by_id(agnes.pk)) is None
    assert not standing(user, agnes.group).may("cash:move")
    assert standing(user, agnes.group).roles == {"MEMBER"}


def test_a_second_office_replaces_the_first_and_the_same_again_changes_nothing(agnes: Member, daniel: User) -> None:
    for office in ("CHAIR", "TREASURER", "TREASURER"):
        give_office(member=agnes, office=office, at=AT, by=daniel)
    assert offices_ever(agnes) == [("CHAIR", False), ("TREASURER", True)]
    assert Act.objects.filter(verb="role.given", facts__role="TREASURER").count() == 1


def test_who_has_no_sign_in_gets_one_with_her_office_and_a_code(umoja: BankingGroup, ruth: User, daniel: User) -> None:
    lucy = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
    give_office(member=lucy, office="COMMITTEE", at=AT, by=daniel)
    user = user_of(lucy)
    assert set(user.roles.values_list("role", flat=True)) == {"MEMBER", "COMMITTEE"}
    assert not user.has_usable_password()
    assert OneTimeCode.objects.get().user == user


def test_who_has_a_password_gets_no_code_with_her_office(agnes: Member, daniel: User) -> None:
    user = user_of(agnes)
    user.set_password("a password of her own")
    user.save()
    give_office(member=agnes, office="COMMITTEE", at=AT, by=daniel)
    assert not OneTimeCode.objects.exists()


def test_an_office_that_somebody_holds_is_refused_and_her_own_one_stays(
    agnes: Member, naomi: Member, daniel: User
) -> None:
    give_office(member=naomi, office="CHAIR", at=AT, by=daniel)
    give_office(member=agnes, office="SECRETARY", at=AT, by=daniel)
    with pytest.raises(OfficeTaken):
        give_office(member=agnes, office="CHAIR", at=AT, by=daniel)
    assert office_of(member_by_id(agnes.pk)) == "SECRETARY"


def test_the_committee_has_many_members(agnes: Member, naomi: Member, daniel: User) -> None:
    for member in (agnes, naomi):
        give_office(member=member, office="COMMITTEE", at=AT, by=daniel)
    assert [office_of(member_by_id(member.pk)) for member in (agnes, naomi)] == ["COMMITTEE"] * 2


@pytest.mark.parametrize("word", ["MEMBER", "FIELD_OFFICER", "SERVICE_ADMIN", "chair", "KING"])
def test_what_is_no_office_of_a_group_is_given_to_nobody(agnes: Member, daniel: User, joseph: User, word: str) -> None:
    with pytest.raises(Invalid):
        give_office(member=agnes, office=word, at=AT, by=daniel)
    with pytest.raises(Invalid):
        propose_office(member=agnes, office=word, at=AT, by=joseph)
    assert standing(user_of(agnes), agnes.group).roles == {"MEMBER"}


def test_who_is_not_active_or_has_left_holds_no_office(agnes: Member, naomi: Member, daniel: User, ruth: User) -> None:
    set_active(member=agnes, active=False, at=AT, by=ruth)
    leave(member=naomi, on=TODAY, at=AT, by=ruth)
    for member in (agnes, naomi):
        with pytest.raises(MemberInactive):
            give_office(member=member, office="CHAIR", at=AT, by=daniel)
        with pytest.raises(MemberInactive):
            propose_office(member=member, office="CHAIR", at=AT, by=daniel)


def test_daniel_who_is_also_a_member_gives_himself_no_office(umoja: BankingGroup, daniel: User, ruth: User) -> None:
    joining = Particulars("Daniel Otieno", "776655", daniel.phone, LUCY.date_of_birth)
    himself = register(group=umoja, particulars=joining, at=AT, on=TODAY, by=ruth)
    for linked in (False, True):
        if linked:
            assert make_sign_in(member=himself, at=AT, by=ruth) == daniel
        with pytest.raises(MakerIsChecker):
            give_office(member=himself, office="TREASURER", at=AT, by=daniel)
        with pytest.raises(MakerIsChecker):
            propose_office(member=himself, office="TREASURER", at=AT, by=daniel)
    assert not GroupRole.objects.filter(user=daniel, role="TREASURER").exists()


# Proposing


def test_a_proposal_gives_nothing_until_it_is_adopted(agnes: Member, joseph: User, daniel: User) -> None:
    proposal = propose_office(member=agnes, office="CHAIR", at=AT, by=joseph)
    assert office_of(agnes) is None
    decided = decide_office(proposal=proposal, adopt=True, at=AT, by=daniel)
    assert (decided.status, decided.decided_by, decided.decided_at) == ("ADOPTED", daniel, AT)
    assert office_of(member_by_id(agnes.pk)) == "CHAIR"
    assert [act.verb for act in Act.objects.filter(verb__startswith="office.").order_by("id")] == [
        "office.proposed",
        "office.adopted",
    ]
    assert Act.objects.get(verb="office.proposed").facts == {"proposal": str(proposal.pk), "office": "CHAIR"}


def test_a_declined_proposal_changes_nothing_and_another_may_follow(agnes: Member, joseph: User, daniel: User) -> None:
    proposal = propose_office(member=agnes, office="CHAIR", at=AT, by=joseph)
    assert decide_office(proposal=proposal, adopt=False, at=AT, by=daniel).status == "DECLINED"
    assert office_of(agnes) is None
    for adopt in (True, False):
        with pytest.raises(AlreadyDecided) as refusal:
            decide_office(proposal=proposal, adopt=adopt, at=AT, by=daniel)
    assert (refusal.value.code, refusal.value.status) == ("invalid_transition", 409)
    assert propose_office(member=agnes, office="CHAIR", at=AT, by=joseph).pk != proposal.pk


def test_the_same_proposed_again_is_the_proposal_that_stands_another_office_waits(agnes: Member, joseph: User) -> None:
    first = propose_office(member=agnes, office="CHAIR", at=AT, by=joseph)
    assert propose_office(member=agnes, office="CHAIR", at=AT, by=joseph) == first
    with pytest.raises(AlreadyProposed) as refusal:
        propose_office(member=agnes, office="SECRETARY", at=AT, by=joseph)
    assert (refusal.value.code, refusal.value.status) == ("already_proposed", 409)


def test_that_an_office_ends_is_proposed_too_but_not_what_is_so_already(
    agnes: Member, joseph: User, daniel: User
) -> None:
    for office in ("", "CHAIR"):
        with pytest.raises(Invalid):
            propose_office(member=agnes, office=office, at=AT, by=joseph)
        give_office(member=agnes, office="CHAIR", at=AT, by=daniel)
    ending = propose_office(member=agnes, office="", at=AT, by=joseph)
    decide_office(proposal=ending, adopt=True, at=AT, by=daniel)
    assert office_of(member_by_id(agnes.pk)) is None


def test_daniel_s_own_call_adopts_what_says_the_same_and_leaves_the_rest_standing(
    agnes: Member, naomi: Member, joseph: User, daniel: User
) -> None:
    same = propose_office(member=agnes, office="CHAIR", at=AT, by=joseph)
    other = propose_office(member=naomi, office="CHAIR", at=AT, by=joseph)
    give_office(member=agnes, office="CHAIR", at=AT, by=daniel)
    give_office(member=naomi, office="COMMITTEE", at=AT, by=daniel)
    statuses = [OfficeProposal.objects.get(pk=proposal.pk).status for proposal in (same, other)]
    assert statuses == ["ADOPTED", "PROPOSED"]
    with pytest.raises(OfficeTaken):
        decide_office(proposal=other, adopt=True, at=AT, by=daniel)
    assert OfficeProposal.objects.get(pk=other.pk).status == "PROPOSED"


# Active or not


def test_inactive_she_loses_her_office_and_still_reads_her_own_book(agnes: Member, joseph: User, daniel: User) -> None:
    give_office(member=agnes, office="CHAIR", at=AT, by=daniel)
    propose_office(member=agnes, office="SECRETARY", at=AT, by=joseph)
    set_active(member=agnes, active=False, at=AT, by=daniel)
    assert standing(user_of(agnes), agnes.group).roles == {"MEMBER"}
    assert OfficeProposal.objects.get().status == "DECLINED"
    assert not member_by_id(agnes.pk).is_active
    woken = set_active(member=agnes, active=True, at=AT, by=daniel)
    assert woken.is_active
    assert office_of(woken) is None
    verbs = Act.objects.filter(subject="member", subject_id=agnes.pk).order_by("id").values_list("verb", flat=True)
    assert list(verbs)[-4:] == ["office.proposed", "office.declined", "member.deactivated", "member.activated"]


def test_an_office_is_not_ended_by_the_way_of_making_its_holder_inactive(
    agnes: Member, ruth: User, joseph: User, daniel: User
) -> None:
    give_office(member=agnes, office="CHAIR", at=AT, by=daniel)
    for by in (ruth, joseph):
        with pytest.raises(Forbidden):
            set_active(member=agnes, active=False, at=AT, by=by)
    assert office_of(member_by_id(agnes.pk)) == "CHAIR"


def test_set_twice_activity_changes_nothing_more(agnes: Member, ruth: User) -> None:
    for active in (False, False, True, True):
        set_active(member=agnes, active=active, at=AT, by=ruth)
    assert Act.objects.filter(verb__in=["member.activated", "member.deactivated"]).count() == 2


def test_who_left_is_not_woken_but_joins_again(agnes: Member, ruth: User) -> None:
    leave(member=agnes, on=TODAY, at=AT, by=ruth)
    with pytest.raises(MemberInactive):
        set_active(member=agnes, active=True, at=AT, by=ruth)
    assert not set_active(member=agnes, active=False, at=AT, by=ruth).is_active


# All in one


def change(member: Member, by: User, **asked: object) -> object:
    return change_membership(
        member=member,
        change=MembershipChange(**asked),  # type: ignore[arg-type]  # the words of the test
        by=by,
        at=AT,
        on=TODAY,
    )


def test_nothing_asked_is_refused(agnes: Member, daniel: User) -> None:
    with pytest.raises(Invalid):
        change(agnes, daniel)


def test_office_and_phone_change_together_or_not_at_all(agnes: Member, daniel: User, ruth: User) -> None:
    with pytest.raises(Forbidden):
        change(agnes, ruth, office="CHAIR", phone="0711999000")
    with pytest.raises(Invalid):
        change(agnes, daniel, office="CHAIR", phone="12")
    with pytest.raises(MemberInactive):
        change(agnes, daniel, office="CHAIR", active=False)
    untouched = member_by_id(agnes.pk)
    assert (office_of(untouched), untouched.is_active, untouched.person.phone) == (None, True, agnes.person.phone)
    done = change_membership(
        member=agnes, change=MembershipChange(office="CHAIR", phone="0711999000"), by=daniel, at=AT, on=TODAY
    )
    assert (done.sign_in_moved, done.proposal, office_of(done.member)) == (True, None, "CHAIR")
    assert done.member.person.phone == "254711999000"


def test_joseph_s_word_on_an_office_is_a_proposal_and_on_what_is_so_nothing(
    agnes: Member, joseph: User, daniel: User
) -> None:
    done = change_membership(member=agnes, change=MembershipChange(office="CHAIR"), by=joseph, at=AT, on=TODAY)
    assert done.proposal is not None
    assert (done.proposal.office, done.proposal.status) == ("CHAIR", "PROPOSED")
    give_office(member=agnes, office="CHAIR", at=AT, by=daniel)
    again = change_membership(member=agnes, change=MembershipChange(office="CHAIR"), by=joseph, at=AT, on=TODAY)
    assert again.proposal is None


@pytest.mark.parametrize("role", [RoleName.CHAIR, RoleName.SECRETARY, RoleName.TREASURER, RoleName.COMMITTEE])
def test_no_office_holder_speaks_of_offices(agnes: Member, naomi: Member, give: Give, role: RoleName) -> None:
    give(user_of(naomi), role, naomi.group)
    for office in ("SECRETARY", ""):
        with pytest.raises(Forbidden):
            change(agnes, user_of(naomi), office=office)


# At once


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_office_given_to_two_people_at_once_is_held_by_one(agnes: Member, naomi: Member, daniel: User) -> None:
    def giving(member: Member) -> Callable[[], str]:
        def give_now() -> str:
            give_office(member=member, office="CHAIR", at=AT, by=daniel)
            return "given"

        return give_now

    outcomes = in_parallel([giving(agnes), giving(naomi)])
    refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert (outcomes.count("given"), refused) == (1, ["office_taken"])
    assert GroupRole.objects.filter(role="CHAIR", until=None).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_proposal_decided_twice_at_once_is_decided_once(agnes: Member, joseph: User, daniel: User) -> None:
    proposal = propose_office(member=agnes, office="CHAIR", at=AT, by=joseph)

    def deciding(adopt: bool) -> Callable[[], str]:
        return lambda: (
            decide_office(proposal=OfficeProposal.objects.get(pk=proposal.pk), adopt=adopt, at=AT, by=daniel).status
        )

    outcomes = in_parallel([deciding(True), deciding(False), deciding(True)])
    refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert refused == ["invalid_transition"] * 2
    status = OfficeProposal.objects.get().status
    assert (office_of(member_by_id(agnes.pk)) == "CHAIR") == (status == "ADOPTED")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_proposals_at_once_are_one(agnes: Member, joseph: User) -> None:
    def proposing() -> OfficeProposal:
        return propose_office(member=agnes, office="CHAIR", at=AT, by=joseph)

    outcomes = in_parallel([proposing] * 4)
    assert len({outcome.pk for outcome in outcomes}) == 1
    assert OfficeProposal.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_office_given_while_she_leaves_does_not_outlive_her_membership(
    umoja: BankingGroup, enrol: Enrol, ruth: User, daniel: User
) -> None:
    for number in range(4):
        member = enrol(umoja, f"Member {number}x")

        def gives(member: Member = member) -> Member:
            return give_office(member=member, office="COMMITTEE", at=AT, by=daniel)

        def leaves(member: Member = member) -> Member:
            return leave(member=member, on=TODAY, at=AT, by=daniel)

        in_parallel([gives, leaves])
        assert standing(user_of(member), umoja).roles == frozenset()
