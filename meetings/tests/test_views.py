"""What a meeting comes to: its steps, what each member brought and may still bring, and lists that do not grow."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.money import kes
from core.periods import add_months
from loans.attendance import attendance_of
from loans.tests.lending import FIRST, Lending
from meetings import operations, queries
from meetings.operations import Brought
from meetings.queries import Bringing
from meetings.tests.gathering import DAY, Gathering, regular, welfare
from savings.tests.chama import Chama

pytestmark = pytest.mark.django_db


def row(gathering: Gathering, name: str) -> Bringing:
    member = gathering.members[name]
    return next(each for each in queries.lines_of(gathering.meeting) if each.member.pk == member.pk)


def expected(gathering: Gathering, name: str) -> dict[str, Decimal]:
    member = gathering.members[name]
    found = [each for each in gathering.view.expected if each.member_id == member.pk]
    return {line.kind: line.amount for each in found for line in each.lines}


def test_steps_are_done_by_facts_and_skipped_by_the_seal(gathering: Gathering) -> None:
    assert {step.status for step in gathering.view.steps} == {"OPEN"}
    gathering.all_here(alice="LATE")
    gathering.counts("OPENING")
    gathering.brings("alice", regular("500"), welfare("60"), Brought("ECD", kes("5")), Brought("FINE", kes("50")))
    gathering.chama.moves("EXPENSE", "30", meeting_id=gathering.id)
    gathering.counts("CLOSING")
    gathering.seals("mary")
    assert [(step.step, step.status, step.total) for step in gathering.view.steps] == [
        ("ROLL_CALL", "DONE", None),
        ("OPENING_COUNT", "DONE", kes("0")),
        ("WELFARE", "DONE", kes("60")),
        ("SAVINGS", "DONE", kes("505")),
        ("FINES", "DONE", kes("50")),
        ("REPAYMENTS", "SKIPPED", kes("0")),
        ("EXPENSES", "DONE", kes("30")),
        ("LOANS", "SKIPPED", kes("0")),
        ("CLOSING_COUNT", "DONE", kes("585")),
        ("READ_ALOUD", "DONE", None),
        ("SEAL", "DONE", None),
    ]


def test_the_book_of_an_open_meeting_is_that_of_its_day(gathering: Gathering) -> None:
    gathering.chama.brings("peter", "700", on=gathering.chama.today - DAY)
    earlier = gathering.on(gathering.chama.today - 2 * DAY)
    gathering.brings("alice", regular("500"), method="MPESA")
    gathering.brings("alice", regular("20"))
    assert (gathering.view.book_cash, earlier.view.book_cash) == (kes("720"), kes("0"))
    assert (gathering.view.counted_cash, gathering.view.difference) == (None, None)


def test_what_each_brought_stands_in_one_row(gathering: Gathering) -> None:
    gathering.marks(alice="LATE", peter="EXCUSED")
    gathering.brings("alice", regular("500"), welfare("60"), Brought("FINE", kes("50")), Brought("FEE", kes("7")))
    gathering.brings("alice", regular("40"), method="MPESA")
    alice, peter, mary = (row(gathering, name) for name in ("alice", "peter", "mary"))
    assert (alice.welfare, alice.savings, alice.fine, alice.loan) == (kes("60"), kes("540"), kes("57"), kes("0"))
    assert (alice.brought, alice.status, alice.methods) == (kes("657"), "LATE", frozenset({"CASH", "MPESA"}))
    assert (peter.status, peter.brought, mary.status, mary.methods) == ("EXCUSED", kes("0"), None, frozenset())
    numbers = [each.member.number for each in queries.lines_of(gathering.meeting)]
    assert numbers == sorted(numbers)
    assert len(numbers) == 7


def test_who_was_marked_and_left_later_stays_in_the_rows(gathering: Gathering) -> None:
    gathering.marks(peter="PRESENT")
    peter = gathering.members["peter"]
    peter.is_active, peter.joined_on = False, gathering.chama.today + DAY
    peter.save()
    assert row(gathering, "peter").status == "PRESENT"


def test_the_table_expects_the_rest_of_the_month_and_open_fines(gathering: Gathering) -> None:
    assert expected(gathering, "alice") == {"REGULAR": kes("500")}
    gathering.chama.brings("alice", "300", on=gathering.chama.today - 2 * DAY)
    gathering.marks(alice="LATE")
    assert expected(gathering, "alice") == {"REGULAR": kes("200"), "FINE": kes("50")}
    gathering.brings("alice", regular("250"), Brought("FINE", kes("20")))
    assert expected(gathering, "alice") == {"FINE": kes("30")}
    gathering.marks(mary="PRESENT")
    gathering.counts()
    gathering.seals()
    assert gathering.view.expected == ()


def test_the_table_expects_what_is_due_on_a_loan_by_its_day(db: None) -> None:
    chama = Lending()
    chama.lent("alice", "30000", 3)
    chama.moves_to(add_months(FIRST, 1))
    gathering = Gathering(chama)
    ahead = operations.schedule(group=chama.umoja, meeting_date=add_months(FIRST, 2), by=chama.grace, at=chama.at)
    assert expected(gathering, "alice")["LOAN_REPAYMENT"] == kes("11000")
    due = {each.member_id: each.lines for each in queries.view_of(ahead, chama.today).expected}
    [later] = [line.amount for line in due[chama.members["alice"].pk] if line.kind == "LOAN_REPAYMENT"]
    # Two instalments, and the penalty of the first for the month begun since.
    assert later == kes("22550")


def test_a_list_asks_no_more_for_many_meetings_than_for_one(gathering: Gathering) -> None:
    def filled(at: Gathering) -> None:
        at.all_here(alice="LATE")
        at.brings("alice", regular("100"))
        at.counts("OPENING")
        at.counts("CLOSING", "-5")

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            views = queries.views_of(list(queries.shown()), gathering.chama.today)
        assert all(view.expected == () for view in views)
        return len(seen)

    filled(gathering)
    one = cost()
    for week in range(1, 4):
        other = gathering.on(gathering.chama.today - week * 7 * DAY)
        filled(other)
        if week > 1:
            other.seals("mary")
    assert cost() == one


def test_a_page_asks_no_more_for_many_members(gathering: Gathering) -> None:
    def cost() -> int:
        meeting = gathering.meeting
        with CaptureQueriesContext(connection) as seen:
            queries.view_of(meeting, gathering.chama.today)
            queries.lines_of(meeting)
        return len(seen)

    gathering.marks(alice="LATE")
    gathering.brings("alice", regular("100"))
    few = cost()
    gathering.all_here(alice="LATE", peter="LATE", mary="LATE")
    for name in ("peter", "mary", "ruth"):
        gathering.brings(name, regular("100"), welfare("5"))
    assert cost() == few


def test_meetings_are_seen_by_who_belongs_to_the_group(gathering: Gathering) -> None:
    chama = gathering.chama
    for name in ("alice", "grace", "joseph", "daniel", "faith", "sarah"):
        assert [meeting.pk for meeting in queries.visible_to(chama.users[name])] == [gathering.id]
    for name in ("jane", "kevin"):
        assert not queries.visible_to(chama.users[name]).exists()
    assert not queries.visible_to(AnonymousUser()).exists()
    assert not queries.records_of(AnonymousUser()).exists()


def test_who_comes_is_judged_so_when_she_asks_for_a_loan(gathering: Gathering) -> None:
    alice = gathering.members["alice"]
    assert attendance_of(alice) is None
    gathering.marks(alice="ABSENT")
    assert attendance_of(alice) == Decimal("0.0")


def test_nothing_is_read_where_there_is_no_meeting(db: None) -> None:
    assert queries.views_of([], Chama().today) == []
