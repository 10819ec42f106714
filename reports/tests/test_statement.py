"""A member's statement: her lines in the order of the books, and balances that the books confirm at both ends."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.codes import short_code
from core.errors import Refusal
from core.money import ZERO, kes
from core.tests.lasting import lasting
from groups.models import Organisation
from ledger.models import Voucher
from ledger.queries import BadCursor, account_balances
from reports.queries.statement import Statement, StatementRow, statement
from savings.queries import fund_balances
from savings.rules import SAVING_ACCOUNTS
from savings.tests.chama import TODAY, Chama

pytestmark = pytest.mark.django_db

JANUARY, FEBRUARY = dt.date(2026, 1, 10), dt.date(2026, 2, 10)
DAY = dt.timedelta(days=1)


@pytest.fixture
@lasting
def table(db: None) -> Chama:
    return Chama()


def of(
    table: Chama, name: str = "alice", first: dt.date | None = None, last: dt.date = TODAY, **more: Any
) -> Statement:
    return statement(member=table.members[name], first=first, last=last, **more)


def told(page: Statement) -> list[tuple[str, str, str, str]]:
    return [(row.kind, row.fund, f"{row.came}", f"{row.went}") for row in page.rows]


def test_alice_s_statement_tells_what_came_and_went(table: Chama) -> None:
    first = table.brings("alice", "1000", on=JANUARY)
    table.brings("alice", "200", kind="WELFARE", on=FEBRUARY)
    table.brings("peter", "5000", on=FEBRUARY)
    taken = table.verifies("mary", table.asks("alice", "300"))
    page = of(table)
    assert told(page) == [
        ("CONTRIBUTION", "PERSONAL", "1000.00", "0.00"),
        ("CONTRIBUTION", "SOCIAL", "200.00", "0.00"),
        ("WITHDRAWAL", "PERSONAL", "0.00", "300.00"),
    ]
    assert [row.transaction_date for row in page.rows] == [JANUARY, FEBRUARY, TODAY]
    assert [row.balances["PERSONAL"] for row in page.rows] == [kes("1000"), kes("1000"), kes("700")]
    assert [row.balances["SOCIAL"] for row in page.rows] == [ZERO, kes("200"), kes("200")]
    assert (page.rows[0].receipt_code, page.rows[2].receipt_code) == (short_code(first.pk), short_code(taken.pk))
    assert (page.first, page.last, page.next) == (JANUARY, TODAY, None)
    assert set(page.opening.values()) == {ZERO}
    assert page.closing == {"PERSONAL": kes("700"), "SOCIAL": kes("200"), "ECD": ZERO, "PROJECT": ZERO}


def test_a_period_opens_with_what_was_there(table: Chama) -> None:
    for day, amount in ((JANUARY, "1000"), (FEBRUARY, "500"), (TODAY, "70")):
        table.brings("alice", amount, on=day)
    page = of(table, first=JANUARY + DAY, last=TODAY - DAY)
    assert (page.opening["PERSONAL"], page.closing["PERSONAL"]) == (kes("1000"), kes("1500"))
    assert [row.transaction_date for row in page.rows] == [FEBRUARY]
    assert page.rows[0].balances["PERSONAL"] == kes("1500")
    before = of(table, last=JANUARY - DAY)
    assert (before.first, before.rows, before.closing["PERSONAL"]) == (JANUARY - DAY, (), ZERO)


def test_the_order_is_that_of_the_books_not_of_typing(table: Chama) -> None:
    table.brings("alice", "10", on=FEBRUARY)
    table.brings("alice", "20", on=JANUARY)
    table.brings("alice", "30", on=FEBRUARY)
    rows = of(table).rows
    assert [(row.transaction_date, row.came) for row in rows] == [
        (JANUARY, kes("20")),
        (FEBRUARY, kes("10")),
        (FEBRUARY, kes("30")),
    ]
    assert [row.balances["PERSONAL"] for row in rows] == [kes("20"), kes("30"), kes("60")]


def test_what_was_taken_back_says_so_and_stands_with_its_reversal(table: Chama) -> None:
    wrong = table.brings("alice", "1000", on=JANUARY)
    table.reverses("grace", wrong)
    first, second = of(table).rows
    assert (first.kind, first.reversed, second.kind, second.reversed) == ("CONTRIBUTION", True, "REVERSAL", False)
    assert (second.went, second.balances["PERSONAL"]) == (kes("1000"), ZERO)


def test_who_never_brought_anything_has_a_statement_of_nothing(table: Chama) -> None:
    page = of(table, "lucy")
    assert (page.first, page.rows, page.next) == (TODAY, (), None)
    assert set(page.closing.values()) == {ZERO}


def leafed(table: Chama, limit: int, **period: Any) -> list[StatementRow]:
    """Every row, page after page; each page says the same of the whole period."""
    rows: list[StatementRow] = []
    after, ends = None, set()
    while True:
        page = of(table, after=after, limit=limit, **period)
        rows += page.rows
        ends.add((str(page.opening), str(page.closing)))
        assert len(page.rows) <= limit
        if page.next is None:
            assert len(ends) == 1
            return rows
        after = page.next


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_leafing_tells_the_same_as_reading_at_once(table: Chama, limit: int) -> None:
    for number in range(7):
        kind = ["REGULAR", "WELFARE", "ECD"][number % 3]
        table.brings("alice", str(10 + number), kind=kind, on=JANUARY + DAY * (number // 3))
    assert leafed(table, limit) == list(of(table).rows)
    narrowed: dict[str, Any] = {"first": JANUARY + DAY, "last": JANUARY + DAY}
    assert leafed(table, limit, **narrowed) == list(of(table, **narrowed).rows)


def test_an_entry_booked_into_the_past_between_two_pages_leaves_the_second_right(table: Chama) -> None:
    for day in (JANUARY, FEBRUARY, TODAY):
        table.brings("alice", "100", on=day)
    page = of(table, limit=1)
    table.brings("alice", "50", on=JANUARY - DAY)
    follows = of(table, after=page.next)
    assert [row.balances["PERSONAL"] for row in follows.rows] == [kes("250"), kes("350")]
    assert follows.rows[-1].balances == follows.closing


def test_a_cursor_opens_one_member_s_statement_and_within_its_period(table: Chama) -> None:
    for name in ("alice", "peter"):
        for day in (JANUARY, FEBRUARY):
            table.brings(name, "100", on=day)
    cursor = of(table, limit=1).next
    assert cursor is not None
    wrong: list[Callable[[], object]] = [
        lambda: of(table, "peter", after=cursor),
        lambda: of(table, after=cursor[:-2]),
        lambda: of(table, after="x"),
        lambda: of(table, after=cursor, first=FEBRUARY),
    ]
    for ask in wrong:
        with pytest.raises(BadCursor) as refusal:
            ask()
        assert (refusal.value.status, refusal.value.field) == (400, "cursor")


@pytest.mark.parametrize("entries", [3, 30])
def test_a_statement_costs_the_same_however_long_her_history_is(
    table: Chama, entries: int, django_assert_num_queries: Any
) -> None:
    for number in range(entries):
        table.brings("alice", "10", on=JANUARY + DAY * number)
    # The sums of the period, and the page.
    with django_assert_num_queries(2):
        assert len(of(table, first=JANUARY, limit=3).rows) == 3


acts = st.lists(
    st.tuples(
        st.sampled_from(["alice", "peter"]),
        st.sampled_from(["REGULAR", "WELFARE", "ECD", "PROJECT", "WITHDRAWAL", "REVERSAL"]),
        st.integers(1, 99_999).map(lambda cents: Decimal(cents).scaleb(-2)),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=12,
)


def perform(table: Chama, deeds: list[tuple[str, str, Decimal, int]]) -> None:
    """What the rules let through of these, dated some days ago."""
    kept: list[Voucher] = []
    for name, what, amount, ago in deeds:
        try:
            if what == "REVERSAL":
                table.reverses("grace" if kept else "mary", kept.pop()) if kept else None
            elif what == "WITHDRAWAL":
                kept.append(table.verifies("mary", table.asks(name, str(amount))))
            else:
                kept.append(table.brings(name, str(amount), kind=what, on=TODAY - DAY * ago))
        except Refusal:
            continue


@pytest.mark.no_cover  # Hundreds of days of books: being watched, they take twice as long.
@given(deeds=acts, ends=st.tuples(st.integers(0, 45), st.integers(0, 45)), limit=st.integers(1, 5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_statements_agree_with_the_books_at_both_ends_whatever_happened(
    table: Chama, deeds: list[tuple[str, str, Decimal, int]], ends: tuple[int, int], limit: int
) -> None:
    first, last = TODAY - DAY * max(ends), TODAY - DAY * min(ends)
    with transaction.atomic():
        perform(table, deeds)
        pages = {name: of(table, name, first, last) for name in table.members if name not in {"jane", "kevin"}}
        for fund, account in SAVING_ACCOUNTS.items():
            for side, day in (("opening", first - DAY), ("closing", last)):
                books = account_balances(table.umoja, day, [account])[account]
                assert sum((getattr(page, side)[fund] for page in pages.values()), ZERO) == books
        for name, page in pages.items():
            moved = dict.fromkeys(SAVING_ACCOUNTS, ZERO)
            for row in page.rows:
                moved[row.fund] += row.came - row.went
                assert row.balances == {fund: page.opening[fund] + moved[fund] for fund in SAVING_ACCOUNTS}
            assert page.closing == {fund: page.opening[fund] + moved[fund] for fund in SAVING_ACCOUNTS}
            member = table.members[name]
            assert of(table, name).closing == fund_balances(table.umoja, [member])[member.pk]
        assert leafed(table, limit, first=first, last=last) == list(pages["alice"].rows)
        transaction.set_rollback(True)
    assert Organisation.objects.exists()
