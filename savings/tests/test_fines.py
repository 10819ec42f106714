"""Fines: imposed by hand or by a roll call, taken back with it, and waived by another."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from audit.models import Act
from core.errors import Forbidden, Invalid, MakerIsChecker, NotFound
from core.ids import new_id
from core.money import kes
from groups.models import BankingGroup, RoleName
from groups.operations import GroupSuspended, adopt_constitution, give_role
from groups.queries import constitution_on
from ledger.operations import DateInFuture
from ledger.verify import check_books
from members.models import Member
from members.operations import MemberInactive
from notifications.models import Message
from savings import fines, operations
from savings.models import Fine
from savings.operations import FinePaid, MoreThanTheFines
from savings.operations.fines import FineNotOpen, NotWhoImposedIt, NotYourOwnFine
from savings.tests.chama import AT, TODAY, Chama

pytestmark = pytest.mark.django_db
MEETING = UUID(int=7)
NEXT_WEEK = TODAY + dt.timedelta(days=7)


def called(chama: Chama, name: str, cause: str = "LATE", *, by: str = "ruth", meeting: UUID = MEETING) -> Fine | None:
    """Ruth (or `by`) calls the roll, and somebody was late or stayed away."""
    return operations.impose_for_roll_call(
        member=chama.members[name], meeting_id=meeting, cause=cause, on=TODAY, by=chama.users[by], at=AT
    )


def put_right(chama: Chama, name: str) -> None:
    operations.cancel_for_roll_call(member=chama.members[name], meeting_id=MEETING, by=chama.ruth, at=AT)


def told(chama: Chama, name: str) -> list[str]:
    return [message.body for message in Message.objects.filter(user=chama.users[name]).order_by("id")]


def rules(chama: Chama, **changes: Any) -> None:
    adopt_constitution(group=chama.umoja, effective_on=TODAY, at=AT, by=chama.sarah, **changes)


# By hand


def test_ruth_fines_alice_and_nothing_is_booked(chama: Chama) -> None:
    fine = chama.fines("alice", "120", due_on=NEXT_WEEK)
    kept = fines.fine_by_id(fine.pk)
    assert (kept.status, kept.amount, kept.cause, kept.reason) == ("OUTSTANDING", kes("120"), "OTHER", "Her phone rang")
    assert (kept.imposed_by, kept.imposed_on, kept.due_on) == (chama.ruth, TODAY, NEXT_WEEK)
    assert (kept.constitution, fines.clause_number(kept), fines.reason_in_words(kept)) == (None, None, "Her phone rang")
    assert chama.holds("4050") == kes("0")
    assert chama.owes(fine) == [("OUTSTANDING", "120.00")]
    assert chama.books_are_proven


def test_the_reason_is_sealed_and_the_log_names_nobody(chama: Chama) -> None:
    fine = chama.fines("alice", "120")
    assert b"phone" not in bytes(Fine.objects.values_list("reason_sealed", flat=True).get())
    act = Act.objects.get(verb="fine.imposed")
    assert (act.subject, act.subject_id, act.group_id, act.actor_id) == ("fine", fine.pk, chama.umoja.pk, chama.ruth.pk)
    assert act.facts == {
        "member": str(chama.members["alice"].pk), "cause": "OTHER", "amount": "120.00", "meeting": None,
        "due_on": TODAY.isoformat(),
    }  # fmt: skip


def test_alice_hears_of_it_once_and_lucy_has_no_sign_in(chama: Chama) -> None:
    chama.fines("alice", "1200", due_on=dt.date(2026, 4, 2))
    chama.fines("lucy")
    assert told(chama, "alice") == ["Umoja: you owe a fine of KES 1,200.00 (Another reason). Pay it by 2 April 2026."]
    assert not Message.objects.exclude(user=chama.alice).exists()


def test_paying_late_cites_the_rules(chama: Chama) -> None:
    fine = fines.fine_by_id(chama.fines("alice", "50", cause="LATE_PAYMENT", reason="").pk)
    assert fine.constitution == constitution_on(chama.umoja, TODAY)
    assert (fines.clause_number(fine), fines.reason_in_words(fine)) == ("2.3", "Paid late")


def test_a_fine_by_hand_says_why(chama: Chama) -> None:
    with pytest.raises(Invalid) as refused:
        chama.fines("alice", reason="  ")
    assert refused.value.field == "reason"
    assert not Fine.objects.exists()


@pytest.mark.parametrize("by", ["mary", "grace", "ruth", "esther", "joseph"])
def test_the_table_imposes_fines(chama: Chama, by: str) -> None:
    assert chama.fines("alice", by=by).imposed_by == chama.users[by]


@pytest.mark.parametrize("by", ["alice", "peter", "daniel", "sarah", "faith", "jane", "kevin"])
def test_nobody_else_imposes_fines(chama: Chama, by: str) -> None:
    with pytest.raises(Forbidden):
        chama.fines("alice", by=by)
    assert not Fine.objects.exists()


def test_not_for_a_day_to_come_nor_in_a_suspended_group_nor_on_who_has_left(chama: Chama) -> None:
    with pytest.raises(DateInFuture):
        chama.fines("alice", on=TODAY + dt.timedelta(days=1))
    Member.objects.filter(pk=chama.members["alice"].pk).update(is_active=False)
    with pytest.raises(MemberInactive):
        chama.fines("alice")
    chama.members["peter"].group.status = BankingGroup.Status.SUSPENDED
    with pytest.raises(GroupSuspended):
        chama.fines("peter")


def test_a_fine_names_an_open_meeting_of_its_group(chama: Chama) -> None:
    meeting = chama.sits().meeting_id
    assert chama.fines("alice", meeting_id=meeting).meeting_id == meeting
    for unknown in [new_id(), chama.sits(group=chama.groups["Baraka"]).meeting_id]:
        with pytest.raises(NotFound):
            chama.fines("alice", meeting_id=unknown)


# By a roll call


@pytest.mark.parametrize(
    ("cause", "amount", "clause", "words"),
    [("LATE", "50", "2.1", "Came late"), ("ABSENT", "100", "2.2", "Stayed away")],
)
def test_the_roll_call_imposes_what_the_rules_say(
    chama: Chama, cause: str, amount: str, clause: str, words: str
) -> None:
    born = called(chama, "alice", cause)
    assert born
    fine = fines.fine_by_id(born.pk)
    assert (fine.amount, fine.due_on, fine.meeting_id) == (kes(amount), NEXT_WEEK, MEETING)
    assert fine.constitution == constitution_on(chama.umoja, TODAY)
    assert (fines.clause_number(fine), fines.reason_in_words(fine)) == (clause, words)


def test_once_for_each_member_and_meeting(chama: Chama) -> None:
    first, again = called(chama, "alice"), called(chama, "alice", by="mary")
    assert first == again
    assert called(chama, "peter") != called(chama, "peter", meeting=new_id())
    assert Fine.objects.count() == 3
    assert len(told(chama, "alice")) == 1


def test_the_rules_of_the_day_count_and_nought_imposes_none(chama: Chama) -> None:
    rules(chama, fine_late=kes("70"), fine_absent=kes("0"))
    late = called(chama, "alice")
    assert late
    assert (late.amount, late.constitution and late.constitution.version) == (kes("70"), 2)
    assert called(chama, "peter", "ABSENT") is None
    assert not Fine.objects.filter(member=chama.members["peter"]).exists()


def test_who_has_left_is_fined_no_more(chama: Chama) -> None:
    Member.objects.filter(pk=chama.members["alice"].pk).update(is_active=False, left_on=TODAY)
    assert called(chama, "alice") is None


def test_a_roll_call_put_right_takes_its_fine_back(chama: Chama) -> None:
    fine = called(chama, "alice")
    assert fine
    put_right(chama, "alice")
    put_right(chama, "alice")
    assert chama.owes(fine) == [("CANCELLED", "0.00")]
    assert list(fines.shown()) == []
    assert Act.objects.filter(verb="fine.cancelled").count() == 1
    assert told(chama, "alice")[1:] == ["Umoja: your fine of KES 50.00 (Came late) was a mistake and is taken back."]
    assert called(chama, "alice") != fine
    assert chama.books_are_proven


def test_absent_instead_of_late_is_the_other_fine_and_not_both(chama: Chama) -> None:
    late, absent = called(chama, "alice"), called(chama, "alice", "ABSENT")
    assert late
    assert absent
    assert chama.owes(late, absent) == [("CANCELLED", "0.00"), ("OUTSTANDING", "100.00")]


def test_what_was_waived_stays_waived_however_she_is_marked(chama: Chama) -> None:
    fine = called(chama, "alice")
    assert fine
    chama.waives("mary", fine)
    put_right(chama, "alice")
    assert called(chama, "alice", "ABSENT") == fine
    assert [one.status for one in Fine.objects.all()] == ["WAIVED"]


def test_what_was_paid_is_taken_back_first(chama: Chama) -> None:
    fine = called(chama, "alice")
    assert fine
    paid = chama.pays("alice", "20")
    with pytest.raises(FinePaid) as refused:
        put_right(chama, "alice")
    assert (refused.value.code, refused.value.status) == ("fine_paid", 422)
    with pytest.raises(FinePaid):
        called(chama, "alice", "ABSENT")
    chama.reverses("mary", paid)
    put_right(chama, "alice")
    assert chama.owes(fine) == [("CANCELLED", "0.00")]
    assert chama.books_are_proven


def test_the_database_keeps_one_fine_of_a_roll_call(chama: Chama) -> None:
    fine = called(chama, "alice")
    assert fine
    fine.pk = new_id()
    with pytest.raises(IntegrityError), transaction.atomic():
        fine.save(force_insert=True)


# Waived


def test_mary_waives_and_says_why(chama: Chama) -> None:
    fine = chama.fines("alice", "100")
    chama.pays("alice", "30")
    waived = chama.waives("mary", fine)
    assert (waived.waived_by, waived.waived_at, waived.verdict) == (chama.mary, AT, "She was ill")
    assert b"ill" not in bytes(waived.verdict_sealed)
    assert chama.owes(fine) == [("WAIVED", "0.00")]
    assert chama.holds("4050") == kes("30")
    act = Act.objects.get(verb="fine.waived")
    assert (act.facts["amount"], act.facts["waived"]) == ("100.00", "70.00")
    assert "was waived" in told(chama, "alice")[-1]
    assert chama.books_are_proven


def test_nothing_is_paid_on_what_was_waived(chama: Chama) -> None:
    fine = chama.waives("mary", chama.fines("alice", "100"))
    with pytest.raises(MoreThanTheFines):
        chama.pays("alice", "10", fine=fine)


def test_a_waiver_says_why(chama: Chama) -> None:
    with pytest.raises(Invalid) as refused:
        chama.waives("mary", chama.fines("alice"), reason=" ")
    assert refused.value.field == "reason"


def test_neither_who_imposed_it_nor_herself(chama: Chama) -> None:
    with pytest.raises(NotWhoImposedIt) as refused:
        chama.waives("mary", chama.fines("alice", by="mary"))
    assert refused.value.code == "maker_is_checker"
    with pytest.raises(NotYourOwnFine):
        chama.waives("mary", chama.fines("mary"))
    assert issubclass(NotYourOwnFine, MakerIsChecker)
    assert not Fine.objects.filter(status="WAIVED").exists()


def test_the_database_lets_nobody_waive_what_she_imposed(chama: Chama) -> None:
    fine = chama.fines("alice", by="mary")
    waived = {"status": "WAIVED", "waived_by": chama.mary, "waived_at": AT}
    with pytest.raises(IntegrityError), transaction.atomic():
        Fine.objects.filter(pk=fine.pk).update(**waived)


@pytest.mark.parametrize("by", ["ruth", "esther", "alice", "daniel", "sarah", "faith", "jane"])
def test_only_chair_treasurer_and_field_officer_waive(chama: Chama, by: str) -> None:
    fine = chama.fines("peter", by="joseph")
    with pytest.raises(Forbidden):
        chama.waives(by, fine)
    for able, other in [("grace", fine), ("joseph", chama.fines("peter"))]:
        assert chama.waives(able, other).status == "WAIVED"


def test_a_service_admin_waives_where_nobody_holds_an_office_and_the_log_says_so(chama: Chama) -> None:
    fine = chama.fines("alice", by="joseph")
    for name, office in {"mary": "CHAIR", "grace": "TREASURER", "ruth": "SECRETARY", "esther": "COMMITTEE"}.items():
        chama.end(name, RoleName[office])
    assert chama.waives("daniel", fine).status == "WAIVED"
    assert Act.objects.get(verb="fine.waived").in_place_of_office


def test_only_an_open_fine_is_waived(chama: Chama) -> None:
    paid, waived = chama.fines("alice", "10"), chama.fines("alice", "10")
    chama.pays("alice", "10", fine=paid)
    chama.waives("mary", waived)
    for fine in [paid, waived]:
        with pytest.raises(FineNotOpen) as refused:
            chama.waives("mary", fine)
        assert (refused.value.code, refused.value.status) == ("invalid_transition", 409)


# Read


def test_each_sees_her_own_and_the_table_all(chama: Chama) -> None:
    hers, his = chama.fines("alice"), chama.fines("peter")
    give_role(user=chama.kevin, role=RoleName.FIELD_OFFICER, group=chama.groups["Neema"], at=AT, by=chama.sarah)
    seen = {name: set(fines.visible_to(chama.users[name])) for name in ["alice", "grace", "daniel", "jane", "kevin"]}
    assert seen == {"alice": {hers}, "grace": {hers, his}, "daniel": {hers, his}, "jane": set(), "kevin": set()}
    assert not fines.visible_to(AnonymousUser()).exists()


def test_what_is_open_is_counted_for_many_at_once(chama: Chama, django_assert_num_queries: Any) -> None:
    chama.fines("alice", "100")
    chama.fines("alice", "40")
    chama.waives("mary", chama.fines("alice", "7"))
    chama.pays("alice", "110")
    members = list(chama.members.values())
    with django_assert_num_queries(2):
        known = fines.open_by_member(members)
    assert known == {chama.members["alice"].pk: fines.OpenFines(1, kes("30"))}
    assert [fine.amount for fine in fines.open_of(chama.members["alice"])] == [kes("40")]
    with django_assert_num_queries(0):
        assert fines.due_of([]) == {}


# Proved


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"status": "PAID"}, "a fine's status is not what was paid of it"),
        ({"amount": kes("20")}, "more or less was paid of a fine than it can take"),
        ({"amount": kes("30")}, "a fine's status is not what was paid of it"),
        ({"status": "CANCELLED"}, "money on a fine that was never due"),
    ],
)
def test_check_books_finds_a_fine_that_says_something_else(chama: Chama, change: dict[str, Any], what: str) -> None:
    fine = chama.fines("alice", "100")
    chama.pays("alice", "30")
    assert check_books(chama.umoja) == []
    Fine.objects.filter(pk=fine.pk).update(**change)
    assert what in [found.what for found in check_books(chama.umoja)]


def test_check_books_finds_income_of_a_fine_that_is_gone(chama: Chama) -> None:
    fine = chama.fines("alice", "100")
    chama.pays("alice", "30")
    Fine.objects.filter(pk=fine.pk).delete()
    assert [found.what for found in check_books(chama.umoja)] == ["income of a fine that is not there"]
