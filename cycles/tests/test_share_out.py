"""Umoja shares out: all that is a member's own and her share of the surplus, less what she owes; she stays a member."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.money import ZERO, kes
from cycles.models import Run
from cycles.operations import AmountChanged, StillOwes
from cycles.operations.sharing import InvalidTransition, PaidAlready
from cycles.queries.reckoning import Row, imagined, simulate
from cycles.queries.sharing import days_of
from cycles.tests.leavers import leaves
from cycles.tests.sharers import YEAR, Sharing
from ledger.models import Voucher
from loans.models import Loan, Repayment
from loans.tests.lending import Lending, lines
from notifications.models import Message
from savings import operations
from savings.rules import OpeningLine

pytestmark = pytest.mark.django_db


class Sharers(Sharing, Lending):
    """Umoja at the end of a good year, which lends as well."""


@pytest.fixture
def chama(db: None) -> Sharers:
    chama = Sharers()
    chama.moves_to(dt.date(2026, 3, 20))
    chama.brings("alice", "300", kind="ECD")
    chama.brings("alice", "700", kind="PROJECT")
    return chama


def simulated(chama: Sharers, **what_if: Decimal) -> dict[str, Row]:
    days = days_of(chama.umoja, YEAR)
    assert days
    told = simulate(chama.umoja, days, chama.today, **what_if)
    known = {member.pk: name for name, member in chama.members.items()}
    return {known[row.member_id]: row for row in told.rows}


def share_out(chama: Sharers) -> Run:
    return chama.declared("SHARE_OUT")


def test_all_of_the_surplus_is_shared(chama: Sharers) -> None:
    run = chama.looks(kind="SHARE_OUT")
    assert (run.distributable, run.percent, run.profit) == (kes("283232"), Decimal(100), kes("280000"))


def test_what_it_would_pay_is_told_before_anybody_agrees(chama: Sharers) -> None:
    chama.lent("alice", "6000")
    chama.fines("alice", "50")
    alice = simulated(chama)["alice"].reckoning
    share = alice.share
    assert (alice.savings, alice.ecd, alice.project, alice.dividends) == (kes("31675"), kes("300"), kes("700"), ZERO)
    assert (alice.fines, alice.loans) == (kes("50"), kes("6600"))
    assert alice.cash == kes("31675") + 300 + 700 + share - 50 - 6600
    assert not Run.objects.exists()
    run = share_out(chama)
    assert chama.shares(run)["alice"] == f"{share:.2f}"
    assert chama.hands(run, "alice", expected=alice.cash).amount == kes("32675") + share


def test_what_if_less_is_shared(chama: Sharers) -> None:
    whole, half = simulated(chama), simulated(chama, surplus=kes("1000"), percent=Decimal(50))
    assert sum((row.reckoning.share for row in half.values()), ZERO) == kes("500")
    assert half["alice"].basis == whole["alice"].basis
    nothing = simulated(chama, surplus=ZERO)
    assert nothing["alice"].reckoning.cash == kes("32675")


def test_a_simulation_asks_as_much_for_many_members_as_for_few(chama: Sharers) -> None:
    with CaptureQueriesContext(connection) as few:
        simulated(chama)
    for number in range(8):
        chama.enrol(f"member{number}", chama.umoja, sign_in=False)
        chama.brings(f"member{number}", "1000", on=dt.date(2025, 7, 1))
        chama.fines(f"member{number}")
    with CaptureQueriesContext(connection) as many:
        assert len(simulated(chama)) == 11
    assert len(many) - len(few) <= 2


def test_the_totals_of_a_simulation_are_its_columns(chama: Sharers) -> None:
    days = days_of(chama.umoja, YEAR)
    assert days
    told = simulate(chama.umoja, days, chama.today)
    assert told.total.share == told.distributable == told.surplus == kes("283232")
    assert told.cash == sum((row.reckoning.cash for row in told.rows), ZERO)
    view = imagined(chama.umoja, told, chama.at)
    assert (view.run.pk is None, view.status, len(view.parts)) == (True, "PREVIEW", 3)
    assert view.parts[0].explanation.startswith("31,675.00 of ")
    alone = told.narrowed_to(chama.alice.pk)
    assert [row.member_name for row in alone.shown] == ["Alice wa Umoja"]
    assert told.narrowed_to(None).shown == ()


def test_fines_then_loans_take_theirs_and_the_rest_is_paid(chama: Sharers) -> None:
    loan = chama.lent("alice", "6000")
    fine = chama.fines("alice", "50")
    run = share_out(chama)
    share = kes(chama.shares(run)["alice"])
    voucher = chama.hands(run, "alice")
    assert lines(voucher) == [
        ("2010", "31675.00", ""),
        ("2030", "300.00", ""),
        ("2040", "700.00", ""),
        ("2060", f"{share}", ""),
        ("4050", "-50.00", ""),
        ("4010", "-600.00", ""),
        ("1110", "-6000.00", ""),
        ("1010", f"-{kes('26025') + share}", "share_out"),
    ]
    assert (voucher.kind, voucher.detail, voucher.amount) == ("SHARE_OUT", "PAID", kes("32675") + share)
    fine.refresh_from_db()
    assert (fine.status, chama.loan(loan).status) == ("PAID", "COMPLETED")
    assert (chama.member("alice").is_active, chama.holds("2010", "alice")) == (True, ZERO)
    assert f"KES {kes('26025') + share:,.2f}" in Message.objects.filter(user=chama.alice).latest("id").body
    with pytest.raises(PaidAlready):
        chama.hands(run, "alice")
    assert chama.is_sound


def test_taken_back_her_loan_runs_again_and_her_fine_is_open(chama: Sharers) -> None:
    loan = chama.lent("alice", "6000")
    fine = chama.fines("alice", "50")
    run = share_out(chama)
    chama.reverses("mary", chama.hands(run, "alice"))
    fine.refresh_from_db()
    assert (fine.status, chama.loan(loan).status) == ("OUTSTANDING", "DISBURSED")
    assert (chama.outcomes(run)["alice"], chama.holds("2010", "alice")) == ("OPEN", kes("31675"))
    chama.waits()
    chama.hands(run, "alice")
    assert (chama.loan(loan).status, chama.holds("2010", "alice")) == ("COMPLETED", ZERO)
    assert chama.is_sound


def owes_more(chama: Sharers) -> Loan:
    """Alice borrowed twice what she has and her share together."""
    return chama.lent("alice", "120000")


def test_who_owes_more_than_she_has_is_paid_nothing_and_still_owes_the_rest(chama: Sharers) -> None:
    loan = owes_more(chama)
    run = share_out(chama)
    row = simulated(chama)["alice"].reckoning
    assert row.cash == ZERO
    voucher = chama.hands(run, "alice", expected=None)
    assert [line for line in lines(voucher) if line[2]] == []
    paid = Repayment.objects.get(voucher=voucher)
    assert paid.amount == voucher.amount
    assert chama.loan(loan).status == "DISBURSED"
    assert chama.told(loan).settlement == kes("132000") - voucher.amount
    assert (chama.holds("2010", "alice"), chama.holds("2060", "alice")) == (ZERO, ZERO)
    assert chama.is_sound


def test_fines_take_no_more_than_there_is(chama: Sharers) -> None:
    run = share_out(chama)
    fine = chama.fines("alice", "900000")
    voucher = chama.hands(run, "alice")
    fine.refresh_from_db()
    assert fine.status == "OUTSTANDING"
    assert ("4050", f"-{voucher.amount}", "") in lines(voucher)


def test_who_keeps_her_savings_moves_only_the_share_to_them(chama: Sharers) -> None:
    run = share_out(chama)
    share = kes(chama.shares(run)["alice"])
    voucher = chama.hands(run, "alice", keep=True)
    assert lines(voucher) == [("2060", f"{share}", ""), ("2010", f"-{share}", "")]
    assert (voucher.kind, voucher.detail) == ("SHARE_OUT", "KEPT")
    assert chama.holds("2010", "alice") == kes("31675") + share
    chama.reverses("mary", voucher)
    assert chama.outcomes(run)["alice"] == "OPEN"


def test_a_dividend_still_open_is_paid_along_and_only_once(chama: Sharers) -> None:
    dividend = chama.declared()
    run = chama.declares(chama.agrees(chama.looks(kind="SHARE_OUT"), "mary", "grace"))
    row = simulated(chama)["alice"].reckoning
    both = kes(chama.shares(dividend)["alice"]) + kes(chama.shares(run)["alice"])
    assert row.dividends == both
    voucher = chama.hands(run, "alice")
    assert ("2060", f"{both}", "") in lines(voucher)
    assert (chama.outcomes(dividend)["alice"], chama.outcomes(run)["alice"]) == ("PAID", "PAID")
    with pytest.raises(PaidAlready):
        chama.hands(dividend, "alice")
    assert dividend.voucher
    with pytest.raises(InvalidTransition):
        chama.reverses("mary", dividend.voucher)
    chama.reverses("mary", voucher)
    assert (chama.outcomes(dividend)["alice"], chama.outcomes(run)["alice"]) == ("OPEN", "OPEN")
    chama.hands(dividend, "alice")
    assert chama.hands(run, "alice").amount == kes("32675") + kes(chama.shares(run)["alice"])
    assert chama.is_sound


def test_who_leaves_takes_her_share_along(chama: Sharers) -> None:
    run = share_out(chama)
    leaves(chama, "alice")
    assert chama.outcomes(run)["alice"] == "PAID"
    with pytest.raises(PaidAlready):
        chama.hands(run, "alice")


def test_another_sum_than_was_looked_at_is_not_paid(chama: Sharers) -> None:
    run = share_out(chama)
    with pytest.raises(AmountChanged):
        chama.hands(run, "alice", expected=kes("1"))
    assert chama.outcomes(run)["alice"] == "OPEN"


def test_a_debt_from_before_the_books_comes_first(chama: Sharers) -> None:
    given = [
        OpeningLine("1110", kes("500"), member=chama.members["alice"].pk, subject=chama.members["alice"].pk),
        OpeningLine("2010", kes("500"), member=chama.members["alice"].pk),
    ]
    operations.open_books(group=chama.umoja, lines=given, by=chama.daniel, at=chama.at, on=chama.today)
    run = share_out(chama)
    with pytest.raises(StillOwes):
        chama.hands(run, "alice")
    chama.hands(run, "alice", keep=True)


def test_all_are_paid_and_the_run_is_over(chama: Sharers) -> None:
    run = share_out(chama)
    # Lucy's project money and half her savings lie at the bank, and the box pays in cash.
    chama.moves("BANKING", "250000", source="BANK", to="CASH_BOX")
    assert chama.hands_all(run).status == "PAID"
    assert (chama.holds("2010"), chama.holds("2060"), chama.holds("3010")) == (ZERO, ZERO, ZERO)
    assert Voucher.objects.filter(kind="SHARE_OUT", detail="PAID").count() == 3
    assert chama.is_sound
