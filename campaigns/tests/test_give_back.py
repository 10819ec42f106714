"""What is left goes back to the savings of those who brought it, to the cent."""

from decimal import Decimal

import pytest

from audit.models import Act
from campaigns import operations, queries
from campaigns.operations import CampaignNotOpen, NothingToGiveBack
from campaigns.tests.drive import DAY, ENDS_ON, Drive
from core.errors import Invalid
from core.money import ZERO, kes
from groups.operations import suspend_group
from groups.operations.groups import GroupSuspended
from members.operations.leaving import leave
from notifications.models import Message
from savings.tests.chama import AT, TODAY

pytestmark = pytest.mark.django_db


def spend(drive: Drive, amount: str) -> None:
    drive.chama.verifies("mary", drive.chama.moves("CAMPAIGN_PAYOUT", amount, group_campaign_id=drive.asked.pk))


def test_what_is_left_goes_to_savings_by_what_each_brought(drive: Drive) -> None:
    spend(drive.completed(), "999.95")
    papers = drive.gives_back()
    assert [(paper.member_id, paper.amount) for paper in papers] == [
        (drive.chama.members["alice"].pk, kes("0.03")),
        (drive.chama.members["peter"].pk, kes("0.02")),
    ]
    assert {(paper.kind, paper.detail, paper.status, paper.method) for paper in papers} == {
        ("CAMPAIGN", "RETURN", "VERIFIED", "")
    }
    assert (drive.chama.holds("2010", "alice"), drive.chama.holds("2050")) == (kes("0.03"), ZERO)
    assert drive.money == (kes("1000"), ZERO)
    assert {paper.reason for paper in papers} == {drive.now.reason} == {"The tank was cheaper"}
    assert "Campaign money given back" in Message.objects.filter(user=drive.chama.alice).latest("written_at").body
    act = Act.objects.get(verb="campaign.given_back")
    assert (act.facts["amount"], "cheaper" in str(act.facts)) == ("0.05", False)
    assert drive.chama.books_are_proven


def test_when_its_days_are_over_it_goes_back_whole(drive: Drive) -> None:
    drive.accepted()
    for name in ["alice", "peter", "lucy"]:
        drive.brings(name, "33.33")
    operations.end_campaigns(on=ENDS_ON + DAY, at=AT)
    assert {paper.amount for paper in drive.gives_back()} == {kes("33.33")}


def test_nothing_is_given_back_while_it_runs(drive: Drive) -> None:
    drive.accepted().brings("alice", "5")
    with pytest.raises(CampaignNotOpen):
        drive.gives_back()


def test_a_reason_is_asked_for(drive: Drive) -> None:
    with pytest.raises(Invalid) as refused:
        drive.completed().gives_back(reason="  ")
    assert refused.value.field == "reason"


def test_it_is_given_back_once(drive: Drive) -> None:
    drive.completed().gives_back()
    with pytest.raises(NothingToGiveBack) as refused:
        drive.gives_back()
    assert refused.value.code == "nothing_to_give_back"
    assert drive.now.reason == "The tank was cheaper"


def test_a_suspended_group_gives_nothing_back(drive: Drive) -> None:
    drive.completed()
    suspend_group(group=drive.chama.umoja, reason="Quarrel", at=AT, by=drive.chama.daniel)
    drive.asked = drive.now
    with pytest.raises(GroupSuspended):
        drive.gives_back()


def test_who_has_left_has_no_part_in_it(drive: Drive) -> None:
    drive.completed()
    leave(member=drive.chama.members["alice"], on=TODAY, at=AT, by=drive.chama.daniel)
    papers = drive.gives_back()
    assert [(paper.member_id, paper.amount) for paper in papers] == [(drive.chama.members["peter"].pk, kes("1000"))]


def test_where_everybody_has_left_there_is_nobody_to_give_it_to(drive: Drive) -> None:
    drive.completed()
    for name in ["alice", "peter"]:
        leave(member=drive.chama.members[name], on=TODAY, at=AT, by=drive.chama.daniel)
    with pytest.raises(NothingToGiveBack):
        drive.gives_back()


def test_a_return_is_reversed_like_anything_else(drive: Drive) -> None:
    paper = drive.completed().gives_back()[0]
    drive.chama.reverses("mary", paper)
    assert drive.money == (kes("1000"), kes("600"))
    assert (drive.chama.holds("2010", "alice"), drive.chama.books_are_proven) == (ZERO, True)


def back(drive: Drive) -> dict[str, Decimal]:
    """What came back to each, all in all."""
    names = {drive.chama.members[name].pk: name for name in ("alice", "peter")}
    return {names[member]: amount for member, amount in queries.returned_by(drive.now).items() if amount}


def test_what_came_after_goes_back_to_who_brought_it(drive: Drive) -> None:
    """Peter's contribution waited and was confirmed after the first giving back."""
    drive.accepted().brings("alice", "300")
    waiting = drive.brings("peter", "300", by="peter")
    operations.end_campaigns(on=ENDS_ON + DAY, at=AT)
    drive.gives_back()
    drive.chama.verifies("mary", waiting)
    drive.gives_back()
    assert back(drive) == {"alice": kes("300"), "peter": kes("300")}
    assert drive.chama.books_are_proven


def test_a_return_that_was_taken_back_is_made_up_to_her_alone(drive: Drive) -> None:
    drive.accepted().brings("alice", "150")
    drive.brings("peter", "450")
    operations.end_campaigns(on=ENDS_ON + DAY, at=AT)
    spend(drive, "300")
    papers = {paper.member_id: paper for paper in drive.gives_back()}
    assert back(drive) == {"alice": kes("75"), "peter": kes("225")}
    drive.chama.reverses("mary", papers[drive.chama.members["peter"].pk])
    [again] = drive.gives_back()
    assert (again.member_id, again.amount) == (drive.chama.members["peter"].pk, kes("225"))
    assert back(drive) == {"alice": kes("75"), "peter": kes("225")}
