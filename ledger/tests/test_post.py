"""Posting: what stands in the books afterwards, what is refused, and with which figures."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import IntegrityError

from core.money import kes
from ledger import journal
from ledger.models import Account, Balance, Book, ClosedPeriod, DayTotal, Entry, Line
from ledger.operations import (
    MOST_AT_ONCE,
    DateInFuture,
    Draft,
    IdempotencyMismatch,
    InsufficientCash,
    PeriodClosed,
    PeriodNotOver,
    close_month,
    ensure_book,
    hold_books,
    post_many,
    reverse,
)  # fmt: skip
from ledger.rules import CHART, Leg, Misposted, credit, debit, mirrored
from ledger.tests.builders import NOON, TODAY, Table, fresh_key, saving, withdrawal
from ledger.verify import check_books, verify_chain
from users.models import User

YESTERDAY = TODAY - dt.timedelta(days=1)
Counting = Callable[[int], AbstractContextManager[object]]


def total(table: Table, code: str) -> str:
    return str(
        sum(Balance.objects.filter(account__group=table.group, account__code=code).values_list("amount", flat=True))
    )


def test_alice_saves_and_every_figure_follows(table: Table) -> None:
    entry = table.save("137.50")
    book = Book.objects.get(group=table.group)
    assert (book.entries, book.last_hash) == (1, entry.hash)
    balances = {row.account.code: (row.holder, str(row.amount)) for row in Balance.objects.select_related("account")}
    assert balances["2010"] == (table.alice.pk, "-137.50")
    assert balances["1010"][1] == "137.50"
    assert [(str(row.debit), str(row.credit)) for row in DayTotal.objects.order_by("account__code")] == [
        ("137.50", "0.00"), ("0.00", "137.50"),
    ]  # fmt: skip


def test_the_entry_that_is_returned_is_the_one_that_stands(table: Table) -> None:
    entry = table.save("137.50")
    stored = Entry.objects.get()
    for field in Entry._meta.concrete_fields:
        assert getattr(entry, field.attname) == getattr(stored, field.attname)
    assert entry.group == table.group


def test_a_group_gets_its_book_and_accounts_once(table: Table) -> None:
    ensure_book(table.group)
    ensure_book(table.group)
    assert set(Account.objects.filter(group=table.group).values_list("code", flat=True)) == CHART.keys()
    table.save("1.00")
    assert Book.objects.get().entries == 1


def test_numbers_run_within_a_group_and_not_across(table: Table) -> None:
    other = Table("Tumaini")
    assert [each.number for each in (table.save("1.00"), other.save("1.00"), table.save("1.00"))] == [1, 1, 2]


def test_the_same_key_and_content_is_the_first_entry_again(table: Table) -> None:
    key = fresh_key()
    first = table.save("100.00", key=key)
    assert table.save("100.00", key=key, at=NOON + dt.timedelta(hours=1)) == first
    assert Entry.objects.count() == 1
    assert total(table, "1010") == "100.00"


def test_a_replay_is_answered_even_when_the_money_has_left_or_the_month_is_closed(table: Table) -> None:
    table.save("100.00", on=dt.date(2026, 2, 3))
    key = fresh_key()
    taken = table.withdraw("80.00", key=key, on=dt.date(2026, 2, 3))
    table.withdraw("20.00")
    close_month(group=table.group, month=dt.date(2026, 2, 1), at=NOON, actor=table.tom)
    assert table.withdraw("80.00", key=key, on=dt.date(2026, 2, 3)) == taken


@pytest.mark.parametrize(
    "change", [{"amount": "100.01"}, {"on": YESTERDAY}, {"member": "beth"}], ids=["amount", "day", "member"]
)
def test_the_same_key_for_something_else_is_refused(table: Table, change: dict[str, object]) -> None:
    key = fresh_key()
    table.save("100.00", key=key)
    if change.get("member"):
        change = {"member": table.beth}
    with pytest.raises(IdempotencyMismatch) as caught:
        table.save(**{"amount": "100.00", "key": key} | change)  # type: ignore[arg-type]
    assert caught.value.code == "idempotency_mismatch"


def test_the_same_key_in_another_group_is_refused(table: Table) -> None:
    key = fresh_key()
    table.save("100.00", key=key)
    with pytest.raises(IdempotencyMismatch):
        Table("Tumaini").save("100.00", key=key)


def test_tomorrow_is_refused_and_the_day_is_nairobis(table: Table) -> None:
    with pytest.raises(DateInFuture):
        table.save("1.00", on=TODAY + dt.timedelta(days=1))
    table.save("1.00", on=TODAY + dt.timedelta(days=1), at=dt.datetime(2026, 3, 20, 21, 0, tzinfo=dt.UTC))


def test_a_closed_month_and_all_before_it_take_no_entry_and_the_next_does(table: Table) -> None:
    period = close_month(group=table.group, month=dt.date(2026, 2, 17), at=NOON, actor=table.tom)
    assert (period.month, period.closed_by, period.closed_at) == (dt.date(2026, 2, 1), table.tom, NOON)
    for day in (dt.date(2026, 2, 28), dt.date(2026, 1, 31)):
        with pytest.raises(PeriodClosed) as caught:
            table.save("1.00", on=day)
        assert str(caught.value.detail) == "That month is closed. Use a day in an open month."
    table.save("1.00", on=dt.date(2026, 3, 1))
    Table("Tumaini").save("1.00", on=dt.date(2026, 2, 28))


def test_a_month_is_closed_once_and_not_before_it_is_over(table: Table) -> None:
    first = close_month(group=table.group, month=dt.date(2026, 2, 1), at=NOON, actor=table.tom)
    assert close_month(group=table.group, month=dt.date(2026, 2, 28), at=NOON, actor=table.faith) == first
    assert ClosedPeriod.objects.count() == 1
    for running in (TODAY, dt.date(2026, 3, 31)):
        with pytest.raises(PeriodNotOver):
            close_month(group=table.group, month=running, at=NOON, actor=table.tom)


def test_the_box_pays_no_more_than_it_holds(table: Table) -> None:
    table.save("1200.00")
    table.save("9000.00", table.beth)
    table.bank("9000.00")
    with pytest.raises(InsufficientCash) as caught:
        table.withdraw("1500.00", table.beth)
    assert str(caught.value.detail) == "Cash box holds 1,200.00; 1,500.00 was asked."
    assert caught.value.code == "insufficient_cash"
    assert Entry.objects.count() == 3


def test_the_last_shilling_can_be_paid(table: Table) -> None:
    table.save("1200.00")
    table.withdraw("1200.00")
    assert total(table, "1010") == "0.00"


def hold(officer: User, amount: str) -> list[Leg]:
    """Cash from the box into an officer's hands."""
    return [
        debit("1040", kes(amount), officer=officer.pk, head="banking"),
        credit("1010", kes(amount), head="banking"),
    ]


def test_each_officer_answers_for_her_own_cash(table: Table) -> None:
    table.save("1000.00")
    table.post(hold(table.faith, "600.00"), kind=Entry.Kind.MOVEMENT)
    with pytest.raises(InsufficientCash) as caught:
        table.post(mirrored(hold(table.tom, "1.00")), kind=Entry.Kind.MOVEMENT)
    assert str(caught.value.detail) == "Cash with officers holds 0.00; 1.00 was asked."
    table.post(mirrored(hold(table.faith, "600.00")), kind=Entry.Kind.MOVEMENT)


def test_cash_that_came_later_does_not_pay_an_earlier_day(table: Table) -> None:
    table.save("100.00", on=YESTERDAY - dt.timedelta(days=2))
    table.save("900.00")
    with pytest.raises(InsufficientCash) as caught:
        table.withdraw("300.00", on=YESTERDAY)
    assert str(caught.value.detail) == "At the close of 19 March 2026 Cash box held 100.00; 300.00 was asked."
    table.withdraw("300.00")


def test_an_earlier_payment_may_not_empty_a_later_day(table: Table) -> None:
    start = TODAY - dt.timedelta(days=10)
    table.save("1000.00", on=start)
    table.withdraw("900.00", on=start + dt.timedelta(days=4))
    table.save("5000.00", on=start + dt.timedelta(days=6))
    with pytest.raises(InsufficientCash) as caught:
        table.withdraw("200.00", on=start + dt.timedelta(days=2))
    assert "At the close of 14 March 2026 Cash box held 100.00" in str(caught.value.detail)
    table.withdraw("100.00", on=start + dt.timedelta(days=2))
    assert check_books(table.group) == []


def test_an_officers_earlier_days_are_her_own_too(table: Table) -> None:
    start = TODAY - dt.timedelta(days=10)
    table.save("1000.00", on=start)
    for officer in (table.faith, table.tom):
        table.post(hold(officer, "100.00"), on=start + dt.timedelta(days=5), kind=Entry.Kind.MOVEMENT)
    with pytest.raises(InsufficientCash):
        table.post(mirrored(hold(table.faith, "50.00")), on=start + dt.timedelta(days=1), kind=Entry.Kind.MOVEMENT)
    table.post(mirrored(hold(table.faith, "50.00")), on=start + dt.timedelta(days=5), kind=Entry.Kind.MOVEMENT)


def test_a_back_dated_contribution_is_never_short(table: Table) -> None:
    table.save("1.00", on=dt.date(2020, 1, 1))
    assert total(table, "1010") == "1.00"


# Batches


def drafts(table: Table, *legs: list[Leg], on: dt.date = TODAY) -> list[Draft]:
    return [Draft("CONTRIBUTION", on, fresh_key(), each) for each in legs]


def test_a_batch_is_one_chain_in_the_given_order(table: Table) -> None:
    wanted = drafts(table, saving(table.alice, "1.00"), saving(table.beth, "2.00"), withdrawal(table.alice, "1.00"))
    entries = post_many(group=table.group, drafts=wanted, at=NOON, actor=table.tom)
    assert [(entry.number, entry.key) for entry in entries] == [(n + 1, each.key) for n, each in enumerate(wanted)]
    assert verify_chain(table.group).entries == 3
    assert check_books(table.group) == []


def test_a_batch_of_one_is_the_same_as_one(table: Table) -> None:
    draft = Draft("CONTRIBUTION", TODAY, fresh_key(), saving(table.alice, "1.00"))
    [entry] = post_many(group=table.group, drafts=[draft], at=NOON, actor=table.tom)
    assert table.post(list(draft.legs), key=draft.key) == entry


def test_in_a_batch_nothing_is_spent_before_it_came(table: Table) -> None:
    wanted = drafts(table, withdrawal(table.alice, "1.00"), saving(table.alice, "1.00"))
    with pytest.raises(InsufficientCash):
        post_many(group=table.group, drafts=wanted, at=NOON, actor=table.tom)
    assert not Line.objects.exists()


def test_a_batch_over_several_days_is_judged_day_by_day(table: Table) -> None:
    table.save("50.00", on=TODAY - dt.timedelta(days=9))
    wanted = [
        Draft("CONTRIBUTION", YESTERDAY, fresh_key(), saving(table.alice, "100.00")),
        Draft("WITHDRAWAL", TODAY - dt.timedelta(days=3), fresh_key(), withdrawal(table.alice, "100.00")),
    ]
    with pytest.raises(InsufficientCash):
        post_many(group=table.group, drafts=wanted, at=NOON, actor=table.tom)
    assert len(post_many(group=table.group, drafts=wanted[:1], at=NOON, actor=table.tom)) == 1


def test_a_batch_sent_again_with_more_in_it_adds_only_what_is_new(table: Table) -> None:
    wanted = drafts(table, saving(table.alice, "1.00"), saving(table.beth, "2.00"))
    first = post_many(group=table.group, drafts=wanted[:1], at=NOON, actor=table.tom)
    both = post_many(group=table.group, drafts=wanted, at=NOON, actor=table.tom)
    assert both[0] == first[0]
    assert post_many(group=table.group, drafts=wanted, at=NOON, actor=table.tom) == both
    assert Entry.objects.count() == 2


def test_a_key_twice_in_one_batch_is_refused(table: Table) -> None:
    draft = Draft("CONTRIBUTION", TODAY, fresh_key(), saving(table.alice, "1.00"))
    with pytest.raises(IdempotencyMismatch):
        post_many(group=table.group, drafts=[draft, draft], at=NOON, actor=table.tom)


def test_an_empty_batch_writes_nothing(table: Table) -> None:
    assert post_many(group=table.group, drafts=[], at=NOON, actor=table.tom) == []
    assert not Entry.objects.exists()


def test_more_than_a_thousand_at_once_are_refused(table: Table) -> None:
    many = drafts(table, *[saving(table.alice, "1.00")] * (MOST_AT_ONCE + 1))
    with pytest.raises(Misposted):
        post_many(group=table.group, drafts=many, at=NOON, actor=table.tom)


def test_a_thousand_entries_go_in_as_few_statements(
    table: Table, django_assert_max_num_queries: Counting
) -> None:  # fmt: skip
    table.save("1.00")
    legs = [*saving(table.alice, "1.00"), *saving(table.beth, "2.00")]
    many = drafts(table, *[legs] * MOST_AT_ONCE)
    with django_assert_max_num_queries(9):
        post_many(group=table.group, drafts=many, at=NOON, actor=table.tom)
    assert check_books(table.group) == []


# Slips of the program


@pytest.mark.parametrize("kind", ["TEA", "REVERSAL", ""])
def test_a_kind_that_is_none_is_a_slip(table: Table, kind: str) -> None:
    with pytest.raises(Misposted):
        table.post(saving(table.alice, "1.00"), kind=kind)


def test_only_a_reversal_names_what_it_reverses(table: Table) -> None:
    entry = table.save("1.00")
    draft = Draft("CONTRIBUTION", TODAY, fresh_key(), saving(table.alice, "1.00"), reverses=entry.pk)
    with pytest.raises(Misposted):
        post_many(group=table.group, drafts=[draft], at=NOON, actor=table.tom)


def test_a_key_with_a_blank_is_a_slip(table: Table) -> None:
    with pytest.raises(Misposted):
        table.save("1.00", key="two words")


def test_unbalanced_legs_are_a_slip(table: Table) -> None:
    with pytest.raises(Misposted):
        table.post([debit("1010", kes("2.00"), head="welfare"), credit("2020", kes("1.00"))])


def test_another_groups_member_is_stopped_by_the_seal(table: Table) -> None:
    with pytest.raises(IntegrityError, match="ledger_foreign_member"):
        table.save("1.00", Table("Tumaini").alice)


# Cost


def test_a_contribution_costs_six_statements_however_long_the_books(
    table: Table, django_assert_num_queries: Counting
) -> None:  # fmt: skip
    for _ in range(2):
        table.save("1.00")
        # savepoint, lock, keys, closed months, accounts, lines, entry, release
        with django_assert_num_queries(8):
            table.save("1.00", on=YESTERDAY)
        with django_assert_num_queries(8):
            table.save("1.00")


def test_taking_money_out_costs_three_more_and_two_when_dated_back(
    table: Table, django_assert_num_queries: Counting
) -> None:  # fmt: skip
    table.save("1000.00", on=dt.date(2026, 1, 1))
    for _ in range(2):
        # constitution, funds, holdings
        with django_assert_num_queries(11):
            table.withdraw("1.00")
        # and the days since
        with django_assert_num_queries(12):
            table.withdraw("1.00", on=dt.date(2026, 1, 2))


def test_sending_again_costs_no_more_than_looking(table: Table, django_assert_num_queries: Counting) -> None:
    key = fresh_key()
    table.save("1.00", key=key)
    with django_assert_num_queries(5):
        table.save("1.00", key=key)


def test_books_of_several_groups_are_held_in_one_order(table: Table) -> None:
    other = Table("Tumaini")
    hold_books([other.group, table.group])
    assert Book.objects.count() == 2


def test_reversing_costs_a_constant_number_of_statements(table: Table, django_assert_num_queries: Counting) -> None:
    entries = [table.save("1.00") for _ in range(3)]
    for entry in entries:
        with django_assert_num_queries(17):
            reverse(entry=entry, at=NOON, actor=table.tom, key=fresh_key())


def test_rows_beyond_one_statement_are_split(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_VALUES_A_STATEMENT", 24)
    wanted = drafts(table, *[saving(table.alice, "1.00")] * 5)
    post_many(group=table.group, drafts=wanted, at=NOON, actor=table.tom)
    assert check_books(table.group) == []
