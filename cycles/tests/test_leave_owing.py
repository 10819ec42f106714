"""Who owes on a loan leaves with the rest: the loan is settled from what she owns, by the same entry."""

import datetime as dt
from typing import Any

import pytest

from core.money import kes
from cycles.operations import AmountChanged, PapersWait, StillOwes
from cycles.queries import leaving as queries
from cycles.tests.leavers import leaves, member, sister
from groups.models import RoleName
from ledger.models import Voucher
from loans.models import Loan, Repayment, Status
from loans.tests.lending import FIRST, Lending, lines, months_on, whose
from members.operations.leaving import return_to_group
from notifications.models import Message
from savings.operations.reversal import HasLeft

pytestmark = pytest.mark.django_db


@pytest.fixture
def lending(db: None) -> Lending:
    """Alice owns 20,000 of savings, 300 of ECD and 700 of project money."""
    lending = Lending()
    for kind, amount in [("REGULAR", "20000"), ("ECD", "300"), ("PROJECT", "700")]:
        lending.brings("alice", amount, kind=kind)
    return lending


def gone(lending: Lending, **words: Any) -> Voucher:
    voucher = leaves(lending, "alice", **words).voucher
    assert voucher
    return voucher


def test_penalty_interest_and_principal_come_first_and_the_rest_is_paid(lending: Lending) -> None:
    loan = lending.lent(amount="6000")
    lending.moves_to(months_on(1) + dt.timedelta(days=1))
    voucher = gone(lending, expected=kes("14290"))
    assert (voucher.amount, voucher.kind, voucher.detail) == (kes("21000"), "WITHDRAWAL", "LEAVING")
    assert lines(voucher) == [
        ("2010", "20000.00", ""),
        ("2030", "300.00", ""),
        ("2040", "700.00", ""),
        ("4040", "-110.00", ""),
        ("4010", "-600.00", ""),
        ("1110", "-6000.00", ""),
        ("1010", "-14290.00", "share_out"),
    ]
    assert whose(voucher) == {(loan.member_id, None), (loan.member_id, loan.pk)}
    paid = Repayment.objects.get(loan=loan)
    assert (paid.pk != voucher.pk, paid.voucher_id, paid.amount, paid.paid_on) == (
        True,
        voucher.pk,
        kes("6710"),
        lending.today,
    )
    assert lending.row(loan) == ("COMPLETED", kes("0"), None, kes("0"))
    assert lending.loan(loan).ended_on == lending.today
    assert lending.is_sound


def test_what_is_said_is_what_was_paid(lending: Lending) -> None:
    lending.lent(amount="6000")
    leaving = leaves(lending, "alice")
    assert (queries.paid_out(leaving), queries.netted(leaving)) == (kes("14400"), kes("6600"))
    message = Message.objects.get(user=lending.alice, once=f"voucher:{leaving.voucher_id}")
    assert "14,400.00" in message.body


def test_so_are_the_office_holders_told_when_she_died(lending: Lending) -> None:
    lending.lent(amount="6000")
    leaving = leaves(lending, "alice", kind="DIED", paid_to=sister(lending, "alice"))
    told = Message.objects.filter(once__startswith=f"voucher:{leaving.voucher_id}", user=lending.mary)
    assert "14,400.00" in told.get().body


def test_a_reducing_loan_owes_interest_to_the_running_month_only(lending: Lending) -> None:
    loan = lending.lent(amount="12000", kind="LONG_TERM", months=12)
    lending.moves_to(months_on(1))
    voucher = gone(lending)
    assert ("4020", "-120.00", "") in lines(voucher)
    assert lines(voucher)[-1] == ("1010", "-8880.00", "share_out")
    assert lending.loan(loan).status == "COMPLETED"
    assert lending.is_sound


def test_several_loans_each_under_its_own_name(lending: Lending) -> None:
    short, long = lending.lent(amount="3000"), lending.lent(amount="4000", kind="LONG_TERM", months=4)
    voucher = gone(lending)
    assert [line[:2] for line in lines(voucher)][3:] == [
        ("4010", "-300.00"),
        ("4020", "-40.00"),
        ("1110", "-3000.00"),
        ("1120", "-4000.00"),
        ("1010", "-13660.00"),
    ]
    assert {lending.loan(each).status for each in (short, long)} == {"COMPLETED"}
    assert lending.is_sound


def test_all_she_has_may_go_into_her_loan(lending: Lending) -> None:
    loan = lending.lent(amount="19090")
    assert lending.told(loan).settlement == kes("20999")
    leaving = leaves(lending, "alice")
    assert queries.paid_out(leaving) == kes("1")
    assert lending.is_sound


def test_with_not_a_cent_left_no_cash_leaves(lending: Lending) -> None:
    lending.moves("EXPENSE", str(lending.holds("1010") - kes("18000")))
    lending.lent(amount="17500", rate_percent=kes("20.00"))
    lending.moves("EXPENSE", "500")
    assert lending.holds("1010") == kes("0")
    voucher = gone(lending, expected=kes("0"))
    assert not [line for line in lines(voucher) if line[2]]
    assert not member(lending, "alice").is_active
    assert lending.is_sound


def test_who_owes_more_than_she_has_stays(lending: Lending) -> None:
    loan = lending.lent(amount="19100")
    with pytest.raises(StillOwes) as refused:
        leaves(lending, "alice")
    assert refused.value.facts == {"amount": "10.00"}
    assert "10.00" in str(refused.value.detail)
    assert lending.loan(loan).status == "DISBURSED"
    assert not Repayment.objects.exists()
    assert not Voucher.objects.filter(detail="LEAVING").exists()
    assert member(lending, "alice").is_active
    assert lending.is_sound


def test_who_owns_nothing_and_owes_stays(lending: Lending) -> None:
    lending.lent("esther", "100")
    with pytest.raises(StillOwes) as refused:
        leaves(lending, "esther", by="daniel")
    assert refused.value.facts == {"amount": "110.00"}


def test_the_sum_expected_is_what_she_is_paid(lending: Lending) -> None:
    lending.lent(amount="6000")
    with pytest.raises(AmountChanged):
        leaves(lending, "alice", expected=kes("21000"))
    assert gone(lending, expected=kes("14400")).status == "VERIFIED"


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED])
def test_a_loan_that_is_asked_for_is_decided_first(lending: Lending, status: Status) -> None:
    loan = lending.approved(status=status)
    with pytest.raises(PapersWait):
        leaves(lending, "alice")
    Loan.objects.filter(pk=loan.pk).update(status=Status.CANCELLED)
    assert leaves(lending, "alice").voucher


def test_a_witness_may_leave(lending: Lending) -> None:
    lending.witnessed(lending.lent("peter"), "alice")
    assert leaves(lending, "alice").voucher


def test_what_is_left_of_a_write_off_takes_what_there_is_and_keeps_nobody(lending: Lending) -> None:
    lost = lending.lent(amount="30000")
    lending.writes_off(lost, "joseph", "mary")
    lending.waits()
    voucher = gone(lending, expected=kes("0"))
    assert lines(voucher)[3:] == [("5030", "-21000.00", "")]
    assert lending.told(lost).recovered == kes("21000")
    assert lending.loan(lost).status == "WRITTEN_OFF"
    lending.waits()
    assert lending.repays(lost, "500").voucher.detail == "RECOVERY"
    assert lending.is_sound


def test_a_running_loan_comes_before_it(lending: Lending) -> None:
    lost = lending.lent(amount="30000")
    lending.writes_off(lost, "joseph", "mary")
    running = lending.lent(amount="6000")
    lending.waits()
    voucher = gone(lending)
    assert lines(voucher)[3:] == [("4010", "-600.00", ""), ("1110", "-6000.00", ""), ("5030", "-14400.00", "")]
    assert lending.loan(running).status == "COMPLETED"
    assert lending.is_sound


def test_what_fell_due_since_the_day_she_names_is_owed(lending: Lending) -> None:
    """Nothing moved for her since the loan was paid out; a leaving dated back to that day takes no penalty away."""
    loan = lending.lent(amount="6000")
    lending.moves_to(months_on(1) + dt.timedelta(days=1))
    lending.night()
    before = lending.penalties(loan)
    owed = queries.standing_on(member(lending, "alice"), lending.today)
    assert owed.paid_out == kes("14290")
    voucher = gone(lending, on=FIRST, expected=kes("14290"))
    assert voucher.booked_on == FIRST
    paid = Repayment.objects.get(loan=loan)
    assert (paid.amount, paid.paid_on) == (kes("6710"), lending.today)
    assert (len(before), lending.penalties(loan)) == (1, before)
    assert lending.holds("2010", "alice") == kes("0")
    assert lending.loan(loan).status == "COMPLETED"
    assert lending.is_sound


def test_what_she_would_leave_with_is_known_before(lending: Lending) -> None:
    lending.lent(amount="6000")
    standing = queries.standing_on(member(lending, "alice"), lending.today)
    assert (standing.paid_out, standing.short, [each.amount for each in standing.owed]) == (
        kes("14400"),
        kes("0"),
        [kes("6600")],
    )
    lending.lent("alice", "30000", kind="LONG_TERM", months=12)
    standing = queries.standing_on(member(lending, "alice"), lending.today)
    assert (standing.paid_out, standing.short) == (kes("0"), kes("15900"))


# Taken back


def test_her_loan_runs_again(lending: Lending) -> None:
    loan = lending.lent(amount="6000")
    before = lending.row(loan), lending.under(loan), lending.holds("2010", "alice")
    lending.reverses("mary", gone(lending))
    assert (lending.row(loan), lending.under(loan), lending.holds("2010", "alice")) == before
    assert lending.loan(loan).is_reopened
    assert member(lending, "alice").is_active
    assert lending.is_sound
    again = gone(lending)
    assert lending.loan(loan).status == "COMPLETED"
    assert again.status == "VERIFIED"
    assert lending.is_sound


def test_while_she_is_gone_her_repayments_stay(lending: Lending) -> None:
    """With the loan open again nobody would owe it: her leaving comes back first."""
    loan = lending.lent(amount="6000")
    paid = lending.repays(loan, "1000")
    lending.waits()
    voucher = gone(lending)
    with pytest.raises(HasLeft):
        lending.takes_back(paid)
    lending.reverses("mary", voucher)
    assert lending.takes_back(paid).status == "VERIFIED"
    assert lending.is_sound


def test_who_joins_again_begins_without_it(lending: Lending) -> None:
    loan = lending.lent(amount="6000")
    gone(lending)
    return_to_group(member=member(lending, "alice"), at=lending.at, by=lending.mary, joined_on=lending.today)
    assert lending.loan(loan).status == "COMPLETED"
    assert lending.lent("alice", "500").status == "DISBURSED"


def test_an_officers_own_loan_is_settled_when_his_office_ends(lending: Lending) -> None:
    lending.brings("ruth", "9000")
    loan = lending.lent("ruth", "3000")
    leaves(lending, "ruth", by="daniel")
    assert lending.loan(loan).status == "COMPLETED"
    assert RoleName.SECRETARY not in {role.role for role in lending.ruth.roles.filter(until=None)}
