"""Verifying an ID number: by somebody else, once, about the number she has."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act
from core.encryption import digest
from core.errors import Invalid, MakerIsChecker, NotFound
from core.tests.lasting import lasting
from groups.models import BankingGroup, GroupRole, Organisation, RoleName
from members.models import IdVerification, Member, Person
from members.operations import MemberInactive, edit_member, leave, register
from members.operations.verification import AlreadyVerified, NoIdDocument, end_verification, verify_id
from members.papers import verification_of, verified_people
from members.rules import Changes
from members.tests.conftest import AT, LUCY, TODAY, Enrol, Give, MakeUser
from members.tests.papers import shelf, uploaded
from members.tests.test_documents import at_once
from users.models import User

__all__ = ["shelf"]

pytestmark = pytest.mark.usefixtures("shelf")
LATER = AT + dt.timedelta(days=3)


@pytest.fixture
@lasting
def lucy(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Lucy Nyambura")


@pytest.fixture
@lasting
def mary(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    user = make_user("Mary Wanjiku")
    give(user, RoleName.CHAIR, umoja)
    return user


@pytest.fixture
@lasting
def grace(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    user = make_user("Grace Atieno")
    give(user, RoleName.TREASURER, umoja)
    return user


def verified(member: Member, by: User, **more: object) -> IdVerification:
    asked = {"document": None, "method": "DOCUMENT", "at": AT} | more
    return verify_id(member=member, by=by, **asked)  # type: ignore[arg-type]  # as the call says


def test_mary_verifies_what_ruth_uploaded(lucy: Member, ruth: User, mary: User) -> None:
    card = uploaded(lucy, ruth)
    event = verified(lucy, mary)
    assert (event.person, event.document, event.by, event.at, event.method) == (lucy.person, card, mary, AT, "DOCUMENT")
    assert event.id_number_digest == digest("id_number", lucy.person.id_number)
    assert verification_of(lucy.person) == event
    act = Act.objects.get(verb="member.id_verified")
    assert (act.actor_id, act.subject_id, act.group_id) == (mary.pk, lucy.pk, lucy.group_id)
    assert act.facts == {"document": str(card.pk), "method": "DOCUMENT"}
    assert not act.in_place_of_office


def test_ruth_does_not_verify_what_she_uploaded(lucy: Member, ruth: User, mary: User) -> None:
    uploaded(lucy, ruth)
    with pytest.raises(MakerIsChecker):
        verified(lucy, ruth)
    assert not IdVerification.objects.exists()
    theirs = uploaded(lucy, mary, "ID_BACK")
    assert verified(lucy, ruth, document=theirs).document == theirs


def test_nobody_verifies_herself(lucy: Member, ruth: User, give: Give) -> None:
    uploaded(lucy, ruth)
    herself = lucy.person.user
    assert herself
    with pytest.raises(MakerIsChecker):
        verified(lucy, herself)
    Person.objects.filter(pk=lucy.person_id).update(user=None)
    with pytest.raises(MakerIsChecker):
        verified(lucy, herself)


def test_whoever_changed_her_number_does_not_verify_it(lucy: Member, ruth: User, mary: User, grace: User) -> None:
    uploaded(lucy, ruth)
    Person.objects.filter(pk=lucy.person_id).update(identity_changed_by=mary)
    with pytest.raises(MakerIsChecker):
        verified(lucy, mary)
    assert verified(lucy, grace)


def test_the_newest_front_is_taken_else_the_back(lucy: Member, ruth: User, mary: User) -> None:
    uploaded(lucy, ruth, "PHOTO")
    back = uploaded(lucy, ruth, "ID_BACK")
    assert verified(lucy, mary).document == back
    end_verification(lucy.person, AT)
    uploaded(lucy, ruth)
    newer = uploaded(lucy, ruth)
    uploaded(lucy, ruth, "ID_BACK")
    assert verified(lucy, mary).document == newer


def test_without_a_card_there_is_nothing_to_compare(lucy: Member, ruth: User, mary: User) -> None:
    uploaded(lucy, ruth, "PHOTO")
    with pytest.raises(NoIdDocument) as refusal:
        verified(lucy, mary, method="IN_PERSON")
    assert (refusal.value.code, refusal.value.status) == ("no_id_document", 422)
    assert "Upload" in str(refusal.value.detail)


@pytest.mark.parametrize("kind", ["PHOTO", "SIGNATURE"])
def test_a_photo_or_signature_proves_no_number(lucy: Member, ruth: User, mary: User, kind: str) -> None:
    with pytest.raises(Invalid) as refusal:
        verified(lucy, mary, document=uploaded(lucy, ruth, kind))
    assert refusal.value.field == "document"


def test_a_card_of_another_person_is_not_found(
    umoja: BankingGroup, lucy: Member, enrol: Enrol, ruth: User, mary: User
) -> None:
    uploaded(lucy, ruth)
    his = uploaded(enrol(umoja, "Peter Kamau"), ruth)
    with pytest.raises(NotFound):
        verified(lucy, mary, document=his)


def test_said_again_the_first_word_stands(lucy: Member, ruth: User, mary: User, grace: User) -> None:
    uploaded(lucy, ruth)
    first = verified(lucy, mary)
    assert verified(lucy, mary, method="IN_PERSON", at=LATER) == first
    with pytest.raises(AlreadyVerified) as refusal:
        verified(lucy, grace)
    assert (refusal.value.code, refusal.value.status) == ("already_verified", 409)
    assert IdVerification.objects.count() == Act.objects.filter(verb="member.id_verified").count() == 1


def test_another_number_ends_it(lucy: Member, ruth: User, mary: User, grace: User) -> None:
    uploaded(lucy, ruth)
    first = verified(lucy, mary)
    Person.objects.filter(pk=lucy.person_id).update(id_number_digest=digest("id_number", "99887766"))
    lucy.person.refresh_from_db()
    assert verification_of(lucy.person) is None
    assert verified_people([lucy.person_id]) == set()
    second = verified(lucy, mary, at=LATER)
    first.refresh_from_db()
    assert second != first
    assert (first.ended_at, verification_of(lucy.person)) == (LATER, second)


def test_ended_it_counts_no_more_and_stays_written(lucy: Member, ruth: User, mary: User, grace: User) -> None:
    uploaded(lucy, ruth)
    first = verified(lucy, mary)
    end_verification(lucy.person, LATER)
    end_verification(lucy.person, LATER + dt.timedelta(days=1))
    first.refresh_from_db()
    assert (first.ended_at, verification_of(lucy.person)) == (LATER, None)
    assert verified(lucy, grace, at=LATER).by == grace
    assert IdVerification.objects.count() == 2


def test_who_is_verified_is_one_question(umoja: BankingGroup, enrol: Enrol, ruth: User, mary: User) -> None:
    people = [enrol(umoja, f"Member {letter}") for letter in "ABCDE"]
    for member in people[:3]:
        uploaded(member, ruth)
        verified(member, mary)
    end_verification(people[0].person, AT)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert verified_people(member.person_id for member in people) == {people[1].person_id, people[2].person_id}
    assert len(asked) == 1


def test_a_service_admin_in_place_of_the_offices_is_marked(
    umoja: BankingGroup, pamoja: Organisation, lucy: Member, ruth: User, make_user: MakeUser, give: Give
) -> None:
    uploaded(lucy, ruth)
    daniel = make_user("Daniel Otieno")
    give(daniel, RoleName.SERVICE_ADMIN, pamoja)
    GroupRole.objects.filter(user=ruth).update(until=AT)
    verified(lucy, daniel)
    assert Act.objects.get(verb="member.id_verified").in_place_of_office


def test_who_has_left_is_not_verified_there(lucy: Member, ruth: User, mary: User, sarah: User) -> None:
    uploaded(lucy, ruth)
    leave(member=lucy, on=TODAY, at=AT, by=sarah)
    with pytest.raises(MemberInactive) as refusal:
        verified(lucy, mary)
    assert refusal.value.code == "member_inactive"
    assert not IdVerification.objects.exists()


def test_what_a_service_admin_does_where_nobody_holds_an_office_is_marked(
    umoja: BankingGroup, ruth: User, daniel: User, give: Give
) -> None:
    GroupRole.objects.filter(user=ruth).update(until=AT)
    lucy = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=daniel)
    uploaded(lucy, daniel)
    edit_member(member=lucy, changes=Changes(phone="0711999000"), by=daniel, at=AT, on=TODAY)
    marked = Act.objects.filter(verb__startswith="member.")
    assert {act.verb for act in marked if act.in_place_of_office} == {
        "member.registered",
        "member.document_kept",
        "member.edited",
    }
    give(ruth, RoleName.CHAIR, umoja)
    edit_member(member=lucy, changes=Changes(phone="0711999001"), by=daniel, at=AT, on=TODAY)
    assert not marked.latest("id").in_place_of_office


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_verify_at_once_leave_one_event(umoja: BankingGroup, ruth: User, mary: User, grace: User) -> None:
    lucy = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)
    uploaded(lucy, ruth)
    turns = iter([mary, grace])
    assert sorted(at_once(lambda: verified(lucy, next(turns)))) == ["AlreadyVerified", "IdVerification"]
    turns = iter([mary, mary])
    end_verification(lucy.person, AT)
    assert at_once(lambda: verified(lucy, next(turns))) == ["IdVerification", "IdVerification"]
    assert IdVerification.objects.filter(ended_at=None).count() == 1
