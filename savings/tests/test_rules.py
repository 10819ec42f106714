"""The arithmetic of saving, by hand and at random: limits, months that count, and lines that always balance."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from core.money import ZERO, from_cents, kes
from ledger.places import BOX, Hands, Place, held_by, place_of
from ledger.rules import PLACES, Leg, check_legs
from savings import rules
from savings.rules import Named, OpeningLine, Position, Seat

ALICE, FAITH, RECEIPT, CAMPAIGN, LOAN = (new_id() for _ in range(5))
NOTHING_OUT = Position(
    savings=kes("10000"), withdrawn=ZERO, pending=ZERO, outstanding=ZERO, percent=Decimal(50), multiple=Decimal(3)
)
amounts = st.integers(min_value=1, max_value=99_999_999_999).map(from_cents)
places = st.sampled_from([BOX, Place("1020"), Place("1030"), held_by(FAITH)])


# Withdrawal limit


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ({}, "5000.00"),
        # She has taken 2,000 within the year: half of 12,000 less those 2,000.
        ({"withdrawn": kes("2000")}, "4000.00"),
        ({"pending": kes("1200")}, "3800.00"),
        # 24,000 owed at three times her savings hold 8,000 of them.
        ({"outstanding": kes("24000")}, "2000.00"),
        ({"outstanding": kes("24000"), "pending": kes("500")}, "1500.00"),
        ({"outstanding": kes("30000")}, "0.00"),
        ({"outstanding": kes("90000")}, "0.00"),
        ({"savings": kes("0")}, "0.00"),
        ({"percent": Decimal(100)}, "10000.00"),
        ({"percent": Decimal(0)}, "0.00"),
        # 100 owed at three times hold 33.333…: what is free is cut down to the cent.
        ({"percent": Decimal(100), "outstanding": kes("100")}, "9966.66"),
        ({"percent": Decimal("33.33"), "savings": kes("100.01")}, "33.33"),
        ({"multiple": Decimal(0)}, "5000.00"),
        ({"multiple": Decimal(0), "outstanding": kes("1")}, "0.00"),
    ],
)
def test_what_alice_may_withdraw(change: dict[str, Decimal], limit: str) -> None:
    assert str(rules.available(replace(NOTHING_OUT, **change))) == limit


@given(amounts, amounts, amounts, amounts)
def test_a_limit_is_never_negative_nor_above_what_is_free(
    savings: Decimal, withdrawn: Decimal, pending: Decimal, outstanding: Decimal
) -> None:
    position = replace(NOTHING_OUT, savings=savings, withdrawn=withdrawn, pending=pending, outstanding=outstanding)
    limit = rules.available(position)
    assert limit >= 0
    assert limit <= max(ZERO, savings - pending)
    # What stays still secures the loan.
    assert limit == 0 or (savings - pending - limit) * 3 >= outstanding


@given(amounts, amounts)
def test_taking_the_whole_limit_leaves_nothing_more_to_take(savings: Decimal, withdrawn: Decimal) -> None:
    before = replace(NOTHING_OUT, savings=savings, withdrawn=withdrawn)
    taken = rules.available(before)
    after = replace(before, savings=savings - taken, withdrawn=withdrawn + taken)
    assert rules.available(after) <= Decimal("0.01")


def test_the_window_reaches_back_to_the_same_day_a_year_ago_and_not_to_it() -> None:
    assert rules.window_start(dt.date(2026, 3, 20), 12) == dt.date(2025, 3, 21)
    assert rules.window_start(dt.date(2024, 2, 29), 12) == dt.date(2023, 3, 1)


def test_a_loan_goes_as_far_as_savings_or_the_fund() -> None:
    assert rules.loan_limit(kes("10000"), Decimal(3), kes("50000")) == kes("30000")
    assert rules.loan_limit(kes("10000"), Decimal(3), kes("20000")) == kes("20000")
    assert rules.loan_limit(kes("10000"), Decimal(3), kes("-1")) == ZERO


# Months


MARCH, FEBRUARY, JANUARY, NOVEMBER = (dt.date(2026, m, 1) for m in (3, 2, 1, 11))
TODAY = dt.date(2026, 3, 20)


def five_hundred(month: dt.date) -> Decimal:
    return kes("500")


@pytest.mark.parametrize(
    ("totals", "count"),
    [
        ({}, 0),
        ({MARCH: "500"}, 1),
        ({MARCH: "499.99"}, 0),
        # This month is not over: the row may end with the last one.
        ({FEBRUARY: "500", JANUARY: "700"}, 2),
        ({MARCH: "100", FEBRUARY: "500"}, 1),
        ({MARCH: "500", FEBRUARY: "500", JANUARY: "500"}, 3),
        ({MARCH: "500", JANUARY: "500"}, 1),
        ({JANUARY: "500"}, 0),
    ],
)
def test_months_in_a_row_that_reach_the_minimum(totals: dict[dt.date, str], count: int) -> None:
    brought = {month: kes(total) for month, total in totals.items()}
    assert rules.months_consistent(brought, five_hundred, TODAY) == count


def test_each_month_is_measured_by_its_own_minimum() -> None:
    brought = {MARCH: kes("600"), FEBRUARY: kes("500")}
    raised = {MARCH: kes("600"), FEBRUARY: kes("500")}
    assert rules.months_consistent(brought, lambda month: raised.get(month, ZERO), TODAY) == 2
    assert rules.months_consistent(brought, lambda _month: kes("600"), TODAY) == 1


def test_a_row_of_months_crosses_the_year() -> None:
    brought = dict.fromkeys([JANUARY, dt.date(2025, 12, 1), dt.date(2025, 11, 1)], kes("500"))
    assert rules.months_consistent(brought, five_hundred, dt.date(2026, 2, 1)) == 3


def test_short_means_below_the_minimum() -> None:
    assert rules.is_short(kes("499.99"), kes("500"))
    assert not rules.is_short(kes("500"), kes("500"))


def test_membership_is_counted_in_whole_months() -> None:
    assert rules.has_belonged(dt.date(2025, 12, 20), 3, dt.date(2026, 3, 20))
    assert not rules.has_belonged(dt.date(2025, 12, 21), 3, dt.date(2026, 3, 20))
    assert rules.has_belonged(dt.date(2026, 3, 20), 0, dt.date(2026, 3, 20))


# Places


def test_the_method_picks_the_place() -> None:
    grace, joseph = Hands(ALICE, holds_office=True), Hands(FAITH, holds_office=False)
    assert place_of("BANK", joseph) == Place("1020")
    assert place_of("MPESA", joseph) == Place("1030")
    assert place_of("CASH", grace) == BOX
    assert place_of("CASH", joseph) == Place("1040", FAITH)
    assert place_of("CASH", joseph, at_the_table=True) == BOX
    assert place_of("CASH", joseph).word == "OFFICER"


# Lines


def sides(legs: list[Leg]) -> list[tuple[str, str, UUID | None, str]]:
    return [(leg.account, str(leg.amount), leg.member or leg.officer or leg.subject, leg.head) for leg in legs]


def test_each_contribution_feeds_its_own_fund() -> None:
    said = {kind: sides(rules.contribution_legs(kind, kes("5"), BOX, ALICE)) for kind in rules.FUNDS}
    assert said == {
        "REGULAR": [("1010", "5.00", None, "regular_savings"), ("2010", "-5.00", ALICE, "")],
        "WELFARE": [("1010", "5.00", None, "welfare"), ("2020", "-5.00", ALICE, "")],
        "ECD": [("1010", "5.00", None, "ecd"), ("2030", "-5.00", ALICE, "")],
        "PROJECT": [("1010", "5.00", None, "project"), ("2040", "-5.00", ALICE, "")],
    }


def test_each_act_debits_and_credits_what_the_posting_table_says() -> None:
    five, bank = kes("5"), Place("1020")
    assert sides(rules.withdrawal_legs(five, BOX, ALICE)) == [
        ("2010", "5.00", ALICE, ""),
        ("1010", "-5.00", None, "withdrawal"),
    ]
    assert sides(rules.payout_legs("WELFARE_PAYOUT", five, BOX, ALICE, None)) == [
        ("2020", "5.00", ALICE, ""),
        ("1010", "-5.00", None, "welfare_payout"),
    ]
    assert sides(rules.payout_legs("CAMPAIGN_PAYOUT", five, BOX, None, CAMPAIGN)) == [
        ("2050", "5.00", CAMPAIGN, ""),
        ("1010", "-5.00", None, "campaign_payout"),
    ]
    assert sides(rules.moved_legs(five, held_by(FAITH), bank)) == [
        ("1020", "5.00", None, "banking"),
        ("1040", "-5.00", FAITH, "banking"),
    ]
    assert sides(rules.expense_legs(five, BOX)) == [("5010", "5.00", None, ""), ("1010", "-5.00", None, "expense")]
    assert sides(rules.charge_legs(five, bank)) == [("5020", "5.00", None, ""), ("1020", "-5.00", None, "charges")]
    assert sides(rules.external_in_legs(five, bank)) == [
        ("1020", "5.00", None, "external_funding"),
        ("2070", "-5.00", None, ""),
    ]
    assert sides(rules.external_out_legs(five, bank)) == [
        ("2070", "5.00", None, ""),
        ("1020", "-5.00", None, "external_repaid"),
    ]


def test_a_receipt_without_a_home_is_kept_then_matched_or_returned() -> None:
    five, phone = kes("5"), Place("1030")
    assert sides(rules.unallocated_legs(five, phone, RECEIPT)) == [
        ("1030", "5.00", None, "unallocated"),
        ("2090", "-5.00", RECEIPT, ""),
    ]
    assert sides(rules.matched_legs("REGULAR", five, RECEIPT, ALICE)) == [
        ("2090", "5.00", RECEIPT, ""),
        ("2010", "-5.00", ALICE, ""),
    ]
    assert sides(rules.returned_legs(five, phone, RECEIPT)) == [
        ("2090", "5.00", RECEIPT, ""),
        ("1030", "-5.00", None, "unallocated"),
    ]


@given(amounts, places, places)
def test_every_act_balances_and_each_cash_line_has_one_head(amount: Decimal, source: Place, to: Place) -> None:
    acts = [
        *(rules.contribution_legs(kind, amount, to, ALICE) for kind in rules.FUNDS),
        *(rules.payout_legs(kind, amount, source, ALICE, CAMPAIGN) for kind in rules.PAYOUTS),
        rules.withdrawal_legs(amount, source, ALICE),
        rules.moved_legs(amount, source, to),
        rules.expense_legs(amount, source),
        rules.charge_legs(amount, source),
        rules.external_in_legs(amount, to),
        rules.external_out_legs(amount, source),
        rules.unallocated_legs(amount, to, RECEIPT),
        rules.matched_legs("ECD", amount, RECEIPT, ALICE),
        rules.returned_legs(amount, source, RECEIPT),
    ]
    for legs in acts:
        check_legs(legs)
        assert all(bool(leg.head) == (leg.account in PLACES) for leg in legs)


# Opening


def test_the_rest_of_an_opening_is_the_groups_own() -> None:
    lines = [
        OpeningLine("1010", kes("900")),
        OpeningLine("1110", kes("300"), member=ALICE, subject=LOAN),
        OpeningLine("2010", kes("1000"), member=ALICE),
    ]
    assert sides(rules.opening_legs(lines)) == [
        ("1010", "900.00", None, "opening"),
        ("1110", "300.00", ALICE, ""),
        ("2010", "-1000.00", ALICE, ""),
        ("3010", "-200.00", None, ""),
    ]
    assert rules.opening_amount(lines) == kes("1200")


def test_a_group_that_owes_more_than_it_has_opens_with_a_deficit() -> None:
    lines = [OpeningLine("1020", kes("100")), OpeningLine("2010", kes("150"), member=ALICE)]
    assert sides(rules.opening_legs(lines))[-1] == ("3010", "50.00", None, "")
    assert rules.opening_amount(lines) == kes("150")


def test_an_opening_that_balances_by_itself_needs_no_rest() -> None:
    lines = [OpeningLine("1020", kes("100")), OpeningLine("2070", kes("100"))]
    assert [leg.account for leg in rules.opening_legs(lines)] == ["1020", "2070"]


@given(st.lists(st.tuples(st.sampled_from(sorted(rules.OPENING_DEBITS | rules.OPENING_CREDITS)), amounts), min_size=1))
def test_every_opening_balances(given_lines: list[tuple[str, Decimal]]) -> None:
    lines = [
        OpeningLine(
            account,
            amount,
            member=ALICE if account.startswith(("11", "2")) else None,
            officer=FAITH if account == "1040" else None,
            subject=LOAN if account.startswith(("11", "205")) else None,
        )
        for account, amount in given_lines
    ]
    check_legs(rules.opening_legs(lines))


# Who may check


MARY, GRACE, RUTH, JOSEPH = (new_id() for _ in range(4))
TABLE = [
    Seat(MARY, "Mary", "CHAIR"),
    Seat(GRACE, "Grace", "TREASURER"),
    Seat(RUTH, "Ruth", "SECRETARY"),
    Seat(JOSEPH, "Joseph", "FIELD_OFFICER"),
]


def who(seats: list[Seat]) -> list[str]:
    return [seat.name for seat in seats]


def test_neither_maker_nor_named_may_check() -> None:
    assert who(rules.checkers(TABLE, MARY, Named(GRACE, ""))) == ["Ruth", "Joseph"]
    assert who(rules.checkers(TABLE, MARY, None)) == ["Grace", "Ruth", "Joseph"]


def test_who_wrote_her_number_does_not_check_what_she_asks_for() -> None:
    assert who(rules.checkers(TABLE, new_id(), Named(None, ""), JOSEPH)) == ["Mary", "Grace", "Ruth"]
    assert who(rules.checkers(TABLE, MARY, Named(GRACE, ""), RUTH)) == ["Joseph"]


def test_payouts_are_for_office_holders_other_than_the_beneficiary() -> None:
    assert who(rules.payers(TABLE, None, frozenset())) == ["Mary", "Grace", "Ruth"]
    assert who(rules.payers(TABLE, Named(RUTH, ""), frozenset({MARY}))) == ["Grace"]


def test_the_named_officer_receives_and_for_the_box_the_treasurer() -> None:
    assert who(rules.receivers(TABLE, JOSEPH, frozenset({GRACE}))) == ["Joseph"]
    assert who(rules.receivers(TABLE, None, frozenset({JOSEPH}))) == ["Grace"]


def test_without_another_treasurer_some_other_office_holder_receives() -> None:
    assert who(rules.receivers(TABLE, None, frozenset({GRACE}))) == ["Mary", "Ruth"]
    assert who(rules.receivers(TABLE, None, frozenset({GRACE, MARY}))) == ["Ruth"]
    assert who(rules.receivers(TABLE[:1] + TABLE[3:], None, frozenset({JOSEPH}))) == ["Mary"]


def test_somebody_with_two_roles_is_one_person() -> None:
    both = [*TABLE, Seat(MARY, "Mary", "FIELD_OFFICER")]
    assert who(rules.checkers(both, GRACE, Named(RUTH, ""))) == ["Mary", "Joseph"]


def test_who_is_known_by_her_phone_alone_is_the_same_human_being() -> None:
    table = [Seat(MARY, "Mary", "CHAIR", "m"), Seat(GRACE, "Grace", "TREASURER", "g"), Seat(RUTH, "Ruth", "COMMITTEE")]
    assert who(rules.checkers(table, RUTH, Named(None, "g"))) == ["Mary"]
    assert who(rules.payers(table, Named(None, "m"), frozenset())) == ["Grace", "Ruth"]
    assert who(rules.checkers(table, RUTH, Named(MARY, "other"))) == ["Grace"]
    # An erased person has no digest left, and two who have none are not one.
    assert who(rules.checkers(table, MARY, Named(None, ""))) == ["Grace", "Ruth"]


def test_a_yes_counts_while_its_giver_holds_an_office() -> None:
    said = frozenset({MARY, GRACE, JOSEPH})
    assert rules.counted(TABLE, None, said) == {MARY, GRACE}
    assert rules.counted(TABLE[1:], None, said) == {GRACE}
    assert rules.counted(TABLE, Named(GRACE, ""), said) == {MARY}
