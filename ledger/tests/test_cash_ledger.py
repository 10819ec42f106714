"""The cash ledger: rows in order, balances of the period, pages that fit together, meetings folded."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ids import new_id
from core.money import ZERO, kes
from core.tests.lasting import lasting
from ledger.queries.cash import BadCursor, CashLedger, CashRow, cash_ledger, cash_ledger_by_meeting, first_booked_on
from ledger.rules import credit, debit
from ledger.tests.builders import TODAY, Table
from ledger.tests.reading import DAYS, FIRST_DAY, Books, Step, histories, live, papers_of_one_meeting

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - dt.timedelta(days=1)
TUESDAY = TODAY - dt.timedelta(days=3)


@pytest.fixture
@lasting
def books(db: None) -> Books:
    return Books()


def ledger(books: Table, **asked: object) -> CashLedger:
    return cash_ledger(group=books.group, **({"first": None, "last": TODAY} | asked))  # type: ignore[arg-type]


def shown(rows: tuple[CashRow, ...]) -> list[tuple[int, str, str, str, str]]:
    return [(r.entry_number, r.category, r.subcategory, str(r.amount), str(r.balance_after)) for r in rows]


def all_pages(books: Books, limit: int, read=cash_ledger, **asked: object) -> list[CashRow]:  # type: ignore[no-untyped-def]
    rows: list[CashRow] = []
    after = None
    while True:
        page = read(group=books.group, first=None, last=TODAY, limit=limit, after=after, **asked)
        rows += page.rows
        after = page.next
        if after is None:
            return rows
        assert len(page.rows) == limit
        assert len(rows) < 500, "the pages go round in a circle"


def test_a_back_dated_entry_stands_on_its_day_and_moves_what_follows(books: Books) -> None:
    books.save("100.00", on=YESTERDAY)
    books.withdraw("30.00")
    books.save("5.50", on=TUESDAY)
    assert shown(ledger(books).rows) == [
        (3, "CASH_IN", "regular_savings", "5.50", "5.50"),
        (1, "CASH_IN", "regular_savings", "100.00", "105.50"),
        (2, "CASH_OUT", "withdrawal", "30.00", "75.50"),
    ]


def test_the_period_without_a_first_day_begins_with_the_first_entry(books: Books) -> None:
    books.save("100.00", on=YESTERDAY)
    books.save("5.50", on=TUESDAY)
    page = ledger(books)
    assert (page.first, page.last, page.opening_balance, page.closing_balance) == (TUESDAY, TODAY, ZERO, kes("105.50"))


def test_a_group_without_entries_has_an_empty_ledger_of_today(books: Books) -> None:
    page = ledger(books)
    assert (page.first, page.last, page.opening_balance, page.closing_balance) == (TODAY, TODAY, ZERO, ZERO)
    assert (page.rows, page.next) == ((), None)
    assert first_booked_on(books.group) is None


def test_a_period_before_the_first_entry_is_its_last_day_and_empty(books: Books) -> None:
    books.save("100.00")
    page = ledger(books, last=TUESDAY)
    assert (page.first, page.closing_balance, page.rows) == (TUESDAY, ZERO, ())


def test_opening_and_closing_are_the_periods_whatever_the_page_shows(books: Books) -> None:
    for day, amount in ((TUESDAY, "1.00"), (YESTERDAY, "10.00"), (YESTERDAY, "100.00"), (TODAY, "1000.00")):
        books.save(amount, on=day)
    page = ledger(books, first=YESTERDAY, last=YESTERDAY, limit=1)
    assert (page.opening_balance, page.closing_balance) == (kes("1.00"), kes("111.00"))
    assert shown(page.rows) == [(2, "CASH_IN", "regular_savings", "10.00", "11.00")]
    following = ledger(books, first=YESTERDAY, last=YESTERDAY, limit=1, after=page.next)
    assert (following.opening_balance, following.closing_balance) == (kes("1.00"), kes("111.00"))
    assert shown(following.rows) == [(3, "CASH_IN", "regular_savings", "100.00", "111.00")]
    assert following.next is None


def test_a_reversal_keeps_its_head_on_the_other_side_and_says_what_it_takes_back(books: Books) -> None:
    entry = books.save("137.50")
    books.take_back(entry)
    rows = ledger(books).rows
    assert shown(rows) == [
        (1, "CASH_IN", "regular_savings", "137.50", "137.50"),
        (2, "CASH_OUT", "regular_savings", "137.50", "0.00"),
    ]
    assert [row.description for row in rows] == [
        "Regular savings: Alice",
        "Reversal of entry 1: Regular savings: Alice",
    ]


def test_banking_stands_on_both_places_and_leaves_the_sum(books: Books) -> None:
    books.save("100.00")
    books.does("banks", "40.00")
    rows = ledger(books).rows
    assert [(row.place, row.category, row.description) for row in rows[1:]] == [
        ("BANK", "CASH_IN", "Cash moved"),
        ("CASH_BOX", "CASH_OUT", "Cash moved"),
    ]
    assert rows[-1].balance_after == kes("100.00")


@pytest.mark.parametrize(
    ("place", "balances"),
    [("CASH_BOX", ["100.00", "60.00"]), ("BANK", ["40.00"]), ("MPESA", ["7.00"]), ("OFFICER", ["9.00"])],
)
def test_a_place_narrows_rows_and_balances(books: Books, place: str, balances: list[str]) -> None:
    books.save("100.00")
    books.does("banks", "40.00")
    books.does("saves by phone", "7.00")
    books.does("saves with Faith", "9.00")
    page = ledger(books, place=place)
    assert {row.place for row in page.rows} == {place}
    assert [str(row.balance_after) for row in page.rows] == balances
    assert str(page.closing_balance) == balances[-1]


def test_an_entry_of_several_members_names_nobody(books: Books) -> None:
    books.post(
        [
            debit("1010", kes("30.00"), head="opening"),
            credit("2010", kes("10.00"), member=books.alice.pk),
            credit("2010", kes("20.00"), member=books.beth.pk),
        ],
        kind="OPENING",
    )
    assert [row.description for row in ledger(books).rows] == ["Opening balance"]


def test_the_voucher_is_the_papers_reference(books: Books) -> None:
    paper = books.paper("500.00")
    books.save("1.00")
    assert [row.reference_doc for row in ledger(books).rows] == [paper.pk, None]


def test_another_groups_money_is_not_in_it(books: Books) -> None:
    Books(name="Baraka").save("900.00")
    books.save("1.00")
    page = ledger(books)
    assert (len(page.rows), page.closing_balance) == (1, kes("1.00"))


def test_a_page_stays_right_when_an_entry_is_booked_before_it_meanwhile(books: Books) -> None:
    for amount in ("10.00", "20.00", "30.00"):
        books.save(amount, on=YESTERDAY)
    first = ledger(books, limit=2)
    books.save("1000.00", on=TUESDAY)
    second = ledger(books, limit=2, after=first.next)
    assert shown(second.rows) == [(3, "CASH_IN", "regular_savings", "30.00", "1060.00")]
    assert second.closing_balance == kes("1060.00")


def test_a_cursor_is_good_for_its_own_list_only(books: Books) -> None:
    for amount in ("10.00", "20.00"):
        books.save(amount, on=YESTERDAY)
    cursor = ledger(books, limit=1).next
    assert cursor is not None
    other = Books(name="Baraka")
    wrong: list[dict[str, object]] = [
        {"after": cursor[:-1] + ("A" if cursor[-1] != "A" else "B")},
        {"after": "nothing"},
        {"after": cursor, "place": "BANK"},
        {"after": cursor, "first": TODAY},
        {"after": cursor, "last": TUESDAY, "first": TUESDAY},
    ]
    for asked in wrong:
        with pytest.raises(BadCursor):
            ledger(books, **asked)
    with pytest.raises(BadCursor):
        ledger(other, after=cursor)
    with pytest.raises(BadCursor):
        cash_ledger_by_meeting(group=books.group, first=None, last=TODAY, after=cursor)


def test_a_meetings_lines_fold_by_head_where_the_first_stood(books: Books) -> None:
    meeting = papers_of_one_meeting(books)
    books.paper("70.00")
    page = cash_ledger_by_meeting(group=books.group, first=None, last=TODAY)
    told = [(r.subcategory, str(r.amount), r.place, r.lines, r.reference_doc, str(r.balance_after)) for r in page.rows]
    assert told[:2] == [
        ("regular_savings", "850.00", None, 3, meeting, "850.00"),
        ("welfare", "200.00", "CASH_BOX", 1, page.rows[1].reference_doc, "1050.00"),
    ]
    assert told[2][:4] == ("regular_savings", "70.00", "CASH_BOX", 1)
    assert [row.description for row in page.rows] == [
        "Regular savings at the meeting, 3 lines",
        "Welfare: Alice",
        "Regular savings: Alice",
    ]
    assert page.rows[-1].balance_after == page.closing_balance == kes("1120.00")


def test_two_meetings_of_one_day_stay_apart(books: Books) -> None:
    for _meeting in range(2):
        papers_of_one_meeting(books)
    page = cash_ledger_by_meeting(group=books.group, first=None, last=TODAY)
    assert [(row.subcategory, row.lines) for row in page.rows] == [("regular_savings", 3), ("welfare", 1)] * 2


def test_one_place_folds_into_rows_of_that_place(books: Books) -> None:
    papers_of_one_meeting(books)
    page = cash_ledger_by_meeting(group=books.group, first=None, last=TODAY, place="CASH_BOX")
    assert [(row.place, str(row.amount)) for row in page.rows] == [("CASH_BOX", "800.00"), ("CASH_BOX", "200.00")]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_folded_pages_of_any_size_tell_the_same(books: Books, limit: int) -> None:
    papers_of_one_meeting(books)
    books.paper("70.00", on=YESTERDAY)
    papers_of_one_meeting(books)
    books.paper("20.00", on=YESTERDAY, meeting=new_id())
    whole = cash_ledger_by_meeting(group=books.group, first=None, last=TODAY, limit=200)
    assert all_pages(books, limit, cash_ledger_by_meeting) == list(whole.rows)
    assert len(whole.rows) == 6


@settings(max_examples=12)
@given(history=histories, limit=st.integers(1, 7), split=st.sampled_from(DAYS))
def test_pages_and_periods_fit_together_in_any_history(history: list[Step], limit: int, split: dt.date) -> None:
    books = Books()
    live(books, history)
    for place in (None, "CASH_BOX", "BANK"):
        whole = ledger(books, place=place, limit=1000)
        assert all_pages(books, limit, place=place) == list(whole.rows)
        assert [row.position for row in whole.rows] == sorted(row.position for row in whole.rows)
        moved: Decimal = sum((row.signed for row in whole.rows), ZERO)
        assert whole.closing_balance == moved
        before = ledger(books, place=place, first=FIRST_DAY, last=split - dt.timedelta(days=1))
        after = ledger(books, place=place, first=split, last=TODAY)
        assert before.closing_balance == after.opening_balance
        assert after.closing_balance == whole.closing_balance
        if after.rows:
            assert after.rows[0].balance_after == after.opening_balance + after.rows[0].signed
