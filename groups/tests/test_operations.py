"""Founding groups, adopting their rules, giving and ending roles: what holds, what is refused, what is left behind."""

import datetime as dt
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction

from audit.models import Act
from core.errors import Invalid
from groups.backends import RoleBackend
from groups.models import BankingGroup, GroupRole, Organisation, RoleName
from groups.operations import (
    GroupSuspended,
    OfficeTaken,
    adopt_constitution,
    create_group,
    create_organisation,
    end_role,
    give_role,
    must_take_money,
)
from groups.queries import constitution_on, field_officers_of, holders_of, offices_of
from groups.tests.conftest import AT, Give, MakeUser
from users.models import User

LATER = AT + dt.timedelta(days=30)


def offices(group: BankingGroup) -> dict[str, str]:
    rows = GroupRole.objects.filter(group=group, until__isnull=True).exclude(role="MEMBER").select_related("user")
    return {row.role: row.user.name for row in rows}


def test_a_new_organisation_is_written_into_the_log(pamoja: Organisation, sarah: User) -> None:
    act = Act.objects.get(verb="organisation.created")
    assert (act.subject_id, act.organisation_id, act.actor_id) == (pamoja.id, pamoja.id, sarah.id)


def test_the_first_organisation_may_be_founded_by_nobody_yet(db: None) -> None:
    create_organisation(name="Tuungane", at=AT, by=None)
    assert Act.objects.get().actor_id is None


def test_two_organisations_cannot_share_a_name(pamoja: Organisation, sarah: User) -> None:
    with pytest.raises(Invalid) as refusal:
        create_organisation(name="Pamoja", at=AT, by=sarah)
    assert refusal.value.field == "name"


def test_a_new_group_has_the_default_rules_from_its_first_day(umoja: BankingGroup) -> None:
    rules = constitution_on(umoja, umoja.registration_date)
    assert (rules.version, rules.effective_on) == (1, umoja.registration_date)
    assert rules.minimum_contribution == Decimal("500.00")
    assert rules.withdrawal_percent == 50
    assert [
        (t.loan_type, t.method, t.rate_percent) for t in rules.loan_terms.order_by("rate_percent", "loan_type")
    ] == [
        ("SHORT_TERM", "FLAT", Decimal(10)),
        ("LONG_TERM", "REDUCING", Decimal(12)),
        ("PROJECT", "ANNUITY", Decimal(12)),
    ]
    assert rules.welfare_events.count() == 4


def test_two_groups_cannot_share_a_code(umoja: BankingGroup, pamoja: Organisation, sarah: User) -> None:
    with pytest.raises(Invalid) as refusal:
        create_group(organisation=pamoja, at=AT, by=sarah, name="Umoja B", group_code=umoja.group_code)
    assert refusal.value.field == "group_code"


def test_a_new_version_changes_what_it_names_and_carries_the_rest(umoja: BankingGroup, sarah: User) -> None:
    short_term = {"loan_type": "SHORT_TERM", "rate_percent": "8", "rounding_unit": "1.00"}
    adopt_constitution(
        group=umoja, effective_on=dt.date(2026, 4, 1), at=AT, by=sarah, fine_late="75.00", loan_terms=[short_term]
    )
    second = adopt_constitution(
        group=umoja, effective_on=dt.date(2026, 7, 1), at=LATER, by=sarah, minimum_contribution=Decimal("600.00")
    )
    assert (second.version, second.fine_late, second.minimum_contribution) == (3, Decimal("75.00"), Decimal("600.00"))
    short = second.loan_terms.get(loan_type="SHORT_TERM")
    assert (short.rate_percent, short.rounding_unit) == (Decimal(8), Decimal("1.00"))
    assert second.loan_terms.count() == 3
    assert second.welfare_events.count() == 4
    assert Act.objects.filter(verb="constitution.adopted", facts__version=3).count() == 1


def test_the_rules_in_force_go_by_the_day(umoja: BankingGroup, sarah: User) -> None:
    adopt_constitution(group=umoja, effective_on=dt.date(2026, 4, 1), at=AT, by=sarah, fine_late=Decimal("75.00"))
    assert constitution_on(umoja, dt.date(2026, 3, 31)).fine_late == Decimal("50.00")
    assert constitution_on(umoja, dt.date(2026, 4, 1)).fine_late == Decimal("75.00")
    assert constitution_on(umoja, dt.date(2020, 1, 1)).version == 1


def test_of_two_versions_for_one_day_the_newer_holds(umoja: BankingGroup, sarah: User) -> None:
    for fine in ("60.00", "70.00"):
        adopt_constitution(group=umoja, effective_on=dt.date(2026, 4, 1), at=AT, by=sarah, fine_late=Decimal(fine))
    assert constitution_on(umoja, dt.date(2026, 4, 2)).fine_late == Decimal("70.00")


def test_umoja_has_one_chair(umoja: BankingGroup, make_user: MakeUser, give: Give) -> None:
    give(make_user("Mary Wanjiku"), RoleName.CHAIR, umoja)
    with pytest.raises(OfficeTaken):
        give(make_user("Grace Atieno"), RoleName.CHAIR, umoja)
    assert offices(umoja) == {"CHAIR": "Mary Wanjiku"}


def test_the_database_itself_refuses_a_second_chair(umoja: BankingGroup, make_user: MakeUser, give: Give) -> None:
    give(make_user("Mary Wanjiku"), RoleName.CHAIR, umoja)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupRole.objects.create(user=make_user("Grace Atieno"), role="CHAIR", group=umoja, since=AT)


def test_the_committee_has_several_seats(umoja: BankingGroup, make_user: MakeUser, give: Give) -> None:
    for name in ("Esther Moraa", "Agnes Mueni"):
        give(make_user(name), RoleName.COMMITTEE, umoja)
    assert GroupRole.objects.filter(group=umoja, role="COMMITTEE", until__isnull=True).count() == 2


def test_a_second_office_replaces_the_first(umoja: BankingGroup, make_user: MakeUser, give: Give) -> None:
    grace = make_user("Grace Atieno")
    give(grace, RoleName.MEMBER, umoja)
    give(grace, RoleName.SECRETARY, umoja)
    give(grace, RoleName.TREASURER, umoja)
    assert offices_of(umoja) == {grace.id: "TREASURER"}
    assert GroupRole.objects.get(user=grace, role="SECRETARY").until == AT
    assert GroupRole.objects.filter(user=grace, role="MEMBER", until__isnull=True).exists()


def test_who_cannot_get_the_new_office_keeps_the_old_one(umoja: BankingGroup, make_user: MakeUser, give: Give) -> None:
    mary, grace = make_user("Mary Wanjiku"), make_user("Grace Atieno")
    give(mary, RoleName.CHAIR, umoja)
    give(grace, RoleName.TREASURER, umoja)
    with pytest.raises(OfficeTaken):
        give(grace, RoleName.CHAIR, umoja)
    assert offices(umoja) == {"CHAIR": "Mary Wanjiku", "TREASURER": "Grace Atieno"}


def test_an_office_in_baraka_leaves_the_one_in_umoja_alone(
    umoja: BankingGroup, baraka: BankingGroup, make_user: MakeUser, give: Give
) -> None:
    mary = make_user("Mary Wanjiku")
    give(mary, RoleName.CHAIR, umoja)
    give(mary, RoleName.TREASURER, baraka)
    assert (offices_of(umoja), offices_of(baraka)) == ({mary.id: "CHAIR"}, {mary.id: "TREASURER"})


def test_a_role_given_twice_is_one_row_and_one_act(umoja: BankingGroup, make_user: MakeUser, give: Give) -> None:
    alice = make_user("Alice Wambui")
    first, second = give(alice, RoleName.MEMBER, umoja), give(alice, RoleName.MEMBER, umoja)
    assert first == second
    assert Act.objects.filter(verb="role.given", subject_id=alice.id).count() == 1


def test_a_role_that_ended_keeps_its_row_and_may_be_given_again(
    umoja: BankingGroup, make_user: MakeUser, give: Give
) -> None:
    mary, grace = make_user("Mary Wanjiku"), make_user("Grace Atieno")
    was = give(mary, RoleName.CHAIR, umoja)
    end_role(role=was, at=LATER, by=grace)
    give(grace, RoleName.CHAIR, umoja)
    was.refresh_from_db()
    assert (was.since, was.until) == (AT, LATER)
    assert offices(umoja) == {"CHAIR": "Grace Atieno"}
    ended = Act.objects.get(verb="role.ended")
    assert (ended.subject_id, ended.actor_id, ended.facts, ended.group_id, ended.organisation_id) == (
        mary.id,
        grace.id,
        {"role": "CHAIR"},
        umoja.id,
        umoja.organisation_id,
    )


def test_a_role_ended_twice_ended_the_first_time(umoja: BankingGroup, make_user: MakeUser, give: Give) -> None:
    role = give(make_user("Mary Wanjiku"), RoleName.CHAIR, umoja)
    end_role(role=role, at=LATER, by=None)
    end_role(role=role, at=LATER + dt.timedelta(days=1), by=None)
    role.refresh_from_db()
    assert role.until == LATER
    assert Act.objects.filter(verb="role.ended").count() == 1


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (RoleName.SERVICE_ADMIN, "group"),
        (RoleName.CHAIR, "organisation"),
        (RoleName.SYSTEM_ADMIN, "group"),
        (RoleName.MEMBER, "organisation"),
    ],
)
def test_each_role_has_its_own_scope(
    role: RoleName, where: str, umoja: BankingGroup, pamoja: Organisation, make_user: MakeUser
) -> None:
    scope = {"group": umoja} if where == "group" else {"organisation": pamoja}
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupRole.objects.create(user=make_user("Somebody"), role=role, since=AT, **scope)


def test_field_officers_and_holders_are_found_by_group(
    umoja: BankingGroup, baraka: BankingGroup, make_user: MakeUser, give: Give
) -> None:
    joseph, mary = make_user("Joseph Mutua"), make_user("Mary Wanjiku")
    give(joseph, RoleName.FIELD_OFFICER, umoja)
    give(joseph, RoleName.FIELD_OFFICER, baraka)
    give(mary, RoleName.CHAIR, umoja)
    assert field_officers_of(umoja) == {joseph.id}
    assert holders_of([umoja, baraka], RoleName.FIELD_OFFICER) == {
        umoja.id: ["Joseph Mutua"],
        baraka.id: ["Joseph Mutua"],
    }
    assert holders_of([umoja, baraka], RoleName.CHAIR) == {umoja.id: ["Mary Wanjiku"]}


@pytest.mark.parametrize("status", ["INACTIVE", "SUSPENDED"])
def test_a_group_that_is_not_active_takes_no_money(umoja: BankingGroup, status: str) -> None:
    must_take_money(umoja)
    umoja.status = status
    with pytest.raises(GroupSuspended) as refusal:
        must_take_money(umoja)
    assert (refusal.value.code, refusal.value.status) == ("group_suspended", 422)


def test_only_the_system_admin_enters_the_records(
    sarah: User, umoja: BankingGroup, make_user: MakeUser, give: Give
) -> None:
    mary = make_user("Mary Wanjiku")
    give(mary, RoleName.CHAIR, umoja)
    assert sarah.is_staff
    assert sarah.has_module_perms("groups")
    assert sarah.has_perm("groups.view_bankinggroup")
    for power in ("add_periodictask", "change_bankinggroup", "delete_group", "run_tasks"):
        assert not sarah.has_perm(f"anything.{power}")
    assert not mary.is_staff
    sarah.is_active = False
    assert not sarah.has_perm("groups.view_bankinggroup")
    assert not RoleBackend().has_perm(sarah, "groups.view_bankinggroup")


def test_role_rows_sign_nobody_in(sarah: User) -> None:
    assert authenticate(None, username=sarah.phone, password="guess") is None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_role_given_twenty_times_at_once_is_one_row(umoja: BankingGroup, make_user: MakeUser) -> None:
    alice, start, outcomes = make_user("Alice Wambui"), Barrier(20), []

    def act() -> None:
        start.wait()
        try:
            outcomes.append(give_role(user=alice, role=RoleName.MEMBER, group=umoja, at=AT, by=None).id)
        finally:
            connection.close()

    threads = [Thread(target=act) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 20
    assert set(outcomes) == {GroupRole.objects.get(user=alice).id}
