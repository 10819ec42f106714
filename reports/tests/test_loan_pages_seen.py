"""What is confirmed about a loan is what was looked at; and what is typed about loans hides no letter and no digit."""

import pytest

from core.money import ZERO, kes
from core.tests.lasting import lasting
from loans.models import Loan, LoanChange, Repayment, Status
from reports.tests.desk import At, text, told
from reports.tests.loan_table import Table
from reports.tests.loan_typed import asked, money, seen, sent, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def table(db: None) -> Table:
    return Table()


def test_nothing_is_paid_out_that_was_not_looked_at(at_desk: At, table: Table) -> None:
    table.rules(application_fee=kes("200"))
    loan, browser = table.approved("peter", "12000"), at_desk(table.grace)
    assert "figures have changed" in text(sent(browser, "loan-pay-out-page", loan, money()), 422)
    form = seen(browser, "loan-pay-out-page", loan, money())
    Loan.objects.filter(pk=loan.pk).update(application_fee=kes("300"))
    anew = sent(browser, "loan-pay-out-page", loan, form)
    assert "figures have changed" in text(anew, 422)
    assert anew.context["review"].total == kes("11700")
    assert table.loan(loan).status == Status.APPROVED
    again = form | {"seen": anew.context["form"]["seen"].value()}
    assert told(sent(browser, "loan-pay-out-page", loan, again)) == ["Paid out and in the books."]


def test_money_that_came_meanwhile_shows_the_repayment_anew(at_desk: At, table: Table) -> None:
    loan, browser = table.lent("peter", "12000", months_ago=1), at_desk(table.grace)
    assert "figures have changed" in text(sent(browser, "loan-repay-page", loan, money(amount="5000")), 422)
    form = seen(browser, "loan-repay-page", loan, money(amount="5000"))
    table.repays(loan, "1000")
    anew = sent(browser, "loan-repay-page", loan, form)
    assert "figures have changed" in text(anew, 422)
    owes = next(one for one in anew.context["review"].changes if one.word == "Peter owes today")
    assert (owes.before, owes.after) == (kes("3400"), ZERO)
    assert Repayment.objects.count() == 1
    again = form | {"seen": anew.context["form"]["seen"].value()}
    assert sent(browser, "loan-repay-page", loan, again).status_code == 302


@pytest.mark.parametrize("kind", ["WRITE_OFF", "RESCHEDULE"])
def test_money_that_came_meanwhile_shows_the_change_anew(at_desk: At, table: Table, kind: str) -> None:
    loan, browser = table.lent("peter", "12000", months_ago=1), at_desk(table.mary)
    typed = wanted(kind, duration_months="6")
    assert "figures have changed" in text(sent(browser, "loan-change-page", loan, typed), 422)
    form = seen(browser, "loan-change-page", loan, typed)
    table.repays(loan, "1000")
    anew = sent(browser, "loan-change-page", loan, form)
    assert "figures have changed" in text(anew, 422)
    assert not LoanChange.objects.exists()
    again = form | {"seen": anew.context["form"]["seen"].value()}
    assert sent(browser, "loan-change-page", loan, again).status_code == 302


def test_a_yes_that_became_the_last_is_looked_at_again(at_desk: At, table: Table) -> None:
    loan, browser = table.lent("peter", "12000"), at_desk(table.joseph)
    form = seen(browser, "loan-change-page", loan, wanted())
    table.asks_to_write_off("mary", loan)
    anew = sent(browser, "loan-change-page", loan, form)
    assert "figures have changed" in text(anew, 422)
    assert anew.context["review"].is_done
    assert table.loan(loan).status == Status.DISBURSED


@pytest.mark.parametrize("months", ["١٢", "１２", "1_2", "+6"])  # digits of other scripts
def test_months_are_written_in_plain_digits(at_desk: At, table: Table, months: str) -> None:
    for field in ("duration_months", "grace_months"):
        form = asked(table, step="review", loan_type="PROJECT", **{field: months})
        page = text(sent(at_desk(table.peter), "apply-loan-page", table.umoja, form), 422)
        assert f'id="id_{field}_error"' in page
    loan = table.lent("peter", "12000")
    page = text(sent(at_desk(table.mary), "loan-change-page", loan, wanted("RESCHEDULE", duration_months=months)), 422)
    assert 'id="id_duration_months_error"' in page


@pytest.mark.parametrize("words", ["a\x00b", "a\u202eb"])
def test_words_hide_no_letters(at_desk: At, table: Table, words: str) -> None:
    page = text(sent(at_desk(table.peter), "apply-loan-page", table.umoja, asked(table, purpose=words)), 422)
    assert 'id="id_purpose_error"' in page
    loan = table.lent("peter", "12000")
    page = text(sent(at_desk(table.mary), "loan-change-page", loan, wanted(reason=words)), 422)
    assert 'id="id_reason_error"' in page
    form = money(amount="100", payment_method="MPESA", transaction_id=words)
    assert 'id="id_transaction_id_error"' in text(sent(at_desk(table.grace), "loan-repay-page", loan, form), 422)
