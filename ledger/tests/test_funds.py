"""Which fund an act takes money out of, and that none is taken below nothing."""

import datetime as dt

import pytest

from core.ids import new_id
from core.money import kes
from groups.models import Constitution
from ledger import position
from ledger.models import Entry
from ledger.operations import InsufficientCash, InsufficientFund
from ledger.queries import loan_fund_cash
from ledger.rules import Leg, credit, debit
from ledger.tests.builders import NOON, TODAY, Table, contribution, payout, saving
from ledger.verify import check_books


def adopt(table: Table, version: int, on: dt.date, *, pooled: bool) -> None:
    Constitution.objects.create(
        group=table.group, version=version, effective_on=on, adopted_by=table.tom, adopted_at=NOON,
        pool_project_fund=pooled,
    )  # fmt: skip


def lend(code: str, head: str, amount: str, table: Table) -> list[Leg]:
    loan = new_id()
    return [
        debit(code, kes(amount), member=table.beth.pk, subject=loan),
        credit("1010", kes(amount), head=head),
    ]


def test_alice_cannot_withdraw_what_beth_saved(table: Table) -> None:
    table.save("100.00")
    table.save("1000.00", table.beth)
    with pytest.raises(InsufficientFund) as caught:
        table.withdraw("100.01")
    assert caught.value.code == "insufficient_fund"
    assert str(caught.value.detail) == "Members' savings: 100.00 is there; 100.01 was asked."


def test_a_withdrawal_does_not_take_the_welfare_money(table: Table) -> None:
    table.save("500.00")
    table.post(contribution("2020", "welfare", "300.00"))
    table.post(lend("1110", "short_term_loan", "400.00", table), kind=Entry.Kind.DISBURSEMENT)
    with pytest.raises(InsufficientFund) as caught:
        table.withdraw("200.00")
    assert str(caught.value.detail) == "Loan fund: 100.00 is there; 200.00 was asked."
    table.withdraw("100.00")


def test_an_expense_comes_out_of_the_loan_fund(table: Table) -> None:
    table.post(contribution("2020", "welfare", "300.00"))
    with pytest.raises(InsufficientFund):
        table.post(payout("5010", "expense", "1.00"), kind=Entry.Kind.EXPENSE)


@pytest.mark.parametrize(
    ("fund", "head_in", "head_out"),
    [
        ("2020", "welfare", "welfare_payout"), ("2030", "ecd", "ecd_payout"), ("2040", "project", "project_payout"),
    ],
)  # fmt: skip
def test_a_payout_takes_no_more_than_its_fund_holds(table: Table, fund: str, head_in: str, head_out: str) -> None:
    alice, beth = table.alice.pk, table.beth.pk
    table.save("1000.00")
    table.post(contribution(fund, head_in, "300.00", member=alice))
    owner = None if fund == "2020" else alice
    table.post(payout(fund, head_out, "300.00", member=owner), kind=Entry.Kind.PAYOUT)
    table.post(contribution(fund, head_in, "50.00", member=beth))
    whose = beth if fund == "2020" else alice
    asked = "50.01" if fund == "2020" else "0.01"
    with pytest.raises(InsufficientFund):
        table.post(payout(fund, head_out, asked, member=whose), kind=Entry.Kind.PAYOUT)


@pytest.mark.parametrize(("fund", "head_in", "head_out"), [
    ("2050", "campaign", "campaign_payout"), ("2090", "unallocated", "unallocated"),
])  # fmt: skip
def test_a_campaign_and_a_receipt_pay_only_their_own(table: Table, fund: str, head_in: str, head_out: str) -> None:
    one, other = new_id(), new_id()
    table.save("1000.00")
    table.post(contribution(fund, head_in, "100.00", subject=one))
    table.post(contribution(fund, head_in, "100.00", subject=other))
    with pytest.raises(InsufficientFund):
        table.post(payout(fund, head_out, "100.01", subject=one), kind=Entry.Kind.PAYOUT)
    table.post(payout(fund, head_out, "100.00", subject=one), kind=Entry.Kind.PAYOUT)
    with pytest.raises(InsufficientFund):
        table.post(payout(fund, head_out, "1.00", subject=new_id()), kind=Entry.Kind.PAYOUT)


def test_a_receipt_that_is_matched_leaves_the_cash_alone(table: Table) -> None:
    receipt = new_id()
    table.post(contribution("2090", "unallocated", "100.00", subject=receipt), kind=Entry.Kind.RECEIPT)
    table.post(
        [debit("2090", kes("100.00"), subject=receipt), credit("2010", kes("100.00"), member=table.alice.pk)],
        kind=Entry.Kind.RECEIPT,
    )
    table.withdraw("100.00")


def test_no_more_is_repaid_outside_than_came_from_there(table: Table) -> None:
    table.save("1000.00")
    table.post(contribution("2070", "external_funding", "100.00"), kind=Entry.Kind.MOVEMENT)
    table.post(payout("2070", "external_repaid", "100.00"), kind=Entry.Kind.MOVEMENT)
    with pytest.raises(InsufficientFund) as caught:
        table.post(payout("2070", "external_repaid", "1.00"), kind=Entry.Kind.MOVEMENT)
    assert "External funds owed: 0.00 is there" in str(caught.value.detail)


def test_no_dividend_is_paid_that_was_not_declared(table: Table) -> None:
    table.save("1000.00")
    with pytest.raises(InsufficientFund):
        table.post(payout("2060", "dividend", "1.00", member=table.alice.pk), kind=Entry.Kind.DIVIDEND)


def test_project_loans_come_out_of_the_project_fund(table: Table) -> None:
    table.save("1000.00")
    table.post(contribution("2040", "project", "300.00", member=table.alice.pk))
    table.post(lend("1130", "project_loan", "250.00", table), kind=Entry.Kind.DISBURSEMENT)
    with pytest.raises(InsufficientFund) as caught:
        table.post(lend("1130", "project_loan", "51.00", table), kind=Entry.Kind.DISBURSEMENT)
    assert str(caught.value.detail) == "Project fund: 50.00 is there; 51.00 was asked."
    with pytest.raises(InsufficientFund):
        table.post(payout("2040", "project_payout", "51.00", member=table.alice.pk), kind=Entry.Kind.PAYOUT)
    table.post(lend("1130", "project_loan", "50.00", table), kind=Entry.Kind.DISBURSEMENT)


def test_a_pooled_project_fund_lends_from_the_common_purse(table: Table) -> None:
    adopt(table, 1, dt.date(2026, 1, 1), pooled=True)
    table.save("1000.00")
    table.post(contribution("2040", "project", "300.00", member=table.alice.pk))
    table.post(lend("1130", "project_loan", "800.00", table), kind=Entry.Kind.DISBURSEMENT)
    table.post(payout("2040", "project_payout", "300.00", member=table.alice.pk), kind=Entry.Kind.PAYOUT)
    table.post(contribution("2020", "welfare", "500.00"))
    with pytest.raises(InsufficientFund) as caught:
        table.post(lend("1130", "project_loan", "201.00", table), kind=Entry.Kind.DISBURSEMENT)
    assert str(caught.value.detail) == "Loan fund: 200.00 is there; 201.00 was asked."


@pytest.mark.parametrize("pooled", [True, False])
def test_before_the_first_constitution_is_in_force_it_counts_already_for_the_fund_and_the_sheet(
    table: Table, pooled: bool
) -> None:
    """Acts are judged by the figure the sheet of that day shows."""
    table.post(contribution("2040", "project", "100", member=table.alice.pk))
    adopt(table, 1, TODAY + dt.timedelta(days=5), pooled=pooled)
    adopt(table, 2, TODAY + dt.timedelta(days=9), pooled=not pooled)
    now = position.read(table.group, [], since=TODAY, today=TODAY)
    assert (now.pooled, now.loan_fund_cash) == (pooled, loan_fund_cash(table.group, TODAY))


def test_the_constitution_in_force_today_decides_about_the_pool(table: Table) -> None:
    adopt(table, 1, dt.date(2026, 1, 1), pooled=True)
    adopt(table, 2, dt.date(2026, 2, 1), pooled=False)
    adopt(table, 3, dt.date(2026, 12, 1), pooled=True)
    table.save("1000.00")
    with pytest.raises(InsufficientFund):
        table.post(lend("1130", "project_loan", "1.00", table), kind=Entry.Kind.DISBURSEMENT)


def write_off(amount: str, table: Table) -> list[Leg]:
    loan = new_id()
    return [debit("5030", kes(amount), subject=loan), credit("1130", kes(amount), member=table.beth.pk, subject=loan)]


def test_a_loss_is_a_fact_and_nothing_more_leaves_until_it_is_made_good(table: Table) -> None:
    table.save("100.00")
    table.post(contribution("2040", "project", "300.00", member=table.alice.pk))
    table.post(lend("1130", "project_loan", "200.00", table), kind=Entry.Kind.DISBURSEMENT)
    with pytest.raises(InsufficientFund):
        table.post(write_off("200.00", table), kind=Entry.Kind.WRITE_OFF)
    table.post(write_off("200.00", table), kind=Entry.Kind.WRITE_OFF, is_fact=True)
    with pytest.raises(InsufficientFund):
        table.withdraw("1.00")
    table.post(contribution("2020", "welfare", "500.00"))
    # The project fund must bear what the loan fund is short of: 300.00 less 100.00.
    with pytest.raises(InsufficientFund) as caught:
        table.post(payout("2040", "project_payout", "201.00", member=table.alice.pk), kind=Entry.Kind.PAYOUT)
    assert str(caught.value.detail) == "Project fund: 200.00 is there; 201.00 was asked."
    table.post(payout("2040", "project_payout", "150.00", member=table.alice.pk), kind=Entry.Kind.PAYOUT)
    table.save("1.00")
    assert check_books(table.group) == []


def test_a_counted_shortage_posts_and_the_cash_box_still_cannot_go_below_nothing(table: Table) -> None:
    table.post(contribution("2020", "welfare", "300.00"))
    short = [debit("5090", kes("20.00")), credit("1010", kes("20.00"), head="cash_short")]
    table.post(short, kind=Entry.Kind.COUNT, is_fact=True)
    more = [debit("5090", kes("281.00")), credit("1010", kes("281.00"), head="cash_short")]
    with pytest.raises(InsufficientCash):
        table.post(more, kind=Entry.Kind.COUNT, is_fact=True)


def test_a_fact_does_not_reach_into_somebodys_savings(table: Table) -> None:
    table.save("100.00")
    legs = [debit("2010", kes("100.01"), member=table.alice.pk), credit("3010", kes("100.01"))]
    with pytest.raises(InsufficientFund):
        table.post(legs, kind=Entry.Kind.ADJUSTMENT, is_fact=True)


def test_contributions_come_in_while_the_loan_fund_is_short(table: Table) -> None:
    table.post(contribution("2020", "welfare", "300.00"))
    short = [debit("5090", kes("20.00")), credit("1010", kes("20.00"), head="cash_short")]
    table.post(short, kind=Entry.Kind.COUNT, is_fact=True)
    for legs in (
        contribution("2020", "welfare", "5.00"), contribution("2030", "ecd", "5.00", member=table.alice.pk),
        contribution("2040", "project", "5.00", member=table.alice.pk), saving(table.alice, "5.00"),
        contribution("4050", "fine", "5.00", member=table.alice.pk),
    ):  # fmt: skip
        table.post(legs)
