"""The TRF sheet: worked out by hand for small worlds, and held against the lines for any history."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import ZERO, kes
from core.tests.lasting import lasting
from ledger.queries.balances import (
    account_balances,
    balance,
    cash_by_place,
    in_own_sense,
    loan_fund_cash,
    member_balances,
)
from ledger.queries.trf import Course, TrfSheet, both_sides, trf_sheet
from ledger.tests.builders import TODAY, make_member
from ledger.tests.reading import DAYS, Books, Step, histories, live, sums_of_lines

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - dt.timedelta(days=1)
LAST_WEEK = TODAY - dt.timedelta(days=7)


@pytest.fixture
@lasting
def books(db: None) -> Books:
    return Books()


def busy(books: Books) -> Books:
    """Last week Alice saves 1,000, the project gets 400, welfare 200; since yesterday all the rest."""
    books.does("saves", "1000.00", LAST_WEEK)
    books.does("gives to the project", "400.00", LAST_WEEK)
    books.does("gives to welfare", "200.00", LAST_WEEK)
    books.does("saves by bank", "300.00", YESTERDAY)
    books.does("gives to ECD", "50.00", YESTERDAY)
    books.does("gives to the campaign", "30.00", YESTERDAY)
    books.does("pays from nowhere", "20.00", YESTERDAY)
    books.does("is funded", "500.00", YESTERDAY)
    books.does("pays a fine", "100.00")
    books.does("borrows", "250.00")
    books.does("borrows long", "150.00")
    books.does("borrows for a project", "100.00")
    books.does("buys a register", "40.00")
    books.does("withdraws", "60.00")
    books.does("declares", "10.00")
    return books


def amounts(heads: tuple[object, ...]) -> dict[str, str]:
    return {head.head: str(head.amount) for head in heads}  # type: ignore[attr-defined]


def test_both_sides_of_a_busy_sheet_are_as_worked_out_by_hand(books: Books) -> None:
    sheet = trf_sheet(group=busy(books).group, on=TODAY)
    assert amounts(sheet.assets) == {
        "cash_box": "1180.00",
        "bank": "800.00",
        "mobile_money": "20.00",
        "cash_with_officers": "0.00",
        "social_fund": "-200.00",
        "ecd_fund": "-50.00",
        "campaign_funds": "-30.00",
        "unallocated_receipts": "-20.00",
        "project_fund": "-300.00",
        "short_term_loans": "250.00",
        "long_term_loans": "150.00",
    }
    assert amounts(sheet.claims) == {
        "members_savings": "1240.00",
        "dividends_payable": "10.00",
        "external_funds": "500.00",
        "accumulated_profit": "50.00",
    }
    assert (sheet.trf, sheet.claims_total, sheet.difference) == (kes("1800.00"), kes("1800.00"), ZERO)
    assert (sheet.cash, sheet.loan_fund_cash) == (kes("2000.00"), kes("1400.00"))
    assert both_sides(account_balances(books.group), pooled=False) == (sheet.trf, sheet.claims_total)
    assert str(sheet.claims[-1].label) == "Accumulated profit"
    held = sheet.held_for_others
    assert [held.social, held.ecd, held.campaigns, held.unallocated, held.projects, held.total] == [
        200, 50, 30, 20, 300, 600,
    ]  # fmt: skip


def test_a_pooled_project_fund_is_lent_money_and_a_claim(books: Books) -> None:
    busy(books).adopt(on=YESTERDAY, pool_project_fund=True)
    sheet = trf_sheet(group=books.group, on=TODAY)
    assert amounts(sheet.assets)["project_loans"] == "100.00"
    assert "project_fund" not in amounts(sheet.assets)
    assert amounts(sheet.claims)["project_fund"] == "400.00"
    assert (sheet.trf, sheet.difference) == (kes("2200.00"), ZERO)
    assert (sheet.loan_fund_cash, sheet.held_for_others.projects) == (kes("1700.00"), ZERO)
    assert loan_fund_cash(books.group, TODAY) == kes("1700.00")


def test_pooling_counts_from_the_day_it_was_adopted(books: Books) -> None:
    busy(books).adopt(on=TODAY, pool_project_fund=True)
    before, after = (trf_sheet(group=books.group, on=day) for day in (YESTERDAY, TODAY))
    assert "project_fund" in amounts(before.assets)
    assert "project_fund" in amounts(after.claims)
    assert (before.difference, after.difference) == (ZERO, ZERO)


def test_a_sheet_alone_is_of_its_day_and_from_opens_the_period(books: Books) -> None:
    busy(books)
    alone = trf_sheet(group=books.group, on=YESTERDAY)
    assert (alone.since, alone.brought_forward.on) == (YESTERDAY, LAST_WEEK + dt.timedelta(days=5))
    assert (alone.brought_forward.cash, alone.carried_forward.cash) == (kes("1600.00"), kes("2500.00"))
    assert (alone.brought_forward.trf, alone.brought_forward.loan_fund_cash) == (kes("1000.00"), kes("1000.00"))
    assert {flow.head for flow in alone.flows} == {
        "regular_savings", "ecd", "campaign", "unallocated", "external_funding",
    }  # fmt: skip
    opened = trf_sheet(group=books.group, on=TODAY, since=LAST_WEEK)
    assert (opened.brought_forward.cash, opened.carried_forward.cash) == (ZERO, kes("2000.00"))
    flows = {flow.head: (str(flow.came), str(flow.went)) for flow in opened.flows}
    assert flows["regular_savings"] == ("1300.00", "0.00")
    assert flows["withdrawal"] == ("0.00", "60.00")


def test_what_is_taken_back_flows_out_under_its_own_head(books: Books) -> None:
    books.take_back(books.save("137.50"))
    flows = trf_sheet(group=books.group, on=TODAY).flows
    assert [(flow.head, str(flow.label), flow.came, flow.went) for flow in flows] == [
        ("regular_savings", "Regular savings", kes("137.50"), kes("137.50"))
    ]


def test_alices_row_tells_her_course_through_the_period(books: Books) -> None:
    sheet = trf_sheet(group=busy(books).group, on=TODAY, since=YESTERDAY)
    alice, beth = sheet.members
    assert (alice.member_id, alice.member_number, alice.member_name) == (books.alice.pk, 1, "Alice")
    assert alice.savings == Course(kes("1000.00"), kes("300.00"), kes("60.00"), kes("1240.00"))
    assert alice.short_term_loans == Course(ZERO, kes("250.00"), ZERO, kes("250.00"))
    assert alice.long_term_loans == Course(ZERO, kes("150.00"), ZERO, kes("150.00"))
    assert (alice.welfare, alice.fines) == (ZERO, kes("100.00"))
    assert (beth.member_name, beth.savings) == ("Beth", Course())


def test_a_past_sheet_does_not_know_what_came_later(books: Books) -> None:
    books.does("gives to welfare", "200.00", LAST_WEEK)
    books.does("saves", "500.00", LAST_WEEK)
    books.does("is paid by welfare", "80.00", YESTERDAY)
    books.does("saves", "300.00")
    sheet = trf_sheet(group=books.group, on=YESTERDAY, since=LAST_WEEK)
    assert sheet.members[0].savings == Course(ZERO, kes("500.00"), ZERO, kes("500.00"))
    assert sheet.members[0].welfare == kes("120.00")


def test_a_repayment_shrinks_the_loan(books: Books) -> None:
    books.does("saves", "1000.00", LAST_WEEK)
    books.does("borrows", "250.00", YESTERDAY)
    books.does("repays", "99.00")
    sheet = trf_sheet(group=books.group, on=TODAY)
    assert sheet.members[0].short_term_loans == Course(kes("250.00"), ZERO, kes("100.00"), kes("150.00"))
    assert amounts(sheet.claims)["accumulated_profit"] == "99.00"


def test_who_left_before_or_joined_after_is_listed_only_with_figures(books: Books) -> None:
    gone, newcomer, owed = (
        make_member(books.group, name, number) for name, number in (("Ann", 3), ("Zoe", 4), ("Eve", 5))
    )
    for leaver in (gone, owed):
        leaver.left_on, leaver.is_active = LAST_WEEK, False
        leaver.save()
    newcomer.joined_on = TODAY
    newcomer.save()
    books.save("10.00", owed, on=LAST_WEEK)
    assert [row.member_name for row in trf_sheet(group=books.group, on=YESTERDAY).members] == ["Alice", "Beth", "Eve"]
    assert [row.member_name for row in trf_sheet(group=books.group, on=TODAY).members] == [
        "Alice",
        "Beth",
        "Zoe",
        "Eve",
    ]
    early = trf_sheet(group=books.group, on=TODAY, since=LAST_WEEK).members
    assert [row.member_name for row in early] == ["Alice", "Beth", "Ann", "Zoe", "Eve"]


def test_a_sheet_lists_whom_it_is_asked_for(books: Books) -> None:
    sheet = trf_sheet(group=busy(books).group, on=TODAY, members=[books.beth])
    assert [row.member_name for row in sheet.members] == ["Beth"]
    assert sheet.trf == kes("1800.00")


def test_an_empty_group_has_an_empty_sheet(books: Books) -> None:
    sheet = trf_sheet(group=books.group, on=TODAY)
    assert (sheet.trf, sheet.claims_total, sheet.flows) == (ZERO, ZERO, ())
    assert str(sheet.assets[4].amount) == "0.00"


def test_balances_are_told_in_the_accounts_own_sense(books: Books) -> None:
    busy(books)
    books.does("saves with Faith", "9.00")
    assert balance(books.group, "2010") == kes("1249.00")
    assert balance(books.group, "1110") == kes("250.00")
    assert balance(books.group, "5010") == kes("40.00")
    assert balance(books.group, "1040", books.faith.pk) == kes("9.00")
    assert balance(books.group, "2010", books.beth.pk) == ZERO
    assert cash_by_place(books.group) == {"CASH_BOX": 1180, "BANK": 800, "MPESA": 20, "OFFICER": 9}
    assert cash_by_place(books.group, YESTERDAY) == {"CASH_BOX": 1680, "BANK": 800, "MPESA": 20, "OFFICER": 0}


def test_balances_of_members_come_for_each_asked_member(books: Books) -> None:
    busy(books)
    hers = member_balances(books.group, [books.alice, books.beth])
    assert hers[books.alice.pk]["2010"] == kes("1240.00")
    assert hers[books.alice.pk]["1110"] == kes("250.00")
    assert set(hers[books.beth.pk].values()) == {ZERO}
    assert list(member_balances(books.group, [books.beth])) == [books.beth.pk]


def assert_holds(sheet: TrfSheet, books: Books) -> None:
    assert sheet.difference == ZERO
    assert sheet.trf == sheet.claims_total == sum((head.amount for head in sheet.assets), ZERO)
    came = sum((flow.came - flow.went for flow in sheet.flows), ZERO)
    assert sheet.brought_forward.cash + came == sheet.carried_forward.cash == sheet.cash
    assert sheet.cash == sum(sheet.cash_by_place.values(), ZERO)
    assert sheet.loan_fund_cash == sheet.cash - sheet.held_for_others.total
    savings: Decimal = sum((row.savings.carried_forward for row in sheet.members), ZERO)
    assert savings == {head.head: head.amount for head in sheet.claims}["members_savings"]
    for row in sheet.members:
        for course in (row.savings, row.short_term_loans, row.long_term_loans):
            assert course.brought_forward + course.grown - course.shrunk == course.carried_forward


@pytest.mark.no_cover  # Hundreds of days of books: being watched, they take twice as long.
@settings(max_examples=12)
@given(history=histories, pooled=st.booleans(), since=st.sampled_from(DAYS))
def test_any_history_balances_on_every_day(history: list[Step], pooled: bool, since: dt.date) -> None:
    books = Books()
    if pooled:
        books.adopt(on=DAYS[5], pool_project_fund=True)
    live(books, history)
    for day in DAYS:
        lines = sums_of_lines(books, day)
        assert account_balances(books.group, day) == {
            code: in_own_sense(code, lines.get(code, ZERO)) for code in account_balances(books.group)
        }
        assert_holds(trf_sheet(group=books.group, on=day), books)
        assert loan_fund_cash(books.group, day) == trf_sheet(group=books.group, on=day).loan_fund_cash
    period = trf_sheet(group=books.group, on=TODAY, since=since)
    assert_holds(period, books)
    assert period.brought_forward.cash == sum(cash_by_place(books.group, since - dt.timedelta(days=1)).values(), ZERO)
    assert account_balances(books.group, TODAY) == account_balances(books.group)
