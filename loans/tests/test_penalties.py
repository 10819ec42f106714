"""Every night: penalties fall due once, whoever runs twice or late, and one bad loan spoils no other."""

import datetime as dt

import pytest

from audit.models import Act
from core.money import kes
from core.periods import business_day, now
from core.tests.lasting import lasting
from loans import tasks
from loans.models import Loan, Penalty
from loans.operations.penalties import PenaltiesFailed
from loans.tests.lending import Lending, months_on

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    return Lending()


def day_after(month: int) -> dt.date:
    return months_on(month) + dt.timedelta(days=1)


def test_nothing_on_the_due_date_and_one_the_day_after(lending: Lending) -> None:
    loan = lending.lent()
    lending.moves_to(months_on(1))
    assert lending.night() == 0
    lending.moves_to(day_after(1))
    assert lending.night() == 1
    assert lending.penalties(loan) == [(1, 1, day_after(1), "550.00")]
    assert lending.row(loan) == ("DISBURSED", kes("30000"), months_on(1), kes("11550"))
    assert lending.is_sound


def test_the_same_night_twice_writes_nothing_twice(lending: Lending) -> None:
    lending.lent()
    lending.moves_to(day_after(1))
    assert [lending.night(), lending.night()] == [1, 0]
    assert Penalty.objects.count() == 1


def test_nights_that_were_missed_are_made_up(lending: Lending) -> None:
    loan = lending.lent()
    lending.moves_to(day_after(3))
    assert lending.night() == 6
    assert [row[:3] for row in lending.penalties(loan)] == [
        (1, 1, day_after(1)),
        (1, 2, day_after(2)),
        (1, 3, day_after(3)),
        (2, 1, day_after(2)),
        (2, 2, day_after(3)),
        (3, 1, day_after(3)),
    ]
    assert lending.is_sound


def test_a_night_posts_nothing(lending: Lending) -> None:
    loan = lending.lent()
    lending.moves_to(day_after(1))
    lending.night()
    assert lending.under(loan) == {"1110": "30000.00"}
    assert Act.objects.filter(verb="loan.penalties_charged", subject_id=loan.pk, actor_id=None).count() == 1


def test_loans_that_do_not_run_are_left_alone(lending: Lending) -> None:
    done, lost = lending.lent(), lending.lent("peter")
    lending.repays(done, "33000")
    lending.writes_off(lost, "joseph", "mary")
    lending.approved("esther")
    lending.moves_to(day_after(2))
    assert lending.night() == 0


def test_more_loans_than_a_batch(lending: Lending, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ["alice", "peter", "lucy", "esther", "ruth"]:
        lending.lent(name, "1000")
    monkeypatch.setattr("loans.operations.penalties.BATCH", 2)
    lending.moves_to(day_after(1))
    assert lending.night() == 5


def test_a_loan_that_fails_does_not_stop_the_rest_and_is_said_aloud(
    lending: Lending, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad, last = lending.lent(), lending.lent("peter"), lending.lent("esther")
    Loan.objects.filter(pk=bad.pk).update(disbursed_on=dt.date(9999, 11, 30))
    lending.moves_to(day_after(1))
    with pytest.raises(PenaltiesFailed, match=str(bad.pk)):
        lending.night()
    assert lending.penalties(good) == lending.penalties(last) == [(1, 1, day_after(1), "550.00")]
    assert lending.penalties(bad) == []
    assert str(bad.pk) in caplog.text


def test_a_payment_dated_back_cancels_what_never_fell_due(lending: Lending) -> None:
    loan = lending.lent()
    lending.moves_to(day_after(2))
    lending.night()
    lending.repays(loan, "11000", on=months_on(1))
    assert lending.penalties(loan) == [(2, 1, day_after(2), "550.00")]
    cancelled = Penalty.objects.exclude(cancelled_at=None)
    assert {(row.instalment, row.month, row.cancelled_at) for row in cancelled} == {
        (1, 1, lending.at),
        (1, 2, lending.at),
    }
    assert lending.is_sound


def test_one_of_another_amount_takes_its_place(lending: Lending) -> None:
    loan = lending.lent()
    lending.moves_to(day_after(1))
    lending.night()
    lending.repays(loan, "5000", on=months_on(1))
    assert lending.penalties(loan) == [(1, 1, day_after(1), "300.00")]
    assert Penalty.objects.filter(loan=loan).count() == 2
    assert lending.is_sound


def test_in_default_unpaid_interest_and_penalties_stop_growing(lending: Lending) -> None:
    loan = lending.lent(amount="3000", penalty_percent=kes("40"))
    for month in range(1, 24):
        lending.moves_to(day_after(month))
        lending.night()
        assert lending.is_sound
    state = lending.told(loan)
    assert state.settlement == 2 * state.outstanding == kes("6000")


def test_the_job_runs_by_the_clock(lending: Lending) -> None:
    lending.moves_to(business_day(now()) - dt.timedelta(days=40))
    loan = lending.lent()
    assert tasks.charge_penalties() == 1
    assert len(lending.penalties(loan)) == 1
