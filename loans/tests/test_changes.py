"""Write-off and rescheduling: decided by whom a new loan of what is owed would need, and then done at once."""

import datetime as dt

import pytest

from audit.models import Act
from core.errors import Forbidden, Invalid, MakerIsChecker
from core.money import kes
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from groups.operations import GroupSuspended, give_role
from ledger.models import Voucher
from loans.models import Loan, LoanApproval, LoanChange
from loans.operations import changes
from loans.operations.changes import AnotherChangeWaits
from loans.operations.refusals import AlreadyApproved, InvalidTransition, NoOpenCapacity
from loans.tests.lending import Lending, lines, months_on

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    return Lending()


@pytest.fixture
@lasting
def late(lending: Lending) -> Loan:
    """30,000 for three months, one instalment paid, and one due today."""
    loan = lending.lent()
    lending.moves_to(months_on(1))
    lending.repays(loan, "11000")
    lending.moves_to(months_on(2))
    return lending.loan(loan)


def untouched(lending: Lending, loan: Loan) -> bool:
    quiet = not LoanChange.objects.exists() and not LoanApproval.objects.exists()
    return quiet and lending.loan(loan).status == "DISBURSED" and lending.is_sound


# Write-off


def test_the_first_yes_only_asks(lending: Lending, late: Loan) -> None:
    change = lending.writes_off(late, "joseph")
    assert (change.kind, change.state, change.months, change.voucher) == ("WRITE_OFF", "PENDING", None, None)
    assert change.reason == "She cannot pay"
    assert lending.said_yes(change) == ["FIELD_OFFICER"]
    assert lending.loan(late).status == "DISBURSED"
    assert not Voucher.objects.filter(kind="WRITE_OFF").exists()


def test_with_the_last_the_principal_is_the_groups_loss(lending: Lending, late: Loan) -> None:
    change = lending.writes_off(late, "joseph", "mary")
    assert (change.state, change.done_on, change.amount) == ("DONE", lending.today, kes("20000"))
    voucher = change.voucher
    assert voucher
    assert (voucher.kind, voucher.detail, voucher.amount) == ("WRITE_OFF", "SHORT_TERM", kes("20000"))
    assert lines(voucher) == [("5030", "20000.00", ""), ("1110", "-20000.00", "")]
    assert lending.row(late) == ("WRITTEN_OFF", kes("0"), None, kes("0"))
    assert lending.loan(late).ended_on == lending.today
    assert lending.under(late) == {"4010": "-1000.00", "5030": "20000.00"}
    assert lending.holds("1110", "alice") == kes("0")
    assert Act.objects.filter(verb="loan.written_off", subject_id=late.pk).exists()
    assert lending.is_sound


def test_it_is_a_fact_though_the_fund_cannot_bear_it(lending: Lending) -> None:
    loan = lending.lent(amount="150000", kind="PROJECT", months=12, method="BANK")
    lending.moves("EXPENSE", "200000")
    lending.moves("EXPENSE", "100000", source="1020")
    change = lending.writes_off(loan, "joseph", "mary", "grace", "ruth")
    assert change.state == "DONE"
    assert lending.is_sound


def test_what_is_owed_decides_who_is_needed_and_not_what_was_lent(lending: Lending) -> None:
    loan = lending.lent(amount="60000")
    assert lending.writes_off(loan, "joseph", "mary").state == "PENDING"
    change = lending.writes_off(loan, "grace", "ruth")
    assert (change.state, sorted(lending.said_yes(change))) == (
        "DONE",
        ["COMMITTEE", "COMMITTEE", "COMMITTEE", "FIELD_OFFICER"],
    )
    small = lending.lent("peter", "60000")
    lending.repays(small, "20000")
    assert lending.told(small).outstanding < kes("50000")
    assert lending.writes_off(small, "joseph", "mary").state == "DONE"


def test_nothing_accrues_on_what_is_written_off(lending: Lending, late: Loan) -> None:
    lending.writes_off(late, "joseph", "mary")
    lending.moves_to(months_on(9))
    assert lending.night() == 0
    assert lending.penalties(late) == []
    assert lending.is_sound


@pytest.mark.parametrize("by", ["faith", "alice", "peter", "jane"])
def test_others_have_no_say(lending: Lending, late: Loan, by: str) -> None:
    with pytest.raises(Forbidden):
        lending.writes_off(late, by)
    with pytest.raises(Forbidden):
        lending.reschedules(late, 6, by)
    assert untouched(lending, late)


def test_nor_whose_seat_is_not_needed(lending: Lending, late: Loan) -> None:
    for name in ["grace", "sarah", "daniel"]:
        with pytest.raises(NoOpenCapacity):
            lending.writes_off(late, name)
    assert untouched(lending, late)


def test_neither_borrower_nor_witness(lending: Lending) -> None:
    loan = lending.lent("mary")
    lending.witnessed(loan, "ruth")
    for name in ["mary", "ruth"]:
        with pytest.raises(MakerIsChecker):
            lending.writes_off(loan, name)
    with pytest.raises(MakerIsChecker):
        changes.reject_change(loan=with_change(lending, loan), by=lending.ruth, at=lending.at, reason="No")
    change = lending.writes_off(loan, "grace", "esther")
    assert change.state == "DONE"


def with_change(lending: Lending, loan: Loan) -> Loan:
    lending.writes_off(loan, "joseph")
    return loan


def test_nobody_says_yes_twice(lending: Lending, late: Loan) -> None:
    lending.writes_off(late, "joseph")
    with pytest.raises(AlreadyApproved) as refused:
        lending.writes_off(late, "joseph")
    assert refused.value.status == 409
    assert lending.loan(late).status == "DISBURSED"


def test_the_first_says_why(lending: Lending, late: Loan) -> None:
    for reason in ["", "  "]:
        with pytest.raises(Invalid) as refused:
            lending.writes_off(late, "joseph", reason=reason)
        assert refused.value.field == "reason"
    assert untouched(lending, late)
    lending.writes_off(late, "joseph")
    assert lending.writes_off(late, "mary", reason="").state == "DONE"


def test_only_of_a_running_loan(lending: Lending, late: Loan) -> None:
    waiting = lending.approved("peter")
    lending.writes_off(late, "joseph", "mary")
    for loan in [waiting, late]:
        with pytest.raises(InvalidTransition):
            lending.writes_off(loan, "joseph")
        with pytest.raises(InvalidTransition):
            lending.reschedules(loan, 6, "joseph")


def test_not_in_a_suspended_group(lending: Lending, late: Loan) -> None:
    BankingGroup.objects.filter(pk=lending.umoja.pk).update(status="SUSPENDED")
    with pytest.raises(GroupSuspended):
        lending.writes_off(lending.loan(late), "joseph")


def test_a_yes_counts_while_its_giver_holds_the_seat(lending: Lending, late: Loan) -> None:
    lending.writes_off(late, "mary")
    lending.end("mary", RoleName.CHAIR)
    lending.end("ruth", RoleName.SECRETARY)
    give_role(user=lending.ruth, role=RoleName.CHAIR, group=lending.umoja, at=lending.at, by=lending.sarah)
    assert lending.writes_off(late, "joseph").state == "PENDING"
    assert lending.writes_off(late, "ruth").state == "DONE"


def test_who_said_yes_before_more_was_owed_says_it_again_in_the_seat_that_counts(lending: Lending) -> None:
    """Mary's yes as chair to less than 50,000 is one of the committee's three once a repayment is taken back."""
    lending.end("esther", RoleName.COMMITTEE)
    loan = lending.lent(amount="60000")
    lending.moves_to(months_on(1))
    paid = lending.repays(loan, "26000")
    change = lending.writes_off(loan, "mary")
    assert lending.said_yes(change) == ["CHAIR"]
    lending.takes_back(paid)
    lending.writes_off(loan, "joseph", "grace", "ruth", "mary")
    assert lending.loan(loan).status == "WRITTEN_OFF"
    assert lending.said_yes(change) == ["FIELD_OFFICER", "COMMITTEE", "COMMITTEE", "COMMITTEE"]


# One change at a time


def test_another_change_waits_its_turn(lending: Lending, late: Loan) -> None:
    lending.reschedules(late, 6, "joseph")
    with pytest.raises(AnotherChangeWaits) as refused:
        lending.writes_off(late, "mary")
    assert (refused.value.code, refused.value.status) == ("change_waits", 409)
    with pytest.raises(AnotherChangeWaits):
        lending.reschedules(late, 7, "mary")
    assert lending.reschedules(late, 6, "mary").state == "DONE"


def test_a_change_that_is_rejected_makes_room(lending: Lending, late: Loan) -> None:
    lending.writes_off(late, "joseph")
    gone = changes.reject_change(loan=late, by=lending.grace, at=lending.at, reason="She promised to pay")
    assert (gone.state, gone.reason) == ("REJECTED", "She cannot pay\nShe promised to pay")
    assert LoanChange.objects.get(pk=gone.pk).reason == gone.reason
    with pytest.raises(InvalidTransition):
        changes.reject_change(loan=late, by=lending.grace, at=lending.at, reason="Twice")
    again = lending.writes_off(late, "joseph", "mary")
    assert (again.pk != gone.pk, again.state) == (True, "DONE")


@pytest.mark.parametrize("by", ["faith", "alice", "peter", "jane"])
def test_only_who_approves_rejects(lending: Lending, late: Loan, by: str) -> None:
    lending.writes_off(late, "joseph")
    refused: type[Exception] = MakerIsChecker if by == "alice" else NoOpenCapacity
    with pytest.raises(refused):
        changes.reject_change(loan=late, by=lending.users[by], at=lending.at, reason="No")


def test_a_rejection_has_a_reason(lending: Lending, late: Loan) -> None:
    lending.writes_off(late, "joseph")
    with pytest.raises(Invalid):
        changes.reject_change(loan=late, by=lending.mary, at=lending.at, reason=" ")


def test_what_was_asked_falls_with_the_last_shilling(lending: Lending, late: Loan) -> None:
    lending.writes_off(late, "joseph")
    lending.repays(late, "22000")
    assert LoanChange.objects.get(loan=late).state == "REJECTED"


# Rescheduling


def test_what_is_owed_is_spread_anew(lending: Lending, late: Loan) -> None:
    change = lending.reschedules(late, 4, "mary", "joseph")
    assert (change.state, change.months, change.amount, change.voucher) == ("DONE", 4, kes("20000"), None)
    assert lending.row(late) == ("DISBURSED", kes("20000"), months_on(3), kes("5500"))
    rows = [row for row in lending.told(late).rows if row.unpaid]
    assert [(row.due, str(row.total)) for row in rows] == [(months_on(2 + one), "5500.00") for one in range(1, 5)]
    assert not Voucher.objects.filter(kind__in=["WRITE_OFF", "ADJUSTMENT"]).exists()
    assert lending.loan(late).status == "DISBURSED"
    assert lending.is_sound


def test_a_late_loan_is_late_no_more(lending: Lending, late: Loan) -> None:
    lending.moves_to(months_on(3))
    lending.night()
    assert lending.told(late).days_late > 0
    lending.reschedules(late, 6, "mary", "joseph")
    assert lending.told(late).days_late == 0
    lending.repays(late, str(lending.told(late).settlement))
    assert lending.loan(late).status == "COMPLETED"
    assert lending.holds("4040", "alice") == kes("550")
    assert lending.is_sound


def test_a_payment_found_from_before_it_is_told_before_it(lending: Lending, late: Loan) -> None:
    lending.reschedules(late, 4, "mary", "joseph")
    lending.moves_to(months_on(2) + dt.timedelta(days=9))
    lending.repays(late, "11000", on=months_on(2) - dt.timedelta(days=2), method="BANK", receipt_number="FT9")
    assert lending.told(late).outstanding == kes("10000")
    assert lending.row(late)[2:] == (months_on(3), kes("2750"))
    assert lending.is_sound


@pytest.mark.parametrize("months", [0, -1, 121])
def test_for_a_number_of_months_that_makes_sense(lending: Lending, late: Loan, months: int) -> None:
    with pytest.raises(Invalid) as refused:
        lending.reschedules(late, months, "joseph")
    assert refused.value.field == "duration_months"
    assert untouched(lending, late)


@pytest.mark.parametrize("months", [1, 120])
def test_one_month_or_ten_years(lending: Lending, late: Loan, months: int) -> None:
    assert lending.reschedules(late, months, "joseph", "mary").months == months
    assert lending.is_sound
