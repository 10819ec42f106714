"""Yes, no, and never mind: who may say it, how often, and what stands on the loan afterwards."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from audit.models import Act
from core.errors import Invalid, MakerIsChecker
from core.money import ZERO, kes
from groups.models import RoleName
from groups.operations import give_role
from loans import operations
from loans.assessment import missing_approvals
from loans.models import Loan, LoanApproval, Status
from loans.operations import (
    AlreadyApproved,
    IdNotVerified,
    InvalidTransition,
    NoOpenCapacity,
    NotEligible,
    NotYoursToCancel,
    RateAboveCap,
)
from loans.tests.world import AT, LARGE, LARGEST, SMALL, TODAY, World
from members.models import Member
from members.operations import edit_member
from members.rules import Changes
from notifications.models import Message
from users.tests.people import person


def missing(world: World, loan: Loan) -> dict[str, tuple[int, int, str]]:
    """Capacity → have, need, and the first names of who may act."""
    return {
        each.capacity: (each.have, each.need, " ".join(name.split()[0].lower() for name in each.may_act))
        for each in missing_approvals([world.loan(loan)], world.today).get(loan.pk, [])
    }


def test_new_rules_ask_the_chair_again_in_another_seat(world: World) -> None:
    world.end("esther", RoleName.COMMITTEE)
    loan = world.approves("mary", world.applies("peter", "40000"))
    world.rules(committee_from=kes("30000"))
    for name in ("joseph", "grace", "ruth", "mary"):
        loan = world.approves(name, loan)
    assert loan.status == "APPROVED"
    assert LoanApproval.objects.filter(loan=loan, approver=world.mary).get().capacity == "COMMITTEE"


def rejects(world: World, name: str, loan: Loan, reason: str = "Not this season") -> Loan:
    return operations.reject(loan=loan, by=world.users[name], at=world.at, reason=reason)


def cancels(world: World, name: str, loan: Loan, reason: str = "") -> Loan:
    return operations.cancel(loan=loan, by=world.users[name], at=world.at, reason=reason)


def rich(world: World) -> World:
    """Alice has saved enough for the largest loans; what the box lacks only warns."""
    world.saves("alice", "200000")
    return world


# The table at its limits


@pytest.mark.parametrize(
    ("amount", "needed", "people"),
    [
        ("49999.99", {"FIELD_OFFICER": 1, "CHAIR": 1}, SMALL),
        ("50000", {"FIELD_OFFICER": 1, "COMMITTEE": 3}, LARGE),
        ("200000", {"FIELD_OFFICER": 1, "COMMITTEE": 3}, LARGE),
        ("200000.01", {"SYSTEM_ADMIN": 1, "FIELD_OFFICER": 1, "COMMITTEE": 3}, LARGEST),
    ],
)
def test_the_amount_says_who_is_needed(
    world: World, amount: str, needed: dict[str, int], people: tuple[str, ...]
) -> None:
    loan = rich(world).applies("alice", amount)
    assert {capacity: need for capacity, (_have, need, _who) in missing(world, loan).items()} == needed
    for name in people:
        assert loan.status == Status.PENDING
        loan = world.approves(name, loan)
    assert loan.status == Status.APPROVED
    assert len(people) == loan.approvals.count() == sum(needed.values())


def test_officer_and_chair_approve_a_small_loan(world: World) -> None:
    loan = world.applies("peter")
    assert missing(world, loan) == {"FIELD_OFFICER": (0, 1, "joseph brian"), "CHAIR": (0, 1, "mary")}
    assert world.approves("mary", loan, notes=" She  pays ").status == Status.PENDING
    assert missing(world, loan) == {"FIELD_OFFICER": (0, 1, "joseph brian")}
    assert world.approves("joseph", loan).status == Status.APPROVED
    assert missing(world, loan) == {}
    said = LoanApproval.objects.get(approver=world.mary)
    assert (said.capacity, said.at, said.notes) == ("CHAIR", AT, "She pays")
    assert b"pays" not in bytes(said.notes_sealed)


def test_mary_and_joseph_alone_cannot_approve_sixty_thousand(world: World) -> None:
    loan = world.applies("alice", "60000")
    for name in ("joseph", "mary"):
        loan = world.approves(name, loan)
    assert loan.status == Status.PENDING
    assert missing(world, loan) == {"COMMITTEE": (1, 3, "grace ruth esther")}
    for name in ("grace", "ruth"):
        loan = world.approves(name, loan)
    assert loan.status == Status.APPROVED


def test_who_typed_it_may_approve_in_her_own_seat(world: World) -> None:
    loan = world.applies("peter", by="mary")
    assert world.approves("joseph", world.approves("mary", loan)).status == Status.APPROVED


# Who is not free


def test_when_the_chair_borrows_two_others_stand_for_her(world: World) -> None:
    world.saves("mary", "30000")
    world.shows_her_id("mary")
    loan = world.applies("mary")
    assert missing(world, loan)["COMMITTEE"] == (0, 2, "grace ruth esther")
    with pytest.raises(MakerIsChecker):
        world.approves("mary", loan)
    for name in ("joseph", "grace", "ruth"):
        loan = world.approves(name, loan)
    assert loan.status == Status.APPROVED


def test_when_chair_and_treasurer_witness_they_say_nothing(world: World) -> None:
    loan = world.applies("alice", "60000", witnesses=("mary", "grace"))
    assert missing(world, loan)["COMMITTEE"] == (0, 2, "ruth esther")
    for name in ("mary", "grace"):
        with pytest.raises(MakerIsChecker):
            world.approves(name, loan)
        with pytest.raises(MakerIsChecker):
            rejects(world, name, loan)
    for name in ("ruth", "brian", "esther"):
        loan = world.approves(name, loan)
    assert loan.status == Status.APPROVED


def test_with_one_office_holder_free_the_service_admin_counts_as_one(world: World) -> None:
    loan = world.applies("alice", "60000", witnesses=("mary", "grace", "ruth"))
    assert missing(world, loan)["COMMITTEE"] == (0, 2, "daniel esther")
    for name in ("daniel", "joseph", "esther"):
        loan = world.approves(name, loan)
    assert loan.status == Status.APPROVED


def test_without_a_field_officer_the_service_admin_fills_that_seat(world: World) -> None:
    for name in ("joseph", "brian"):
        world.end(name, RoleName.FIELD_OFFICER)
    loan = world.applies("peter")
    assert missing(world, loan)["FIELD_OFFICER"] == (0, 1, "daniel")
    world.approves("daniel", loan)
    assert world.approves("mary", loan).status == Status.APPROVED


def test_without_office_holders_the_service_admin_acts_and_it_is_marked(world: World) -> None:
    for name, office in [("mary", "CHAIR"), ("grace", "TREASURER"), ("ruth", "SECRETARY"), ("esther", "COMMITTEE")]:
        world.end(name, RoleName(office))
    loan = world.applies("peter")
    world.approves("daniel", loan)
    assert Act.objects.get(verb="loan.yes").in_place_of_office
    assert world.approves("joseph", loan).status == Status.APPROVED


def test_a_field_officer_who_borrows_does_not_approve_his_own(world: World) -> None:
    world.serve("peter", world.umoja)
    with pytest.raises(MakerIsChecker):
        world.approves("peter", world.applies("peter"))


def test_a_borrower_known_by_her_phone_alone_does_not_approve_her_own(world: World) -> None:
    """Lucy is registered without a sign-in; somebody with her number is taken on as field officer."""
    world.saves("lucy", "30000")
    world.shows_her_id("lucy")
    lucy = person(world.members["lucy"].person.phone, "Lucy at work")
    give_role(user=lucy, role=RoleName.FIELD_OFFICER, group=world.umoja, at=AT, by=world.sarah)
    loan = world.applies("lucy", by="grace", witnesses=("agnes", "alice"))
    with pytest.raises(MakerIsChecker):
        operations.approve(loan=loan, by=lucy, at=AT)


@pytest.mark.parametrize("name", ["grace", "daniel", "sarah", "faith", "agnes", "jane", "rose"])
def test_whose_seat_is_not_needed_approves_nothing(world: World, name: str) -> None:
    loan = world.applies("peter", witnesses=("lucy", "alice"))
    with pytest.raises(NoOpenCapacity) as refused:
        world.approves(name, loan)
    assert refused.value.code == "forbidden"
    assert LoanApproval.objects.count() == 0


def test_a_second_field_officer_is_not_needed(world: World) -> None:
    loan = world.approves("joseph", world.applies("peter"))
    with pytest.raises(NoOpenCapacity):
        world.approves("brian", loan)


def test_nobody_approves_twice(world: World) -> None:
    loan = world.approves("mary", world.applies("peter"))
    with pytest.raises(AlreadyApproved) as refused:
        world.approves("mary", loan)
    assert refused.value.status == 409
    assert LoanApproval.objects.count() == 1


# Her ID


def test_no_approval_before_somebody_has_compared_her_id(world: World) -> None:
    world.saves("agnes", "30000")
    loan = world.applies("agnes", witnesses=("lucy", "alice"))
    for name in ("mary", "joseph"):
        with pytest.raises(IdNotVerified) as refused:
            world.approves(name, loan)
        assert (refused.value.status, refused.value.code) == (422, "id_not_verified")
    world.shows_her_id("agnes")
    assert world.approves("mary", loan).approvals.count() == 1


def test_another_number_has_to_be_compared_anew(world: World) -> None:
    loan = world.approves("mary", world.applies("peter"))
    edit_member(member=world.members["peter"], changes=Changes(id_number="39999999"), by=world.grace, at=AT, on=TODAY)
    with pytest.raises(IdNotVerified):
        world.approves("joseph", loan)


# Seats given up in between


def test_an_officer_who_has_left_is_replaced_by_the_next_one(world: World) -> None:
    loan = world.approves("joseph", world.applies("peter"))
    world.end("joseph", RoleName.FIELD_OFFICER)
    assert missing(world, loan)["FIELD_OFFICER"] == (0, 1, "brian")
    assert world.approves("mary", loan).status == Status.PENDING
    assert world.approves("brian", loan).status == Status.APPROVED
    assert {each.approver for each in loan.approvals.all()} == {world.mary, world.brian}
    lapsed = Act.objects.get(verb="loan.yes_lapsed")
    assert (lapsed.facts["approver"], lapsed.facts["capacity"]) == (str(world.joseph.pk), "FIELD_OFFICER")


def test_a_committee_member_who_lost_her_office_counts_no_more(world: World) -> None:
    loan = world.applies("alice", "60000")
    for name in ("joseph", "mary", "grace"):
        loan = world.approves(name, loan)
    world.end("grace", RoleName.TREASURER)
    with pytest.raises(NoOpenCapacity):
        world.approves("grace", loan)
    assert world.approves("ruth", loan).status == Status.PENDING
    assert missing(world, loan) == {"COMMITTEE": (2, 3, "esther")}
    assert world.approves("esther", loan).status == Status.APPROVED


def test_who_changed_seats_says_yes_again_and_counts_once(world: World) -> None:
    loan = world.approves("mary", world.applies("peter"))
    world.end("mary", RoleName.CHAIR)
    give_role(user=world.mary, role=RoleName.COMMITTEE, group=world.umoja, at=AT, by=world.sarah)
    for name in ("joseph", "mary", "ruth"):
        assert world.loan(loan).status == Status.PENDING
        loan = world.approves(name, loan)
    assert loan.status == Status.APPROVED
    assert sorted(loan.approvals.values_list("capacity", flat=True)) == ["COMMITTEE", "COMMITTEE", "FIELD_OFFICER"]


def test_where_nothing_is_missing_any_more_the_next_word_completes_it(world: World) -> None:
    """The quorum shrinks with the offices: two are free, and both have said yes."""
    loan = world.applies("alice", "60000")
    for name in ("joseph", "mary", "grace"):
        loan = world.approves(name, loan)
    for name, office in [("ruth", RoleName.SECRETARY), ("esther", RoleName.COMMITTEE)]:
        world.end(name, office)
    assert (world.loan(loan).status, missing(world, loan)) == (Status.PENDING, {})
    with pytest.raises(NoOpenCapacity):
        world.approves("ruth", loan)
    done = world.approves("mary", loan)
    assert (done.status, done.decided_by, done.approvals.count()) == (Status.APPROVED, world.mary, 3)


# What is agreed


def test_with_the_last_yes_the_terms_of_the_day_stand_on_the_loan(world: World) -> None:
    loan = world.approves("mary", world.applies("alice", "20000.50", loan_type="LONG_TERM", months=6))
    assert world.loan(loan).rate_percent is None
    world.moves_to(TODAY + dt.timedelta(days=3))
    rules = world.rules(
        loan_terms=[{"loan_type": "LONG_TERM", "method": "ANNUITY", "rate_percent": "14.50", "rounding_unit": "1.00"}],
        penalty_percent="7.00",
        in_duplum=False,
        application_fee="200.00",
        appreciation_fee_percent="1.50",
    )
    loan = world.loan(world.approves("joseph", loan))
    assert (loan.status, loan.approved_on, loan.decided_by, loan.decided_at) == (
        Status.APPROVED,
        TODAY + dt.timedelta(days=3),
        world.joseph,
        world.at,
    )
    assert (loan.constitution, loan.method, loan.rate_percent) == (rules, "ANNUITY", Decimal("14.50"))
    assert (loan.rounding_unit, loan.penalty_percent, loan.in_duplum) == (kes("1"), Decimal("7.00"), False)
    assert (loan.application_fee, loan.appreciation_fee) == (kes("200"), kes("300.01"))


def test_rules_that_change_afterwards_leave_the_loan_alone(world: World) -> None:
    loan = world.approved()
    world.moves_to(TODAY + dt.timedelta(days=1))
    world.rules(loan_terms=[{"loan_type": "SHORT_TERM", "rate_percent": "20.00"}], penalty_percent="9.00")
    kept = world.loan(loan)
    assert (kept.rate_percent, kept.penalty_percent, kept.application_fee) == (Decimal(10), Decimal(5), ZERO)


def test_the_table_is_that_of_the_constitution_of_the_day(world: World) -> None:
    loan = world.approves("mary", world.applies("peter"))
    world.rules(committee_from="5000.00", committee_quorum=2)
    assert missing(world, loan) == {
        "FIELD_OFFICER": (0, 1, "joseph brian"),
        "COMMITTEE": (0, 2, "mary grace ruth esther"),
    }


def test_the_last_yes_is_refused_above_the_cap_and_says_nothing(world: World) -> None:
    loan = world.approves("mary", world.applies("peter"))
    organisation = world.umoja.organisation
    organisation.interest_cap_yearly_percent = Decimal(20)
    organisation.save(update_fields=["interest_cap_yearly_percent"])
    with pytest.raises(RateAboveCap):
        world.approves("joseph", loan)
    assert world.loan(loan).status == Status.PENDING
    assert LoanApproval.objects.count() == 1


def test_who_has_left_or_saved_less_is_not_eligible_at_the_last_yes(world: World) -> None:
    loan = world.approves("mary", world.applies("peter", "46000"))
    world.verifies("mary", world.asks("peter", "15000"))
    with pytest.raises(NotEligible) as refused:
        world.approves("joseph", loan)
    assert [(each["field"], each["code"]) for each in refused.value.errors] == [("amount", "savings_multiple")]
    world.brings("peter", "1000")
    Member.objects.filter(pk=world.members["peter"].pk).update(is_active=False)
    with pytest.raises(NotEligible) as refused:
        world.approves("joseph", loan)
    assert [each["code"] for each in refused.value.errors] == ["active_member"]


def test_a_term_that_the_rules_know_no_more_is_not_agreed(world: World) -> None:
    loan = world.approves("mary", world.applies("peter"))
    world.rules(loan_terms=[{"loan_type": "SHORT_TERM", "longest_months": 2}])
    with pytest.raises(NotEligible) as refused:
        world.approves("joseph", loan)
    assert [(each["field"], each["code"]) for each in refused.value.errors] == [("duration_months", "terms")]


def test_the_yes_leaves_its_act_and_the_borrower_hears_of_the_last(world: World) -> None:
    loan = world.applies("peter")
    world.approves("mary", loan)
    assert not Message.objects.filter(template="loan_approved").exists()
    world.approves("joseph", loan)
    said = [(act.actor_id, act.facts["capacity"]) for act in Act.objects.filter(verb="loan.yes").order_by("id")]
    assert said == [(world.mary.pk, "CHAIR"), (world.joseph.pk, "FIELD_OFFICER")]
    assert Act.objects.get(verb="loan.approved").subject_id == loan.pk
    assert Message.objects.get(template="loan_approved").user == world.peter


def test_who_is_called_only_later_hears_of_it_then(world: World) -> None:
    loan = world.applies("peter")
    world.end("mary", RoleName.CHAIR)
    world.approves("joseph", loan)
    told = set(Message.objects.filter(template="loan_waits").values_list("user__name", flat=True))
    assert {"Grace wa Umoja", "Ruth wa Umoja", "Esther wa Umoja"} <= told


def test_notes_are_short(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.approves("mary", world.applies("peter"), notes="x" * 501)
    assert refused.value.field == "approval_notes"


# No


@pytest.mark.parametrize("name", ["joseph", "mary", "grace", "ruth", "esther", "sarah"])
def test_who_approves_loans_may_turn_one_down(world: World, name: str) -> None:
    loan = rejects(world, name, world.applies("peter"), reason=" Not  this season ")
    kept = world.loan(loan)
    assert (kept.status, kept.decided_by, kept.decided_at) == (Status.REJECTED, world.users[name], AT)
    assert kept.reason == "Not this season"
    assert b"season" not in bytes(kept.reason_sealed)
    assert Act.objects.get(verb="loan.rejected").facts == {"loan_type": "SHORT_TERM", "amount": "10000.00"}
    assert Message.objects.get(template="loan_rejected").user == world.peter


def test_what_everybody_agreed_to_is_not_turned_down_by_one(world: World) -> None:
    with pytest.raises(InvalidTransition):
        rejects(world, "mary", world.approved())


@pytest.mark.parametrize("name", ["daniel", "faith", "jane", "rose", "alice"])
def test_others_turn_nothing_down(world: World, name: str) -> None:
    with pytest.raises(NoOpenCapacity):
        rejects(world, name, world.applies("peter"))


def test_the_borrower_does_not_turn_down_her_own(world: World) -> None:
    with pytest.raises(MakerIsChecker):
        rejects(world, "peter", world.applies("peter"))


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_no_needs_a_reason(world: World, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        rejects(world, "mary", world.applies("peter"), reason)
    assert refused.value.field == "reason"


# Never mind


def test_the_borrower_and_who_typed_it_may_cancel(world: World) -> None:
    assert cancels(world, "peter", world.applies("peter")).status == Status.CANCELLED
    assert not Message.objects.filter(template="loan_cancelled").exists()
    typed = world.applies("peter", by="grace")
    kept = world.loan(cancels(world, "grace", typed, "Typed twice"))
    assert (kept.status, kept.reason, kept.decided_by) == (Status.CANCELLED, "Typed twice", world.grace)
    assert Message.objects.get(template="loan_cancelled").user == world.peter
    assert Act.objects.filter(verb="loan.cancelled").count() == 2


def test_what_is_approved_may_still_be_cancelled_and_she_applies_again(world: World) -> None:
    assert cancels(world, "peter", world.approved()).status == Status.CANCELLED
    assert world.applies("peter").number == 2


@pytest.mark.parametrize("name", ["mary", "joseph", "alice", "sarah"])
def test_nobody_else_cancels(world: World, name: str) -> None:
    with pytest.raises(NotYoursToCancel):
        cancels(world, name, world.applies("peter"))


# Everything in its time


@pytest.mark.parametrize("status", ["APPROVED", "REJECTED", "CANCELLED", "DISBURSED", "COMPLETED", "WRITTEN_OFF"])
def test_only_what_waits_is_approved(world: World, status: str) -> None:
    loan = in_status(world, status)
    with pytest.raises(InvalidTransition) as refused:
        world.approves("mary", loan)
    assert (refused.value.status, refused.value.code) == (409, "invalid_transition")
    assert "loan" in str(refused.value.detail)


@pytest.mark.parametrize("status", ["REJECTED", "CANCELLED", "DISBURSED", "COMPLETED", "WRITTEN_OFF"])
@pytest.mark.parametrize("verb", [rejects, cancels])
def test_what_is_paid_out_or_ended_is_neither_turned_down_nor_cancelled(world: World, status: str, verb: Any) -> None:
    loan = in_status(world, status)
    with pytest.raises(InvalidTransition):
        verb(world, "mary" if verb is rejects else "peter", loan)


def in_status(world: World, status: str) -> Loan:
    """Peter's loan, as if its life had come so far; the constraint asks for a paper of its payment."""
    loan = world.approved()
    paid = world.brings("agnes", "1") if status in {"DISBURSED", "COMPLETED", "WRITTEN_OFF"} else None
    Loan.objects.filter(pk=loan.pk).update(status=status, disbursement=paid, disbursed_on=TODAY if paid else None)
    return loan


def test_deciding_moves_no_money(world: World) -> None:
    before = world.holds("1010")
    world.approved("alice", "60000", yes=LARGE)
    assert world.holds("1010") == before
    assert world.books_are_proven
