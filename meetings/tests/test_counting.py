"""The box is counted: at the table a difference is posted at once, outside a meeting it waits for another's yes."""

from decimal import Decimal
from typing import Any

import pytest

from core.errors import Forbidden, Invalid, MakerIsChecker
from core.money import kes
from core.tests.lasting import lasting
from groups.models import BankingGroup
from groups.operations import GroupSuspended
from ledger.judgement import InsufficientCash
from ledger.models import Line, Voucher
from ledger.operations import close_month
from meetings import operations, queries, seals
from meetings.models import CashCount, Denomination
from meetings.operations import CountOutdated, MeetingSealed
from meetings.tests.gathering import DAY, Gathering, in_pieces, regular
from savings import operations as savings

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def table(gathering: Gathering) -> Gathering:
    """Everybody is here, and a thousand shillings of Peter's lie in the box."""
    gathering.all_here()
    gathering.brings("peter", regular("1000"))
    return gathering


def outside(table: Gathering, amount: str, *, by: str = "grace", **more: Any) -> CashCount:
    """The box counted on a day without a meeting: `amount` lies there."""
    chama = table.chama
    given: dict[str, Any] = {"at": chama.at, "on": chama.today, "pieces": in_pieces(kes(amount))} | more
    return operations.count_outside(group=chama.umoja, by=chama.users[by], **given)


def test_a_count_is_kept_by_note_and_coin(table: Gathering) -> None:
    count = operations.count_cash(
        meeting=table.meeting, moment="OPENING", pieces={Decimal(500): 1, Decimal("0.50"): 3, Decimal(20): 0},
        by=table.chama.grace, at=table.chama.at,
    )  # fmt: skip
    assert (count.counted, count.book, count.voucher) == (kes("501.50"), kes("1000"), None)
    assert list(Denomination.objects.order_by("-worth").values_list("worth", "pieces")) == [
        (kes("500"), 1),
        (kes("0.50"), 3),
    ]


def test_an_opening_count_posts_nothing_and_stands_on_the_minutes(table: Gathering) -> None:
    table.counts("OPENING", "-50")
    opening = table.view.opening_count
    assert opening is not None
    assert opening.difference == kes("-50")
    assert table.view.difference is None
    assert not Voucher.objects.filter(kind="COUNT").exists()


@pytest.mark.parametrize(("off", "detail", "account"), [("-50", "CASH_SHORT", "5090"), ("30.50", "CASH_OVER", "4090")])
def test_a_closing_count_that_differs_is_an_entry_of_its_own(
    table: Gathering, off: str, detail: str, account: str
) -> None:
    count = table.counts("CLOSING", off, "A note went missing")
    voucher = count.voucher
    assert voucher is not None
    assert (voucher.kind, voucher.detail, voucher.amount, voucher.status) == (
        "COUNT",
        detail,
        abs(kes(off)),
        "VERIFIED",
    )
    assert (voucher.booked_on, voucher.meeting_id, voucher.reason) == (
        table.chama.today,
        table.id,
        "A note went missing",
    )
    assert set(Line.objects.filter(entry=voucher.entry).values_list("account__code", flat=True)) == {"1010", account}
    view = table.view
    assert (view.book_cash, view.counted_cash, view.difference) == (kes("1000"), kes("1000") + kes(off), kes(off))
    assert view.explanation == "A note went missing"
    assert table.box == kes("1000") + kes(off)
    assert table.chama.books_are_proven


def test_counted_again_each_difference_is_posted_and_they_are_summed_up(table: Gathering) -> None:
    table.counts("CLOSING", "-50", "Nobody knows")
    table.counts("CLOSING", "0")
    assert (table.view.difference, table.view.explanation) == (kes("-50"), "Nobody knows")
    table.counts("CLOSING", "50")
    view = table.view
    assert (view.book_cash, view.counted_cash, view.difference) == (kes("1000"), kes("1000"), kes("0"))
    assert Voucher.objects.filter(kind="COUNT").count() == 2
    assert table.chama.books_are_proven


def test_a_difference_that_is_taken_back_is_none(table: Gathering) -> None:
    count = table.counts("CLOSING", "-50")
    assert count.voucher is not None
    reversal = table.chama.reverses("grace", count.voucher)
    assert reversal.meeting_id == table.id
    view = table.view
    assert (view.difference, view.book_cash, view.counted_cash) == (kes("0"), kes("1000"), kes("950"))
    assert "AFTER_COUNT" in table.lacks()
    assert table.chama.books_are_proven


def test_the_book_of_a_count_is_that_of_the_meetings_day(table: Gathering) -> None:
    before = table.on(table.chama.today - DAY)
    before.brings("alice", regular("200"))
    assert (before.view.book_cash, table.view.book_cash) == (kes("200"), kes("1200"))
    count = before.counts("CLOSING", "-20")
    assert count.voucher is not None
    assert (count.book, count.voucher.booked_on) == (kes("200"), table.chama.today - DAY)


def test_what_has_left_the_box_since_cannot_be_missing_from_it(table: Gathering) -> None:
    before = table.on(table.chama.today - DAY)
    before.brings("alice", regular("200"))
    table.chama.moves("EXPENSE", "1200")
    before.all_here()
    voucher = before.counts("CLOSING", "-20").voucher
    assert voucher is not None
    with pytest.raises(InsufficientCash):
        table.chama.verifies("mary", voucher)


# One counts, another watches


def test_where_nobody_watches_a_difference_waits_for_another_person(gathering: Gathering) -> None:
    gathering.chama.brings("peter", "1000")
    gathering.marks(grace="PRESENT", peter="ABSENT", alice="EXCUSED")
    voucher = gathering.counts("CLOSING", "-50", "A note went missing").voucher
    assert voucher is not None
    assert (voucher.status, voucher.meeting_id, gathering.box) == ("PENDING", gathering.id, kes("1000"))
    view = gathering.view
    assert (view.book_cash, view.counted_cash, view.difference) == (kes("1000"), kes("950"), kes("-50"))
    assert "AFTER_COUNT" not in gathering.lacks()
    assert "PAPERS_WAIT" in gathering.lacks()
    with pytest.raises(MakerIsChecker):
        gathering.chama.verifies("grace", voucher)
    gathering.chama.verifies("mary", voucher)
    view = gathering.view
    assert (view.book_cash, view.counted_cash, view.difference) == (kes("1000"), kes("950"), kes("-50"))
    assert gathering.box == kes("950")
    assert gathering.chama.books_are_proven


def test_a_difference_that_still_waits_at_the_seal_is_never_posted(gathering: Gathering) -> None:
    gathering.chama.brings("peter", "1000")
    gathering.marks(grace="PRESENT")
    voucher = gathering.counts("CLOSING", "-50").voucher
    sealed = gathering.seals()
    assert (sealed.book_cash, sealed.counted_cash, gathering.view.difference) == (kes("1000"), kes("950"), kes("-50"))
    assert voucher is not None
    with pytest.raises(MeetingSealed):
        gathering.chama.verifies("mary", voucher)
    savings.reject(voucher=voucher, by=gathering.chama.mary, at=gathering.chama.at, reason="Count again")
    assert gathering.view.difference == kes("-50")
    assert seals.is_intact(gathering.meeting)


def test_counted_twice_without_a_witness_is_one_difference(gathering: Gathering) -> None:
    gathering.chama.brings("peter", "1000")
    gathering.counts("CLOSING", "-50")
    gathering.chama.at += DAY / 24
    gathering.counts("CLOSING", "-50")
    assert gathering.view.difference == kes("-50")


def test_what_was_found_missing_on_a_later_day_is_not_missing_from_the_day_before_as_well(table: Gathering) -> None:
    before = table.on(table.chama.today - DAY)
    before.all_here()
    before.brings("alice", regular("200"))
    later = outside(table, "1150").voucher
    assert later is not None
    table.chama.verifies("mary", later)
    table.chama.at += DAY / 24
    voucher = before.counts("CLOSING", "-50").voucher
    assert voucher is not None
    assert voucher.status == "PENDING"
    with pytest.raises(CountOutdated):
        table.chama.verifies("mary", voucher)
    assert table.box == kes("1150")


def test_what_came_into_the_box_since_is_not_over_on_the_day_before(table: Gathering) -> None:
    before = table.on(table.chama.today - DAY)
    before.all_here()
    voucher = before.counts("CLOSING", "1000").voucher
    assert voucher is not None
    assert (voucher.status, table.box) == ("PENDING", kes("1000"))


def test_a_meeting_whose_month_was_closed_meanwhile_is_counted_against_the_book_of_today(gathering: Gathering) -> None:
    chama = gathering.chama
    old = gathering.on(chama.today - 40 * DAY)
    old.all_here()
    old.brings("peter", regular("1000"))
    close_month(group=chama.umoja, month=old.meeting.meeting_date, at=chama.at, actor=chama.sarah)
    gathering.brings("alice", regular("200"))
    count = operations.count_cash(
        meeting=old.meeting, moment="CLOSING", pieces=in_pieces(kes("1150")), by=chama.grace, at=chama.at
    )
    assert count.voucher is not None
    assert (count.counted_on, count.book) == (chama.today, kes("1200"))
    assert (count.voucher.status, count.voucher.booked_on) == ("VERIFIED", chama.today)
    sealed = old.seals("mary")
    assert (sealed.book_cash, sealed.counted_cash) == (kes("1200"), kes("1150"))
    assert (old.view.difference, old.view.book_cash) == (kes("-50"), kes("1200"))
    assert "AFTER_COUNT" not in old.lacks()
    assert seals.is_intact(old.meeting)
    assert chama.books_are_proven


@pytest.mark.parametrize(
    "pieces",
    [
        {Decimal(30): 1},
        {Decimal(100): -1},
        {Decimal(100): True},
        {Decimal(100): Decimal("1.5")},
        {Decimal(1000): 10**6},
    ],
)
def test_there_are_no_such_notes(table: Gathering, pieces: dict[Decimal, int]) -> None:
    with pytest.raises(Invalid):
        operations.count_cash(
            meeting=table.meeting, moment="CLOSING", pieces=pieces, by=table.chama.grace, at=table.chama.at
        )


def test_a_meeting_is_counted_at_its_opening_and_its_closing(table: Gathering) -> None:
    with pytest.raises(Invalid):
        table.counts("OUTSIDE")


def test_an_empty_box_is_counted_too(gathering: Gathering) -> None:
    count = gathering.counts("CLOSING")
    assert (count.counted, count.voucher, Denomination.objects.count()) == (kes("0"), None, 0)


def test_nobody_counts_after_the_seal(table: Gathering) -> None:
    table.is_over()
    with pytest.raises(MeetingSealed):
        table.counts("CLOSING")


# Outside a meeting


def test_a_count_that_agrees_is_only_kept(table: Gathering) -> None:
    count = outside(table, "1000", explanation="Monday's count")
    assert (count.moment, count.meeting, count.voucher) == ("OUTSIDE", None, None)
    assert queries.count_view(count).explanation == "Monday's count"


def test_a_difference_outside_a_meeting_waits_for_another_person(table: Gathering) -> None:
    voucher = outside(table, "950").voucher
    assert voucher is not None
    assert (voucher.status, voucher.meeting_id, table.box) == ("PENDING", None, kes("1000"))
    with pytest.raises(MakerIsChecker):
        table.chama.verifies("grace", voucher)
    with pytest.raises(Forbidden):
        table.chama.verifies("alice", voucher)
    table.chama.verifies("mary", voucher)
    assert table.box == kes("950")
    assert table.chama.books_are_proven


def test_a_difference_that_was_rejected_moves_nothing(table: Gathering) -> None:
    voucher = outside(table, "1040").voucher
    assert voucher is not None
    savings.reject(voucher=voucher, by=table.chama.mary, at=table.chama.at, reason="Count again")
    assert table.box == kes("1000")
    assert table.chama.books_are_proven


def test_a_shilling_that_is_missing_is_not_booked_twice(table: Gathering) -> None:
    first = outside(table, "950").voucher
    table.chama.at += DAY / 24
    second = outside(table, "950").voucher
    assert first is not None
    assert second is not None
    table.chama.at += DAY / 24
    table.chama.verifies("mary", second)
    with pytest.raises(CountOutdated):
        table.chama.verifies("ruth", first)
    assert table.box == kes("950")


def test_a_waiting_count_gives_way_to_one_that_agrees_since(table: Gathering) -> None:
    first = outside(table, "950").voucher
    table.chama.at += DAY / 24
    outside(table, "1000")
    assert first is not None
    with pytest.raises(CountOutdated):
        table.chama.verifies("mary", first)


def test_a_waiting_count_gives_way_to_the_count_at_the_table(table: Gathering) -> None:
    first = outside(table, "950").voucher
    table.chama.at += DAY / 24
    table.counts("CLOSING", "-50")
    assert first is not None
    with pytest.raises(CountOutdated):
        table.chama.verifies("mary", first)
    assert table.box == kes("950")


def test_a_newer_count_gives_way_where_the_older_one_was_confirmed_meanwhile(table: Gathering) -> None:
    older = outside(table, "950").voucher
    table.chama.at += DAY / 24
    newer = outside(table, "950").voucher
    assert older is not None
    assert newer is not None
    table.chama.verifies("mary", older)
    with pytest.raises(CountOutdated):
        table.chama.verifies("mary", newer)
    assert table.box == kes("950")


def test_an_older_count_that_was_settled_long_ago_is_in_nobodys_way(table: Gathering) -> None:
    older = outside(table, "950").voucher
    assert older is not None
    table.chama.verifies("mary", older)
    table.counts("OPENING", "-7")
    table.chama.at += DAY / 24
    newer = outside(table, "940").voucher
    assert newer is not None
    table.chama.verifies("mary", newer)
    assert table.box == kes("940")


def test_a_suspended_group_counts_at_its_table_and_nowhere_else(table: Gathering) -> None:
    group = table.chama.umoja
    group.status = BankingGroup.Status.SUSPENDED
    group.save()
    with pytest.raises(GroupSuspended):
        outside(table, "950")
    assert table.counts("CLOSING", "-50").voucher is not None
