"""Who may look at an officer: staff at their organisation's, an officer at herself, strangers at nobody."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import Forbidden, Invalid, NotFound
from groups.models import RoleName
from groups.operations import give_role
from officers.access import (
    groups_named,
    members_met,
    must_speak_somewhere,
    officer_for,
    officers_where,
    organisation_named,
)
from officers.operations import suspend
from officers.tests.service import Service
from savings.tests.chama import AT

pytestmark = pytest.mark.django_db


def seen(service: Service, name: str, word: str = "officers:read") -> set[str]:
    return {officer.name for officer in officers_where(service.users[name], word)}


def test_staff_see_their_officers_and_an_officer_herself(service: Service) -> None:
    assert seen(service, "daniel") == seen(service, "faith") == seen(service, "sarah") == {"Joseph", "Brian"}
    assert seen(service, "joseph") == {"Joseph"}
    assert seen(service, "mary") == seen(service, "kevin") == set()
    assert seen(service, "joseph", "officer:track") == {"Joseph"}
    assert seen(service, "daniel", "officer:track") == seen(service, "faith", "officers:manage") == set()
    assert not officers_where(AnonymousUser(), "officers:read").exists()


@pytest.mark.parametrize(
    ("who", "word", "refusal"),
    [
        ("daniel", "officers:manage", None),
        ("sarah", "officers:manage", None),
        ("faith", "officers:read", None),
        ("faith", "officers:manage", Forbidden),
        ("joseph", "officers:read", None),
        ("joseph", "officer:track", None),
        ("joseph", "officers:manage", Forbidden),
        ("brian", "officers:read", Forbidden),
        ("brian", "officer:track", Forbidden),
        ("daniel", "officer:track", Forbidden),
        ("mary", "officers:read", Forbidden),
        ("jane", "officers:read", NotFound),
        ("kevin", "officers:read", NotFound),
    ],
)
def test_who_may_what_about_joseph(service: Service, who: str, word: str, refusal: type[Exception] | None) -> None:
    joseph = service.posts["joseph"].pk
    if refusal is None:
        assert officer_for(service.users[who], joseph, word).pk == joseph
        return
    with pytest.raises(refusal):
        officer_for(service.users[who], joseph, word)


def test_an_officer_that_does_not_exist_is_not_found(service: Service) -> None:
    with pytest.raises(NotFound):
        officer_for(service.sarah, uuid.uuid4(), "officers:read")


def test_suspended_she_is_told_that_she_may_not(service: Service) -> None:
    suspend(officer=service.posts["joseph"], by=service.daniel, at=AT)
    with pytest.raises(Forbidden):
        officer_for(service.joseph, service.posts["joseph"].pk, "officers:read")


def test_who_speaks_the_word_nowhere_is_told_so(service: Service) -> None:
    for name in ["daniel", "faith", "joseph", "sarah"]:
        must_speak_somewhere(service.users[name], "officers:read")
    with pytest.raises(Forbidden):
        must_speak_somewhere(service.mary, "officers:read")
    with pytest.raises(Forbidden):
        must_speak_somewhere(service.joseph, "officers:manage")


def test_the_organisation_is_ones_own_or_named(service: Service) -> None:
    word, neema = "officers:manage", service.neema.organisation
    assert organisation_named(service.daniel, None, word) == service.pamoja
    assert organisation_named(service.daniel, service.pamoja.pk, word) == service.pamoja
    assert organisation_named(service.sarah, neema.pk, word) == neema
    with pytest.raises(Invalid) as refusal:
        organisation_named(service.sarah, None, word)
    assert refusal.value.field == "organisation"
    with pytest.raises(NotFound):
        organisation_named(service.daniel, neema.pk, word)
    with pytest.raises(Forbidden):
        organisation_named(service.faith, service.pamoja.pk, word)
    with pytest.raises(Forbidden):
        organisation_named(service.mary, None, word)


def test_staff_of_two_organisations_say_which(service: Service) -> None:
    organisation = service.neema.organisation
    give_role(user=service.daniel, role=RoleName.SERVICE_ADMIN, organisation=organisation, at=AT, by=None)
    with pytest.raises(Invalid):
        organisation_named(service.daniel, None, "officers:manage")


def test_groups_are_named_all_or_none(service: Service) -> None:
    word = "officers:manage"
    ids = [service.umoja.pk, service.baraka.pk]
    assert groups_named(service.daniel, [*ids, *ids], word) == [service.baraka, service.umoja]
    assert groups_named(service.daniel, [], word) == []
    with pytest.raises(NotFound):
        groups_named(service.daniel, [*ids, service.neema.pk], word)
    with pytest.raises(NotFound):
        groups_named(service.daniel, [uuid.uuid4()], word)
    with pytest.raises(Forbidden):
        groups_named(service.faith, ids, word)


def test_members_she_met_belong_to_groups_she_serves(service: Service) -> None:
    joseph, alice, jane = service.posts["joseph"], service.members["alice"], service.members["jane"]
    assert members_met(joseph, [alice.pk, alice.pk]) == {alice.pk: alice}
    assert members_met(joseph, []) == {}
    with pytest.raises(NotFound):
        members_met(joseph, [alice.pk, jane.pk])
