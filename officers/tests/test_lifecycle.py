"""Registered, active, suspended, left: what an officer may do follows her post at the next request."""

import pytest

from audit.models import Act
from core.errors import Invalid, MakerIsChecker, Refusal
from core.money import kes
from core.tests.lasting import lasting
from groups.access import standing
from groups.models import GroupRole, RoleName
from groups.operations import OrganisationInactive, adopt_constitution, edit_organisation, give_role
from notifications.models import Message
from officers import operations, queries
from officers.models import Officer, OfficerChange
from officers.operations import (
    CashNotHandedOver,
    GroupsNotHandedOver,
    InvalidTransition,
    OfficerExists,
    PapersWait,
    activate,
    assign,
    exit_officer,
    register_officer,
    suspend,
    unassign,
)
from officers.operations.lifecycle import CannotSignIn
from officers.tests.service import Service
from savings.operations.doors import OnlyForHerself
from savings.tests.chama import AT
from users.models import OneTimeCode, User

pytestmark = pytest.mark.django_db


def serves(service: Service, name: str) -> bool:
    return standing(service.users[name], service.umoja).is_field_officer


# Registering


def test_somebody_new_gets_a_sign_in_and_a_code_and_no_role_yet(service: Service) -> None:
    naomi = register_officer(
        name="Naomi Wairimu",
        phone="0733 000 902",
        organisation=service.pamoja,
        by=service.daniel,
        at=AT,
        groups=[service.umoja],
    )
    assert (naomi.status, naomi.user.phone) == ("REGISTERED", "254733000902")
    assert naomi.name == naomi.user.name == "Naomi Wairimu"
    assert not naomi.user.has_usable_password()
    assert Message.objects.filter(user=naomi.user, template="activation_code").count() == 1
    assert queries.groups_of(naomi) == [service.umoja]
    assert not standing(naomi.user, service.umoja).roles


@pytest.fixture
@lasting
def alice_signs_in(service: Service) -> User:
    service.alice.set_password("milk-and-maize-2026")
    service.alice.save()
    return service.alice


def test_somebody_who_signs_in_already_is_called_as_she_was_written_and_gets_no_code(
    service: Service, alice_signs_in: User
) -> None:
    before = User.objects.count()
    post = register_officer(
        name="Somebody Else", phone=service.alice.phone, organisation=service.pamoja, by=service.daniel, at=AT
    )
    assert post.user == service.alice
    assert Officer.objects.get(pk=post.pk).name == "Somebody Else"
    assert User.objects.get(pk=post.user_id).name == service.alice.name
    assert User.objects.count() == before
    assert not OneTimeCode.objects.filter(user=service.alice).exists()


def test_somebody_who_signs_in_already_is_told_of_each_post_once(service: Service, alice_signs_in: User) -> None:
    service.register("alice")
    told = Message.objects.get(user=service.alice, template="role_given")
    assert "Pamoja has taken you on as Field officer" in told.body
    leave(service, "alice")
    service.register("alice")
    assert Message.objects.filter(user=service.alice, template="role_given").count() == 2


def test_somebody_new_is_sent_a_code_and_nothing_else(service: Service) -> None:
    post = register_officer(name="Naomi", phone="0733000902", organisation=service.pamoja, by=service.daniel, at=AT)
    assert [message.template for message in Message.objects.filter(user=post.user)] == ["activation_code"]


def test_a_refused_registration_tells_nobody(service: Service, alice_signs_in: User) -> None:
    with pytest.raises(Invalid):
        service.register("alice", service.neema)
    assert not Message.objects.filter(user=service.alice).exists()


def test_an_organisation_at_rest_takes_no_officer_on(service: Service) -> None:
    at_rest = edit_organisation(organisation=service.pamoja, at=AT, by=service.sarah, is_active=False)
    before = User.objects.count(), Officer.objects.count()
    with pytest.raises(OrganisationInactive):
        register_officer(name="Naomi", phone="0733000902", organisation=at_rest, by=service.daniel, at=AT)
    assert (User.objects.count(), Officer.objects.count()) == before


def test_an_organisation_at_rest_activates_nobody_and_lets_go_as_ever(service: Service) -> None:
    post = service.register("alice", service.umoja)
    edit_organisation(organisation=service.pamoja, at=AT, by=service.sarah, is_active=False)
    suspend(officer=service.posts["joseph"], by=service.daniel, at=AT)
    for officer in [post, service.posts["joseph"]]:
        with pytest.raises(OrganisationInactive):
            activate(officer=officer, by=service.daniel, at=AT)
    assert (service.post("alice").status, service.post("joseph").status) == ("REGISTERED", "SUSPENDED")
    assert not standing(service.joseph, service.umoja).roles
    unassign(officer=post, group=service.umoja, by=service.daniel, at=AT)
    assert leave(service, "alice").status == "EXITED"


def test_woken_again_it_activates_again(service: Service) -> None:
    suspend(officer=service.posts["joseph"], by=service.daniel, at=AT)
    for is_active in (False, True):
        edit_organisation(organisation=service.pamoja, at=AT, by=service.sarah, is_active=is_active)
    assert activate(officer=service.posts["joseph"], by=service.daniel, at=AT).status == "ACTIVE"


def test_a_sign_in_that_was_closed_becomes_no_officer(service: Service) -> None:
    User.objects.filter(pk=service.alice.pk).update(is_active=False)
    with pytest.raises(Invalid) as refusal:
        service.register("alice")
    assert refusal.value.field == "phone"
    assert "closed" in str(refusal.value.detail)
    assert not Officer.objects.filter(user=service.alice).exists()


def test_a_sign_in_that_was_closed_since_is_not_activated(service: Service) -> None:
    post = service.register("alice", service.umoja)
    User.objects.filter(pk=service.alice.pk).update(is_active=False)
    with pytest.raises(CannotSignIn):
        activate(officer=post, by=service.daniel, at=AT)
    assert service.post("alice").status == "REGISTERED"
    assert not GroupRole.objects.filter(user=service.alice, role=RoleName.FIELD_OFFICER).exists()


def test_nobody_has_two_posts_in_one_organisation(service: Service) -> None:
    with pytest.raises(OfficerExists):
        service.register("joseph")
    assert Officer.objects.filter(user=service.joseph).count() == 1


def test_the_same_person_may_serve_two_organisations(service: Service) -> None:
    organisation = service.neema.organisation
    phone = service.joseph.phone
    register_officer(name="Joseph", phone=phone, organisation=organisation, by=service.sarah, at=AT)
    assert Officer.objects.filter(user=service.joseph).count() == 2


def test_a_number_that_is_no_phone_is_refused(service: Service) -> None:
    with pytest.raises(Invalid) as refusal:
        register_officer(name="N", phone="12", organisation=service.pamoja, by=service.daniel, at=AT)
    assert refusal.value.field == "phone"


def test_a_group_of_another_organisation_is_refused_and_nothing_is_kept(service: Service) -> None:
    before = Officer.objects.count()
    with pytest.raises(Invalid):
        service.register("alice", service.neema)
    assert Officer.objects.count() == before


# Moves


def test_activating_gives_the_role_in_every_assigned_group(service: Service) -> None:
    service.register("alice", service.umoja, service.baraka)
    activate(officer=service.posts["alice"], by=service.daniel, at=AT)
    assert standing(service.alice, service.umoja).is_field_officer
    assert standing(service.alice, service.baraka).is_field_officer


def test_suspended_she_can_do_nothing_more_and_active_again_everything(service: Service) -> None:
    suspend(officer=service.posts["joseph"], by=service.daniel, at=AT, reason="Away without a word")
    assert not serves(service, "joseph")
    with pytest.raises(OnlyForHerself):
        service.visits("100")
    activate(officer=service.posts["joseph"], by=service.daniel, at=AT)
    assert serves(service, "joseph")
    assert service.visits("100").status == "VERIFIED"


def test_a_suspended_officers_cash_stays_in_his_name_and_the_treasurer_takes_it(service: Service) -> None:
    service.visits("700")
    suspend(officer=service.posts["joseph"], by=service.daniel, at=AT)
    assert service.holds("1040", "joseph") == kes("700")
    paper = service.moves("HANDOVER", "700", source=str(service.joseph.pk))
    service.verifies("mary", paper)
    assert (service.holds("1040", "joseph"), service.holds("1010")) == (kes("0"), kes("700"))
    assert service.books_are_proven


def test_why_is_sealed_and_not_in_the_log_of_acts(service: Service) -> None:
    suspend(officer=service.posts["joseph"], by=service.daniel, at=AT, reason="Away without a word")
    change = OfficerChange.objects.latest("id")
    assert (change.status, change.by, change.reason) == ("SUSPENDED", service.daniel, "Away without a word")
    assert b"Away" not in bytes(change.reason_sealed)
    act = Act.objects.get(verb="officer.suspended")
    assert act.subject_id == service.posts["joseph"].pk
    assert act.organisation_id == service.pamoja.pk
    assert "Away" not in str(act.facts)


MOVES = {
    "REGISTERED": {"activate", "exit_officer"},
    "ACTIVE": {"suspend", "exit_officer"},
    "SUSPENDED": {"activate", "exit_officer"},
    "EXITED": set(),
}


@pytest.mark.parametrize("status", MOVES)
@pytest.mark.parametrize("verb", ["activate", "suspend", "exit_officer"])
def test_every_move_that_is_not_named_is_refused(service: Service, status: str, verb: str) -> None:
    post = service.register("alice")
    path = {"ACTIVE": [activate], "SUSPENDED": [activate, suspend], "EXITED": [exit_officer]}
    for step in path.get(status, []):
        step(officer=post, by=service.daniel, at=AT)
    move = getattr(operations, verb)
    if verb in MOVES[status]:
        move(officer=post, by=service.daniel, at=AT)
    else:
        with pytest.raises(InvalidTransition):
            move(officer=post, by=service.daniel, at=AT)


@pytest.mark.parametrize("verb", ["activate", "suspend", "exit_officer"])
def test_nobody_moves_herself(service: Service, verb: str) -> None:
    give_role(user=service.joseph, role=RoleName.SERVICE_ADMIN, organisation=service.pamoja, at=AT, by=service.sarah)
    with pytest.raises(MakerIsChecker):
        getattr(operations, verb)(officer=service.posts["joseph"], by=service.joseph, at=AT)
    with pytest.raises(MakerIsChecker):
        assign(officer=service.posts["joseph"], group=service.baraka, by=service.joseph, at=AT)
    with pytest.raises(MakerIsChecker):
        unassign(officer=service.posts["joseph"], group=service.umoja, by=service.joseph, at=AT)


# Leaving


def leave(service: Service, name: str = "joseph") -> Officer:
    return exit_officer(officer=service.posts[name], by=service.daniel, at=AT)


def test_she_leaves_when_groups_and_cash_are_handed_over(service: Service) -> None:
    unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    post = leave(service)
    assert (post.status, post.exited_at) == ("EXITED", AT)
    assert service.post("joseph").status == "EXITED"


def test_she_does_not_leave_while_she_serves_a_group(service: Service) -> None:
    with pytest.raises(GroupsNotHandedOver) as refusal:
        leave(service)
    assert "Umoja" in str(refusal.value.detail)
    assert refusal.value.facts["groups"] == [str(service.umoja.pk)]


def test_a_role_that_no_assignment_explains_counts_as_a_group_served(service: Service) -> None:
    unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    service.serve("joseph", service.baraka)
    with pytest.raises(GroupsNotHandedOver):
        leave(service)


def test_she_does_not_leave_with_cash_and_is_told_how_much_of_whom(service: Service) -> None:
    """Cash that came into her name after her groups were taken, by a reversal of what she had paid out."""
    service.brings("alice", "10000")
    service.visits("700")
    paid = service.asks("alice", "200", by="joseph")
    service.verifies("mary", paid)
    over = service.moves("HANDOVER", "500", by="joseph")
    service.verifies("grace", over)
    unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    service.reverses("daniel", paid)
    with pytest.raises(CashNotHandedOver) as refusal:
        leave(service)
    assert "Umoja: 200.00" in str(refusal.value.detail)
    assert refusal.value.facts["groups"] == [{"group_id": str(service.umoja.pk), "amount": "200.00"}]
    assert service.post("joseph").status == "ACTIVE"


def test_she_does_not_leave_while_a_paper_still_names_her_hands(service: Service) -> None:
    """Asked of her by a constitution that wants a second pair of eyes: the cash is in her hands, the book waits."""
    adopt_constitution(
        group=service.umoja, effective_on=service.today, at=AT, by=service.sarah, second_pair_of_eyes=True
    )
    paper = service.visits("300")
    assert paper.status == "PENDING"
    unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    with pytest.raises(PapersWait) as refusal:
        leave(service)
    assert refusal.value.facts["papers"] == [str(paper.pk)]


def test_who_left_may_be_registered_anew(service: Service) -> None:
    unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    leave(service)
    assert service.register("joseph").status == "REGISTERED"


def test_a_refused_leaving_leaves_no_act(service: Service) -> None:
    with pytest.raises(Refusal):
        leave(service)
    assert not Act.objects.filter(verb="officer.exited").exists()
