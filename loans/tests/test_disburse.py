"""An approved loan is paid out once, from where there is money, by somebody who does not borrow it."""

import datetime as dt
from decimal import Decimal

import pytest

from audit.models import Act
from core.errors import Forbidden, Invalid, MakerIsChecker
from core.money import kes
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from groups.operations import GroupSuspended, give_role
from ledger.models import ClosedPeriod, Entry, Voucher
from ledger.operations import DateInFuture, InsufficientCash, InsufficientFund, PeriodClosed
from ledger.vouchers import ReceiptAlreadyUsed
from loans.models import Loan, Status
from loans.operations.disbursing import disburse
from loans.operations.refusals import IdNotVerified, InvalidTransition, NotEligible
from loans.tests.lending import FIRST, Lending, lines, months_on, whose
from members.models import IdVerification, Member, Person
from members.operations import MemberInactive
from notifications.models import Message
from savings.queries import summary

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    return Lending()


def nothing_happened(lending: Lending, loan: Loan) -> bool:
    now = lending.loan(loan)
    untouched = not Voucher.objects.filter(subject_id=loan.pk).exists() and now.disbursed_on is None
    return now.status == loan.status and untouched and lending.is_sound


def test_the_money_leaves_the_box_and_the_loan_runs(lending: Lending) -> None:
    loan = lending.approved()
    paid = lending.pays_out(loan)
    assert (paid.status, paid.disbursed_on) == ("DISBURSED", FIRST)
    assert lending.row(loan) == ("DISBURSED", kes("30000"), months_on(1), kes("11000"))
    voucher = paid.disbursement
    assert voucher
    assert (voucher.kind, voucher.detail, voucher.status) == ("DISBURSEMENT", "SHORT_TERM", "VERIFIED")
    assert (voucher.from_place, voucher.subject_id) == ("1010", loan.pk)
    assert lines(voucher) == [("1110", "30000.00", ""), ("1010", "-30000.00", "short_term_loan")]
    assert whose(voucher) == {(lending.members["alice"].pk, loan.pk)}
    assert lending.holds("1010") == kes("170000")
    assert lending.is_sound


@pytest.mark.parametrize(
    ("kind", "account", "head"),
    [("LONG_TERM", "1120", "long_term_loan"), ("PROJECT", "1130", "project_loan")],
)
def test_each_type_has_its_account_and_head(lending: Lending, kind: str, account: str, head: str) -> None:
    loan = lending.lent(kind=kind, months=12)
    assert loan.disbursement
    assert lines(loan.disbursement) == [(account, "30000.00", ""), ("1010", "-30000.00", head)]
    assert lending.is_sound


def test_its_fees_are_receipts_of_their_own_at_the_same_place(lending: Lending) -> None:
    meeting = lending.sits().meeting_id
    loan = lending.lent(method="BANK", application_fee=kes("200"), appreciation_fee=kes("450.50"), meeting_id=meeting)
    assert loan.disbursement
    fees = Voucher.objects.filter(kind="FEE", subject_id=loan.pk).order_by("detail")
    assert [(fee.detail, fee.to_place, fee.method, fee.meeting_id) for fee in fees] == [
        ("APPLICATION", "1020", "BANK", loan.disbursement.meeting_id),
        ("APPRECIATION", "1020", "BANK", loan.disbursement.meeting_id),
    ]
    assert [lines(fee) for fee in fees] == [
        [("1020", "200.00", "other_fee"), ("4070", "-200.00", "")],
        [("1020", "450.50", "appreciation_fee"), ("4060", "-450.50", "")],
    ]
    assert (lending.holds("4070", "alice"), lending.holds("4060", "alice")) == (kes("200"), kes("450.50"))
    assert lending.row(loan)[1] == kes("30000")
    kinds = Entry.objects.filter(voucher__subject_id=loan.pk).order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["DISBURSEMENT", "FEE", "FEE"]
    assert lending.under(loan) == {"1110": "30000.00"}
    assert lending.is_sound


def test_a_fee_does_not_pay_for_the_loan_it_comes_with(lending: Lending) -> None:
    """The loan leaves first: what the place does not hold cannot be lent from the fee."""
    lending.moves("EXPENSE", "170001")
    loan = lending.approved(appreciation_fee=kes("100"))
    with pytest.raises(InsufficientCash):
        lending.pays_out(loan)
    assert nothing_happened(lending, loan)


def test_she_is_told_and_the_act_is_logged(lending: Lending) -> None:
    loan = lending.lent()
    assert loan.disbursement
    assert Message.objects.filter(user=lending.alice, once=f"voucher:{loan.disbursement.pk}").exists()
    act = Act.objects.get(verb="loan.disbursed")
    assert (act.subject_id, act.actor_id, act.facts["amount"]) == (
        loan.disbursement.pk,
        lending.grace.pk,
        "30000.00",
    )


@pytest.mark.parametrize(
    ("by", "method", "place"),
    [("grace", "MPESA", "1030"), ("daniel", "CASH", "1010"), ("joseph", "CASH", "1040"), ("joseph", "BANK", "1020")],
)
def test_where_it_leaves_follows_method_and_hands(lending: Lending, by: str, method: str, place: str) -> None:
    lending.brings("lucy", "40000", by="joseph")
    lending.brings("lucy", "40000", method="MPESA")
    loan = lending.lent(by=by, method=method)
    assert loan.disbursement
    assert loan.disbursement.from_place == place
    assert lending.is_sound


def test_an_officer_pays_from_the_box_at_the_table(lending: Lending) -> None:
    loan = lending.lent(by="joseph", meeting_id=lending.sits().meeting_id)
    assert loan.disbursement
    assert loan.disbursement.from_place == "1010"


@pytest.mark.parametrize("by", ["mary", "ruth", "esther", "alice", "sarah", "faith", "jane", "peter"])
def test_nobody_else_pays_out(lending: Lending, by: str) -> None:
    loan = lending.approved(name="lucy")
    with pytest.raises(Forbidden):
        lending.pays_out(loan, by=by)
    assert nothing_happened(lending, loan)


def test_nobody_pays_out_her_own(lending: Lending) -> None:
    loan = lending.approved("grace")
    with pytest.raises(MakerIsChecker):
        lending.pays_out(loan)
    his = lending.approved("lucy")
    Person.objects.filter(pk=lending.members["lucy"].person_id).update(phone_digest=lending.joseph.phone_digest)
    his.refresh_from_db()
    with pytest.raises(MakerIsChecker):
        lending.pays_out(lending.loan(his), by="joseph")
    assert lending.pays_out(loan, by="daniel").status == "DISBURSED"


def test_an_approver_may_pay_out(lending: Lending) -> None:
    loan = lending.approved(decided_by=lending.grace)
    assert lending.pays_out(loan).status == "DISBURSED"


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.CANCELLED])
def test_only_what_is_approved_is_paid_out(lending: Lending, status: Status) -> None:
    loan = lending.approved(status=status)
    with pytest.raises(InvalidTransition) as refused:
        lending.pays_out(loan)
    assert (refused.value.code, refused.value.status) == ("invalid_transition", 409)
    assert nothing_happened(lending, loan)


def test_nobody_pays_out_twice(lending: Lending) -> None:
    loan = lending.lent()
    for method in ["CASH", "BANK"]:
        with pytest.raises(InvalidTransition):
            lending.pays_out(loan, method=method)
    lending.repays(loan, "33000")
    with pytest.raises(InvalidTransition):
        lending.pays_out(loan)
    assert Voucher.objects.filter(kind="DISBURSEMENT").count() == 1


def test_the_same_receipt_answers_the_loan_that_was_paid_out(lending: Lending) -> None:
    loan, other = lending.approved(), lending.approved("peter")
    first = lending.pays_out(loan, method="BANK", receipt_number="FT 77")
    again = lending.pays_out(loan, method="BANK", receipt_number="ft77")
    assert first.disbursement_id == again.disbursement_id
    assert Voucher.objects.filter(kind="DISBURSEMENT").count() == 1
    with pytest.raises(ReceiptAlreadyUsed):
        lending.pays_out(other, method="BANK", receipt_number="FT77")


def test_not_before_it_was_approved(lending: Lending) -> None:
    lending.moves_to(months_on(1))
    loan = lending.approved()
    with pytest.raises(Invalid) as refused:
        lending.pays_out(loan, on=lending.today - dt.timedelta(days=1))
    assert (refused.value.status, refused.value.field) == (400, "disbursed_on")
    assert nothing_happened(lending, loan)


def test_dated_back_to_the_approval_it_runs_from_there(lending: Lending) -> None:
    loan = lending.approved()
    lending.moves_to(months_on(2))
    lending.pays_out(loan, on=FIRST)
    assert lending.told(loan).days_late == (months_on(2) - months_on(1)).days
    assert lending.penalties(loan) == [(1, 1, dt.date(2026, 2, 21), "550.00")]
    assert lending.is_sound


def test_not_on_a_day_to_come_nor_in_a_closed_month(lending: Lending) -> None:
    loan = lending.approved()
    with pytest.raises(DateInFuture):
        lending.pays_out(loan, on=FIRST + dt.timedelta(days=1))
    lending.moves_to(months_on(1))
    ClosedPeriod.objects.create(
        group=lending.umoja, month=FIRST.replace(day=1), closed_by=lending.daniel, closed_at=lending.at
    )
    with pytest.raises(PeriodClosed):
        lending.pays_out(loan, on=FIRST)
    assert nothing_happened(lending, loan)


def test_not_by_a_suspended_group_nor_to_who_rests(lending: Lending) -> None:
    loan = lending.approved()
    Member.objects.filter(pk=loan.member_id).update(is_active=False)
    with pytest.raises(MemberInactive):
        lending.pays_out(loan)
    BankingGroup.objects.filter(pk=lending.umoja.pk).update(status="SUSPENDED")
    with pytest.raises(GroupSuspended):
        lending.pays_out(lending.loan(loan))
    assert nothing_happened(lending, loan)


def test_not_when_her_savings_were_taken_out_since_it_was_approved(lending: Lending) -> None:
    lending.brings("alice", "10000")
    loan = lending.approved()
    lending.verifies("mary", lending.asks("alice", "5000"))
    with pytest.raises(NotEligible) as refused:
        disburse(loan=loan, method="CASH", by=lending.grace, at=lending.at, on=lending.today)
    assert (refused.value.code, refused.value.status) == ("not_eligible", 422)
    assert [(each["field"], each["code"]) for each in refused.value.errors] == [("amount", "savings_multiple")]
    assert "5,000.00" in refused.value.errors[0]["detail"]
    assert nothing_happened(lending, loan)
    lending.brings("alice", "4999.99")
    with pytest.raises(NotEligible):
        disburse(loan=loan, method="CASH", by=lending.grace, at=lending.at, on=lending.today)
    lending.brings("alice", "0.01")
    paid = disburse(loan=loan, method="CASH", by=lending.grace, at=lending.at, on=lending.today)
    assert paid.status == "DISBURSED"


def test_nor_when_she_is_known_by_her_id_no_more(lending: Lending) -> None:
    loan = lending.approved()
    IdVerification.objects.filter(person=loan.member.person_id).update(ended_at=lending.at)
    with pytest.raises(IdNotVerified):
        lending.pays_out(loan)
    assert nothing_happened(lending, loan)
    lending.is_known("alice")
    assert lending.pays_out(loan).status == "DISBURSED"


def test_not_more_than_the_place_or_the_loan_fund_holds(lending: Lending) -> None:
    loan = lending.approved(amount="200000.01")
    with pytest.raises(InsufficientCash):
        lending.pays_out(loan)
    lending.brings("peter", "150000", kind="WELFARE")
    lending.moves("EXPENSE", "120000")
    lending.moves("BANKING", "200000", source="1020", to="1010")
    with pytest.raises(InsufficientFund):
        lending.pays_out(loan)
    assert nothing_happened(lending, loan)


def test_a_project_loan_comes_from_the_project_fund(lending: Lending) -> None:
    loan = lending.approved(kind="PROJECT", amount="150000.01", months=12)
    with pytest.raises(InsufficientFund):
        lending.pays_out(loan, method="BANK")
    assert nothing_happened(lending, loan)
    assert lending.lent("peter", "150000", 12, kind="PROJECT", method="BANK").status == "DISBURSED"


def test_who_carries_cash_and_serves_no_longer_pays_nothing_out(lending: Lending) -> None:
    lending.brings("lucy", "40000", by="joseph")
    loan = lending.approved()
    lending.end("joseph", RoleName.FIELD_OFFICER)
    with pytest.raises(Forbidden):
        lending.pays_out(loan, by="joseph")
    give_role(user=lending.joseph, role=RoleName.TREASURER, group=lending.groups["Baraka"], at=lending.at, by=None)
    with pytest.raises(Forbidden):
        lending.pays_out(loan, by="joseph")


def test_her_savings_stand_in_for_what_she_owes(lending: Lending) -> None:
    """What may be withdrawn leaves what secures the loan: 12,000 saved, 30,000 owed, lent at three times."""
    lending.brings("alice", "12000")
    assert limit(lending) == kes("6000")
    loan = lending.lent()
    assert limit(lending) == kes("2000")
    lending.repays(loan, "6600")
    assert limit(lending) == kes("3866.66")


def limit(lending: Lending) -> Decimal:
    return summary(lending.members["alice"], lending.today).withdrawable
