"""Who owes fines leaves with the rest: they are paid first of what she owns, before any loan, by the same entry."""

import datetime as dt
from functools import partial
from typing import Any

import pytest

from core.money import kes
from core.tests.lasting import lasting
from cycles.operations import AmountChanged, StillOwes
from cycles.queries import leaving as queries
from cycles.rules import leaving as rules
from cycles.tests.leavers import leaves, member
from ledger.models import Line, Voucher
from loans.tests.lending import Lending, lines, months_on
from savings.operations.reversal import HasLeft
from savings.tests.chama import Chama
from savings.tests.test_races import at_once, table

__all__ = ["table"]
pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def saved(chama: Chama) -> Chama:
    """Alice owns 500 of savings and 90 of project money."""
    chama.brings("alice", "500")
    chama.brings("alice", "90", kind="PROJECT")
    return chama


def gone(chama: Chama, name: str = "alice", **words: Any) -> Voucher:
    voucher = leaves(chama, name, **words).voucher
    assert voucher
    return voucher


def test_fines_are_paid_of_what_she_owns_and_the_rest_is_hers(saved: Chama) -> None:
    newer = saved.fines("alice", "40")
    older = saved.fines("alice", "100", on=saved.today - dt.timedelta(days=3))
    saved.pays("alice", "30")
    leaving = leaves(saved, "alice", expected=kes("480"))
    assert leaving.voucher
    assert lines(leaving.voucher) == [
        ("2010", "500.00", ""),
        ("2040", "90.00", ""),
        ("4050", "-70.00", ""),
        ("4050", "-40.00", ""),
        ("1010", "-480.00", "share_out"),
    ]
    subjects = Line.objects.filter(entry=leaving.voucher.entry_id, account__code="4050").order_by("id")
    assert list(subjects.values_list("subject_id", flat=True)) == [older.pk, newer.pk]
    assert saved.owes(older, newer) == [("PAID", "0.00"), ("PAID", "0.00")]
    assert saved.holds("4050", "alice") == kes("140")
    assert (queries.paid_out(leaving), queries.netted(leaving)) == (kes("480"), kes("110"))
    assert [(each.fine, each.amount) for each in queries.fines_settled_by(leaving)] == [
        (older, kes("70")),
        (newer, kes("40")),
    ]
    assert saved.books_are_proven


def test_waived_fines_take_nothing(saved: Chama) -> None:
    saved.waives("mary", saved.fines("alice"))
    leaving = leaves(saved, "alice")
    assert (queries.paid_out(leaving), queries.fines_settled_by(leaving)) == (kes("590"), [])


def test_who_owes_more_in_fines_than_she_has_stays(saved: Chama) -> None:
    fine = saved.fines("alice", "600")
    with pytest.raises(StillOwes) as refused:
        leaves(saved, "alice")
    assert refused.value.facts["amount"] == "10.00"
    saved.fines("lucy", "5")
    with pytest.raises(StillOwes) as refused:
        leaves(saved, "lucy")
    assert refused.value.facts["amount"] == "5.00"
    assert saved.owes(fine) == [("OUTSTANDING", "600.00")]
    assert member(saved, "alice").is_active
    saved.pays("alice", "10")
    assert lines(gone(saved))[2:] == [("4050", "-590.00", "")]
    assert saved.books_are_proven


def test_a_fine_after_she_looked_changes_what_she_is_paid(saved: Chama) -> None:
    saved.fines("alice", "10")
    with pytest.raises(AmountChanged):
        leaves(saved, "alice", expected=kes("590"))


def test_what_she_would_leave_with_is_known_before(saved: Chama) -> None:
    saved.fines("alice", "100")
    standing = queries.standing_on(member(saved, "alice"), saved.today)
    assert (standing.paid_out, standing.short, [each.amount for each in standing.fines]) == (
        kes("490"),
        kes("0"),
        [kes("100")],
    )
    saved.fines("alice", "500")
    standing = queries.standing_on(member(saved, "alice"), saved.today)
    assert (standing.paid_out, standing.short) == (kes("0"), kes("10"))


def test_who_left_with_nothing_had_nothing_settled(saved: Chama) -> None:
    leaving = leaves(saved, "lucy")
    assert (queries.fines_settled_by(leaving), queries.netted(leaving)) == ([], kes("0"))


def test_taken_back_the_fine_is_open_again_and_she_is_a_member(saved: Chama) -> None:
    fine = saved.fines("alice", "100")
    paid = saved.pays("alice", "40")
    voucher = gone(saved)
    with pytest.raises(HasLeft):
        saved.reverses("mary", paid)
    saved.reverses("mary", voucher)
    assert saved.owes(fine) == [("OUTSTANDING", "60.00")]
    assert member(saved, "alice").is_active
    saved.reverses("mary", paid)
    assert saved.owes(fine) == [("OUTSTANDING", "100.00")]
    assert lines(gone(saved))[2] == ("4050", "-100.00", "")
    assert saved.books_are_proven


def test_fines_come_before_penalty_interest_and_principal(db: None) -> None:
    lending = Lending()
    lending.brings("alice", "20000")
    loan = lending.lent(amount="6000")
    lending.moves_to(months_on(1) + dt.timedelta(days=1))
    fine = lending.fines("alice", "100")
    assert lines(gone(lending, expected=kes("13190"))) == [
        ("2010", "20000.00", ""),
        ("4050", "-100.00", ""),
        ("4040", "-110.00", ""),
        ("4010", "-600.00", ""),
        ("1110", "-6000.00", ""),
        ("1010", "-13190.00", "share_out"),
    ]
    assert (lending.loan(loan).status, lending.owes(fine)) == ("COMPLETED", [("PAID", "0.00")])
    assert lending.is_sound


def test_of_a_loan_written_off_fines_leave_the_rest(db: None) -> None:
    """What must be paid is paid first; what is written off takes what is left."""
    claims = [rules.Claim(kes("100"), True), rules.Claim(kes("900"), False)]
    settled = rules.settling(kes("300"), claims)
    assert settled
    assert (settled.taken, settled.paid_out) == ((kes("100"), kes("200")), kes("0"))
    assert rules.short_by(kes("99"), claims) == kes("1")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_leaving_against_fines_that_come_and_go(table: Chama) -> None:
    """However they meet: who has gone owes nothing, and who owes is still there."""
    table.brings("alice", "500")
    fine = table.fines("alice", "100")
    seen = at_once(
        [
            partial(leaves, table, "alice"),
            partial(table.pays, "alice", "100"),
            partial(table.waives, "mary", fine),
            partial(table.fines, "alice", "50"),
        ]
    )
    assert seen["done"] >= 2
    if not member(table, "alice").is_active:
        assert not table.members["alice"].fines.filter(status="OUTSTANDING").exists()
    assert table.books_are_proven
