"""Groups given and taken: the role stands exactly while an officer is active and assigned."""

import pytest

from audit.models import Act
from core.errors import Invalid
from core.money import kes
from groups.access import standing
from groups.models import GroupRole, RoleName
from officers.models import Assignment
from officers.operations import CashNotHandedOver, InvalidTransition, assign, exit_officer, suspend, unassign
from officers.tests.service import Service
from savings.tests.chama import AT

pytestmark = pytest.mark.django_db


def test_a_group_given_is_a_role_at_once(service: Service) -> None:
    assign(officer=service.posts["joseph"], group=service.baraka, by=service.daniel, at=AT)
    assert standing(service.joseph, service.baraka).is_field_officer


def test_given_twice_it_is_given_once(service: Service) -> None:
    for _turn in range(2):
        assign(officer=service.posts["joseph"], group=service.baraka, by=service.daniel, at=AT)
    assert Assignment.objects.filter(officer=service.posts["joseph"], group=service.baraka).count() == 1
    assert Act.objects.filter(verb="officer.assigned", facts__group=str(service.baraka.pk)).count() == 1


def test_a_group_taken_is_a_role_ended_at_once_and_both_rows_stay(service: Service) -> None:
    unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    assert not standing(service.joseph, service.umoja).roles
    row = Assignment.objects.get(officer=service.posts["joseph"], group=service.umoja)
    assert row.until == AT
    assert GroupRole.objects.get(user=service.joseph, role=RoleName.FIELD_OFFICER).until == AT


def test_taken_twice_it_ends_once(service: Service) -> None:
    for _turn in range(2):
        unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    assert Act.objects.filter(verb="officer.unassigned").count() == 1


def test_a_suspended_officer_is_given_groups_and_no_role(service: Service) -> None:
    suspend(officer=service.posts["joseph"], by=service.daniel, at=AT)
    assign(officer=service.posts["joseph"], group=service.baraka, by=service.daniel, at=AT)
    assert not standing(service.joseph, service.baraka).roles


def test_a_group_is_not_taken_while_she_holds_its_cash_suspended_or_not(service: Service) -> None:
    service.visits("700")
    for _turn in range(2):
        with pytest.raises(CashNotHandedOver) as refusal:
            unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
        assert "Umoja: 700.00" in str(refusal.value.detail)
        if service.post("joseph").status == "ACTIVE":
            assert standing(service.joseph, service.umoja).is_field_officer
            suspend(officer=service.posts["joseph"], by=service.daniel, at=AT)
    assert Assignment.objects.get(officer=service.posts["joseph"], group=service.umoja).until is None


def test_cash_of_one_group_does_not_keep_her_in_another(service: Service) -> None:
    assign(officer=service.posts["joseph"], group=service.baraka, by=service.daniel, at=AT)
    service.visits("700")
    unassign(officer=service.posts["joseph"], group=service.baraka, by=service.daniel, at=AT)
    assert not standing(service.joseph, service.baraka).roles
    assert service.holds("1040", "joseph") == kes("700")


def test_a_group_of_another_organisation_is_not_given(service: Service) -> None:
    with pytest.raises(Invalid):
        assign(officer=service.posts["joseph"], group=service.neema, by=service.sarah, at=AT)


def test_who_left_is_given_nothing(service: Service) -> None:
    unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    exit_officer(officer=service.posts["joseph"], by=service.daniel, at=AT)
    with pytest.raises(InvalidTransition):
        assign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    with pytest.raises(InvalidTransition):
        unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
