"""How the running loans of a group stand together: buckets, PAR-n, the arrears rate, and what is overdue on a day."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.money import ZERO, kes
from core.tests.lasting import lasting
from groups.models import BankingGroup
from loans.models import Loan
from loans.portfolio import (
    BUCKETS,
    Share,
    ageing,
    arrears_rate,
    bucket_of,
    days_late,
    late_loans,
    outstanding_by_type,
    overdue_by_type,
    par,
)
from loans.tests.lending import FIRST, Lending, months_on

pytestmark = pytest.mark.django_db
DUE = months_on(1)


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    return Lending()


@pytest.fixture
@lasting
def two(lending: Lending) -> tuple[Loan, Loan]:
    """Alice has 30,000 for three months, Esther 10,000 for twelve; neither has paid."""
    return lending.lent("alice"), lending.lent("esther", "10000", 12, kind="LONG_TERM")


def on(lending: Lending, days: int) -> dt.date:
    """So many days after the first instalments fell due."""
    lending.moves_to(DUE + dt.timedelta(days=days))
    return lending.today


def filled(lending: Lending, day: dt.date) -> dict[tuple[int, int | None], tuple[int, str]]:
    found = ageing([lending.umoja], day).buckets
    return {(one.first, one.last): (one.count, str(one.outstanding)) for one in found if one.count}


@pytest.mark.parametrize(
    ("days", "place"), [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (180, 4), (181, 5),
                        (360, 5), (361, 6), (4000, 6)],
)  # fmt: skip
def test_every_number_of_days_falls_into_one_bucket(days: int, place: int) -> None:
    assert bucket_of(days) == place
    first, last = BUCKETS[place]
    assert first <= days <= (last or days)


def test_the_day_an_instalment_falls_due_it_is_not_late_and_the_day_after_it_is(
    lending: Lending, two: tuple[Loan, Loan]
) -> None:
    assert filled(lending, on(lending, 0)) == {(0, 0): (2, "40000.00")}
    assert filled(lending, on(lending, 1)) == {(1, 30): (2, "40000.00")}


@pytest.mark.parametrize(("days", "bucket"), [(30, (1, 30)), (31, (31, 60)), (90, (61, 90)), (91, (91, 180))])
def test_loans_age_from_bucket_to_bucket(
    lending: Lending, two: tuple[Loan, Loan], days: int, bucket: tuple[int, int]
) -> None:
    assert filled(lending, on(lending, days)) == {bucket: (2, "40000.00")}


def test_par_30_counts_the_whole_principal_of_a_loan_from_its_31st_day(
    lending: Lending, two: tuple[Loan, Loan]
) -> None:
    alice, _esther = two
    lending.moves_to(DUE)
    lending.repays(alice, "11000")
    day = on(lending, 30)
    assert par([lending.umoja], 30, day) == Share(ZERO, kes("30000"))
    day = on(lending, 31)
    assert par([lending.umoja], 30, day) == Share(kes("10000"), kes("30000"))
    assert par([lending.umoja], 30, day).percent == Decimal("33.3")
    assert ageing([lending.umoja], day).par(30) == par([lending.umoja], 30, day)
    assert ageing([lending.umoja], day).par(0) == par([lending.umoja], 0, day) == Share(kes("30000"), kes("30000"))


def test_the_arrears_rate_counts_only_the_part_that_is_overdue(lending: Lending, two: tuple[Loan, Loan]) -> None:
    day = on(lending, 1)
    assert arrears_rate([lending.umoja], day) == Share(kes("10833.33"), kes("40000"))
    assert arrears_rate([lending.umoja], day).percent == Decimal("27.1")
    assert par([lending.umoja], 0, day).percent == Decimal("100.0")


def test_who_is_late_stands_with_days_principal_interest_and_penalty(lending: Lending, two: tuple[Loan, Loan]) -> None:
    alice, esther = two
    lending.moves_to(DUE)
    lending.repays(esther, "933.33")
    day = on(lending, 10)
    (late,) = late_loans([lending.umoja], day)
    # 10,000.00 and 1,000.00 of interest, and 5 % of both for the month that has begun.
    assert (late.loan, late.days, late.overdue, late.overdue_principal) == (
        alice, 10, kes("11550"), kes("10000"),
    )  # fmt: skip


def test_the_latest_stands_first(lending: Lending) -> None:
    first = lending.lent("alice")
    lending.moves_to(FIRST + dt.timedelta(days=3))
    second = lending.lent("esther")
    day = on(lending, 20)
    assert [late.loan for late in late_loans([lending.umoja], day)] == [first, second]


def test_a_loan_that_is_not_running_is_never_late(lending: Lending) -> None:
    waiting = lending.approved()
    assert days_late(waiting, months_on(9)) == 0
    loan = lending.loan(lending.pays_out(waiting))
    assert (days_late(loan, DUE), days_late(loan, DUE + dt.timedelta(days=7))) == (0, 7)
    lending.repays(loan, "33000")
    assert days_late(lending.loan(loan), months_on(9)) == 0


def test_a_group_without_loans_has_nothing_at_risk(lending: Lending) -> None:
    baraka = lending.groups["Baraka"]
    found = ageing([baraka], lending.today)
    assert (found.count, found.outstanding, found.par(30).percent) == (0, ZERO, Decimal("0.0"))
    assert arrears_rate([baraka], lending.today).percent == Decimal("0.0")
    assert late_loans([baraka], lending.today) == ()


def test_other_groups_loans_are_not_counted(lending: Lending, two: tuple[Loan, Loan]) -> None:
    day = on(lending, 31)
    umoja = BankingGroup.objects.filter(name="Umoja")
    assert ageing(umoja, day) == ageing([lending.umoja], day)
    assert ageing([lending.groups["Neema"]], day).count == 0
    assert outstanding_by_type(umoja) == {"SHORT_TERM": kes("30000"), "LONG_TERM": kes("10000"), "PROJECT": ZERO}


def test_what_is_overdue_is_told_of_any_day(lending: Lending, two: tuple[Loan, Loan]) -> None:
    on(lending, 40)
    lending.repays(two[0], "25000")
    told = {day: overdue_by_type(lending.umoja, day)["SHORT_TERM"] for day in (FIRST, DUE, months_on(2), lending.today)}
    assert told == {FIRST: ZERO, DUE: ZERO, months_on(2): kes("10000"), lending.today: ZERO}
    assert overdue_by_type(lending.umoja, lending.today)["LONG_TERM"] == kes("1666.66")


def test_a_loan_written_off_is_overdue_up_to_that_day_only(lending: Lending, two: tuple[Loan, Loan]) -> None:
    before = on(lending, 5)
    lending.moves_to(before + dt.timedelta(days=1))
    lending.writes_off(two[0], "joseph", "mary")
    assert overdue_by_type(lending.umoja, before)["SHORT_TERM"] == kes("10000")
    assert overdue_by_type(lending.umoja, lending.today)["SHORT_TERM"] == ZERO
    assert filled(lending, lending.today) == {(1, 30): (1, "10000.00")}


def test_questions_do_not_grow_with_the_loans(lending: Lending) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as kept:
            ageing([lending.umoja], day)
            late_loans([lending.umoja], day)
            overdue_by_type(lending.umoja, day)
        return len(kept)

    day = on(lending, 10)
    lending.moves_to(FIRST)
    lending.lent("alice")
    few = asked()
    for name in ("esther", "ruth"):
        lending.lent(name)
    assert asked() == few <= 7
