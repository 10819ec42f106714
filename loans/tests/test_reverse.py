"""Taken back: a repayment is told no more, a disbursement never was, a write-off stays."""

import datetime as dt

import pytest

from audit.models import Act
from core.errors import Forbidden, MakerIsChecker
from core.money import kes
from core.tests.lasting import lasting
from groups.models import RoleName
from groups.operations import give_role
from ledger.models import Voucher
from ledger.operations import AlreadyReversed, InsufficientCash, InsufficientFund
from loans.models import Loan, LoanChange
from loans.operations.refusals import InvalidTransition
from loans.operations.reversal import AlreadyRepaid, FollowsByItself, LossWouldGrow, WriteOffStays
from loans.tests.lending import FIRST, Lending, lines, months_on
from savings.operations.reversal import NotYourCashBack, YouHoldThisCash

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    return Lending()


@pytest.fixture
@lasting
def loan(lending: Lending) -> Loan:
    return lending.lent()


def paper_of(loan: Loan) -> Voucher:
    assert loan.disbursement
    return loan.disbursement


def adjusted(loan: Loan) -> list[list[tuple[str, str, str]]]:
    return [lines(paper) for paper in Voucher.objects.filter(kind="ADJUSTMENT", subject_id=loan.pk).order_by("pk")]


# A repayment


def test_as_if_it_had_not_come(lending: Lending, loan: Loan) -> None:
    before = lending.row(loan), lending.under(loan), lending.holds("1010")
    paid = lending.repays(loan, "11000")
    reversal = lending.takes_back(paid)
    assert (reversal.kind, reversal.reverses_id) == ("REVERSAL", paid.voucher_id)
    assert (lending.row(loan), lending.under(loan), lending.holds("1010")) == before
    assert adjusted(loan) == []
    assert lending.is_sound


def test_a_completed_loan_runs_again_and_stands_in_nobodys_way(lending: Lending, loan: Loan) -> None:
    lending.repays(loan, "11000")
    lending.waits()
    last = lending.repays(loan, "22000")
    lending.takes_back(last)
    now = lending.loan(loan)
    assert (now.status, now.ended_on, now.is_reopened) == ("DISBURSED", None, True)
    assert lending.row(loan)[1:] == (kes("20000"), months_on(2), kes("11000"))
    assert lending.lent("alice", "5000").status == "DISBURSED"
    lending.repays(loan, "22000")
    assert lending.loan(loan).status == "COMPLETED"
    assert lending.is_sound


def test_what_came_later_takes_its_place(lending: Lending, loan: Loan) -> None:
    lending.moves_to(months_on(1))
    first = lending.repays(loan, "11000")
    lending.moves_to(months_on(2))
    lending.repays(loan, "11000")
    lending.waits()
    lending.takes_back(first)
    assert adjusted(loan) == [[("1110", "550.00", ""), ("4040", "-550.00", "")]]
    assert lending.penalties(loan) == [(1, 1, months_on(1) + dt.timedelta(days=1), "550.00")]
    assert lending.row(loan) == ("DISBURSED", kes("20550"), months_on(1), kes("550"))
    assert lending.is_sound


def test_savings_that_later_money_became_are_never_short_in_between(lending: Lending, loan: Loan) -> None:
    """What went over to savings takes the place of what is taken back, before that is taken back itself."""
    first = lending.repays(loan, "20000")
    lending.waits()
    second = lending.repays(loan, "14000", method="MPESA")
    assert lending.holds("2010", "alice") == kes("1000")
    lending.waits()
    lending.takes_back(first)
    assert (lending.holds("2010", "alice"), lending.told(loan).outstanding) == (kes("0"), kes("18000"))
    lending.waits()
    lending.takes_back(second)
    assert lending.under(loan) == {"1110": "30000.00"}
    assert lending.is_sound


def test_not_when_the_savings_it_became_are_gone(lending: Lending, loan: Loan) -> None:
    first = lending.repays(loan, "20000")
    lending.waits()
    lending.repays(loan, "17000", method="MPESA")
    lending.verifies("mary", lending.asks("alice", "2000"))
    lending.waits()
    with pytest.raises(InsufficientFund):
        lending.takes_back(first)
    assert lending.loan(loan).status == "COMPLETED"
    assert lending.is_sound


def test_not_when_its_cash_is_gone(lending: Lending, loan: Loan) -> None:
    paid = lending.repays(loan, "11000")
    lending.moves("EXPENSE", "181000")
    with pytest.raises(InsufficientCash):
        lending.takes_back(paid)
    assert lending.is_sound


def test_twice_is_refused(lending: Lending, loan: Loan) -> None:
    paid = lending.repays(loan, "11000")
    lending.takes_back(paid)
    with pytest.raises(AlreadyReversed):
        lending.takes_back(paid)
    reversal = Voucher.objects.get(reverses=paid.voucher)
    with pytest.raises(Exception, match="invalid_transition"):
        lending.reverses("mary", reversal)


def test_never_by_the_borrower(lending: Lending) -> None:
    hers = lending.lent("mary")
    paid = lending.repays(hers, "1000")
    for paper in [paid.voucher, paper_of(hers)]:
        with pytest.raises(MakerIsChecker):
            lending.reverses("mary", paper)
    assert lending.takes_back(paid, by="daniel").status == "VERIFIED"


def test_by_the_hands_that_hold_the_cash_as_everywhere(lending: Lending, loan: Loan) -> None:
    his = lending.repays(loan, "1000", by="joseph")
    with pytest.raises(YouHoldThisCash):
        lending.takes_back(his, by="joseph")
    box = lending.repays(loan, "1000")
    lending.takes_back(box, by="joseph")
    lending.takes_back(his)
    with pytest.raises(NotYourCashBack):
        lending.reverses("joseph", paper_of(loan))
    assert lending.is_sound


# Of a loan written off


def test_a_recovery_is_taken_back(lending: Lending, loan: Loan) -> None:
    lending.writes_off(loan, "joseph", "mary")
    lending.waits()
    paid = lending.repays(loan, "5000")
    lending.takes_back(paid)
    assert lending.under(loan) == {"5030": "30000.00"}
    assert lending.loan(loan).status == "WRITTEN_OFF"
    assert lending.is_sound


def test_the_loss_grows_by_what_had_been_repaid_before(lending: Lending, loan: Loan) -> None:
    paid = lending.repays(loan, "6000")
    lending.waits()
    lending.writes_off(loan, "joseph", "mary")
    assert lending.under(loan) == {"4010": "-1000.00", "5030": "25000.00"}
    lending.waits()
    lending.takes_back(paid)
    assert lending.under(loan) == {"5030": "30000.00"}
    assert adjusted(loan) == [[("1110", "-5000.00", ""), ("5030", "5000.00", "")]]
    assert lending.loan(loan).status == "WRITTEN_OFF"
    assert lending.is_sound


def test_a_write_off_stays(lending: Lending, loan: Loan) -> None:
    voucher = lending.writes_off(loan, "joseph", "mary").voucher
    assert voucher
    with pytest.raises(WriteOffStays) as refused:
        lending.reverses("grace", voucher)
    assert (refused.value.code, refused.value.status) == ("invalid_transition", 409)
    assert lending.is_sound


def test_an_adjusting_entry_follows_by_itself(lending: Lending, loan: Loan) -> None:
    test_what_came_later_takes_its_place(lending, loan)
    with pytest.raises(FollowsByItself):
        lending.reverses("mary", Voucher.objects.get(kind="ADJUSTMENT"))


def test_a_write_off_never_grows_beyond_what_was_decided(lending: Lending) -> None:
    """Two said yes to writing off 45,999: with the repayment taken back it would be 60,000, which five decide."""
    loan = lending.lent(amount="60000")
    lending.moves_to(months_on(1))
    false = lending.repays(loan, "16001", method="MPESA", receipt_number="FALSE1", by="joseph")
    lending.waits()
    change = lending.writes_off(loan, "joseph", "mary")
    assert (change.state, change.amount) == ("DONE", kes("45999"))
    lending.waits()
    before = lending.under(loan)
    with pytest.raises(LossWouldGrow) as refused:
        lending.takes_back(false)
    assert (refused.value.code, refused.value.status) == ("invalid_transition", 409)
    assert all(amount in str(refused.value.detail) for amount in ("60,000.00", "45,999.00"))
    assert lending.under(loan) == before
    assert lending.is_sound


def test_but_to_what_the_same_people_decide(lending: Lending) -> None:
    loan = lending.lent(amount="60000")
    lending.moves_to(months_on(1))
    lending.repays(loan, "16001")
    small = lending.repays(loan, "4500")
    lending.waits()
    lending.writes_off(loan, "joseph", "mary")
    lending.waits()
    lending.takes_back(small)
    assert lending.told(loan).written_off == kes("45999")
    assert LoanChange.objects.get(loan=loan).amount == kes("41499")
    assert lending.is_sound


def test_where_the_committee_decided_it_may_be_the_whole_loan(lending: Lending) -> None:
    loan = lending.lent(amount="60000")
    paid = lending.repays(loan, "7000")
    lending.waits()
    lending.writes_off(loan, "joseph", "mary", "grace", "ruth")
    lending.waits()
    lending.takes_back(paid)
    assert lending.told(loan).written_off == kes("60000")
    assert lending.is_sound


def test_a_recovery_taken_back_makes_no_loss_larger(lending: Lending) -> None:
    loan = lending.lent(amount="60000")
    lending.repays(loan, "20501")
    lending.waits()
    lending.writes_off(loan, "joseph", "mary")
    lending.waits()
    late = lending.repays(loan, "9000")
    lending.takes_back(late)
    assert lending.told(loan).written_off < kes("50000")
    assert lending.is_sound


# The disbursement


def test_a_loan_that_never_ran_is_cancelled_with_its_fees(lending: Lending) -> None:
    before = lending.holds("1010")
    loan = lending.lent(application_fee=kes("200"), appreciation_fee=kes("300"))
    lending.reverses("mary", paper_of(loan))
    now = lending.loan(loan)
    assert (now.status, now.disbursed_on, now.disbursement_id) == ("CANCELLED", None, paper_of(loan).pk)
    assert lending.row(loan) == ("CANCELLED", kes("0"), None, kes("0"))
    assert Voucher.objects.filter(kind="REVERSAL").count() == 3
    assert (lending.holds("1010"), lending.holds("4060"), lending.holds("4070")) == (before, kes("0"), kes("0"))
    assert lending.under(loan) == {}
    assert lending.is_sound
    assert lending.lent().status == "DISBURSED"


def test_its_penalties_and_changes_fall_with_it(lending: Lending, loan: Loan) -> None:
    lending.moves_to(months_on(2))
    assert lending.night() == 1
    lending.writes_off(loan, "joseph")
    lending.reverses("mary", paper_of(loan))
    assert lending.penalties(loan) == []
    act = Act.objects.get(verb="loan.penalties_cancelled")
    assert (act.actor_id, act.subject_id) == (lending.mary.pk, loan.pk)
    assert (act.facts["cancelled_penalties"], act.facts["cancelled_amount"]) == (1, "550.00")
    assert LoanChange.objects.get(loan=loan).state == "REJECTED"
    assert lending.is_sound


def test_a_fee_taken_back_before_is_not_taken_back_again(lending: Lending) -> None:
    loan = lending.lent(application_fee=kes("200"), appreciation_fee=kes("300"))
    lending.reverses("mary", Voucher.objects.get(kind="FEE", detail="APPLICATION"))
    lending.reverses("mary", paper_of(loan))
    assert Voucher.objects.filter(kind="REVERSAL").count() == 3
    assert lending.is_sound


def test_not_while_something_is_repaid(lending: Lending, loan: Loan) -> None:
    paid = lending.repays(loan, "1000")
    with pytest.raises(AlreadyRepaid) as refused:
        lending.reverses("mary", paper_of(loan))
    assert (refused.value.code, refused.value.status) == ("invalid_transition", 409)
    lending.takes_back(paid)
    assert lending.reverses("mary", paper_of(loan)).status == "VERIFIED"
    assert lending.is_sound


def test_not_of_what_is_settled_or_written_off(lending: Lending, loan: Loan) -> None:
    lending.repays(loan, "33000")
    with pytest.raises(AlreadyRepaid):
        lending.reverses("mary", paper_of(loan))
    lost = lending.lent("peter")
    lending.writes_off(lost, "joseph", "mary")
    with pytest.raises(InvalidTransition):
        lending.reverses("grace", paper_of(lost))


def test_nor_twice(lending: Lending, loan: Loan) -> None:
    lending.reverses("mary", paper_of(loan))
    with pytest.raises(AlreadyReversed):
        lending.reverses("mary", paper_of(loan))


def test_into_his_hands_by_himself_alone(lending: Lending) -> None:
    lending.brings("lucy", "50000", by="joseph")
    loan = lending.lent(by="joseph", appreciation_fee=kes("100"))
    for name in ["mary", "grace", "brian"]:
        with pytest.raises(NotYourCashBack):
            lending.reverses(name, paper_of(loan))
    lending.reverses("joseph", paper_of(loan))
    assert lending.holds("1040", "joseph") == kes("50000")
    assert lending.is_sound


def test_by_daniel_who_carries_no_cash(lending: Lending) -> None:
    lending.brings("lucy", "50000", by="joseph")
    loan = lending.lent(by="joseph")
    assert lending.reverses("daniel", paper_of(loan)).status == "VERIFIED"


def test_from_the_day_on_she_may_save_as_before(lending: Lending, loan: Loan) -> None:
    give_role(user=lending.joseph, role=RoleName.TREASURER, group=lending.groups["Baraka"], at=lending.at, by=None)
    lending.reverses("mary", paper_of(loan))
    assert lending.brings("alice", "500").booked_on == FIRST
    with pytest.raises(Forbidden):
        lending.repays(lending.lent(), "1", by="peter")
