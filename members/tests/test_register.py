"""Registering a person and letting her join a second group: numbers, seals, refusals, races."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest
from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db import connection

from audit.models import Act
from core.encryption import KeyDestroyed
from core.errors import Invalid, NotFound, Refusal
from core.ids import new_id
from groups.models import BankingGroup, GroupRole
from groups.operations import GroupSuspended
from members.models import IdentityDocument, Member, NextOfKin, Person
from members.operations import AlreadyMember, IdNumberTaken, invite, join, register
from members.papers import documents_of
from members.queries import members_of, membership_in, next_of_kin, roster
from members.rules import Kin
from members.tests.conftest import AT, LUCY, TODAY, Enrol
from members.tests.papers import PICTURE, names, shelf
from users.models import DataKey, User

__all__ = ["shelf"]


def test_lucy_becomes_number_one_of_umoja(umoja: BankingGroup, ruth: User) -> None:
    member = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
    member.refresh_from_db()
    assert (member.group, member.number, member.joined_on, member.is_active) == (umoja, 1, TODAY, True)
    lucy = member.person
    assert (lucy.name, lucy.organisation_id, lucy.user) == ("Lucy Nyambura", umoja.organisation_id, None)
    assert (lucy.id_number, lucy.phone, lucy.date_of_birth) == ("23456789", "254700000016", "1988-02-29")


def test_her_kin_are_kept_in_her_order(umoja: BankingGroup, ruth: User) -> None:
    member = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
    assert [(k.place, k.name, k.relationship, k.phone, k.id_number) for k in next_of_kin(member.person)] == [
        (1, "Johnstone Gathogo", "husband", "254711000016", "22334455"),
        (2, "Wairimu Gathogo", "daughter", "", ""),
    ]


def test_numbers_are_given_in_turn_and_per_group(umoja: BankingGroup, baraka: BankingGroup, enrol: Enrol) -> None:
    numbers = [
        enrol(group, name).number for group, name in ((umoja, "A a"), (umoja, "B b"), (baraka, "C c"), (umoja, "D d"))
    ]
    assert numbers == [1, 2, 1, 3]
    assert [member.number for member in roster(umoja)] == [1, 2, 3]


def test_a_phone_may_bring_the_member_s_id(umoja: BankingGroup, ruth: User) -> None:
    born = new_id()
    assert register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth, id=born).id == born
    with pytest.raises(Invalid) as refusal:
        register(group=umoja, particulars=replace(LUCY, id_number="998877"), at=AT, on=TODAY, by=ruth, id=born)
    assert refusal.value.field == "id"
    assert Person.objects.count() == 1


def test_the_log_names_ids_and_no_person(umoja: BankingGroup, ruth: User) -> None:
    member = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
    act = Act.objects.get(verb="member.registered")
    assert (act.subject, act.subject_id, act.actor_id) == ("member", member.id, ruth.id)
    assert (act.group_id, act.organisation_id, act.at) == (umoja.id, umoja.organisation_id, AT)
    assert act.facts == {"number": 1}


def stored() -> bytes:
    """Every cell of every table of the rooms, as the database keeps it."""
    cells: list[bytes] = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list():
            cells += [bytes(cell) if isinstance(cell, memoryview | bytes) else str(cell).encode() for cell in row]
    return b"\n".join(cells)


def test_nothing_that_identifies_lucy_or_her_kin_is_stored_in_clear(umoja: BankingGroup, ruth: User) -> None:
    member = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
    invite(member=member, at=AT, by=ruth)
    cells = stored()
    assert b"Lucy Nyambura" in cells
    for secret in ("23456789", "700000016", "1988-02-29", "Johnstone", "Gathogo", "husband", "711000016", "22334455"):
        assert secret.encode() not in cells, secret


def test_each_person_has_a_key_of_her_own_and_losing_it_erases_her(umoja: BankingGroup, enrol: Enrol) -> None:
    lucy, alice = enrol(umoja, "Lucy Nyambura"), enrol(umoja, "Alice Wambui")
    assert lucy.person.data_key_id != alice.person.data_key_id
    DataKey.objects.filter(pk=lucy.person.data_key_id).update(wrapped=b"")
    erased = Person.objects.get(pk=lucy.person_id)
    assert (erased.id_number, erased.phone, erased.date_of_birth) == ("", "", "")
    assert Person.objects.get(pk=alice.person_id).id_number
    with pytest.raises(KeyDestroyed):
        erased.data_key.cipher()


def test_a_sealed_id_number_copied_to_another_row_does_not_open(umoja: BankingGroup, enrol: Enrol) -> None:
    lucy, alice = enrol(umoja, "Lucy Nyambura"), enrol(umoja, "Alice Wambui")
    Person.objects.filter(pk=alice.person_id).update(
        id_number_sealed=lucy.person.id_number_sealed, data_key=lucy.person.data_key_id
    )
    swapped = Person.objects.get(pk=alice.person_id)
    with pytest.raises(InvalidTag):
        _ = swapped.id_number


@pytest.mark.parametrize("spelling", ["23456789", "23-456-789", " 2345 6789", "2345.6789", "２３４５６７８９"])
def test_one_id_number_registers_one_person_however_it_is_spelt(
    umoja: BankingGroup, baraka: BankingGroup, ruth: User, spelling: str
) -> None:
    register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
    again = replace(LUCY, id_number=spelling, phone="0733000000")
    for group in (umoja, baraka):
        with pytest.raises(IdNumberTaken) as refusal:
            register(group=group, particulars=again, at=AT, on=TODAY, by=ruth)
    assert (refusal.value.code, refusal.value.status, refusal.value.field) == ("id_number_taken", 409, "id_number")
    assert "Lucy" not in str(refusal.value.detail)
    assert (Person.objects.count(), Member.objects.count(), NextOfKin.objects.count()) == (1, 1, 2)


def test_another_organisation_knows_nothing_of_lucy(umoja: BankingGroup, neema: BankingGroup, sarah: User) -> None:
    here = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=sarah)
    there = register(group=neema, particulars=LUCY, at=AT, on=TODAY, by=sarah)
    assert here.person_id != there.person_id
    assert there.number == 1


@pytest.mark.parametrize("status", ["SUSPENDED", "INACTIVE"])
def test_a_group_that_is_not_active_takes_nobody_in(umoja: BankingGroup, ruth: User, enrol: Enrol, status: str) -> None:
    known = enrol(umoja, "Alice Wambui").person
    BankingGroup.objects.filter(pk=umoja.pk).update(status=status)
    with pytest.raises(GroupSuspended) as refusal:
        register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
    assert refusal.value.code == "group_suspended"
    with pytest.raises(GroupSuspended):
        join(group=umoja, person=known, at=AT, on=TODAY, by=ruth)
    assert Person.objects.count() == 1


def test_bad_data_registers_nobody(umoja: BankingGroup, ruth: User) -> None:
    slips = [
        replace(LUCY, name=" "),
        replace(LUCY, date_of_birth=TODAY + dt.timedelta(days=1)),
        replace(LUCY, phone="12345"),
        replace(LUCY, kin=(Kin(name="J", relationship=""),)),
    ]
    for slip in slips:
        with pytest.raises(Invalid):
            register(group=umoja, particulars=slip, at=AT, on=TODAY, by=ruth)
    assert not Person.objects.exists()
    assert not Act.objects.filter(verb="member.registered").exists()


def test_lucy_joins_baraka_as_the_person_she_is(
    umoja: BankingGroup, baraka: BankingGroup, enrol: Enrol, sarah: User
) -> None:
    lucy = enrol(umoja, "Lucy Nyambura")
    enrol(baraka, "Jane Akinyi")
    second = join(group=baraka, person=lucy.person, at=AT, on=TODAY, by=sarah)
    assert (second.person_id, second.number, second.group) == (lucy.person_id, 2, baraka)
    user = lucy.person.user
    assert user is not None
    assert set(GroupRole.objects.filter(user=user, until=None).values_list("group", "role")) == {
        (umoja.id, "MEMBER"),
        (baraka.id, "MEMBER"),
    }
    assert Act.objects.get(verb="member.joined").subject_id == second.id
    assert [member.group for member in members_of(user)] == [umoja, baraka]
    assert membership_in(user, baraka) == second


def test_who_has_no_sign_in_joins_without_a_role(
    umoja: BankingGroup, baraka: BankingGroup, enrol: Enrol, sarah: User
) -> None:
    lucy = enrol(umoja, "Lucy Nyambura", sign_in=False)
    join(group=baraka, person=lucy.person, at=AT, on=TODAY, by=sarah)
    assert not GroupRole.objects.filter(group=baraka).exists()


def test_nobody_joins_a_group_twice(umoja: BankingGroup, enrol: Enrol, sarah: User) -> None:
    lucy = enrol(umoja, "Lucy Nyambura")
    with pytest.raises(AlreadyMember) as refusal:
        join(group=umoja, person=lucy.person, at=AT, on=TODAY, by=sarah)
    assert (refusal.value.code, refusal.value.status) == ("already_member", 409)


def test_a_person_of_another_organisation_is_nobody_here(
    umoja: BankingGroup, neema: BankingGroup, enrol: Enrol, sarah: User
) -> None:
    lucy = enrol(umoja, "Lucy Nyambura")
    with pytest.raises(NotFound):
        join(group=neema, person=lucy.person, at=AT, on=TODAY, by=sarah)


# Papers


def test_her_papers_are_kept_with_her_registration(umoja: BankingGroup, ruth: User, shelf: Path) -> None:
    papers = [("ID_FRONT", PICTURE), ("SIGNATURE", PICTURE)]
    member = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth, papers=papers)
    kept = documents_of(member.person)
    assert {(one.kind, one.uploaded_by, one.uploaded_at) for one in kept} == {
        ("ID_FRONT", ruth, AT),
        ("SIGNATURE", ruth, AT),
    }
    assert len(names(shelf)) == 2


def test_a_refused_registration_leaves_no_paper_behind(umoja: BankingGroup, ruth: User, shelf: Path) -> None:
    register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
    with pytest.raises(IdNumberTaken):
        register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth, papers=[("ID_FRONT", PICTURE)])
    assert (names(shelf), IdentityDocument.objects.count()) == ([], 0)


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Each act in its own thread and connection, all started together; what came of each, refusals included."""
    start, outcomes = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes.append(act())
        except Refusal as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_registered_at_once_have_the_numbers_one_to_twenty(umoja: BankingGroup, ruth: User) -> None:
    def registering(number: int) -> Callable[[], Member]:
        one = replace(LUCY, id_number=f"4000{number:04d}", phone=f"07120000{number:02d}")
        return lambda: register(group=umoja, particulars=one, at=AT, on=TODAY, by=ruth)

    outcomes = at_once([registering(number) for number in range(20)])
    assert all(isinstance(outcome, Member) for outcome in outcomes)
    assert [member.number for member in roster(umoja)] == list(range(1, 21))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_id_number_sent_by_ten_phones_to_two_groups_is_one_person(
    umoja: BankingGroup, baraka: BankingGroup, ruth: User
) -> None:
    def registering(group: BankingGroup) -> Callable[[], Member]:
        return lambda: register(group=group, particulars=LUCY, at=AT, on=TODAY, by=ruth)

    outcomes = at_once([registering(group) for group in [umoja, baraka] * 5])
    assert sum(isinstance(outcome, Member) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, IdNumberTaken) for outcome in outcomes) == 9
    assert (Person.objects.count(), Member.objects.count()) == (1, 1)


def test_an_organisation_at_rest_takes_nobody_in(umoja: BankingGroup, ruth: User) -> None:
    umoja.organisation.is_active = False
    umoja.organisation.save()
    with pytest.raises(GroupSuspended):
        register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
