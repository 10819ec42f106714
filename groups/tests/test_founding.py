"""Groups founded, set right, suspended and activated: what holds, what is refused, what is left behind."""

import datetime as dt
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from audit.models import Act
from core.errors import Invalid
from groups.models import BankingGroup, Organisation, StatusChange
from groups.operations import (
    GroupSuspended,
    OrganisationInactive,
    activate_group,
    create_group,
    edit_group,
    edit_organisation,
    must_take_money,
    suspend_group,
)
from groups.operations.groups import StatusStands
from groups.tests.conftest import AT, MakeGroup
from users.models import User
from users.tests.people import in_parallel


def found(organisation: Organisation, by: User, **fields: Any) -> BankingGroup:
    usual = {"name": "Tujitegemee", "county": "Kitui", "meeting_day": BankingGroup.Weekday.MONDAY}
    return create_group(organisation=organisation, at=AT, by=by, **(usual | fields))


def test_a_group_keeps_its_place_by_name_and_code(pamoja: Organisation, sarah: User) -> None:
    group = found(pamoja, sarah, county="kitui", constituency="kitui east", ward="ZOMBE/MWITIKA", village="Kasovoni")
    group.refresh_from_db()
    assert (group.county, group.constituency, group.ward) == ("Kitui", "Kitui East", "Zombe/Mwitika")
    assert (group.county_code, group.constituency_code, group.ward_code) == ("015", "073", "0359")


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"county": "Kitiu"}, "county"),
        ({"county": ""}, "county"),
        ({"constituency": "Kaiti"}, "constituency"),
        ({"ward": "Miambani"}, "constituency"),
        ({"constituency": "Kitui East", "ward": "Miambani"}, "ward"),
    ],
)
def test_a_group_cannot_be_where_nothing_is(
    pamoja: Organisation, sarah: User, place: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        found(pamoja, sarah, **place)
    assert refusal.value.field == field
    assert not BankingGroup.objects.exists()


def test_a_group_is_founded_today_unless_it_says_otherwise(pamoja: Organisation, sarah: User) -> None:
    assert found(pamoja, sarah).registration_date == dt.date(2026, 3, 4)
    assert found(pamoja, sarah, registration_date=dt.date(2020, 2, 29)).registration_date == dt.date(2020, 2, 29)
    with pytest.raises(Invalid) as refusal:
        found(pamoja, sarah, registration_date=dt.date(2026, 3, 5))
    assert refusal.value.field == "registration_date"


def test_codes_are_three_letters_and_the_next_number(pamoja: Organisation, sarah: User) -> None:
    def code(name: str) -> str:
        return found(pamoja, sarah, name=name).group_code

    assert [code("Umoja"), code("Umoja B"), code("umoya wetu"), code("Ngũgĩ"), code("7")] == [
        "UMO-001",
        "UMO-002",
        "UMO-003",
        "NGU-001",
        "XXX-001",
    ]
    found(pamoja, sarah, group_code="umo-017")
    found(pamoja, sarah, group_code="UMO-X")
    assert code("Umoja C") == "UMO-018"


def test_a_code_is_taken_however_it_is_written(pamoja: Organisation, umoja: BankingGroup, sarah: User) -> None:
    with pytest.raises(Invalid) as refusal:
        found(pamoja, sarah, group_code=" grp-umoja ")
    assert refusal.value.field == "group_code"


def test_a_target_may_be_nothing_and_not_less(pamoja: Organisation, sarah: User) -> None:
    assert found(pamoja, sarah).target_amount == Decimal("0.00")
    assert found(pamoja, sarah, target_amount=Decimal("60000.00")).target_amount == Decimal("60000.00")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_groups_of_one_name_founded_at_once_have_ten_codes(pamoja: Organisation, sarah: User) -> None:
    made = in_parallel([lambda: found(pamoja, sarah).group_code] * 10)
    assert sorted(made) == [f"TUJ-{number:03d}" for number in range(1, 11)]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_code_asked_for_ten_times_at_once_is_given_once(pamoja: Organisation, sarah: User) -> None:
    made = in_parallel([lambda: found(pamoja, sarah, group_code="TUJ-100")] * 10)
    assert [one.group_code for one in made if isinstance(one, BankingGroup)] == ["TUJ-100"]
    assert [one.field for one in made if isinstance(one, Invalid)] == ["group_code"] * 9


# Setting right


def test_what_is_set_right_is_kept_and_named_in_the_log(umoja: BankingGroup, sarah: User) -> None:
    edit_group(
        group=umoja, at=AT, by=sarah, name="Umoja Mpya", county="Makueni", constituency="Kaiti", meeting_venue="Chapel"
    )
    umoja.refresh_from_db()
    assert (umoja.name, umoja.county_code, umoja.constituency_code, umoja.meeting_venue) == (
        "Umoja Mpya",
        "017",
        "085",
        "Chapel",
    )
    act = Act.objects.get(verb="group.edited")
    assert act.facts == {
        "fields": ["constituency", "constituency_code", "county", "county_code", "meeting_venue", "name"]
    }
    assert (act.group_id, act.organisation_id, act.actor_id) == (umoja.id, umoja.organisation_id, sarah.id)


def test_what_stays_as_it_was_leaves_no_act(umoja: BankingGroup, sarah: User) -> None:
    edit_group(group=umoja, at=AT, by=sarah, name=umoja.name, county="KIAMBU", group_code="grp-umoja")
    assert not Act.objects.filter(verb="group.edited").exists()


def test_status_organisation_and_founding_day_are_not_set_right_here(
    umoja: BankingGroup, tumaini: Organisation, sarah: User
) -> None:
    edit_group(
        group=umoja,
        at=AT,
        by=sarah,
        status="INACTIVE",
        organisation=tumaini,
        registration_date=dt.date(2020, 1, 1),
        county_code="001",
    )
    fresh = BankingGroup.objects.get(pk=umoja.pk)
    assert (fresh.status, fresh.organisation_id) == ("ACTIVE", umoja.organisation_id)
    assert (fresh.registration_date, fresh.county_code) == (umoja.registration_date, umoja.county_code)


def test_the_part_of_a_place_that_is_not_named_must_lie_in_the_rest(umoja: BankingGroup, sarah: User) -> None:
    edit_group(group=umoja, at=AT, by=sarah, constituency="Lari", ward="Kinale")
    edit_group(group=umoja, at=AT, by=sarah, ward="Kijabe")
    umoja.refresh_from_db()
    assert (umoja.county, umoja.ward_code) == ("Kiambu", "0607")
    with pytest.raises(Invalid) as refusal:
        edit_group(group=umoja, at=AT, by=sarah, county="Kitui")
    assert refusal.value.field == "constituency"
    edit_group(group=umoja, at=AT, by=sarah, county="Kitui", constituency="", ward="")
    umoja.refresh_from_db()
    assert (umoja.county_code, umoja.constituency, umoja.constituency_code, umoja.ward_code) == ("015", "", "", "")


def test_a_group_cannot_take_the_code_of_another(umoja: BankingGroup, baraka: BankingGroup, sarah: User) -> None:
    with pytest.raises(Invalid) as refusal:
        edit_group(group=baraka, at=AT, by=sarah, group_code="grp-umoja")
    assert refusal.value.field == "group_code"
    edit_group(group=baraka, at=AT, by=sarah, group_code="")
    baraka.refresh_from_db()
    assert baraka.group_code == "GRP-BARAKA"


# Suspending


def test_a_suspended_group_takes_no_money_until_it_is_activated(umoja: BankingGroup, sarah: User) -> None:
    suspended = suspend_group(group=umoja, reason=" The books were lost ", at=AT, by=sarah)
    with pytest.raises(GroupSuspended):
        must_take_money(suspended)
    active = activate_group(group=umoja, reason="They were found", at=AT, by=sarah)
    must_take_money(active)
    changes = StatusChange.objects.filter(group=umoja).order_by("pk")
    assert [(change.status, change.reason, change.by_id) for change in changes] == [
        ("SUSPENDED", "The books were lost", sarah.id),
        ("ACTIVE", "They were found", sarah.id),
    ]
    assert b"lost" not in bytes(changes[0].reason_sealed)
    acts = Act.objects.filter(group_id=umoja.id, verb__in=["group.suspended", "group.activated"])
    assert [act.facts for act in acts] == [{}, {}]


def test_a_group_cannot_be_suspended_or_activated_twice(umoja: BankingGroup, sarah: User) -> None:
    with pytest.raises(StatusStands) as refusal:
        activate_group(group=umoja, reason="Why not", at=AT, by=sarah)
    assert (refusal.value.code, refusal.value.status) == ("invalid_transition", 409)
    suspend_group(group=umoja, reason="Lost books", at=AT, by=sarah)
    with pytest.raises(StatusStands):
        suspend_group(group=umoja, reason="Lost books", at=AT, by=sarah)
    assert StatusChange.objects.count() == 1


def test_an_inactive_group_is_activated_and_not_suspended(umoja: BankingGroup, sarah: User) -> None:
    BankingGroup.objects.filter(pk=umoja.pk).update(status="INACTIVE")
    with pytest.raises(StatusStands):
        suspend_group(group=umoja, reason="Lost books", at=AT, by=sarah)
    assert activate_group(group=umoja, reason="They meet again", at=AT, by=sarah).status == "ACTIVE"


@pytest.mark.parametrize("reason", ["", "  "])
def test_nobody_suspends_without_saying_why(umoja: BankingGroup, sarah: User, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        suspend_group(group=umoja, reason=reason, at=AT, by=sarah)
    assert refusal.value.field == "reason"
    assert not StatusChange.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_ten_who_suspend_at_once_one_does(umoja: BankingGroup, sarah: User) -> None:
    results = in_parallel([lambda: suspend_group(group=umoja, reason="Lost books", at=AT, by=sarah)] * 10)
    assert sum(isinstance(one, BankingGroup) for one in results) == 1
    assert StatusChange.objects.count() == 1


# An organisation at rest


def test_an_organisation_at_rest_takes_no_groups_and_its_groups_no_money(
    pamoja: Organisation, umoja: BankingGroup, neema: BankingGroup, sarah: User
) -> None:
    resting = edit_organisation(organisation=pamoja, at=AT, by=sarah, is_active=False)
    with pytest.raises(OrganisationInactive):
        found(resting, sarah)
    with pytest.raises(GroupSuspended) as refusal:
        must_take_money(BankingGroup.objects.get(pk=umoja.pk))
    assert refusal.value.code == "group_suspended"
    assert "at rest" in str(refusal.value.detail)
    must_take_money(neema)


def test_asking_whether_a_group_takes_money_costs_one_question_at_most(
    umoja: BankingGroup, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        must_take_money(BankingGroup.objects.select_related("organisation").get(pk=umoja.pk))
    bare = BankingGroup.objects.get(pk=umoja.pk)
    with django_assert_num_queries(1):
        must_take_money(bare)


# Groups founded before places had codes


def test_older_groups_get_the_codes_of_whatever_is_known(pamoja: Organisation, make_group: MakeGroup) -> None:
    def older(name: str, **place: str) -> BankingGroup:
        group = make_group(pamoja, name)
        nothing = {"county_code": "", "constituency": "", "constituency_code": "", "ward": "", "ward_code": ""}
        BankingGroup.objects.filter(pk=group.pk).update(**(nothing | place))
        return group

    whole = older("A", county="kitui", constituency="kitui central", ward="miambani")
    part = older("B", county="Kitui", constituency="Kitui Central", ward="Nowhere")
    none = older("C", county="Nowhere", constituency="Kitui Central")
    import_module("groups.migrations.0004_places").give_codes(apps, connection.schema_editor())
    for group in (whole, part, none):
        group.refresh_from_db()
    assert (whole.county, whole.constituency, whole.ward, whole.ward_code) == (
        "Kitui",
        "Kitui Central",
        "Miambani",
        "0354",
    )
    assert (part.county_code, part.constituency_code, part.ward, part.ward_code) == ("015", "072", "Nowhere", "")
    assert (none.county, none.county_code, none.constituency) == ("Nowhere", "", "Kitui Central")
