"""Reversing: the mirror entry, once, and only where the money is still there."""

import datetime as dt

import pytest

from core.money import kes
from ledger.models import Balance, Entry, Line
from ledger.operations import (
    AlreadyReversed,
    IdempotencyMismatch,
    InsufficientCash,
    InsufficientFund,
    IsReversal,
    close_month,
    legs_of,
    reverse,
)  # fmt: skip
from ledger.rules import mirrored
from ledger.tests.builders import NOON, TODAY, Table, contribution, fresh_key, make_user, payout
from ledger.verify import check_books

LATER = NOON + dt.timedelta(days=40)


def test_a_reversal_mirrors_the_lines_with_their_heads_on_the_business_day(table: Table) -> None:
    wrong = table.save("100.00", on=TODAY - dt.timedelta(days=5))
    undone = reverse(entry=wrong, at=LATER, actor=table.tom, key=fresh_key())
    assert (undone.kind, undone.reverses_id, undone.booked_on) == ("REVERSAL", wrong.pk, dt.date(2026, 4, 29))
    assert legs_of(undone) == mirrored(legs_of(wrong))
    assert {line.head for line in Line.objects.filter(account__code="1010")} == {"regular_savings"}
    assert not any(Balance.objects.values_list("amount", flat=True))
    assert check_books(table.group) == []


def test_a_reversal_after_midnight_in_nairobi_is_dated_there(table: Table) -> None:
    wrong = table.save("100.00")
    undone = reverse(entry=wrong, at=dt.datetime(2026, 3, 20, 21, 30, tzinfo=dt.UTC), actor=table.tom, key=fresh_key())
    assert undone.booked_on == dt.date(2026, 3, 21)


def test_nothing_is_reversed_twice(table: Table) -> None:
    wrong = table.save("100.00")
    reverse(entry=wrong, at=NOON, actor=table.tom, key=fresh_key())
    with pytest.raises(AlreadyReversed) as caught:
        reverse(entry=wrong, at=NOON, actor=table.tom, key=fresh_key())
    assert (caught.value.code, caught.value.status) == ("already_reversed", 409)


def test_the_same_reversal_sent_again_is_the_first_one_even_on_a_later_day(table: Table) -> None:
    wrong, key = table.save("100.00"), fresh_key()
    first = reverse(entry=wrong, at=NOON, actor=table.tom, key=key)
    assert reverse(entry=wrong, at=LATER, actor=table.tom, key=key) == first
    assert Entry.objects.count() == 2


def test_the_same_key_from_another_hand_is_no_replay(table: Table) -> None:
    wrong, key = table.save("100.00"), fresh_key()
    reverse(entry=wrong, at=NOON, actor=table.tom, key=key)
    with pytest.raises(IdempotencyMismatch):
        reverse(entry=wrong, at=NOON, actor=make_user("Rose"), key=key)


def test_a_key_that_named_another_act_does_not_reverse(table: Table) -> None:
    wrong, key = table.save("100.00"), fresh_key()
    table.save("5.00", key=key)
    with pytest.raises(IdempotencyMismatch):
        reverse(entry=wrong, at=NOON, actor=table.tom, key=key)


def test_a_reversal_is_not_reversed(table: Table) -> None:
    undone = reverse(entry=table.save("100.00"), at=NOON, actor=table.tom, key=fresh_key())
    with pytest.raises(IsReversal):
        reverse(entry=undone, at=NOON, actor=table.tom, key=fresh_key())


def test_money_that_has_left_again_cannot_be_taken_back(table: Table) -> None:
    wrong = table.save("100.00")
    table.withdraw("60.00")
    table.post(contribution("2020", "welfare", "500.00"))
    with pytest.raises(InsufficientFund):
        reverse(entry=wrong, at=NOON, actor=table.tom, key=fresh_key())


def test_a_welfare_payment_already_paid_out_cannot_be_taken_back(table: Table) -> None:
    given = table.post(contribution("2020", "welfare", "100.00"))
    table.save("1000.00")
    table.post(payout("2020", "welfare_payout", "80.00"), kind=Entry.Kind.PAYOUT)
    with pytest.raises(InsufficientFund):
        reverse(entry=given, at=NOON, actor=table.tom, key=fresh_key())


def test_cash_that_was_banked_is_not_in_the_box_any_more(table: Table) -> None:
    wrong = table.save("100.00")
    table.bank("70.00")
    with pytest.raises(InsufficientCash) as caught:
        reverse(entry=wrong, at=NOON, actor=table.tom, key=fresh_key())
    assert str(caught.value.detail) == "Cash box holds 30.00; 100.00 was asked."


def test_an_entry_of_a_closed_month_is_reversed_in_an_open_one(table: Table) -> None:
    wrong = table.save("100.00")
    close_month(group=table.group, month=TODAY, at=LATER, actor=table.tom)
    undone = reverse(entry=wrong, at=LATER, actor=table.tom, key=fresh_key())
    assert undone.booked_on.month == 4


def test_the_lines_of_an_entry_come_back_as_they_went_in(table: Table) -> None:
    entry = table.bank("70.00", opening=True)
    assert [(leg.account, leg.amount, leg.head) for leg in legs_of(entry)] == [
        ("1020", kes("70.00"), "banking"), ("1010", kes("-70.00"), "banking"),
    ]  # fmt: skip
