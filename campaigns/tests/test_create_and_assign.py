"""A campaign is born, and a group is asked about it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from audit.models import Act
from campaigns.models import GroupCampaign
from campaigns.operations import AlreadyAssigned, CampaignNotOpen
from campaigns.rules import last_deadline
from campaigns.tests.drive import DAY, ENDS_ON, Drive
from core.errors import Invalid, NotFound
from core.money import kes
from groups.operations import adopt_constitution, suspend_group
from groups.operations.groups import GroupSuspended
from notifications.models import Message
from savings.tests.chama import AT, TODAY

pytestmark = pytest.mark.django_db


def test_daniel_writes_down_what_pamoja_wants(drive: Drive) -> None:
    kept = drive.founded(name="  A roof ", description=" Iron sheets. ", amount_per_member=kes("100"))
    assert (kept.name, kept.description, kept.amount_per_member) == ("A roof", "Iron sheets.", kes("100"))
    assert kept.created_by == drive.chama.daniel
    act = Act.objects.get(verb="campaign.created", subject_id=kept.pk)
    assert act.facts == {"amount": "1000.00", "starts_on": str(TODAY), "ends_on": str(ENDS_ON)}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"description": "x" * 2001}, "description"),
        ({"target_amount": kes("0")}, "target_amount"),
        ({"amount_per_member": kes("-1")}, "amount_per_member"),
        ({"amount_per_member": kes("1000.01")}, "amount_per_member"),
        ({"starts_on": TODAY + DAY, "ends_on": TODAY}, "end_date"),
        ({"starts_on": TODAY - 9 * DAY, "ends_on": TODAY - DAY}, "end_date"),
    ],
)
def test_what_makes_no_sense_is_named(drive: Drive, words: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        drive.founded(**words)
    assert refused.value.field == field


def test_a_campaign_of_one_day_is_a_campaign(drive: Drive) -> None:
    kept = drive.founded(starts_on=TODAY, ends_on=TODAY, amount_per_member=kes("1000"))
    assert drive.assigned(kept).voting_deadline == last_deadline(TODAY)


def test_umoja_is_asked_and_its_members_are_told_once(drive: Drive) -> None:
    row = drive.now
    assert (row.status, row.voting_deadline, row.majority_percent) == ("PROPOSED", AT + 14 * DAY, Decimal(50))
    told = Message.objects.filter(template="campaign_proposed")
    # Lucy does not sign in, and Jane belongs to Baraka.
    assert {message.user.name.split()[0] for message in told} == {"Mary", "Grace", "Ruth", "Esther", "Alice", "Peter"}
    said = told.get(user=drive.chama.alice)
    assert "A water tank" in said.body
    assert "1,000.00" in said.body
    assert "A water tank" not in str(vars(Act.objects.get(verb="campaign.assigned")))


def test_the_majority_is_that_of_the_day_it_is_assigned(drive: Drive) -> None:
    adopt_constitution(
        group=drive.chama.umoja, effective_on=TODAY, at=AT, by=drive.chama.sarah, campaign_majority_percent=Decimal(75)
    )
    assert (drive.now.majority_percent, drive.assigned(drive.founded()).majority_percent) == (Decimal(50), Decimal(75))


def test_nobody_is_asked_twice(drive: Drive) -> None:
    with pytest.raises(AlreadyAssigned) as refused:
        drive.assigned(drive.tank)
    assert (refused.value.code, refused.value.status) == ("already_assigned", 409)
    assert GroupCampaign.objects.count() == 1
    assert drive.assigned(drive.tank, "Baraka").group == drive.chama.groups["Baraka"]


def test_a_group_of_another_organisation_is_a_stranger(drive: Drive) -> None:
    with pytest.raises(NotFound):
        drive.assigned(drive.tank, "Neema")


def test_a_suspended_group_is_not_asked(drive: Drive) -> None:
    baraka = drive.chama.groups["Baraka"]
    suspend_group(group=baraka, reason="Quarrel", at=AT, by=drive.chama.daniel)
    baraka.refresh_from_db()
    with pytest.raises(GroupSuspended):
        drive.assigned(drive.tank, "Baraka")


@pytest.mark.parametrize("deadline", [AT, AT - dt.timedelta(seconds=1), last_deadline(ENDS_ON + DAY)])
def test_a_vote_ends_after_it_began_and_before_the_campaign(drive: Drive, deadline: dt.datetime) -> None:
    with pytest.raises(Invalid) as refused:
        drive.assigned(drive.tank, "Baraka", voting_deadline=deadline)
    assert refused.value.field == "voting_deadline"


def test_the_last_moment_of_the_campaign_is_a_deadline(drive: Drive) -> None:
    deadline = last_deadline(ENDS_ON)
    assert drive.assigned(drive.tank, "Baraka", voting_deadline=deadline).voting_deadline == deadline


def test_a_campaign_that_is_over_is_not_assigned(drive: Drive) -> None:
    with pytest.raises(CampaignNotOpen) as refused:
        drive.assigned(drive.tank, "Baraka", at=last_deadline(ENDS_ON + DAY))
    assert refused.value.code == "campaign_not_open"
