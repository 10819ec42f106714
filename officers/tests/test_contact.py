"""Name, phone and the whole list of groups are put right, where they are the organisation's to change."""

from collections.abc import Callable

import pytest

from audit.models import Act
from core.errors import Invalid, MakerIsChecker
from core.tests.lasting import lasting
from groups.models import RoleName
from groups.operations import appoint, end_role, give_role
from members.models import Person
from members.operations import edit_member, make_sign_in
from members.rules import Changes
from notifications.models import Message
from officers import queries
from officers.models import Officer
from officers.operations import CashNotHandedOver, InvalidTransition, activate, edit, exit_officer, register_officer
from officers.operations.contact import KnownElsewhere
from officers.tests.service import Service
from savings.tests.chama import AT, TODAY
from users.models import OneTimeCode, User, phone_digest
from users.operations import NumberTaken

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def naomi(service: Service) -> Officer:
    """Registered with a slip of the pen in her number, and not activated."""
    return register_officer(name="Naomi", phone="0733000902", organisation=service.pamoja, by=service.daniel, at=AT)


def test_a_name_is_put_right(service: Service, naomi: Officer) -> None:
    edit(officer=naomi, by=service.daniel, at=AT, name="Naomi Wairimu")
    assert Officer.objects.get(pk=naomi.pk).name == "Naomi Wairimu"
    assert User.objects.get(pk=naomi.user_id).name == "Naomi Wairimu"
    act = Act.objects.get(verb="officer.edited")
    assert act.facts == {"changed": ["name"]}


def test_what_is_said_again_changes_nothing(service: Service, naomi: Officer) -> None:
    edit(officer=naomi, by=service.daniel, at=AT, name="Naomi", phone="+254 733 000 902")
    assert not Act.objects.filter(verb="officer.edited").exists()


def test_a_wrong_number_is_put_right_until_she_signs_in_and_the_code_goes_to_the_new_one(
    service: Service, naomi: Officer
) -> None:
    old = OneTimeCode.objects.get(user=naomi.user)
    edit(officer=naomi, by=service.daniel, at=AT, phone="0733000903")
    user = User.objects.select_related("data_key").get(pk=naomi.user_id)
    assert (user.phone, user.phone_digest) == ("254733000903", phone_digest("254733000903"))
    old.refresh_from_db()
    assert old.used_at == AT
    assert OneTimeCode.objects.filter(user=user, used_at__isnull=True).count() == 1
    assert Message.objects.filter(user=user, template="activation_code").count() == 2


def test_the_number_of_somebody_who_signs_in_is_hers(service: Service, naomi: Officer) -> None:
    naomi.user.set_password("milk-and-maize-2026")
    naomi.user.save()
    with pytest.raises(KnownElsewhere) as refusal:
        edit(officer=naomi, by=service.daniel, at=AT, phone="0733000903")
    assert refusal.value.field == "phone"


def test_somebody_elses_number_is_taken(service: Service, naomi: Officer) -> None:
    with pytest.raises(NumberTaken):
        edit(officer=naomi, by=service.daniel, at=AT, phone=service.alice.phone)


def test_a_number_that_is_none_is_refused(service: Service, naomi: Officer) -> None:
    with pytest.raises(Invalid):
        edit(officer=naomi, by=service.daniel, at=AT, phone="12")


def auditor_here(service: Service, user: User) -> None:
    give_role(user=user, role=RoleName.AUDITOR, organisation=service.pamoja, at=AT, by=service.sarah)


def second_service_admin_here(service: Service, user: User) -> None:
    give_role(user=user, role=RoleName.SERVICE_ADMIN, organisation=service.pamoja, at=AT, by=service.sarah)


def auditor_here_until_yesterday(service: Service, user: User) -> None:
    role = give_role(user=user, role=RoleName.AUDITOR, organisation=service.pamoja, at=AT, by=service.sarah)
    end_role(role=role, at=AT, by=service.sarah)


def office_holder_here(service: Service, user: User) -> None:
    give_role(user=user, role=RoleName.COMMITTEE, group=service.baraka, at=AT, by=service.sarah)


def staff_elsewhere(service: Service, user: User) -> None:
    organisation = service.neema.organisation
    give_role(user=user, role=RoleName.SERVICE_ADMIN, organisation=organisation, at=AT, by=service.sarah)


def served_a_group_elsewhere(service: Service, user: User) -> None:
    role = give_role(user=user, role=RoleName.FIELD_OFFICER, group=service.neema, at=AT, by=service.sarah)
    end_role(role=role, at=AT, by=service.sarah)


def officer_elsewhere(service: Service, user: User) -> None:
    organisation = service.neema.organisation
    register_officer(name="N", phone=user.phone, organisation=organisation, by=service.sarah, at=AT)


def over_all(service: Service, user: User) -> None:
    give_role(user=user, role=RoleName.SYSTEM_ADMIN, at=AT, by=service.sarah)


def closed_auditor(service: Service, user: User) -> None:
    auditor_here(service, user)
    User.objects.filter(pk=user.pk).update(is_active=False)


def member_here(service: Service, user: User) -> None:
    Person.objects.filter(pk=service.members["peter"].person_id).update(user=user)


def member_elsewhere(service: Service, user: User) -> None:
    Person.objects.filter(pk=service.members["peter"].person_id).update(
        user=user, organisation=service.neema.organisation
    )


OTHERWISE = [
    auditor_here,
    second_service_admin_here,
    auditor_here_until_yesterday,
    office_holder_here,
    staff_elsewhere,
    served_a_group_elsewhere,
    officer_elsewhere,
    over_all,
    closed_auditor,
    member_here,
    member_elsewhere,
]


@pytest.mark.parametrize("known", OTHERWISE)
def test_a_sign_in_that_is_more_than_her_post_is_not_moved(
    service: Service, naomi: Officer, known: Callable[[Service, User], None]
) -> None:
    known(service, naomi.user)
    codes = OneTimeCode.objects.filter(user=naomi.user, used_at__isnull=True).count()
    with pytest.raises(KnownElsewhere) as refusal:
        edit(officer=naomi, by=service.daniel, at=AT, phone="0733000903")
    assert refusal.value.field == "phone"
    user = User.objects.select_related("data_key").get(pk=naomi.user_id)
    assert (user.phone, user.phone_digest) == ("254733000902", phone_digest("254733000902"))
    assert OneTimeCode.objects.filter(user=user, used_at__isnull=True).count() == codes
    assert not Act.objects.filter(verb__in=["officer.edited", "users.number_moved"]).exists()


@pytest.mark.parametrize("known", OTHERWISE)
def test_a_sign_in_that_is_more_than_her_post_keeps_its_name_and_the_post_gets_the_new_one(
    service: Service, naomi: Officer, known: Callable[[Service, User], None]
) -> None:
    known(service, naomi.user)
    edit(officer=naomi, by=service.daniel, at=AT, name="Somebody Else")
    assert Officer.objects.get(pk=naomi.pk).name == "Somebody Else"
    assert User.objects.get(pk=naomi.user_id).name == "Naomi"


def test_daniel_does_not_take_over_the_auditor_who_has_not_activated_yet(service: Service) -> None:
    """He would otherwise read her code on a phone of his own, and audit himself."""
    faith = appoint(
        organisation=service.pamoja, name="Eve", phone="0733000904", role=RoleName.AUDITOR, at=AT, by=service.sarah
    ).user
    post = register_officer(name="Eve", phone="0733000904", organisation=service.pamoja, by=service.daniel, at=AT)
    assert post.user == faith
    with pytest.raises(KnownElsewhere):
        edit(officer=post, by=service.daniel, at=AT, phone="0733000905")
    assert User.objects.get(pk=faith.pk).phone_digest == phone_digest("0733000904")


def test_one_answer_for_who_signs_in_and_for_who_is_known_elsewhere(service: Service, naomi: Officer) -> None:
    """Which of the two it is, is not the organisation's to know."""
    officer_elsewhere(service, naomi.user)
    with pytest.raises(KnownElsewhere) as elsewhere:
        edit(officer=naomi, by=service.daniel, at=AT, phone="0733000903")
    Officer.objects.exclude(pk=naomi.pk).filter(user=naomi.user).delete()
    naomi.user.set_password("milk-and-maize-2026")
    naomi.user.save()
    with pytest.raises(KnownElsewhere) as signs_in:
        edit(officer=naomi, by=service.daniel, at=AT, phone="0733000903")
    assert (signs_in.value.code, str(signs_in.value.detail)) == (elsewhere.value.code, str(elsewhere.value.detail))


def test_what_the_group_gave_her_by_her_post_does_not_make_her_known_elsewhere(service: Service) -> None:
    """Her roles as this organisation's field officer are the post itself, also those that have ended."""
    post = register_officer(
        name="Naomi", phone="0733000902", organisation=service.pamoja, by=service.daniel, at=AT, groups=[service.umoja]
    )
    activate(officer=post, by=service.daniel, at=AT)
    edit(officer=post, by=service.daniel, at=AT, groups=[service.baraka])
    edit(officer=post, by=service.daniel, at=AT, phone="0733000903", name="Naomi W.")
    user = User.objects.get(pk=post.user_id)
    assert (user.phone_digest, user.name) == (phone_digest("0733000903"), "Naomi W.")


def test_a_number_put_right_leaves_its_act_on_the_sign_in_too(service: Service, naomi: Officer) -> None:
    edited = edit(officer=naomi, by=service.daniel, at=AT, phone="0733000903")
    assert edited.user.phone == "254733000903"
    assert Act.objects.get(verb="officer.edited").facts == {"changed": ["phone"]}
    assert Act.objects.get(verb="users.number_moved").subject_id == naomi.user_id


def test_a_members_sign_in_keeps_the_number_and_the_name_the_group_knows(service: Service) -> None:
    post = service.register("alice")
    with pytest.raises(KnownElsewhere):
        edit(officer=post, by=service.daniel, at=AT, phone="0733000903")
    edit(officer=post, by=service.daniel, at=AT, name="Alice W.")
    assert service.post("alice").name == "Alice W."
    assert User.objects.get(pk=service.alice.pk).name == service.alice.name


def test_the_list_of_groups_is_the_whole_list(service: Service) -> None:
    edit(officer=service.posts["joseph"], by=service.daniel, at=AT, groups=[service.baraka])
    assert queries.groups_of(service.posts["joseph"]) == [service.baraka]
    edit(officer=service.posts["joseph"], by=service.daniel, at=AT, groups=[])
    assert queries.groups_of(service.posts["joseph"]) == []


def test_a_list_that_would_take_a_group_whose_cash_she_holds_changes_nothing(service: Service) -> None:
    service.visits("700")
    with pytest.raises(CashNotHandedOver):
        edit(officer=service.posts["joseph"], by=service.daniel, at=AT, name="J. M.", groups=[service.baraka])
    assert queries.groups_of(service.posts["joseph"]) == [service.umoja]
    assert service.post("joseph").name == User.objects.get(pk=service.joseph.pk).name == "Joseph"


def test_nobody_edits_herself_and_nobody_who_has_left(service: Service, naomi: Officer) -> None:
    with pytest.raises(MakerIsChecker):
        edit(officer=naomi, by=naomi.user, at=AT, name="Mine")
    exit_officer(officer=naomi, by=service.daniel, at=AT)
    with pytest.raises(InvalidTransition):
        edit(officer=naomi, by=service.daniel, at=AT, name="Hers")


def test_a_secretary_does_not_move_the_sign_in_of_an_officer_to_be(service: Service) -> None:
    """He is a member who never chose a password; his post would otherwise come to whoever holds the new number."""
    ruth, peter = service.users["ruth"], service.members["peter"]
    user = make_sign_in(member=peter, at=AT, by=ruth)
    user.set_unusable_password()
    user.save()
    service.register("peter", service.baraka)
    moved = edit_member(member=peter, changes=Changes(phone="0799111222"), by=ruth, at=AT, on=TODAY)
    assert not moved.sign_in_moved
    assert User.objects.get(pk=user.pk).phone_digest == user.phone_digest
