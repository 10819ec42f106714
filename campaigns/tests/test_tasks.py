"""What the calendar does, each by its date, and twice no more than once."""

import pytest

from campaigns import tasks
from campaigns.tests.drive import DAY, ENDS_ON, Drive
from core.periods import business_day, now, today

pytestmark = pytest.mark.django_db


def test_votes_close_on_the_day_after_their_deadline(drive: Drive) -> None:
    deadline = business_day(drive.asked.voting_deadline)
    assert tasks.close_votes(on=deadline.isoformat()) == 0
    assert tasks.close_votes(on=(deadline + DAY).isoformat()) == 1
    assert tasks.close_votes(on=(deadline + DAY).isoformat()) == 0
    assert drive.status == "REJECTED"


def test_campaigns_end_on_the_day_after_their_last(drive: Drive) -> None:
    drive.accepted()
    assert tasks.end_campaigns(on=ENDS_ON.isoformat()) == 0
    assert tasks.end_campaigns(on=(ENDS_ON + DAY).isoformat()) == 1
    assert drive.status == "COMPLETED"


def test_voters_are_reminded_on_the_day_before(drive: Drive) -> None:
    deadline = business_day(drive.asked.voting_deadline)
    assert tasks.remind_voters(on=(deadline - 2 * DAY).isoformat()) == 0
    assert tasks.remind_voters(on=(deadline - DAY).isoformat()) == 6
    assert tasks.remind_voters(on=(deadline - DAY).isoformat()) == 0


def test_without_a_day_it_is_this_instant(drive: Drive) -> None:
    """A vote that closes later today is not closed by a run of this morning."""
    soon = now() + DAY / 24
    roof = drive.assigned(drive.founded(ends_on=today() + 9 * DAY), at=now(), voting_deadline=soon)
    for on in (None, today().isoformat()):
        tasks.close_votes(on=on)
        roof.refresh_from_db()
        assert roof.status == "PROPOSED"
    tasks.end_campaigns()
    tasks.remind_voters()
