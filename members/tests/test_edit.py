"""Putting right what is written about a person: what changes, what it ends, who may not, and who comes first."""

import datetime as dt
from collections.abc import Callable

import pytest

from audit.models import Act
from core.encryption import digest
from core.errors import Invalid, MakerIsChecker, Refusal
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from members.models import IdVerification, Member, NextOfKin, Person
from members.operations import (
    IdNumberTaken,
    MemberInactive,
    edit_member,
    join,
    leave,
    make_sign_in,
    register,
    verify_id,
)
from members.papers import verified_people
from members.queries import member_by_id, next_of_kin
from members.rules import Changes, Kin, Particulars
from members.tests.conftest import AT, LUCY, TODAY, Enrol, Give, MakeUser
from members.tests.papers import shelf, uploaded
from users.models import User, phone_digest
from users.tests.people import in_parallel

__all__ = ["shelf"]

pytestmark = pytest.mark.django_db

WHOLE = Changes(
    name="Lucy W. Nyambura",
    id_number="34-567-890",
    phone="0711 999 000",
    date_of_birth=dt.date(1988, 3, 1),
    kin=(Kin("Wairimu Gathogo", "daughter"),),
)


@pytest.fixture
@lasting
def lucy(umoja: BankingGroup, ruth: User) -> Member:
    return register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)


@pytest.fixture
def verified(lucy: Member, ruth: User, sarah: User, shelf: object) -> Member:
    document = uploaded(lucy, sarah)
    verify_id(member=lucy, document=document, method="DOCUMENT", by=ruth, at=AT)
    return lucy


def is_verified(member: Member) -> bool:
    return member.person_id in verified_people([member.person_id])


def test_everything_that_is_named_changes_and_is_kept_as_registration_keeps_it(lucy: Member, ruth: User) -> None:
    done = edit_member(member=lucy, changes=WHOLE, by=ruth, at=AT, on=TODAY)
    assert done.fields == ("member_name", "id_number", "date_of_birth", "phone", "next_of_kin")
    assert not done.sign_in_moved
    kept = Person.objects.get(pk=lucy.person_id)
    assert (kept.name, kept.id_number, kept.phone) == ("Lucy W. Nyambura", "34567890", "254711999000")
    assert (kept.date_of_birth, kept.identity_changed_by, kept.id_number_changed_by) == ("1988-03-01", ruth, ruth)
    assert kept.id_number_digest == digest("id_number", "34567890")
    assert kept.phone_digest == phone_digest("0711999000")
    assert [(one.place, one.name) for one in next_of_kin(kept)] == [(1, "Wairimu Gathogo")]


def test_the_log_names_the_fields_and_no_value(lucy: Member, ruth: User) -> None:
    edit_member(member=lucy, changes=WHOLE, by=ruth, at=AT, on=TODAY)
    act = Act.objects.get(verb="member.edited")
    assert (act.subject_id, act.actor_id, act.group_id) == (lucy.pk, ruth.pk, lucy.group_id)
    assert act.facts == {"fields": ["member_name", "id_number", "date_of_birth", "phone", "next_of_kin"]}


def test_what_is_the_same_already_changes_nothing_and_ends_nothing(verified: Member, ruth: User) -> None:
    same = Changes(
        name="  Lucy   Nyambura ",
        id_number="2345 6789",
        phone="+254 700 000 016",
        date_of_birth=LUCY.date_of_birth,
        kin=LUCY.kin,
    )
    kin = list(NextOfKin.objects.values_list("pk", flat=True))
    done = edit_member(member=verified, changes=same, by=ruth, at=AT, on=TODAY)
    assert (done.fields, done.sign_in_moved) == ((), False)
    assert is_verified(verified)
    assert Person.objects.get(pk=verified.person_id).identity_changed_by is None
    assert list(NextOfKin.objects.values_list("pk", flat=True)) == kin
    assert not Act.objects.filter(verb="member.edited").exists()


@pytest.mark.parametrize(
    "changes",
    [Changes(name="Lucy Gathogo"), Changes(id_number="998877"), Changes(date_of_birth=dt.date(1988, 2, 28))],
    ids=["name", "number", "birthday"],
)
def test_who_she_is_changed_and_so_she_is_verified_no_more(verified: Member, ruth: User, changes: Changes) -> None:
    assert is_verified(verified)
    edit_member(member=verified, changes=changes, by=ruth, at=AT, on=TODAY)
    assert not is_verified(verified)
    assert IdVerification.objects.get().ended_at == AT
    kept = Person.objects.get(pk=verified.person_id)
    number = changes.id_number is not None
    assert (kept.id_number_changed_by, kept.identity_changed_by) == ((ruth, None) if number else (None, ruth))


@pytest.mark.parametrize("changes", [Changes(phone="0711999000"), Changes(kin=())], ids=["phone", "kin"])
def test_how_she_is_called_and_her_kin_leave_the_verification_standing(
    verified: Member, ruth: User, changes: Changes
) -> None:
    edit_member(member=verified, changes=changes, by=ruth, at=AT, on=TODAY)
    assert is_verified(verified)
    assert Person.objects.get(pk=verified.person_id).identity_changed_by is None


def test_her_number_written_back_does_not_bring_the_verification_back(verified: Member, ruth: User) -> None:
    for number in ("998877", LUCY.id_number):
        edit_member(member=verified, changes=Changes(id_number=number), by=ruth, at=AT, on=TODAY)
    assert not is_verified(verified)


def test_who_wrote_a_phone_number_or_a_kin_is_kept_and_goes_with_the_next_who_writes_another(
    lucy: Member, ruth: User, joseph: User
) -> None:
    def phone_by() -> User | None:
        return Person.objects.select_related("phone_written_by").get(pk=lucy.person_id).phone_written_by

    assert phone_by() == ruth
    assert {one.written_by for one in next_of_kin(lucy.person)} == {ruth}
    same = Changes(name="Lucy Gathogo", phone=LUCY.phone, kin=LUCY.kin)
    edit_member(member=lucy, changes=same, by=joseph, at=AT, on=TODAY)
    assert phone_by() == ruth
    husband = LUCY.kin[0]
    another = Changes(phone="0711999000", kin=(husband, Kin("Njeri Gathogo", "daughter")))
    edit_member(member=lucy, changes=another, by=joseph, at=AT, on=TODAY)
    assert phone_by() == joseph
    assert [one.written_by for one in next_of_kin(lucy.person)] == [ruth, joseph]


def test_who_registers_her_has_not_put_her_number_right(lucy: Member) -> None:
    assert (lucy.person.id_number_changed_by, lucy.person.identity_changed_by) == (None, None)


def test_neither_who_wrote_her_number_nor_who_wrote_her_name_verifies_it(
    lucy: Member, ruth: User, joseph: User, sarah: User, make_user: MakeUser, shelf: object
) -> None:
    edit_member(member=lucy, changes=Changes(id_number="998877"), by=ruth, at=AT, on=TODAY)
    edit_member(member=lucy, changes=Changes(name="Lucy Gathogo"), by=joseph, at=AT, on=TODAY)
    document = uploaded(lucy, sarah)
    for by in (ruth, joseph):
        with pytest.raises(MakerIsChecker):
            verify_id(member=member_by_id(lucy.pk), document=document, method="DOCUMENT", by=by, at=AT)
    other = make_user("Mary Wanjiku")
    assert verify_id(member=member_by_id(lucy.pk), document=document, method="DOCUMENT", by=other, at=AT)


def test_who_put_her_number_right_does_not_verify_it(verified: Member, ruth: User, sarah: User) -> None:
    edit_member(member=verified, changes=Changes(id_number="998877"), by=ruth, at=AT, on=TODAY)
    document = uploaded(verified, sarah)
    with pytest.raises(MakerIsChecker):
        verify_id(member=member_by_id(verified.pk), document=document, method="DOCUMENT", by=ruth, at=AT)


def test_a_kin_whose_words_change_is_another_row_and_who_stays_keeps_hers(lucy: Member, ruth: User) -> None:
    husband, daughter = next_of_kin(lucy.person)
    changed = Kin("Johnstone Gathogo", "husband", "0711000099", "22334455")
    edit_member(member=lucy, changes=Changes(kin=(changed, LUCY.kin[1])), by=ruth, at=AT, on=TODAY)
    first, second = next_of_kin(lucy.person)
    assert (first.phone, second.pk) == ("254711000099", daughter.pk)
    assert first.pk != husband.pk


def test_her_kin_change_places_and_may_all_go(lucy: Member, ruth: User) -> None:
    edit_member(member=lucy, changes=Changes(kin=LUCY.kin[::-1]), by=ruth, at=AT, on=TODAY)
    assert [one.name for one in next_of_kin(lucy.person)] == ["Wairimu Gathogo", "Johnstone Gathogo"]
    edit_member(member=lucy, changes=Changes(kin=()), by=ruth, at=AT, on=TODAY)
    assert not NextOfKin.objects.exists()


SLIPS = [
    (Changes(), None),
    (Changes(name="L"), "member_name"),
    (Changes(id_number="12#"), "id_number"),
    (Changes(phone="12"), "phone"),
    (Changes(date_of_birth=TODAY + dt.timedelta(days=1)), "date_of_birth"),
    (Changes(kin=(Kin("John", ""),)), "next_of_kin.0.relationship"),
    (Changes(kin=(Kin("John", "son"),) * 11), "next_of_kin"),
]


@pytest.mark.parametrize(("changes", "field"), SLIPS)
def test_what_cannot_be_kept_changes_nothing(lucy: Member, ruth: User, changes: Changes, field: str | None) -> None:
    with pytest.raises(Invalid) as refusal:
        edit_member(member=lucy, changes=changes, by=ruth, at=AT, on=TODAY)
    assert refusal.value.field == field
    assert Person.objects.get(pk=lucy.person_id).name == "Lucy Nyambura"


def test_another_s_id_number_is_refused_and_all_the_rest_with_it(
    lucy: Member, baraka: BankingGroup, neema: BankingGroup, enrol: Enrol, ruth: User, sarah: User
) -> None:
    jane = enrol(baraka, "Jane Akinyi")
    taken = Changes(name="Somebody Else", id_number=jane.person.id_number, kin=())
    with pytest.raises(IdNumberTaken) as refusal:
        edit_member(member=lucy, changes=taken, by=ruth, at=AT, on=TODAY)
    assert (refusal.value.status, refusal.value.field) == (409, "id_number")
    kept = Person.objects.get(pk=lucy.person_id)
    assert (kept.name, kept.id_number, kept.next_of_kin.count()) == ("Lucy Nyambura", "23456789", 2)
    kevin = enrol(neema, "Kevin Odhiambo")
    edit_member(member=lucy, changes=Changes(id_number=kevin.person.id_number), by=ruth, at=AT, on=TODAY)


def test_an_edit_is_seen_in_both_her_groups(lucy: Member, baraka: BankingGroup, ruth: User, sarah: User) -> None:
    second = join(group=baraka, person=lucy.person, at=AT, on=TODAY, by=sarah)
    edit_member(member=lucy, changes=Changes(name="Lucy Gathogo"), by=ruth, at=AT, on=TODAY)
    assert member_by_id(second.pk).person.name == "Lucy Gathogo"


def test_who_left_is_put_right_no_more_who_is_only_inactive_is(lucy: Member, ruth: User) -> None:
    Member.objects.filter(pk=lucy.pk).update(is_active=False)
    edit_member(member=lucy, changes=Changes(name="Lucy Gathogo"), by=ruth, at=AT, on=TODAY)
    leave(member=lucy, on=TODAY, at=AT, by=ruth)
    with pytest.raises(MemberInactive):
        edit_member(member=lucy, changes=Changes(name="Lucy Nyambura"), by=ruth, at=AT, on=TODAY)


# Oneself


@pytest.fixture
@lasting
def grace(umoja: BankingGroup, enrol: Enrol, give: Give) -> Member:
    """The treasurer, who is a member herself."""
    member = enrol(umoja, "Grace Atieno")
    give(member.person.user, RoleName.TREASURER, umoja)
    return member


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (Changes(name="Grace Otieno", phone="0711999000"), "member_name"),
        (Changes(id_number="998877"), "id_number"),
        (Changes(date_of_birth=dt.date(1970, 1, 1)), "date_of_birth"),
    ],
)
def test_grace_does_not_put_right_who_she_is_herself(grace: Member, changes: Changes, field: str) -> None:
    assert grace.person.user is not None
    with pytest.raises(MakerIsChecker) as refusal:
        edit_member(member=grace, changes=changes, by=grace.person.user, at=AT, on=TODAY)
    assert (refusal.value.code, refusal.value.field) == ("maker_is_checker", field)
    assert not Act.objects.filter(verb="member.edited").exists()


def test_her_own_phone_and_kin_grace_writes_and_signs_in_as_before(grace: Member) -> None:
    user = grace.person.user
    assert user is not None
    before = user.phone
    changes = Changes(name="Grace Atieno", phone="0711999000", kin=(Kin("Otieno", "husband"),))
    done = edit_member(member=grace, changes=changes, by=user, at=AT, on=TODAY)
    assert (done.fields, done.sign_in_moved) == (("phone", "next_of_kin"), False)
    assert User.objects.get(pk=user.pk).phone == before


def test_an_officer_not_linked_to_his_membership_is_known_by_his_number_and_cannot_shed_it(
    umoja: BankingGroup, joseph: User, ruth: User
) -> None:
    """Otherwise he could check, as a stranger, what names himself as a member."""
    joining = Particulars("Joseph Mutua", "887766", joseph.phone, LUCY.date_of_birth)
    himself = register(group=umoja, particulars=joining, at=AT, on=TODAY, by=ruth)
    for changes in (Changes(phone="0711999000"), Changes(name="Josef Mutua")):
        with pytest.raises(MakerIsChecker):
            edit_member(member=himself, changes=changes, by=joseph, at=AT, on=TODAY)
    make_sign_in(member=himself, at=AT, by=ruth)
    edit_member(member=himself, changes=Changes(phone="0711999000"), by=joseph, at=AT, on=TODAY)
    assert User.objects.get(pk=joseph.pk).phone_digest == joseph.phone_digest


# At once


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_editors_who_give_one_id_number_to_two_people_give_it_to_one(
    umoja: BankingGroup, baraka: BankingGroup, enrol: Enrol, ruth: User, sarah: User
) -> None:
    people = [enrol(umoja, "Alice Wambui"), enrol(baraka, "Jane Akinyi"), enrol(umoja, "Peter Kamau")]

    def writing(member: Member, by: User) -> Callable[[], str]:
        def write() -> str:
            edit_member(member=member, changes=Changes(id_number="998877"), by=by, at=AT, on=TODAY)
            return "done"

        return write

    outcomes = in_parallel([writing(member, by) for member in people for by in (ruth, sarah)])
    assert len(outcomes) == 6
    refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert (outcomes.count("done"), refused) == (2, ["id_number_taken"] * 4)
    assert Person.objects.filter(id_number_digest=digest("id_number", "998877")).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_leaving_and_editing_at_once_happen_one_after_the_other(umoja: BankingGroup, enrol: Enrol, ruth: User) -> None:
    for number in range(5):
        member = enrol(umoja, f"Member {number}x")
        changes = Changes(name=f"Other {number}x", phone=f"0711777{number:03d}")

        def edits(member: Member = member, changes: Changes = changes) -> str:
            edit_member(member=member, changes=changes, by=ruth, at=AT, on=TODAY)
            return "edited"

        def leaves(member: Member = member) -> str:
            leave(member=member, on=TODAY, at=AT, by=ruth)
            return "left"

        outcomes = in_parallel([edits, leaves])
        assert "left" in outcomes
        refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
        assert refused in ([], ["member_inactive"])
        after = member_by_id(member.pk)
        assert (after.left_on, after.is_active) == (TODAY, False)
        assert (after.person.name == f"Other {number}x") == ("edited" in outcomes)
