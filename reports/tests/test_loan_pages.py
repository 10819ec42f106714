"""Loans on pages: what waits and for whom, one loan with who has said yes, who is late, and what a member sees."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.money import ZERO, kes
from core.periods import now, today
from core.tests.lasting import lasting
from ledger.models import Entry
from loans import operations
from loans.models import Loan, Status
from reports.pages import loan_lists
from reports.tests.desk import At, text, told
from reports.tests.loan_table import Table

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def table(db: None) -> Table:
    return Table()


def look(browser: Client, name: str, *args: Any, **asked: str) -> Any:
    return browser.get(reverse(name, args=args), asked)


def page(answer: Any) -> Any:
    text(answer)
    return answer.context["page"]


def loan_of(answer: Any) -> Any:
    text(answer)
    return answer.context["loan"]


def says(browser: Client, loan: Loan, action: str, words: str = "", step: str = "confirm") -> Any:
    form = {"action": action, "words": words, "step": step}
    return browser.post(reverse("loan-decide-page", args=[loan.pk]), form)


def decided(browser: Client, loan: Loan, action: str, words: str = "") -> list[str]:
    return told(says(browser, loan, action, words))[-1:]


# What waits


def test_an_application_stands_with_who_is_missing_and_the_decider_may_open_it(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    (ask,) = page(look(at_desk(table.mary), "loans-page")).queue
    assert ask.sentence == "Peter wa Umoja asks for a short-term loan"
    assert ask.amount == kes("10000")
    assert ask.lacks == (
        "The field officer is missing: Joseph or Brian",
        "The chair is missing: Mary wa Umoja",
    )
    assert (ask.is_hers, ask.verb, ask.href) == (True, "Decide", reverse("loan-page", args=[loan.pk]))


def test_what_mary_has_said_yes_to_waits_for_others_only(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    table.approves("mary", loan)
    (ask,) = page(look(at_desk(table.mary), "loans-page")).queue
    assert (ask.is_hers, ask.lacks) == (False, ("The field officer is missing: Joseph or Brian",))
    (ask,) = page(look(at_desk(table.joseph), "loans-page")).queue
    assert ask.is_hers


def test_an_approved_loan_waits_for_the_treasurer_to_pay_it_out(at_desk: At, table: Table) -> None:
    table.approved("peter")
    (ask,) = page(look(at_desk(table.grace), "group-loans-page", table.umoja.pk)).queue
    assert (ask.is_hers, ask.verb) == (True, "Pay out")
    assert not page(look(at_desk(table.mary), "group-loans-page", table.umoja.pk)).queue[0].is_hers


def test_the_oldest_application_stands_first(at_desk: At, table: Table) -> None:
    table.is_back(1)
    table.applies("alice")
    table.is_back(0)
    table.applies("peter")
    queue = page(look(at_desk(table.mary), "loans-page")).queue
    assert [ask.sentence.split()[0] for ask in queue] == ["Alice", "Peter"]


def test_the_section_counts_what_waits_for_her_alone(at_desk: At, table: Table) -> None:
    table.applies("peter")
    table.approved("alice")

    def tally(name: str) -> int | None:
        sections = look(at_desk(table.user(name)), "home").context["console"].sections
        return next((one.tally for one in sections if one.icon == "loans"), None)

    assert {name: tally(name) for name in ("mary", "joseph", "grace", "faith", "alice", "jane")} == {
        "mary": 1, "joseph": 2, "grace": 1, "faith": 0, "alice": 0, "jane": 0,
    }  # fmt: skip


def test_the_first_page_of_the_day_names_the_loan_to_decide(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    decisions = look(at_desk(table.mary), "home").context["home"].decisions
    assert [(one.deed, one.href) for one in decisions] == [
        ("Peter wa Umoja asks for a short-term loan", reverse("loan-page", args=[loan.pk]))
    ]


def test_the_pages_of_money_that_waits_point_to_loans_that_wait(at_desk: At, table: Table) -> None:
    assert "too, for a yes" not in text(look(at_desk(table.mary), "group-waiting-page", table.umoja.pk))
    table.applies("peter")
    assert "1 loan waits too, for a yes" in text(look(at_desk(table.mary), "group-waiting-page", table.umoja.pk))
    assert "1 loan waits for you, too." in text(look(at_desk(table.mary), "waiting-page"))
    assert "asks for a short-term loan" in text(look(at_desk(table.mary), "group-page", table.umoja.pk))


def test_what_is_hers_does_not_hide_behind_what_waits_for_others(
    at_desk: At, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.pages.loan_lists.WAITING_SHOWN", 1)
    table.approves("mary", table.applies("alice"))
    table.is_back(0)
    hers = table.applies("peter")
    home = look(at_desk(table.mary), "home")
    assert [one.href for one in home.context["home"].decisions] == [reverse("loan-page", args=[hers.pk])]
    assert "1 loan waits for you, too." in text(look(at_desk(table.mary), "waiting-page"))


def test_changes_that_wait_are_read_together_however_many(table: Table) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as kept:
            assert all(one.lacks == ("The field officer is missing: Joseph or Brian",) for one in asks())
        return len(kept)

    def asks() -> list[Any]:
        return list(loan_lists.waiting_in(table.umoja, table.mary, today()))

    for name in ("esther", "ruth"):
        table.saves(name, "30000")
        table.shows_her_id(name)
    table.asks_to_write_off("mary", table.lent("peter"))
    few = asked()
    for name in ("esther", "ruth"):
        table.asks_to_write_off("mary", table.lent(name, witnesses=("lucy", "agnes")))
    assert len(asks()) == 3
    assert asked() == few


def test_lists_ask_the_same_few_questions_however_many_wait(at_desk: At, table: Table) -> None:
    def asked() -> int:
        browser = at_desk(table.faith)
        with CaptureQueriesContext(connection) as kept:
            text(look(browser, "loans-page"))
        return len(kept)

    table.applies("peter")
    few = asked()
    table.applies("alice")
    for name in ("esther", "ruth"):
        table.saves(name, "30000")
        table.applies(name)
    assert asked() == few


# The list


def test_running_loans_stand_with_what_is_left_and_due_and_the_latest_first(at_desk: At, table: Table) -> None:
    table.lent("peter", "30000")
    table.lent("alice", "30000", months_ago=2)
    rows = page(look(at_desk(table.faith), "loans-page")).rows
    assert [(row.name, row.outstanding, row.state.tone) for row in rows] == [
        ("Alice wa Umoja", kes("30000"), "bad"),
        ("Peter wa Umoja", kes("30000"), "good"),
    ]
    # 10,000.00 with 1,000.00 of interest.
    assert rows[1].due_amount == kes("11000")


def test_the_list_narrows_to_what_is_asked(at_desk: At, table: Table) -> None:
    table.lent("peter")
    late = table.lent("alice", months_ago=2)
    table.saves("esther", "30000")
    rejected = table.applies("esther")
    operations.reject(loan=rejected, by=table.mary, at=now(), reason="Not now")
    browser = at_desk(table.mary)

    def numbers(**asked: str) -> list[str]:
        return [row.number for row in page(look(browser, "loans-page", **asked)).rows]

    assert numbers(status="late") == [late.loan_number]
    assert numbers(status="refused") == [rejected.loan_number]
    assert numbers(status="ended") == []
    assert len(numbers(status="nonsense")) == 2
    assert len(numbers(group=str(table.umoja.pk))) == 2


def test_long_lists_are_shown_page_by_page(at_desk: At, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.pages.loan_lists.ROWS_A_PAGE", 1)
    table.lent("peter")
    table.lent("alice")
    first = page(look(at_desk(table.faith), "loans-page"))
    assert (len(first.rows), first.pages, first.newer) == (1, 2, "")
    second = page(look(at_desk(table.faith), "loans-page", page="2"))
    assert (second.older, second.newer) == ("", "?status=running&group=&page=1")
    assert second.rows != first.rows


def test_figures_say_what_is_out_by_type(at_desk: At, table: Table) -> None:
    table.lent("peter", "30000", months_ago=3)
    figures = page(look(at_desk(table.faith), "group-loans-page", table.umoja.pk)).figures
    assert dict(figures.by_type) == {"Short-term loans": kes("30000"), "Long-term loans": ZERO, "Project loans": ZERO}
    assert (figures.outstanding, figures.par30.amount, figures.par90.amount) == (kes("30000"), kes("30000"), ZERO)


def test_an_empty_list_says_what_will_stand_there(at_desk: At, table: Table) -> None:
    said = text(look(at_desk(table.faith), "group-loans-page", table.umoja.pk))
    assert "No loan waits." in said
    assert "No such loan." in said


def test_strangers_and_plain_members_do_not_read_the_lists_of_a_group(at_desk: At, table: Table) -> None:
    for name in ("group-loans-page", "arrears-page"):
        assert look(at_desk(table.jane), name, table.umoja.pk).status_code == 404
        assert look(at_desk(table.alice), name, table.umoja.pk).status_code == 403


# Who is late


def test_arrears_say_who_is_late_by_how_much_and_how_to_call(at_desk: At, table: Table) -> None:
    table.lent("peter", "30000", months_ago=2)
    answer = look(at_desk(table.grace), "arrears-page", table.umoja.pk)
    found, said = page(answer), text(answer)
    (late,) = found.rows
    assert (late.name, found.overdue_principal) == (
        "Peter wa Umoja", kes("10000"),
    )  # fmt: skip
    assert late.phone_href == f"tel:+{table.members['peter'].person.phone}"
    assert 27 < late.days < 33
    assert (found.rate.percent, found.outstanding) == (kes("33.3"), kes("30000"))
    assert sum(bucket.count for bucket in found.buckets) == 1
    for measure in ("PAR 30", "PAR 90", "Arrears rate"):
        assert measure in said


def test_nobody_late_and_nothing_out_are_said_in_words(at_desk: At, table: Table) -> None:
    said = text(look(at_desk(table.grace), "arrears-page", table.umoja.pk))
    assert "Nobody is late." in said
    assert "No loan is out." in said


def test_what_is_overdue_stands_beside_the_loans_of_the_fund(at_desk: At, table: Table) -> None:
    table.lent("peter", "30000", months_ago=2)
    has = look(at_desk(table.mary), "group-page", table.umoja.pk).context["page"].proof.sides[0]
    assert [line.arrears for line in has.lines if line.arrears is not None] == [kes("10000"), ZERO]


# One loan that waits


def test_the_page_of_an_application_judges_prices_and_asks(at_desk: At, table: Table) -> None:
    loan = table.applies("peter", "30000", loan_type="LONG_TERM", months=6)
    shown = loan_of(look(at_desk(table.mary), "loan-page", loan.pk))
    assert shown.title == "Peter wa Umoja asks for a long-term loan"
    assert [rule.verdict.tone for rule in shown.asking.rules] == ["good"] * 7
    assert len(shown.asking.score.rows) == 4
    assert (len(shown.cost.rows), shown.cost.principal, shown.cost.fees) == (6, kes("30000"), ZERO)
    assert shown.consent.title == "Who has said yes: 0 of 2"
    assert [(one.word, one.before, one.after) for one in shown.consent.deciding.effects] == [
        ("Approvals still missing", "2", "1"),
        ("Loan", "Waiting", "Waiting"),
    ]
    later = {one.word: (one.before, one.after) for one in shown.later}
    assert later["Peter owes, principal"] == (ZERO, kes("30000"))
    assert later["Total revolving fund (TRF)"][0] == later["Total revolving fund (TRF)"][1]


def test_the_own_application_is_not_counted_as_another_open_loan(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    rules = {rule.word: rule for rule in loan_of(look(at_desk(table.mary), "loan-page", loan.pk)).asking.rules}
    assert rules["Has no other open loan"].is_kept


def test_what_stands_against_a_loan_is_said_with_what_would_change_it(at_desk: At, table: Table) -> None:
    table.saves("esther", "30000")
    loan = table.applies("esther")
    shown = loan_of(look(at_desk(table.mary), "loan-page", loan.pk))
    assert shown.asking.all_rules.word == "1 rule not met"
    (broken,) = [rule for rule in shown.asking.rules if not rule.is_kept]
    assert (broken.word, bool(broken.remedy)) == ("ID verified", True)
    assert "What would change it:" in text(look(at_desk(table.mary), "loan-page", loan.pk))


def test_the_last_yes_approves_and_no_money_moves(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    entries = Entry.objects.count()
    assert decided(at_desk(table.joseph), loan, "approve", "Seen his maize") == [
        "Your yes is kept. It waits for the others."
    ]
    shown = loan_of(look(at_desk(table.mary), "loan-page", loan.pk))
    assert [(yes.name, yes.seat, yes.notes) for yes in shown.consent.said] == [
        ("Joseph", "as field officer", "Seen his maize")
    ]
    assert shown.consent.deciding.effects[1].after == "Approved"
    assert "Approved." in decided(at_desk(table.mary), loan, "approve")[0]
    assert (table.loan(loan).status, Entry.objects.count()) == (Status.APPROVED, entries)


def test_a_second_yes_of_the_same_person_is_refused_in_words(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    decided(at_desk(table.mary), loan, "approve")
    assert "already said yes" in text(says(at_desk(table.mary), loan, "approve"), 422)
    shown = loan_of(look(at_desk(table.mary), "loan-page", loan.pk))
    assert (shown.consent.deciding.may_approve, shown.consent.deciding.may_reject) == (False, True)


def test_a_no_needs_a_reason_and_the_borrower_reads_it(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    refused = text(says(at_desk(table.mary), loan, "reject", step="review"), 422)
    assert "Say why" in refused
    assert re.search(r"<textarea[^>]*autofocus[^>]*id=.id_words.|<textarea[^>]*id=.id_words.[^>]*autofocus", refused)
    assert table.loan(loan).status == Status.PENDING
    decided(at_desk(table.mary), loan, "reject", "Wait for the harvest")
    shown = loan_of(look(at_desk(table.peter), "loan-page", loan.pk))
    assert (shown.verdict, shown.pills[0].word) == ("Wait for the harvest", "Rejected")
    assert "never paid out" in text(look(at_desk(table.peter), "loan-page", loan.pk))


@pytest.mark.parametrize("action", ["", "APPROVE", "delete"])
@pytest.mark.parametrize("step", ["review", "confirm"])
def test_what_is_neither_a_yes_nor_a_no_decides_nothing(at_desk: At, table: Table, action: str, step: str) -> None:
    loan = table.applies("peter")
    refused = text(says(at_desk(table.mary), loan, action, "Wait for the harvest", step), 422)
    assert "Nothing is decided yet." in refused
    assert "Wait for the harvest" in refused
    path = reverse("loan-decide-page", args=[loan.pk])
    assert at_desk(table.mary).post(path, {"words": "hello", "step": "confirm"}).status_code == 422
    assert table.loan(loan).status == Status.PENDING


def test_a_no_is_looked_at_before_it_is_said(at_desk: At, table: Table) -> None:
    loan, browser = table.applies("peter"), at_desk(table.mary)
    review = says(browser, loan, "reject", "Wait for the harvest", "review")
    assert "“Wait for the harvest”" in text(review)
    assert [(one.before, one.after) for one in review.context["review"].effects] == [("Waiting", "Rejected")]
    assert table.loan(loan).status == Status.PENDING
    assert "Wait for the harvest</textarea>" in text(says(browser, loan, "reject", "Wait for the harvest", "change"))
    assert decided(browser, loan, "reject", "Wait for the harvest") == ["Rejected. The borrower reads your reason."]
    assert "not in a state" in text(says(browser, loan, "reject", "Again"), 422)


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_a_note_that_is_too_long_or_hides_letters_is_refused_beside_it(at_desk: At, table: Table, action: str) -> None:
    loan = table.applies("peter")
    for words in ("x" * 501, "a\x00b", "a\u202eb"):
        assert 'id="id_words_error"' in text(says(at_desk(table.mary), loan, action, words), 422)
    assert table.loan(loan).status == Status.PENDING
    path = reverse("loan-cancel-page", args=[loan.pk])
    page_now = text(at_desk(table.peter).post(path, {"reason": "a\u202eb", "step": "confirm"}), 422)
    assert 'id="cancel_reason_error"' in page_now


def test_whose_seat_is_not_needed_is_forbidden_to_decide(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    assert says(at_desk(table.grace), loan, "approve").status_code == 403
    assert table.loan(loan).status == Status.PENDING


def test_the_borrower_and_the_witness_are_offered_no_decision(at_desk: At, table: Table) -> None:
    table.saves("mary", "30000")
    table.shows_her_id("mary")
    loan = table.applies("mary", witnesses=("ruth", "agnes"))
    for name in ("mary", "ruth"):
        assert loan_of(look(at_desk(table.user(name)), "loan-page", loan.pk)).consent.deciding is None
    refused = text(says(at_desk(table.mary), loan, "approve", "I need it"), 422)
    assert "Somebody else must confirm this" in refused


def test_the_borrower_cancels_and_a_stranger_to_the_paper_cannot(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    path = reverse("loan-cancel-page", args=[loan.pk])
    assert loan_of(look(at_desk(table.peter), "loan-page", loan.pk)).may_cancel
    assert not loan_of(look(at_desk(table.grace), "loan-page", loan.pk)).may_cancel
    assert at_desk(table.grace).post(path, {"reason": "", "step": "confirm"}).status_code == 403
    review = at_desk(table.peter).post(path, {"reason": "I sold a goat"})
    assert "“I sold a goat”" in text(review)
    assert [(one.before, one.after) for one in review.context["review"].effects] == [("Waiting", "Cancelled")]
    assert table.loan(loan).status == Status.PENDING
    done = at_desk(table.peter).post(path, {"reason": "I sold a goat", "step": "confirm"})
    assert told(done)[-1] == "Cancelled. No money has moved."
    assert table.loan(loan).status == Status.CANCELLED


# One loan that runs


def test_a_running_loan_says_what_is_left_due_and_paid(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "30000", months_ago=2)
    table.repays(loan, "11000", months_ago=1)
    shown = loan_of(look(at_desk(table.grace), "loan-page", loan.pk))
    assert (shown.figure, shown.course.paid.total) == (kes("20000"), kes("11000"))
    assert [row.mark.word for row in shown.course.rows] == ["Paid", "Due today", "To come"]
    assert (shown.course.due, shown.course.settlement) == (kes("11000"), kes("22000"))
    (receipt,) = shown.course.receipts
    assert (receipt.amount, receipt.split.principal, receipt.is_reversed) == (kes("11000"), kes("10000"), False)
    assert [way.word for way in shown.ways] == ["Record a repayment"]
    assert [point.was for point in shown.course.chart.points] == [kes("30000"), kes("20000"), kes("20000"), None, None]


def test_a_late_loan_shows_its_penalties(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "30000", months_ago=3)
    shown = loan_of(look(at_desk(table.grace), "loan-page", loan.pk))
    assert shown.pills[0].tone == "bad"
    assert shown.course.penalty_total == sum((one.amount for one in shown.course.penalties), ZERO) > 0
    assert "days late" in shown.course.rows[0].mark.word


def test_a_repayment_taken_back_stays_in_the_list(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "30000")
    paid = table.repays(loan, "1000")
    table.reverses("mary", paid.voucher, at=now())
    (receipt,) = loan_of(look(at_desk(table.mary), "loan-page", loan.pk)).course.receipts
    assert (receipt.is_reversed, receipt.split.total) == (True, ZERO)


def test_a_repaid_loan_offers_nothing_more_to_do(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "30000")
    table.repays(loan, "33000")
    shown = loan_of(look(at_desk(table.grace), "loan-page", loan.pk))
    assert (shown.pills[0].word, shown.ways, shown.figure) == ("Repaid", (), ZERO)
    assert shown.statement_href


def test_only_who_would_approve_a_new_loan_of_it_is_offered_a_change(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "30000")

    def ways(name: str) -> list[str]:
        return [way.word for way in loan_of(look(at_desk(table.user(name)), "loan-page", loan.pk)).ways]

    assert ways("mary") == ["Record a repayment", "Reschedule", "Write off"]
    assert ways("grace") == ["Record a repayment"]
    assert ways("faith") == ways("peter") == []


def test_a_member_reads_her_own_loan_and_nobody_elses(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "30000")
    shown = loan_of(look(at_desk(table.peter), "loan-page", loan.pk))
    assert (shown.ways, shown.consent.deciding, shown.list_href, shown.changing) == ((), None, "", None)
    assert look(at_desk(table.alice), "loan-page", loan.pk).status_code == 404
    assert look(at_desk(table.jane), "loan-page", loan.pk).status_code == 404


def test_notes_of_those_who_decide_are_not_the_borrowers_to_read(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    table.approves("mary", loan, notes="Owes his brother")
    assert "Owes his brother" in text(look(at_desk(table.grace), "loan-page", loan.pk))
    assert "Owes his brother" not in text(look(at_desk(table.peter), "loan-page", loan.pk))


def test_a_member_finds_her_loan_on_her_own_pages(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "30000")
    browser = at_desk(table.peter)
    (own,) = look(browser, "home").context["home"].own
    assert [row.number for row in own.loans] == [loan.loan_number]
    assert own.apply_href == reverse("apply-loan-page", args=[table.umoja.pk])
    member = look(browser, "member-page", table.members["peter"].pk).context["member"]
    assert [row.number for row in member.loans] == [loan.loan_number]
    assert member.apply_href.endswith(f"?member={table.members['peter'].pk}")
    assert page(look(browser, "loans-page")).rows[0].number == loan.loan_number


def test_no_page_of_loans_carries_style_or_script_of_its_own(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "30000", months_ago=2)
    browser = at_desk(table.mary)
    for name, *args in (("loans-page",), ("loan-page", loan.pk), ("arrears-page", table.umoja.pk)):
        said = text(look(browser, name, *args))
        assert not re.search(r"<[^>]+\sstyle=", said)
        assert not re.search(r"<[^>]+\son[a-z]+=", said)
