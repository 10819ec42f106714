"""What is declared is what was agreed and what the books say; and the proof of the books finds what is not."""

import datetime as dt
from typing import Any

import pytest
from django.db.models import F

from core.money import ZERO, kes
from cycles.models import Allocation, ClosedYear, Leaving, Run, RunApproval
from cycles.operations.sharing import FiguresChanged, InvalidTransition, NothingToDistribute, PaidAlready
from cycles.operations.sharing_declare import YesMissing
from cycles.queries import runs as queries
from cycles.tests.leavers import leaves
from cycles.tests.test_share_out import Sharers
from groups.models import GroupRole
from groups.operations import adopt_constitution
from ledger.verify import check_books
from loans.tests.lending import lines
from members.operations import join

pytestmark = pytest.mark.django_db
SPRING = dt.date(2026, 3, 20)


@pytest.fixture
def chama(db: None) -> Sharers:
    chama = Sharers()
    chama.moves_to(SPRING)
    return chama


def agreed(chama: Sharers, **what: Any) -> Run:
    chama.closes()
    return chama.agrees(chama.looks(**what), "mary", "grace")


def found(chama: Sharers) -> set[str]:
    return {difference.what for difference in check_books(chama.umoja)}


def shift(chama: Sharers, run: Run) -> None:
    """Somebody writes into the tables: 10 shillings of Peter's part become Alice's."""
    for name, amount in [("alice", "10"), ("peter", "-10")]:
        parts = Allocation.objects.filter(run=run, member=chama.members[name])
        parts.update(amount=F("amount") + kes(amount))


def test_parts_that_are_not_as_computed_are_not_declared(chama: Sharers) -> None:
    run = agreed(chama)
    shift(chama, run)
    with pytest.raises(FiguresChanged):
        chama.declares(chama.run(run))


def test_a_loss_since_the_yes_asks_for_other_figures(chama: Sharers) -> None:
    run = agreed(chama)
    chama.loses("250000", on=chama.today)
    with pytest.raises(FiguresChanged):
        chama.declares(chama.run(run))
    again = chama.looks()
    assert (again.status, again.distributable) == ("PREVIEW", kes("33232"))


def test_nothing_is_declared_without_both_yeses(chama: Sharers) -> None:
    chama.closes()
    run = chama.looks()
    Run.objects.filter(pk=run.pk).update(status="APPROVED")
    with pytest.raises(YesMissing):
        chama.declares(chama.run(run))


def test_a_yes_lost_with_its_seat_is_said_again_by_who_sits_there(chama: Sharers) -> None:
    run = agreed(chama)
    GroupRole.objects.filter(user=chama.mary, role="CHAIR", group=chama.umoja).update(until=chama.at, user=chama.mary)
    GroupRole.objects.create(group=chama.umoja, user=chama.alice, role="CHAIR", since=chama.at)
    with pytest.raises(YesMissing):
        chama.declares(chama.run(run))
    assert chama.looks().status == "PREVIEW"
    assert chama.declares(chama.agrees(run, "alice")).status == "DECLARED"
    assert found(chama) == set()


def test_the_proof_finds_parts_that_were_changed(chama: Sharers) -> None:
    run = chama.declared()
    assert found(chama) == set()
    shift(chama, run)
    assert found(chama) == {"the parts of a run are not what was declared"}


def test_the_proof_finds_a_missing_yes_and_a_forgotten_declaration(chama: Sharers) -> None:
    run = chama.declared()
    RunApproval.objects.filter(run=run, capacity="CHAIR").delete()
    assert found(chama) == {"a run was declared without both yeses"}
    Run.objects.filter(pk=run.pk).update(status="APPROVED")
    assert found(chama) == {"a declaration and its run do not name each other"}


def test_the_proof_finds_a_closing_that_was_forgotten_or_moved(chama: Sharers) -> None:
    chama.closes()
    assert found(chama) == set()
    ClosedYear.objects.update(ends_on=dt.date(2025, 12, 30))
    assert found(chama) == {"a closed year has no closing entry"}
    ClosedYear.objects.all().delete()
    assert found(chama) == {"a closing entry has no closed year"}


# Taken back after a share-out


def test_a_dividend_taken_back_after_a_share_out_is_paid_again(chama: Sharers) -> None:
    run = chama.declared()
    paper = chama.hands(run, "alice")
    chama.waits()
    both = chama.declares(chama.agrees(chama.looks(kind="SHARE_OUT"), "mary", "grace"))
    chama.hands(both, "alice")
    chama.reverses("mary", paper)
    assert (chama.outcomes(run)["alice"], chama.outcomes(both)["alice"]) == ("OPEN", "PAID")
    chama.hands(run, "alice")
    assert (chama.outcomes(run)["alice"], chama.holds("2060", "alice")) == ("PAID", ZERO)
    assert chama.is_sound


# Without a surplus


def test_after_a_loss_members_are_paid_their_own_by_a_share_out(chama: Sharers) -> None:
    chama.loses("500000", on=dt.date(2025, 12, 1))
    run = agreed(chama, kind="SHARE_OUT")
    with pytest.raises(NothingToDistribute):
        chama.looks()
    run = chama.declares(run)
    assert (run.status, run.voucher, run.distributable) == ("DECLARED", None, ZERO)
    assert chama.shares(run) == {"alice": "0.00", "peter": "0.00", "lucy": "0.00"}
    assert lines(chama.hands(run, "alice")) == [("2010", "31675.00", ""), ("1010", "-31675.00", "share_out")]
    with pytest.raises(PaidAlready):
        chama.hands(run, "alice")
    with pytest.raises(PaidAlready):
        chama.hands(run, "peter", keep=True)
    leaves(chama, "lucy")
    assert chama.outcomes(run) == {"alice": "PAID", "peter": "OPEN", "lucy": "PAID"}
    chama.hands(run, "peter")
    assert chama.status(run) == "PAID"
    assert found(chama) == set()


def test_who_saved_only_since_the_year_ended_is_paid_her_own(chama: Sharers) -> None:
    chama.enrol("zed", chama.umoja)
    run = agreed(chama, kind="SHARE_OUT")
    chama.brings("zed", "5000")
    chama.brings("zed", "700", kind="ECD")
    run = chama.declares(run)
    assert chama.shares(run)["zed"] == "0.00"
    assert chama.hands(run, "zed").amount == kes("5700")
    assert found(chama) == set()


def test_a_part_of_nothing_says_why(chama: Sharers) -> None:
    chama.enrol("zed", chama.umoja)
    chama.brings("zed", "5000")
    view = queries.view_of(chama.run(chama.looks(kind="SHARE_OUT")))
    hers = next(part for part in view.parts if part.member_id == chama.members["zed"].pk)
    assert (hers.amount, hers.percentage, hers.outcome) == (ZERO, ZERO, "OPEN")
    assert hers.explanation == "She had no savings in that year, so she gets no share of the surplus"


# Joined again


def test_who_was_no_member_on_the_last_day_gets_nothing_by_leaving_once_more(chama: Sharers) -> None:
    adopt_constitution(
        group=chama.umoja, effective_on=chama.today, at=chama.at, by=chama.sarah, dividend_basis="AVERAGE_BALANCE"
    )
    chama.brings("alice", "100000")
    chama.moves_to(dt.date(2026, 10, 5))
    leaves(chama, "alice")
    chama.earns("10000", on=chama.today)
    for day in (3, 20):
        chama.moves_to(dt.date(2027, 1, day))
        join(group=chama.umoja, person=chama.member("alice").person, at=chama.at, on=chama.today, by=chama.sarah)
        assert "alice" not in chama.shares(chama.looks(year=2026))
        if day == 3:
            chama.moves_to(dt.date(2027, 1, 10))
            leaves(chama, "alice")
    assert Leaving.objects.filter(joined_on=dt.date(2027, 1, 3)).count() == 1


def test_what_is_declared_twice_is_refused(chama: Sharers) -> None:
    chama.loses("500000", on=dt.date(2025, 12, 1))
    run = agreed(chama, kind="SHARE_OUT")
    chama.declares(run)
    with pytest.raises(InvalidTransition):
        chama.declares(run)
