"""Loans asked for, paid out, repaid and changed on pages: seen before it is done, done once, refused by the field."""

from typing import Any

import pytest
from django.urls import reverse

from core.money import ZERO, kes
from core.periods import add_months, today
from core.tests.lasting import lasting
from ledger.models import Entry, Voucher
from ledger.queries import cash_by_place, trf_sheet
from loans.models import Loan, LoanChange, Repayment, Status
from reports.tests.desk import At, text, told
from reports.tests.loan_table import Table
from reports.tests.loan_typed import asked, confirmed, figures, money, seen, sent, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def table(db: None) -> Table:
    return Table()


def parts(answer: Any) -> dict[str, Any]:
    return {part.word: part.amount for part in answer.context["review"].parts}


def both_sides_agree(table: Table) -> bool:
    return trf_sheet(group=table.umoja, on=today(), members=()).difference == 0


# Asking


def test_an_officer_types_for_anybody_and_a_member_for_herself_alone(at_desk: At, table: Table) -> None:
    path = reverse("apply-loan-page", args=[table.umoja.pk])
    at_the_desk = at_desk(table.grace).get(path)
    assert len(at_the_desk.context["page"].members) == 8
    hers = at_desk(table.peter).get(path)
    assert [name for _id, name in hers.context["page"].members] == ["6. Peter wa Umoja"]
    assert at_desk(table.jane).get(path).status_code == 404
    assert at_desk(table.faith).get(path).status_code == 403
    other = sent(at_desk(table.peter), "apply-loan-page", table.umoja, asked(table, "alice"))
    assert other.status_code == 422
    assert not Loan.objects.exists()


def test_the_form_says_what_the_group_lends_and_knows_the_member_from_her_page(at_desk: At, table: Table) -> None:
    alice = str(table.members["alice"].pk)
    answer = at_desk(table.grace).get(reverse("apply-loan-page", args=[table.umoja.pk]), {"member": alice})
    assert answer.context["form"]["member"].value() == alice
    said = text(answer)
    assert "4 to 36 months, 12 % a year, on the balance left" in said
    assert "At most 3 times" in said


def test_the_review_says_every_rule_and_the_price_and_asks_nothing_yet(at_desk: At, table: Table) -> None:
    answer = sent(at_desk(table.peter), "apply-loan-page", table.umoja, asked(table, step="review"))
    text(answer)
    review = answer.context["review"]
    assert [rule.verdict.tone for rule in review.rules] == ["good"] * 6
    assert (review.may_ask, review.cost.total, review.cost.interest) == (True, kes("13200"), kes("1200"))
    assert review.cost.yearly.endswith(" %")
    assert not Loan.objects.exists()


def test_three_times_the_savings_may_be_asked_for_and_a_cent_more_says_what_is_missing(
    at_desk: At, table: Table
) -> None:
    browser = at_desk(table.peter)
    most = asked(table, amount="97500", loan_type="LONG_TERM", duration_months="12", step="review")
    assert sent(browser, "apply-loan-page", table.umoja, most).context["review"].may_ask
    answer = sent(browser, "apply-loan-page", table.umoja, most | {"amount": "97500.01"})
    said, review = text(answer), answer.context["review"]
    (broken,) = [rule for rule in review.rules if not rule.is_kept]
    assert (review.may_ask, broken.verdict.word) == (False, "No")
    assert "97,500.00 at most" in broken.remedy
    assert 'value="confirm"' not in said


def test_what_the_rules_refuse_at_the_last_moment_stands_beside_its_field(at_desk: At, table: Table) -> None:
    page = text(sent(at_desk(table.peter), "apply-loan-page", table.umoja, asked(table, amount="97500.01")), 422)
    assert 'id="id_amount_error"' in page
    page = text(sent(at_desk(table.peter), "apply-loan-page", table.umoja, asked(table, witnesses=[])), 422)
    assert 'id="id_witnesses_error"' in page
    assert not Loan.objects.exists()


@pytest.mark.parametrize(
    ("said", "field", "status"),
    [
        ({"duration_months": "4"}, "duration_months", 400),
        ({"duration_months": "0"}, "duration_months", 422),
        ({"duration_months": "soon"}, "duration_months", 422),
        ({"grace_months": "1"}, "grace_months", 400),
        ({"extra_payment": "100"}, "extra_payment", 400),
        ({"extra_payment": "-1"}, "extra_payment", 422),
        ({"amount": "0"}, "amount", 422),
        ({"purpose": ""}, "purpose", 422),
        ({"member": "01900000-0000-7000-8000-000000000000"}, "member", 422),
    ],
)
@pytest.mark.parametrize("step", ["review", "confirm"])
def test_what_does_not_fit_is_said_beside_its_field(
    at_desk: At, table: Table, said: dict[str, str], field: str, status: int, step: str
) -> None:
    page = text(sent(at_desk(table.peter), "apply-loan-page", table.umoja, asked(table, **said, step=step)), status)
    assert f'id="id_{field}_error"' in page
    assert not Loan.objects.exists()


def test_a_witness_of_another_group_is_not_found(at_desk: At, table: Table) -> None:
    stranger = asked(table, witnesses=[str(table.members["jane"].pk), str(table.members["lucy"].pk)])
    assert sent(at_desk(table.peter), "apply-loan-page", table.umoja, stranger).status_code == 422


def test_it_is_asked_once_however_often_the_form_is_sent(at_desk: At, table: Table) -> None:
    browser, form = at_desk(table.peter), asked(table)
    first = sent(browser, "apply-loan-page", table.umoja, form)
    again = sent(browser, "apply-loan-page", table.umoja, form)
    loan = Loan.objects.get()
    assert first["Location"] == again["Location"] == reverse("loan-page", args=[loan.pk])
    assert (loan.amount, loan.months, loan.status, loan.purpose) == (kes("12000"), 3, Status.PENDING, "A dairy goat")
    other = text(sent(browser, "apply-loan-page", table.umoja, form | {"amount": "11000"}), 422)
    assert "already sent with another loan" in other
    assert form["offline_sync_id"] not in other


def test_somebody_who_goes_back_finds_what_was_typed(at_desk: At, table: Table) -> None:
    form = sent(at_desk(table.peter), "apply-loan-page", table.umoja, asked(table, step="change")).context["form"]
    assert form["amount"].value() == "12000"
    assert len(form["witnesses"].value()) == 2


def test_a_price_above_the_cap_is_said_with_the_price_and_cannot_be_asked_for(at_desk: At, table: Table) -> None:
    organisation = table.umoja.organisation
    organisation.interest_cap_yearly_percent = kes("10")
    organisation.save()
    answer = sent(at_desk(table.peter), "apply-loan-page", table.umoja, asked(table, step="review"))
    review = answer.context["review"]
    assert (review.is_eligible, review.may_ask, bool(review.above_cap)) == (True, False, True)
    assert 'value="confirm"' not in text(answer)


def test_fees_are_named_and_taken_off_what_is_in_hand(at_desk: At, table: Table) -> None:
    table.rules(application_fee=kes("200"), appreciation_fee_percent=kes("1"))
    answer = sent(at_desk(table.peter), "apply-loan-page", table.umoja, asked(table, step="review"))
    cost = answer.context["review"].cost
    assert (cost.fees, cost.in_hand, cost.fee_words) == (
        kes("320"), kes("11680"), "application 200.00, appreciation 120.00",
    )  # fmt: skip


# Paying out


def test_paying_out_shows_what_is_in_hand_and_what_changes_and_changes_nothing(at_desk: At, table: Table) -> None:
    table.rules(application_fee=kes("200"))
    loan = table.approved("peter", "12000")
    before = cash_by_place(table.umoja)["CASH_BOX"]
    entries = Entry.objects.count()
    answer = sent(at_desk(table.grace), "loan-pay-out-page", loan, money(step="review"))
    changes = figures(answer)
    assert parts(answer) == {"The loan": kes("12000"), "less application fee": kes("-200")}
    assert answer.context["review"].total == kes("11800")
    assert changes["Cash box"] == (before, before - kes("11800"))
    assert changes["Short-term loans"] == (ZERO, kes("12000"))
    assert changes["Peter owes, principal"] == (ZERO, kes("12000"))
    assert (Entry.objects.count(), table.loan(loan).status) == (entries, Status.APPROVED)


def test_it_is_paid_out_once_and_both_sides_agree(at_desk: At, table: Table) -> None:
    loan, browser = table.approved("peter", "12000"), at_desk(table.grace)
    form = seen(browser, "loan-pay-out-page", loan, money())
    first = sent(browser, "loan-pay-out-page", loan, form)
    assert told(first) == ["Paid out and in the books."]
    assert sent(browser, "loan-pay-out-page", loan, form).status_code == 302
    assert Voucher.objects.filter(kind="DISBURSEMENT").count() == 1
    assert table.loan(loan).status == Status.DISBURSED
    assert both_sides_agree(table)


def test_more_than_the_place_holds_is_refused_in_the_review(at_desk: At, table: Table) -> None:
    loan = table.approved("peter", "12000")
    form = money(payment_method="BANK", transaction_id="slip 17", step="review")
    page = text(sent(at_desk(table.grace), "loan-pay-out-page", loan, form), 422)
    assert 'role="alert"' in page
    assert table.loan(loan).status == Status.APPROVED


def test_a_day_before_the_approval_stands_beside_the_day(at_desk: At, table: Table) -> None:
    loan = table.approved("peter")
    form = money(disbursed_on=add_months(today(), -1).isoformat(), step="review")
    assert 'id="id_disbursed_on_error"' in text(sent(at_desk(table.grace), "loan-pay-out-page", loan, form), 400)


def test_a_receipt_number_is_asked_for_where_it_is_not_cash(at_desk: At, table: Table) -> None:
    loan = table.approved("peter")
    page = text(sent(at_desk(table.grace), "loan-pay-out-page", loan, money(payment_method="MPESA")), 422)
    assert 'id="id_transaction_id_error"' in page


def test_what_waits_for_yeses_has_no_page_to_pay_it_out(at_desk: At, table: Table) -> None:
    loan = table.applies("peter")
    assert at_desk(table.grace).get(reverse("loan-pay-out-page", args=[loan.pk])).status_code == 409
    assert at_desk(table.mary).get(reverse("loan-pay-out-page", args=[loan.pk])).status_code == 403
    assert at_desk(table.jane).get(reverse("loan-pay-out-page", args=[loan.pk])).status_code == 404


# Repaying


def test_the_form_begins_with_what_is_due(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000", months_ago=1)
    answer = at_desk(table.grace).get(reverse("loan-repay-page", args=[loan.pk]))
    assert answer.context["form"]["amount"].value() == "4400.00"
    assert answer.context["page"].settlement == kes("13200")


def test_before_anything_is_due_the_form_begins_with_the_next_instalment(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    answer = at_desk(table.grace).get(reverse("loan-repay-page", args=[loan.pk]))
    assert (answer.context["page"].due, answer.context["form"]["amount"].value()) == (ZERO, "4400.00")
    assert "The next instalment, 4,400.00, falls due on" in text(answer)


def test_the_review_splits_the_money_and_says_what_is_left(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000", months_ago=1)
    entries = Entry.objects.count()
    answer = sent(at_desk(table.grace), "loan-repay-page", loan, money(amount="5000", step="review"))
    changes = figures(answer)
    assert parts(answer) == {"Interest": kes("800"), "Principal": kes("4200")}
    assert changes["Peter owes today"] == (kes("4400"), ZERO)
    assert changes["Peter owes, principal"] == (kes("12000"), kes("7800"))
    assert changes["Total revolving fund (TRF)"][1] - changes["Total revolving fund (TRF)"][0] == kes("800")
    assert Entry.objects.count() == entries


def test_it_is_booked_once_and_leads_to_its_receipt(at_desk: At, table: Table) -> None:
    loan, browser = table.lent("peter", "12000"), at_desk(table.grace)
    form = seen(browser, "loan-repay-page", loan, money(amount="4400"))
    first, again = (sent(browser, "loan-repay-page", loan, form) for _time in range(2))
    paid = Repayment.objects.get()
    assert first["Location"] == again["Location"] == reverse("receipt-page", args=[paid.voucher_id])
    assert both_sides_agree(table)
    other = text(sent(browser, "loan-repay-page", loan, form | {"amount": "4401"}), 422)
    assert "already confirmed with other figures" in other


def test_cash_above_what_is_owed_is_said_beside_the_amount(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    page = text(sent(at_desk(table.grace), "loan-repay-page", loan, money(amount="13200.01", step="review")), 422)
    assert 'id="id_amount_error"' in page
    assert "13,200.00" in page


def test_by_phone_the_rest_goes_to_the_savings_and_the_review_says_so(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    form = money(amount="13500", payment_method="MPESA", transaction_id="sjq4x", step="review")
    answer = sent(at_desk(table.grace), "loan-repay-page", loan, form)
    text(answer)
    assert parts(answer)["Savings"] == kes("300")
    assert "goes to the borrower" in answer.context["review"].note


def test_nobody_records_her_own_and_a_settled_loan_takes_nothing(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    assert at_desk(table.peter).get(reverse("loan-repay-page", args=[loan.pk])).status_code == 403
    table.repays(loan, "13200")
    assert at_desk(table.grace).get(reverse("loan-repay-page", args=[loan.pk])).status_code == 409


# Changing


def test_the_first_yes_to_a_write_off_waits_and_says_for_whom(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    answer = sent(at_desk(table.mary), "loan-change-page", loan, wanted(step="review"))
    text(answer)
    review = answer.context["review"]
    assert (review.is_done, review.lacks) == (False, ("The field officer is missing: Joseph or Brian",))
    assert not LoanChange.objects.exists()
    form = seen(at_desk(table.mary), "loan-change-page", loan, wanted())
    assert told(sent(at_desk(table.mary), "loan-change-page", loan, form)) == [
        "Your yes is kept. It waits for the others."
    ]
    assert sent(at_desk(table.mary), "loan-change-page", loan, form).status_code == 302
    assert LoanChange.objects.get().state == "PENDING"


def test_the_last_yes_to_a_write_off_shows_the_loss_and_then_it_is_done(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    table.asks_to_write_off("mary", loan)
    browser = at_desk(table.joseph)
    shown = browser.get(reverse("loan-page", args=[loan.pk])).context["loan"].changing
    assert (shown.reason, shown.consent.deciding.may_approve) == ("She has moved away", True)
    answer = sent(browser, "loan-change-page", loan, wanted(reason="", step="review"))
    changes = figures(answer)
    assert answer.context["review"].is_done
    assert changes["Short-term loans"] == (kes("12000"), ZERO)
    assert changes["Total revolving fund (TRF)"][0] - changes["Total revolving fund (TRF)"][1] == kes("12000")
    done = confirmed(browser, "loan-change-page", loan, wanted(reason=""))
    assert "12,000.00 is the group’s loss now" in told(done)[0]
    assert table.loan(loan).status == Status.WRITTEN_OFF
    assert both_sides_agree(table)
    page = browser.get(reverse("loan-page", args=[loan.pk]))
    assert [way.word for way in page.context["loan"].ways] == ["Record a recovery"]
    assert "Written off as the group’s loss" in text(page)


def test_a_recovery_is_recorded_on_a_loan_written_off(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    for name in ("mary", "joseph"):
        table.asks_to_write_off(name, loan)
    confirmed(at_desk(table.grace), "loan-repay-page", loan, money(amount="500"))
    shown = at_desk(table.grace).get(reverse("loan-page", args=[loan.pk])).context["loan"]
    assert shown.course.recovered == kes("500")
    assert both_sides_agree(table)


def test_a_rescheduling_shows_the_new_instalments(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000", months_ago=1)
    form = wanted("RESCHEDULE", duration_months="6", reason="The rains failed")
    confirmed(at_desk(table.mary), "loan-change-page", loan, form)
    answer = sent(at_desk(table.joseph), "loan-change-page", loan, form | {"step": "review", "reason": ""})
    text(answer)
    review = answer.context["review"]
    assert (review.is_done, len(review.rows)) == (True, 6)
    assert sum((row.unpaid for row in review.rows), ZERO) == kes("13200")
    done = confirmed(at_desk(table.joseph), "loan-change-page", loan, form)
    assert "spread over the new months" in told(done)[-1]


def test_a_rescheduling_asks_for_months_and_the_first_for_a_reason(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    browser = at_desk(table.mary)
    assert 'id="id_duration_months_error"' in text(sent(browser, "loan-change-page", loan, wanted("RESCHEDULE")), 422)
    too_long = wanted("RESCHEDULE", duration_months="121")
    assert 'id="id_duration_months_error"' in text(sent(browser, "loan-change-page", loan, too_long), 400)
    assert 'id="id_reason_error"' in text(sent(browser, "loan-change-page", loan, wanted(reason="")), 422)


def test_a_change_that_waits_can_be_rejected_with_a_reason(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    table.asks_to_write_off("mary", loan)
    browser = at_desk(table.joseph)
    form = {"act": "reject", "reason": "He still pays"}
    for reason in ("", "x" * 501, "a\u202eb"):
        refused = text(sent(browser, "loan-change-page", loan, form | {"reason": reason, "step": "confirm"}), 422)
        assert 'id="change_reason_error"' in refused
    review = sent(browser, "loan-change-page", loan, form)
    assert "“He still pays”" in text(review)
    assert "He still pays</textarea>" in text(sent(browser, "loan-change-page", loan, form | {"step": "change"}))
    assert LoanChange.objects.get().state == "PENDING"
    said = told(sent(browser, "loan-change-page", loan, form | {"step": "confirm"}))
    assert said[-1] == "Rejected. The loan stays as it is."
    assert LoanChange.objects.get().state == "REJECTED"
    nothing_left = text(sent(browser, "loan-change-page", loan, form | {"step": "confirm"}), 422)
    assert "not in a state" in nothing_left


def test_a_change_waits_in_the_list_for_whom_it_needs(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    table.asks_to_write_off("mary", loan)
    (ask,) = at_desk(table.joseph).get(reverse("loans-page")).context["page"].queue
    assert (ask.sentence, ask.is_hers) == ("Write-off asked for: Peter wa Umoja", True)
    (ask,) = at_desk(table.mary).get(reverse("loans-page")).context["page"].queue
    assert not ask.is_hers


def test_whose_seat_is_not_needed_is_told_so(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    assert sent(at_desk(table.grace), "loan-change-page", loan, wanted(step="review")).status_code == 403
    assert at_desk(table.peter).get(reverse("loan-change-page", args=[loan.pk])).status_code == 403
    assert at_desk(table.jane).get(reverse("loan-change-page", args=[loan.pk])).status_code == 404


def test_the_same_form_with_other_words_is_not_taken_for_the_first(at_desk: At, table: Table) -> None:
    loan, form = table.lent("peter", "12000"), wanted()
    browser = at_desk(table.mary)
    confirmed(browser, "loan-change-page", loan, form)
    page = text(sent(browser, "loan-change-page", loan, form | {"reason": "He fell ill"}), 422)
    assert "already confirmed with other words" in page


def test_a_loan_that_has_ended_has_nothing_to_change(at_desk: At, table: Table) -> None:
    loan = table.lent("peter", "12000")
    table.repays(loan, "13200")
    assert at_desk(table.mary).get(reverse("loan-change-page", args=[loan.pk])).status_code == 409
