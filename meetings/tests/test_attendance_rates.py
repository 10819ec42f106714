"""How often somebody comes is one figure, wherever a loan to her is looked at."""

import datetime as dt
from decimal import Decimal

import pytest

from core.tests.lasting import lasting
from loans.assessment import assess
from meetings.queries import rates
from meetings.tests.gathering import DAY, Gathering
from savings.tests.chama import Chama
from savings.tests.doors import Door

pytestmark = [pytest.mark.django_db, pytest.mark.urls("meetings.tests.urls")]


@pytest.fixture
@lasting
def table(db: None) -> Gathering:
    """Three meetings: Alice was here, late and excused, Peter here, late and absent, Lucy excused at the only roll on
    which she stands."""
    table = Gathering(Chama())
    for back, (alice, peter) in enumerate([("PRESENT", "PRESENT"), ("LATE", "LATE"), ("EXCUSED", "ABSENT")]):
        table.marks(on=table.chama.today - back * DAY, alice=alice, peter=peter)
    table.marks(lucy="EXCUSED")
    return table


def test_late_counts_as_here_and_excused_counts_not_at_all(table: Gathering) -> None:
    members = table.members
    alice, peter, lucy, grace = (members[name] for name in ("alice", "peter", "lucy", "grace"))
    assert rates([alice, peter, lucy, grace]) == {
        alice.pk: Decimal("100.0"),
        peter.pk: Decimal("66.7"),
        lucy.pk: None,
        grace.pk: None,
    }


def test_the_score_takes_the_rate_of_the_meetings(table: Gathering) -> None:
    on: dt.date = table.chama.today
    points = {
        name: assess(member=table.members[name], on=on).parts["attendance"] for name in ("alice", "peter", "lucy")
    }
    assert points == {"alice": Decimal("20.0"), "peter": Decimal("13.3"), "lucy": Decimal("10.0")}
    reasons = assess(member=table.members["peter"], on=on).reasons
    assert "Present at 66.7 percent of the meetings. 13.3 of 20 points." in reasons


def test_the_door_of_loans_says_the_same(table: Gathering) -> None:
    peter = table.members["peter"]
    path = f"savings-groups/groups/{table.group.pk}/members/{peter.pk}/loan-assessment"
    assert Door(table.chama, "grace").post(path).json()["parts"]["attendance"] == 13.3
