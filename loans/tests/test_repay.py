"""Money comes to a loan: it settles the oldest first, once a receipt, and what came after it moves on."""

import datetime as dt

import pytest

from audit.models import Act
from core.errors import Forbidden, Invalid, MakerIsChecker
from core.money import kes
from core.tests.lasting import lasting
from groups.models import BankingGroup
from groups.operations import GroupSuspended
from ledger.models import ClosedPeriod, Voucher
from ledger.operations import DateInFuture, PeriodClosed
from ledger.vouchers import ReceiptAlreadyUsed
from loans.models import Loan, LoanChange, Repayment, Status
from loans.operations.books import allocated
from loans.operations.refusals import InvalidTransition
from loans.operations.repaying import Overpayment
from loans.rules.life import Split
from loans.tests.lending import FIRST, Lending, lines, months_on, whose
from members.models import Member
from notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    return Lending()


def split(repayment: Repayment) -> list[str]:
    return [str(part) for part in allocated(repayment).parts]


def adjustments(loan: Loan) -> list[list[tuple[str, str, str]]]:
    return [lines(paper) for paper in Voucher.objects.filter(kind="ADJUSTMENT", subject_id=loan.pk).order_by("pk")]


def test_the_first_instalment_interest_before_principal(lending: Lending) -> None:
    loan = lending.lent()
    lending.moves_to(months_on(1))
    paid = lending.repays(loan, "11000")
    assert (paid.pk, paid.amount, paid.paid_on) == (paid.voucher_id, kes("11000"), months_on(1))
    assert split(paid) == ["0.00", "1000.00", "10000.00", "0.00"]
    assert (paid.voucher.kind, paid.voucher.detail, paid.voucher.subject_id) == ("REPAYMENT", "SHORT_TERM", loan.pk)
    assert lines(paid.voucher) == [
        ("1010", "1000.00", "short_term_interest"),
        ("1010", "10000.00", "short_term_loan"),
        ("4010", "-1000.00", ""),
        ("1110", "-10000.00", ""),
    ]
    assert whose(paid.voucher) == {(loan.member_id, loan.pk)}
    assert lending.row(loan) == ("DISBURSED", kes("20000"), months_on(2), kes("11000"))
    assert adjustments(loan) == []
    assert lending.is_sound


def test_a_late_one_pays_its_penalty_first(lending: Lending) -> None:
    loan = lending.lent()
    lending.moves_to(months_on(1) + dt.timedelta(days=1))
    paid = lending.repays(loan, "1000")
    assert split(paid) == ["550.00", "450.00", "0.00", "0.00"]
    assert lines(paid.voucher)[0] == ("1010", "550.00", "penalty")
    assert lending.penalties(loan) == [(1, 1, lending.today, "550.00")]
    assert lending.holds("4040", "alice") == kes("550")
    assert lending.row(loan) == ("DISBURSED", kes("30000"), months_on(1), kes("10550"))
    assert lending.is_sound


@pytest.mark.parametrize(
    ("kind", "interest", "principal", "head"),
    [("LONG_TERM", "4020", "1120", "long_term"), ("PROJECT", "4030", "1130", "project")],
)
def test_each_type_has_its_accounts_and_heads(
    lending: Lending, kind: str, interest: str, principal: str, head: str
) -> None:
    loan = lending.lent(amount="12000", kind=kind, months=12)
    lending.moves_to(months_on(1))
    paid = lending.repays(loan, "1000")
    assert lines(paid.voucher) == [
        ("1010", "120.00", f"{head}_interest"),
        ("1010", "880.00", f"{head}_loan"),
        (interest, "-120.00", ""),
        (principal, "-880.00", ""),
    ]
    assert lending.is_sound


def test_principal_paid_ahead_shortens_a_reducing_loan(lending: Lending) -> None:
    loan = lending.lent(amount="12000", kind="LONG_TERM", months=12)
    lending.moves_to(months_on(1))
    paid = lending.repays(loan, "5120")
    assert split(paid) == ["0.00", "120.00", "5000.00", "0.00"]
    assert (lending.told(loan).outstanding, len(lending.told(loan).rows)) == (kes("7000"), 8)
    assert lending.is_sound


def test_with_the_last_shilling_it_is_completed(lending: Lending) -> None:
    loan = lending.lent()
    lending.moves_to(months_on(1))
    lending.repays(loan, "11000")
    lending.moves_to(months_on(2))
    last = lending.repays(loan, "22000", on=months_on(2) - dt.timedelta(days=3))
    now = lending.loan(loan)
    assert lending.row(loan) == ("COMPLETED", kes("0"), None, kes("0"))
    assert (now.ended_on, now.is_reopened) == (months_on(2) - dt.timedelta(days=3), False)
    assert lending.under(loan) == {"4010": "-3000.00"}
    assert split(last) == ["0.00", "2000.00", "20000.00", "0.00"]
    assert lending.is_sound


def test_she_is_told_and_the_act_is_logged(lending: Lending) -> None:
    paid = lending.repays(lending.lent(), "1000")
    assert Message.objects.filter(user=lending.alice, once=f"voucher:{paid.voucher_id}").exists()
    act = Act.objects.get(verb="loan.repaid")
    assert (act.subject_id, act.actor_id, act.facts["amount"]) == (paid.voucher_id, lending.grace.pk, "1000.00")


@pytest.mark.parametrize(
    ("by", "method", "place"),
    [
        ("mary", "CASH", "1010"),
        ("ruth", "CASH", "1010"),
        ("esther", "MPESA", "1030"),
        ("joseph", "CASH", "1040"),
        ("joseph", "BANK", "1020"),
    ],
)
def test_where_it_comes_to_follows_method_and_hands(lending: Lending, by: str, method: str, place: str) -> None:
    paid = lending.repays(lending.lent(), "1000", by=by, method=method)
    assert paid.voucher.to_place == place
    assert lending.is_sound


def test_at_the_table_it_goes_into_the_box(lending: Lending) -> None:
    assert lending.repays(lending.lent(), "1000", by="joseph", table=lending.sits()).voucher.to_place == "1010"


@pytest.mark.parametrize("by", ["daniel", "sarah", "faith", "alice", "peter", "jane"])
def test_only_the_table_records_it(lending: Lending, by: str) -> None:
    loan = lending.lent("lucy")
    with pytest.raises(Forbidden):
        lending.repays(loan, "1000", by=by)
    assert not Repayment.objects.exists()


def test_nobody_records_her_own(lending: Lending) -> None:
    loan = lending.lent("mary")
    with pytest.raises(MakerIsChecker):
        lending.repays(loan, "1000", by="mary")
    assert lending.repays(loan, "1000").amount == kes("1000")


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED, Status.REJECTED, Status.CANCELLED])
def test_nothing_is_repaid_of_what_was_not_paid_out(lending: Lending, status: Status) -> None:
    loan = lending.approved(status=status)
    with pytest.raises(InvalidTransition) as refused:
        lending.repays(loan, "1000")
    assert (refused.value.code, refused.value.status) == ("invalid_transition", 409)
    assert not Repayment.objects.exists()


def test_nor_of_what_is_settled(lending: Lending) -> None:
    loan = lending.lent()
    lending.repays(loan, "33000")
    for method in ["CASH", "MPESA"]:
        with pytest.raises(InvalidTransition):
            lending.repays(loan, "1", method=method)


def test_not_before_it_was_paid_out(lending: Lending) -> None:
    loan = lending.lent()
    with pytest.raises(Invalid) as refused:
        lending.repays(loan, "1000", on=FIRST - dt.timedelta(days=1))
    assert (refused.value.status, refused.value.field) == (400, "payment_date")


def test_not_on_a_day_to_come_nor_in_a_closed_month_nor_by_a_suspended_group(lending: Lending) -> None:
    loan = lending.lent()
    with pytest.raises(DateInFuture):
        lending.repays(loan, "1000", on=FIRST + dt.timedelta(days=1))
    lending.moves_to(months_on(1))
    ClosedPeriod.objects.create(
        group=lending.umoja, month=FIRST.replace(day=1), closed_by=lending.daniel, closed_at=lending.at
    )
    with pytest.raises(PeriodClosed):
        lending.repays(loan, "1000", on=FIRST)
    BankingGroup.objects.filter(pk=lending.umoja.pk).update(status="SUSPENDED")
    with pytest.raises(GroupSuspended):
        lending.repays(lending.loan(loan), "1000")
    assert not Repayment.objects.exists()


def test_who_rests_still_repays(lending: Lending) -> None:
    loan = lending.lent()
    Member.objects.filter(pk=loan.member_id).update(is_active=False)
    assert lending.repays(loan, "1000").amount == kes("1000")


# Too much


def test_cash_above_what_is_owed_is_given_back(lending: Lending) -> None:
    loan = lending.lent(amount="12000", kind="LONG_TERM", months=12)
    lending.moves_to(months_on(1))
    with pytest.raises(Overpayment) as refused:
        lending.repays(loan, "12120.01")
    assert (refused.value.code, refused.value.status, refused.value.field) == ("overpayment", 422, "amount")
    assert refused.value.facts == {"amount_due": "12120.00"}
    assert "12,120.00" in str(refused.value.detail)
    lending.repays(loan, "12120")
    assert lending.loan(loan).status == "COMPLETED"
    assert lending.is_sound


def test_cash_dated_back_is_measured_by_its_own_day_too(lending: Lending) -> None:
    """On the first due date 12,120.00 was owed; a month later it would have been more."""
    loan = lending.lent(amount="12000", kind="LONG_TERM", months=12)
    lending.moves_to(months_on(2))
    assert lending.told(loan).settlement > kes("12120.01")
    with pytest.raises(Overpayment) as refused:
        lending.repays(loan, "12120.01", on=months_on(1))
    assert refused.value.facts == {"amount_due": "12120.00"}
    assert lending.repays(loan, "12120", on=months_on(1)).paid_on == months_on(1)
    assert lending.penalties(loan) == []
    assert lending.is_sound


@pytest.mark.parametrize("method", ["MPESA", "BANK"])
def test_by_phone_or_bank_the_rest_is_her_savings(lending: Lending, method: str) -> None:
    loan = lending.lent()
    paid = lending.repays(loan, "34000", method=method)
    assert split(paid) == ["0.00", "3000.00", "30000.00", "1000.00"]
    assert lines(paid.voucher)[2][1:] == ("1000.00", "regular_savings")
    assert lines(paid.voucher)[5] == ("2010", "-1000.00", "")
    assert lending.holds("2010", "alice") == kes("1000")
    assert lending.loan(loan).status == "COMPLETED"
    assert lending.is_sound


# One receipt


def test_the_same_receipt_answers_the_first(lending: Lending) -> None:
    loan = lending.lent()
    first = lending.repays(loan, "33000", method="MPESA", receipt_number="SJK 1")
    again = lending.repays(loan, "33000", method="MPESA", receipt_number="sjk1", by="mary")
    assert again == first
    assert Repayment.objects.count() == 1
    assert lending.loan(loan).status == "COMPLETED"
    for amount, whose_loan in [("33000.01", loan), ("33000", lending.lent("peter"))]:
        with pytest.raises(ReceiptAlreadyUsed):
            lending.repays(whose_loan, amount, method="MPESA", receipt_number="SJK1")


def test_a_receipt_taken_back_may_be_typed_anew(lending: Lending) -> None:
    loan = lending.lent()
    first = lending.repays(loan, "500", method="MPESA", receipt_number="SJK1")
    lending.takes_back(first)
    second = lending.repays(loan, "500", method="MPESA", receipt_number="SJK1")
    assert second != first
    assert lending.told(loan).paid.total == kes("500")


def test_also_when_the_loan_was_written_off_between(lending: Lending) -> None:
    loan = lending.lent()
    first = lending.repays(loan, "500", method="MPESA", receipt_number="SJK1")
    lending.waits()
    lending.writes_off(loan, "joseph", "mary")
    lending.waits()
    assert lending.repays(loan, "500", method="MPESA", receipt_number="SJK1") == first
    with pytest.raises(ReceiptAlreadyUsed):
        lending.repays(loan, "500.50", method="MPESA", receipt_number="SJK1")
    assert lending.is_sound


# Dated back


def test_what_came_later_moves_on_by_one_adjusting_entry_of_today(lending: Lending) -> None:
    """The late payment had paid a penalty; a payment of the due date arrives, so the penalty never fell due."""
    loan = lending.lent()
    lending.moves_to(months_on(1) + dt.timedelta(days=5))
    late = lending.repays(loan, "5000")
    assert split(late) == ["550.00", "1000.00", "3450.00", "0.00"]
    lending.waits()
    found = lending.repays(loan, "11000", on=months_on(1), method="MPESA", receipt_number="FOUND1")
    assert split(found) == ["0.00", "1000.00", "10000.00", "0.00"]
    assert split(late) == ["550.00", "1000.00", "3450.00", "0.00"]
    assert adjustments(loan) == [[("1110", "-550.00", ""), ("4040", "550.00", "")]]
    paper = Voucher.objects.get(kind="ADJUSTMENT")
    assert (paper.detail, paper.amount, paper.booked_on) == ("REALLOCATION", kes("550"), lending.today)
    assert paper.member_id == loan.member_id
    assert lending.penalties(loan) == []
    state = lending.told(loan)
    assert state.splits[late.pk] == Split(kes("0"), kes("1000"), kes("4000"), kes("0"))
    assert lending.under(loan) == {"1110": "16000.00", "4010": "-2000.00"}
    assert lending.is_sound


def test_what_then_finds_no_debt_is_her_savings(lending: Lending) -> None:
    loan = lending.lent()
    lending.moves_to(months_on(1) + dt.timedelta(days=1))
    lending.repays(loan, "30000")
    lending.waits()
    lending.repays(loan, "3550", on=months_on(1))
    assert lending.loan(loan).status == "COMPLETED"
    assert lending.loan(loan).ended_on == lending.today
    assert lending.penalties(loan) == [(1, 1, lending.today, "372.50")]
    assert lending.holds("2010", "alice") == kes("177.50")
    assert lending.is_sound


# Of a loan written off


@pytest.fixture
@lasting
def lost(lending: Lending) -> Loan:
    """20,000 of principal and 1,000 of interest due are the group's loss, two months on."""
    loan = lending.lent()
    lending.moves_to(months_on(1))
    lending.repays(loan, "11000")
    lending.moves_to(months_on(2))
    lending.writes_off(loan, "joseph", "mary")
    lending.waits()
    return lending.loan(loan)


def test_a_recovery_pays_the_loss_then_the_interest(lending: Lending, lost: Loan) -> None:
    assert lending.told(lost).settlement == kes("21000")
    first = lending.repays(lost, "15000")
    assert (first.voucher.kind, first.voucher.detail) == ("REPAYMENT", "RECOVERY")
    assert lines(first.voucher) == [("1010", "15000.00", "recovery"), ("5030", "-15000.00", "")]
    lending.waits()
    second = lending.repays(lost, "5500")
    assert lines(second.voucher) == [
        ("1010", "500.00", "short_term_interest"),
        ("1010", "5000.00", "recovery"),
        ("4010", "-500.00", ""),
        ("5030", "-5000.00", ""),
    ]
    assert split(second) == ["0.00", "500.00", "5000.00", "0.00"]
    lending.waits()
    with pytest.raises(Overpayment) as refused:
        lending.repays(lost, "500.01")
    assert refused.value.facts == {"amount_due": "500.00"}
    lending.repays(lost, "700", method="MPESA")
    assert lending.holds("2010", "alice") == kes("200")
    assert lending.loan(lost).status == "WRITTEN_OFF"
    assert lending.under(lost) == {"2010": "-200.00", "4010": "-2000.00"}
    assert lending.is_sound


def test_a_payment_from_before_the_write_off_makes_it_smaller(lending: Lending, lost: Loan) -> None:
    found = lending.repays(lost, "6000", on=months_on(2) - dt.timedelta(days=1), method="BANK", receipt_number="FT1")
    assert found.voucher.detail == "SHORT_TERM"
    assert split(found) == ["0.00", "1000.00", "5000.00", "0.00"]
    assert adjustments(lost) == [[("1110", "5000.00", ""), ("5030", "-5000.00", "")]]
    assert lending.under(lost) == {"4010": "-2000.00", "5030": "15000.00"}
    assert LoanChange.objects.get(loan=lost).amount == kes("20000")
    assert lending.is_sound


def test_what_was_recovered_meanwhile_moves_with_it(lending: Lending, lost: Loan) -> None:
    lending.repays(lost, "18000")
    lending.waits()
    lending.repays(lost, "6000", on=months_on(2) - dt.timedelta(days=1), method="BANK", receipt_number="FT1")
    assert lending.told(lost).written_off == kes("15000")
    assert lending.holds("2010", "alice") == kes("3000")
    assert lending.is_sound
