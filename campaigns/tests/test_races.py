"""Everybody at once: one vote each, one decision, one end. Real threads on PostgreSQL."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.management import call_command

from audit.models import Act
from campaigns import operations
from campaigns.models import GroupCampaign, Vote
from campaigns.tests.drive import DAY, ENDS_ON, Drive
from core.errors import Refusal
from core.money import kes
from groups.models import Organisation
from savings.tests.chama import AT, Chama
from users.tests.people import in_parallel

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def drive(transactional_db: None) -> Drive:
    """An empty database first: another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)
    return Drive(Chama())


def at_once(works: Sequence[Callable[[], Any]]) -> Counter[str]:
    results = in_parallel(list(works))
    assert len(results) == len(works), "a thread died of something that is no refusal"
    return Counter(result.code if isinstance(result, Refusal) else "done" for result in results)


def test_fifty_votes_of_one_member_are_one(drive: Drive) -> None:
    works = [lambda choice=choice: drive.says("alice", choice) for choice in ["YES", "NO"] * 25]
    assert at_once(works) == {"done": 50}
    assert Vote.objects.count() == 1
    assert (sum(drive.poll[:2]), drive.status) == (1, "PROPOSED")


def test_twelve_who_vote_at_once_accept_it_once(drive: Drive) -> None:
    for number in range(6):
        drive.chama.enrol(f"friend{number}", drive.chama.umoja)
    voters = ["mary", "grace", "ruth", "esther", "alice", "peter", *(f"friend{number}" for number in range(6))]
    # With Lucy they are thirteen, and seven are more than half.
    seen = at_once([lambda name=name: drive.says(name) for name in voters])  # type: ignore[misc]  # bound per turn
    assert seen == {"done": 7, "campaign_not_open": 5}
    assert (drive.status, drive.poll) == ("ACCEPTED", (7, 0, 13))
    assert Act.objects.filter(verb="campaign.accepted").count() == 1


def test_yes_and_no_at_once_end_in_what_the_votes_say(drive: Drive) -> None:
    names = ["mary", "grace", "ruth", "esther", "alice", "peter"]
    works = [lambda name=name, choice=choice: drive.says(name, choice) for name in names for choice in ("YES", "NO")]
    at_once(works)
    yes, no, _active = drive.poll
    assert Vote.objects.count() <= 6
    expected = "ACCEPTED" if yes >= 4 else "REJECTED" if no >= 4 else "PROPOSED"
    assert drive.status == expected


def test_two_who_assign_at_once_assign_it_once(drive: Drive) -> None:
    assert at_once([lambda: drive.assigned(drive.tank, "Baraka")] * 10) == {"done": 1, "already_assigned": 9}
    assert GroupCampaign.objects.filter(group=drive.chama.groups["Baraka"]).count() == 1


def test_the_last_shilling_comes_once(drive: Drive) -> None:
    drive.accepted().brings("alice", "900")
    assert at_once([lambda: drive.brings("peter", "100")] * 8) == {"done": 1, "campaign_not_open": 7}
    assert (drive.status, drive.money[0]) == ("COMPLETED", kes("1000"))
    assert Act.objects.filter(verb="campaign.completed").count() == 1


def test_what_is_brought_while_it_ends_is_before_the_end_or_refused(drive: Drive) -> None:
    drive.accepted()

    def end() -> int:
        return operations.end_campaigns(on=ENDS_ON + DAY, at=AT)

    waiting = drive.brings("alice", "7", by="alice")
    works = [*[lambda: drive.brings("peter", "10")] * 6, end, end, lambda: drive.chama.verifies("mary", waiting)]
    seen = at_once(works)
    assert set(seen) <= {"done", "campaign_not_open"}
    assert drive.status == "COMPLETED"
    # Both ends, what was verified, and each ten that was taken.
    assert drive.money[0] == kes(str(10 * (seen["done"] - 3) + 7))
    assert Act.objects.filter(verb="campaign.completed").count() == 1
    assert drive.chama.books_are_proven


def test_it_is_given_back_once(drive: Drive) -> None:
    drive.completed()
    assert at_once([drive.gives_back] * 5) == {"done": 1, "nothing_to_give_back": 4}
    assert drive.chama.holds("2050") == 0
    assert drive.chama.books_are_proven


def test_what_is_spent_while_it_is_given_back_is_there_once(drive: Drive) -> None:
    drive.completed()
    payout = drive.chama.moves("CAMPAIGN_PAYOUT", "600", group_campaign_id=drive.asked.pk)
    seen = at_once([drive.gives_back, lambda: drive.chama.verifies("mary", payout)])
    assert set(seen) <= {"done", "insufficient_fund"}
    assert drive.money[1] >= 0
    assert drive.chama.books_are_proven
