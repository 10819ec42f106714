"""Applying: by herself or typed by an officer, within the rules, one open loan at a time, and everybody hears of it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from audit.models import Act
from core.errors import Invalid
from core.money import ZERO, kes
from groups.models import BankingGroup, Constitution
from groups.operations import adopt_constitution, suspend_group
from loans import attendance
from loans.assessment import Asked, Eligibility, Missing, assess, eligibility, lendable, missing_approvals, offers_of
from loans.models import Loan, Status, Witness
from loans.operations import NotEligible, OnlyForHerself, OpenLoanExists, RateAboveCap
from loans.tests.world import AT, TODAY, World
from members.models import Member
from members.papers import documents_of
from notifications.models import Message


def judged(world: World, name: str, amount: str = "10000", **words: Any) -> Eligibility:
    witnesses = words.pop("witnesses", None)
    named = None if witnesses is None else [world.members[each] for each in witnesses]
    asked = Asked(kes(amount), **words)
    return eligibility(member=world.members[name], asked=asked, on=world.today, witnesses=named)


def failed(answer: Eligibility) -> list[str]:
    return [rule.code for rule in answer.failed]


def rule(answer: Eligibility, code: str) -> Any:
    return next(each for each in answer.rules if each.code == code)


def retire(world: World, name: str) -> None:
    Member.objects.filter(pk=world.members[name].pk).update(is_active=False)
    world.members[name].refresh_from_db(fields=["is_active"])


def end_of(loan: Loan, status: Status) -> None:
    Loan.objects.filter(pk=loan.pk).update(status=status)


# The rules


def test_thirty_thousand_saved_in_three_months_carry_ninety_thousand(world: World) -> None:
    assert judged(world, "peter", "90000").eligible
    refused = judged(world, "peter", "90000.01")
    assert failed(refused) == ["savings_multiple"]
    assert "KES 90,000.00" in rule(refused, "savings_multiple").remedy


def test_peter_applies_for_ninety_thousand_and_not_a_cent_more(world: World) -> None:
    with pytest.raises(NotEligible) as refused:
        world.applies("peter", "90000.01")
    assert [(each["field"], each["code"]) for each in refused.value.errors] == [("amount", "savings_multiple")]
    assert refused.value.facts["errors"] == refused.value.errors
    assert world.applies("peter", "90000").status == Status.PENDING


def test_every_rule_answers_in_its_order_and_says_what_it_saw(world: World) -> None:
    answer = judged(world, "peter")
    codes = ["savings_history", "savings_multiple", "open_loan", "active_member", "witnesses", "fund"]
    assert [each.code for each in answer.rules] == codes
    assert all(each.evidence and each.passed for each in answer.rules)


def test_two_months_of_savings_are_not_enough(world: World) -> None:
    world.saves("agnes", "20000", months=2)
    answer = judged(world, "agnes")
    assert failed(answer) == ["savings_history"]
    assert "from April 2026 on" in rule(answer, "savings_history").remedy
    world.rules(savings_history_months=2)
    assert judged(world, "agnes").eligible


def test_who_saved_until_last_month_still_counts_and_then_no_more(world: World) -> None:
    world.moves_to(dt.date(2026, 4, 30))
    assert judged(world, "peter").eligible
    world.moves_to(dt.date(2026, 5, 1))
    assert failed(judged(world, "peter")) == ["savings_history"]


def test_several_rules_are_named_at_once(world: World) -> None:
    with pytest.raises(NotEligible) as refused:
        world.applies("agnes", by="grace", witnesses=("lucy",))
    assert {each["code"] for each in refused.value.errors} == {"savings_history", "savings_multiple", "witnesses"}
    assert {each["field"] for each in refused.value.errors} == {"member_id", "amount", "witnesses"}
    assert all("Needed" in each["detail"] or "KES" in each["detail"] for each in refused.value.errors)


def test_who_is_not_active_borrows_nothing_and_witnesses_nothing(world: World) -> None:
    retire(world, "lucy")
    assert failed(judged(world, "peter", witnesses=["lucy", "agnes"])) == ["witnesses"]
    assert "Lucy wa Umoja" in rule(judged(world, "peter", witnesses=["lucy", "agnes"]), "witnesses").evidence
    retire(world, "peter")
    with pytest.raises(NotEligible) as refused:
        world.applies("peter", witnesses=("agnes", "alice"))
    assert [each["code"] for each in refused.value.errors] == ["active_member"]


def test_a_suspended_group_lends_nothing(world: World) -> None:
    suspend_group(group=world.umoja, reason="Books are checked", at=AT, by=world.sarah)
    with pytest.raises(NotEligible) as refused:
        world.applies("peter")
    assert [each["code"] for each in refused.value.errors] == ["active_member"]
    world.members["peter"].group = BankingGroup.objects.get(pk=world.umoja.pk)
    assert failed(judged(world, "peter")) == ["active_member"]


@pytest.mark.parametrize(
    "witnesses", [(), ("lucy",), ("lucy", "lucy"), ("lucy", "peter"), ("lucy", "agnes", "peter"), ("lucy", "jane")]
)
def test_two_different_others_of_the_group_witness(world: World, witnesses: tuple[str, ...]) -> None:
    with pytest.raises(NotEligible) as refused:
        world.applies("peter", witnesses=witnesses)
    assert [(each["field"], each["code"]) for each in refused.value.errors] == [("witnesses", "witnesses")]


def test_without_names_it_is_asked_whether_enough_could_witness(world: World) -> None:
    assert "could witness: 7." in rule(judged(world, "peter"), "witnesses").evidence
    world.rules(witnesses_needed=8)
    assert failed(judged(world, "peter")) == ["witnesses"]


def test_a_short_fund_warns_and_hinders_nobody(world: World) -> None:
    world.brings("alice", "5000", kind="WELFARE")
    world.saves("mary", "60000", method="MPESA")
    world.moves("EXPENSE", "95000")
    answer = judged(world, "peter", "90000")
    assert (answer.eligible, rule(answer, "fund").passed) == (True, False)
    assert "holds KES 85,000.00" in rule(answer, "fund").evidence
    assert world.applies("peter", "90000").status == Status.PENDING


def test_projects_are_lent_from_what_was_brought_for_them(world: World) -> None:
    world.brings("alice", "700", kind="PROJECT")
    rules = Constitution.objects.get(group=world.umoja)
    assert lendable(world.umoja, "PROJECT", TODAY, rules) == kes("700")
    assert lendable(world.umoja, "SHORT_TERM", TODAY, rules) == kes("120000")
    pooled = world.rules(pool_project_fund=True)
    assert lendable(world.umoja, "PROJECT", TODAY, pooled) == kes("120700")
    assert not rule(judged(world, "peter", "120701", loan_type="PROJECT", months=6), "fund").passed


# What a type of loan has


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"months": 4}, "duration_months"),
        ({"loan_type": "LONG_TERM", "months": 3}, "duration_months"),
        ({"grace_months": 1}, "grace_months"),
        ({"extra_payment": "10"}, "extra_payment"),
        ({"loan_type": "PROJECT", "months": 2, "grace_months": 2}, "grace_months"),
        ({"purpose": "  "}, "purpose"),
        ({"purpose": "x" * 501}, "purpose"),
    ],
)
def test_what_the_type_does_not_have_is_refused_by_field(world: World, words: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        world.applies("peter", **words)
    assert refused.value.field == field
    assert Loan.objects.count() == 0


# What is kept


def test_what_was_asked_is_kept_with_number_witnesses_and_papers(world: World) -> None:
    card = documents_of(world.members["peter"].person)[0]
    words: dict[str, Any] = {"loan_type": "PROJECT", "months": 12, "grace_months": 2, "documents": (card,)}
    loan = world.loan(world.applies("peter", "10000.50", purpose=" A  cow ", **words))
    assert (loan.loan_number, loan.status, loan.slot) == ("LN-0001", "PENDING", "LOAN")
    assert (loan.amount, loan.months, loan.grace_months, loan.extra_payment) == (kes("10000.50"), 12, 2, ZERO)
    assert (loan.applied_at, loan.applied_on, loan.recorded_by) == (AT, TODAY, world.peter)
    assert loan.purpose == "A cow"
    assert b"cow" not in bytes(loan.purpose_sealed)
    assert {each.member for each in loan.witnesses.all()} == {world.members["lucy"], world.members["agnes"]}
    assert list(loan.documents.all()) == [card]
    assert (loan.rate_percent, loan.constitution, loan.approved_on) == (None, None, None)


def test_numbers_run_through_the_group(world: World) -> None:
    first, second = world.applies("peter"), world.applies("alice")
    assert [first.loan_number, second.loan_number] == ["LN-0001", "LN-0002"]


def test_an_officer_types_for_a_member_and_a_member_for_herself_only(world: World) -> None:
    assert world.applies("peter", by="grace").recorded_by == world.grace
    assert world.applies("alice", by="joseph").recorded_by == world.joseph
    for name in ("alice", "daniel", "faith", "sarah"):
        with pytest.raises(OnlyForHerself):
            world.applies("peter", by=name)


def test_the_act_leaves_ids_and_words_but_no_name(world: World) -> None:
    loan = world.applies("peter", by="grace")
    act = Act.objects.get(verb="loan.applied")
    assert (act.subject_id, act.actor_id, act.group_id) == (loan.pk, world.grace.pk, world.umoja.pk)
    assert act.facts == {"loan_type": "SHORT_TERM", "amount": "10000.00", "months": 3}


def test_the_borrower_and_those_who_decide_hear_of_it_once(world: World) -> None:
    Message.objects.all().delete()
    loan = world.applies("peter")
    told = {(each.template, each.user) for each in Message.objects.all()}
    assert told == {("loan_applied", world.peter)} | {
        ("loan_waits", user) for user in (world.joseph, world.brian, world.mary)
    }
    world.approves("joseph", loan)
    assert Message.objects.filter(template="loan_waits").count() == 3
    hers = Message.objects.get(user=world.peter, template="loan_applied")
    assert hers.body == "Umoja: your request for loan LN-0001 of KES 10,000.00 is recorded and waits for approval."


def test_swahili_speakers_read_it_in_swahili(world: World) -> None:
    world.peter.language = "sw"
    world.peter.save(update_fields=["language"])
    loan = world.applies("peter")
    assert "ombi lako la mkopo LN-0001" in Message.objects.get(user=world.peter, template="loan_applied").body
    assert loan.status == "PENDING"


def test_a_borrower_without_a_sign_in_gets_no_message(world: World) -> None:
    world.saves("lucy", "3000")
    world.applies("lucy", "1000", by="grace", witnesses=("agnes", "alice"))
    assert not Message.objects.filter(template="loan_applied").exists()


# One open loan


def test_one_loan_at_a_time(world: World) -> None:
    first = world.applies("peter")
    with pytest.raises(OpenLoanExists) as refused:
        world.applies("peter", loan_type="LONG_TERM", months=6)
    assert (refused.value.status, refused.value.code) == (409, "open_loan_exists")
    assert "LN-0001 (Waiting)" in str(refused.value.detail)
    end_of(first, Status.CANCELLED)
    assert world.applies("peter").number == 2


def test_one_of_each_type_where_the_constitution_says_so(world: World) -> None:
    world.rules(open_loans="ONE_PER_TYPE")
    assert world.applies("peter").slot == "SHORT_TERM"
    assert world.applies("peter", loan_type="LONG_TERM", months=6).slot == "LONG_TERM"
    with pytest.raises(OpenLoanExists):
        world.applies("peter")


def test_loans_from_before_the_rule_changed_count(world: World) -> None:
    world.applies("peter")
    world.rules(open_loans="ONE_PER_TYPE")
    with pytest.raises(OpenLoanExists):
        world.applies("peter")
    world.applies("peter", loan_type="LONG_TERM", months=6)
    world.moves_to(TODAY + dt.timedelta(days=1))
    world.rules(open_loans="ONE")
    with pytest.raises(OpenLoanExists) as refused:
        world.applies("peter", loan_type="PROJECT", months=6)
    assert "LN-0001 (Waiting), LN-0002 (Waiting)" in str(refused.value.detail)


def test_a_loan_reopened_by_a_reversal_is_in_nobodys_way(world: World) -> None:
    first = world.applies("peter")
    Loan.objects.filter(pk=first.pk).update(is_reopened=True)
    assert world.applies("peter").number == 2


def test_the_index_refuses_a_second_open_loan_whoever_writes_it(world: World) -> None:
    first = world.loan(world.applies("peter"))
    first.pk, first.number = None, 2
    with pytest.raises(IntegrityError, match=r"one_open_loan|member_id, loans_loan\.slot"), transaction.atomic():
        first.save(force_insert=True)


def test_what_the_index_refuses_is_said_as_the_rule_says_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loan that the rules did not see when they were asked."""
    world.applies("peter")
    seen: QuerySet[Loan] = Loan.objects.none()
    with monkeypatch.context() as blind:
        blind.setattr("loans.assessment.in_the_way", lambda *_given: list(seen))
        with pytest.raises(OpenLoanExists):
            world.applies("peter")
    assert Witness.objects.count() == 2


# The price


def cap(world: World, percent: str | None) -> None:
    organisation = world.umoja.organisation
    organisation.interest_cap_yearly_percent = None if percent is None else Decimal(percent)
    organisation.save(update_fields=["interest_cap_yearly_percent"])


def test_a_loan_dearer_than_the_cap_is_refused_with_both_figures(world: World) -> None:
    rate = judged(world, "peter", months=3).terms.effective_yearly_rate
    assert rate is not None
    cap(world, str(rate))
    assert world.applies("peter").status == Status.PENDING
    cap(world, str(rate - Decimal("0.01")))
    with pytest.raises(RateAboveCap) as refused:
        world.applies("alice")
    assert (refused.value.status, refused.value.code) == (422, "rate_above_cap")
    assert f"{rate} percent" in str(refused.value.detail)


def test_fees_that_take_the_whole_loan_exceed_any_cap(world: World) -> None:
    world.rules(application_fee="1000.00")
    assert judged(world, "peter", "1000").terms.effective_yearly_rate is None
    cap(world, "1000")
    with pytest.raises(RateAboveCap) as refused:
        world.applies("peter", "1000")
    assert "fees take all" in str(refused.value.detail)


def test_the_terms_are_shown_to_who_may_not_borrow_as_well(world: World) -> None:
    world.rules(application_fee="100.00", appreciation_fee_percent="2.00")
    terms = judged(world, "agnes", "50000", months=3).terms
    assert not judged(world, "agnes", "50000").eligible
    assert (terms.total_interest, terms.total_payable, terms.fees.total) == (kes("5000"), kes("55000"), kes("1100"))
    assert [row.due for row in terms.schedule] == [dt.date(2026, month, 20) for month in (4, 5, 6)]
    assert (terms.fees.application, terms.fees.appreciation) == (kes("100"), kes("1000"))


# Lists, and the score


def test_offers_and_missing_yeses_cost_the_same_for_two_loans_and_for_six(
    world: World, django_assert_num_queries: Any
) -> None:
    world.rules(open_loans="ONE_PER_TYPE")
    for name in ("peter", "alice"):
        world.applies(name)
    two = list(Loan.objects.select_related("group__organisation"))
    with django_assert_num_queries(5):
        missing_approvals(two, TODAY)
    with django_assert_num_queries(2):
        offers_of(two, TODAY)
    for name in ("peter", "alice"):
        world.applies(name, loan_type="LONG_TERM", months=6)
        world.applies(name, loan_type="PROJECT", months=6)
    six = list(Loan.objects.select_related("group__organisation"))
    with django_assert_num_queries(5):
        missing = missing_approvals(six, TODAY)
    with django_assert_num_queries(2):
        offers = offers_of(six, TODAY)
    assert len(missing) == len(offers) == 6
    with django_assert_num_queries(0):
        assert missing_approvals([], TODAY) == {}


def test_each_groups_loans_wait_for_its_own_people_by_its_own_rules(world: World) -> None:
    """Baraka has Rose as its chair and no field officer, asks for no witnesses, and calls its committee sooner."""
    baraka = world.groups["Baraka"]
    rules: dict[str, Any] = {"savings_history_months": 0, "witnesses_needed": 0, "committee_from": "5000.00"}
    adopt_constitution(group=baraka, effective_on=TODAY, at=AT, by=world.sarah, **rules)
    world.brings("jane", "4000", by="rose")
    ours, theirs = world.applies("peter"), world.applies("jane", "4999.99", witnesses=())
    waits = {pk: may_act(each) for pk, each in missing_approvals([ours, theirs], TODAY).items()}
    assert waits[ours.pk] == {"FIELD_OFFICER": ("Joseph", "Brian"), "CHAIR": ("Mary wa Umoja",)}
    assert waits[theirs.pk] == {"FIELD_OFFICER": ("Daniel",), "CHAIR": ("Rose",)}
    end_of(theirs, Status.CANCELLED)
    large = world.applies("jane", "5000", witnesses=())
    assert "COMMITTEE" in may_act(missing_approvals([large], TODAY)[large.pk])


def may_act(missing: list[Missing]) -> dict[str, tuple[str, ...]]:
    return {each.capacity: each.may_act for each in missing}


def test_an_offer_is_what_was_agreed_or_what_the_rules_of_the_day_make_of_it(world: World) -> None:
    agreed, waits = world.approved("peter"), world.applies("alice")
    world.moves_to(TODAY + dt.timedelta(days=1))
    world.rules(loan_terms=[{"loan_type": "SHORT_TERM", "rate_percent": "5.00"}])
    offers = offers_of([agreed, waits], world.today)
    assert (offers[agreed.pk].interest_rate, offers[waits.pk].interest_rate) == (Decimal(10), Decimal(5))
    world.moves_to(TODAY + dt.timedelta(days=2))
    world.rules(loan_terms=[{"loan_type": "SHORT_TERM", "longest_months": 2}])
    assert offers_of([waits], world.today) == {}
    end_of(waits, Status.REJECTED)
    assert offers_of([world.loan(waits)], TODAY) == {}


def test_peter_is_assessed_by_what_he_saved(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    peter = world.members["peter"]
    monkeypatch.setattr(attendance, "_keepers", [])
    attendance.register(lambda _members: {})
    made = assess(member=peter, on=TODAY)
    assert (made.score, made.risk, made.max_amount) == (Decimal("40.8"), "MEDIUM", kes("90000"))
    assert made.parts["repayment"] == Decimal("15.0")
    assert len(made.reasons) == 5
    attendance.register(lambda members: {member.pk: Decimal(100) for member in members})
    there = assess(member=peter, on=TODAY)
    assert (there.score, there.risk) == (Decimal("50.8"), "MEDIUM")


def test_the_most_is_never_more_than_the_fund_and_never_below_nothing(world: World) -> None:
    world.moves("EXPENSE", "100000")
    assert assess(member=world.members["peter"], on=TODAY).max_amount == kes("20000")
    assert assess(member=world.members["agnes"], on=TODAY).max_amount == ZERO


def test_applying_moves_no_money(world: World) -> None:
    before = world.holds("1010")
    world.applies("peter")
    assert world.holds("1010") == before
    assert world.books_are_proven
