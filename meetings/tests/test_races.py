"""Everybody at once at one table: fined once, sealed once, and every entry inside the seal or refused. Real threads."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.management import call_command

from core.money import kes
from groups.models import Organisation
from ledger.models import Entry, Voucher
from loans.tests.lending import Lending
from meetings import operations, seals
from meetings.models import Attendance, CashCount, Meeting
from meetings.operations import Brought
from meetings.tests.gathering import DAY, Gathering, in_pieces, regular, welfare
from savings import operations as savings
from savings.models import Fine
from savings.tests.chama import Chama
from users.tests.people import in_parallel

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 20


def empty() -> None:
    """Another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def table(transactional_db: None) -> Gathering:
    empty()
    gathering = Gathering(Chama())
    gathering.marks(mary="PRESENT")
    return gathering


@pytest.fixture
def lending(transactional_db: None) -> Gathering:
    empty()
    return Gathering(Lending())


def at_once(*works: Callable[[], Any]) -> Counter[str]:
    results = in_parallel(list(works))
    assert len(results) == len(works), "a thread died of something that is no refusal"
    return Counter(getattr(result, "code", "done") if isinstance(result, Exception) else "done" for result in results)


def test_a_roll_that_is_sent_by_twenty_fines_once(table: Gathering) -> None:
    seen = at_once(*[lambda: table.marks(alice="LATE", peter="ABSENT", mary="PRESENT")] * 20)
    assert seen == {"done": 20}
    assert (table.fines("alice"), table.fines("peter")) == ([("LATE", "OUTSTANDING")], [("ABSENT", "OUTSTANDING")])
    assert Attendance.objects.count() == 3


def test_the_first_roll_of_a_day_opens_one_meeting(table: Gathering) -> None:
    yesterday = table.chama.today - DAY
    assert at_once(*[lambda: table.marks(on=yesterday, alice="ABSENT")] * 10) == {"done": 10}
    assert Meeting.objects.filter(meeting_date=yesterday).count() == 1
    assert Fine.objects.count() == 1


def test_a_roll_put_right_while_the_fine_is_paid_ends_in_one_of_the_two(table: Gathering) -> None:
    for round_ in range(5):
        other = table.on(table.chama.today - (round_ + 1) * DAY)
        other.marks(alice="LATE")
        fine = Fine.objects.get(meeting_id=other.id)
        seen = at_once(
            lambda other=other: other.marks(alice="PRESENT"),  # type: ignore[misc]  # bound per round
            lambda fine=fine: savings.pay_fine(  # type: ignore[misc]  # bound per round
                member=table.members["alice"], amount=kes("50"), by=table.chama.grace, at=table.chama.at,
                on=table.chama.today, fine=fine,
            ),
        )  # fmt: skip
        fine.refresh_from_db()
        assert seen["done"] == 1
        assert fine.status == ("CANCELLED" if other.status("alice") == "PRESENT" else "PAID")
    assert table.chama.books_are_proven


def test_what_is_brought_while_the_seal_is_set_is_inside_it_or_refused(table: Gathering) -> None:
    for round_ in range(ROUNDS):
        other = table.on(table.chama.today - (round_ + 1) * DAY)
        other.marks(mary="PRESENT")
        other.counts()
        seen = at_once(
            other.seals,
            lambda other=other: other.brings("alice", regular("500"), welfare("50")),  # type: ignore[misc]  # bound per round
            lambda other=other: other.brings("peter", regular("20")),  # type: ignore[misc]  # bound per round
        )
        sealed = other.meeting
        assert sealed.status == "SEALED"
        assert set(seen) <= {"done", "meeting_sealed"}
        inside = Entry.objects.filter(voucher__meeting_id=other.id)
        assert not inside.filter(number__gt=sealed.entries).exists()
        assert inside.count() in {0, 1, 2, 3}
        assert seals.is_intact(sealed)
    assert table.chama.books_are_proven


def test_a_meeting_that_several_seal_is_sealed_once(table: Gathering) -> None:
    table.all_here()
    table.counts()
    seen = at_once(*[lambda by=by: table.seals("mary", by=by) for by in ("grace", "mary", "ruth", "joseph")])
    assert seen == {"done": 1, "meeting_sealed": 3}
    assert seals.is_intact(table.meeting)


def test_a_difference_that_several_count_is_booked_once(table: Gathering) -> None:
    table.brings("alice", regular("1000"))
    pieces = in_pieces(kes("950"))

    def count() -> CashCount:
        return operations.count_cash(
            meeting=table.meeting, moment="CLOSING", pieces=pieces, by=table.chama.grace, at=table.chama.at
        )

    assert at_once(*[count] * 8) == {"done": 8}
    assert Voucher.objects.filter(kind="COUNT").count() == 1
    assert (table.box, table.view.difference) == (kes("950"), kes("-50"))
    assert table.chama.books_are_proven


def test_two_counts_that_wait_are_not_both_confirmed(table: Gathering) -> None:
    chama = table.chama
    table.brings("alice", regular("1000"))
    papers = [
        operations.count_outside(
            group=chama.umoja, pieces=in_pieces(kes("950")), by=chama.grace, at=chama.at, on=chama.today
        ).voucher
        for _ in range(2)
    ]
    works = [lambda paper=paper: chama.verifies("mary", paper) for paper in papers if paper]
    assert at_once(*works) == {"done": 1, "count_outdated": 1}
    assert table.box == kes("950")


def test_one_collection_sent_by_many_is_taken_once(table: Gathering) -> None:
    table.marks(alice="LATE")
    lines = [regular("500"), Brought("FINE", kes("50"))]
    seen = at_once(*[lambda: table.brings("alice", *lines, method="MPESA", receipt="SQQ88AB")] * 10)
    assert seen == {"done": 10}
    assert Entry.objects.count() == 2
    assert table.chama.books_are_proven


def test_a_receipt_at_the_table_and_at_another_door_is_used_once(table: Gathering) -> None:
    """Each would need what the other holds, were the number not held first."""
    for round_ in range(8):
        number = f"SQQ88{round_}"
        seen = at_once(
            lambda number=number: table.brings(  # type: ignore[misc]  # bound per round
                "alice", regular("500"), welfare("10"), method="MPESA", receipt=number
            ),
            lambda number=number: table.chama.brings("alice", "70", method="MPESA", receipt_number=number),  # type: ignore[misc]  # bound per round
        )
        assert seen == {"done": 1, "receipt_already_used": 1}
    assert table.chama.books_are_proven


def test_lines_of_several_rooms_and_the_same_acts_alone_do_not_block_each_other(lending: Gathering) -> None:
    chama = lending.chama
    assert isinstance(chama, Lending)
    loan = chama.lent()
    lending.marks(alice="ABSENT")
    works: Sequence[Callable[[], Any]] = [
        lambda: lending.brings(
            "alice", regular("5"), Brought("FINE", kes("5")), Brought("LOAN_REPAYMENT", kes("100"), loan=loan)
        ),
        lambda: chama.repays(loan, "100"),
        lambda: savings.pay_fine(
            member=chama.members["alice"], amount=kes("5"), by=chama.grace, at=chama.at, on=chama.today
        ),
        lambda: chama.brings("alice", "5"),
    ]
    assert at_once(*works, *works, *works) == {"done": 12}
    assert chama.books_are_proven
