"""One vote each, and the instant at which they have decided."""

import datetime as dt

import pytest

from audit.models import Act
from campaigns import operations
from campaigns.models import Vote
from campaigns.operations import CampaignNotOpen, NoOpenMeeting
from campaigns.operations.voting import NoVoteHere, OnlyHerOwnVote
from campaigns.tests.drive import DAY, Drive, OneTable
from core.errors import Invalid, NotFound
from core.ids import new_id
from groups.models import RoleName
from members.models import Member
from members.operations import MemberInactive
from members.operations.leaving import leave, return_to_group
from notifications.models import Message
from savings.tests.chama import AT, TODAY

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


def leaves(drive: Drive, name: str, at: dt.datetime = AT) -> None:
    leave(member=drive.chama.members[name], on=TODAY, at=at, by=drive.chama.daniel)


def test_four_of_seven_accept_it_at_that_instant(drive: Drive) -> None:
    for name in ["mary", "grace", "ruth"]:
        assert drive.says(name).status == "PROPOSED"
    row = drive.says("esther", at=AT + SECOND)
    assert (row.status, row.decided_at) == ("ACCEPTED", AT + SECOND)
    assert drive.poll == (4, 0, 7)
    act = Act.objects.get(verb="campaign.accepted")
    assert (act.subject_id, act.actor_id) == (drive.asked.pk, drive.chama.esther.pk)


def test_four_no_of_seven_turn_it_down(drive: Drive) -> None:
    for name in ["mary", "grace", "ruth"]:
        assert drive.says(name, "NO").status == "PROPOSED"
    assert drive.says("esther", "NO").status == "REJECTED"


def test_a_mind_may_be_changed_until_it_closes(drive: Drive) -> None:
    drive.says("alice", "NO")
    drive.says("alice", "YES", at=AT + SECOND)
    assert drive.poll == (1, 0, 7)
    assert Vote.objects.get().cast_at == AT + SECOND
    for name in ["mary", "grace", "ruth"]:
        drive.says(name)
    for name in ["alice", "peter"]:
        with pytest.raises(CampaignNotOpen) as refused:
            drive.says(name, "NO")
        assert refused.value.code == "campaign_not_open"
    assert drive.poll == (4, 0, 7)


def test_neither_yes_nor_no_is_refused(drive: Drive) -> None:
    with pytest.raises(Invalid) as refused:
        drive.says("alice", "PERHAPS")
    assert refused.value.field == "vote"


def test_the_log_knows_who_voted_and_not_what(drive: Drive) -> None:
    drive.says("alice")
    act = Act.objects.get(verb="campaign.voted")
    assert act.facts["member"] == str(drive.chama.members["alice"].pk)
    assert "YES" not in str(act.facts)


# Who votes


def test_only_members_vote(drive: Drive) -> None:
    for name in ["joseph", "daniel", "sarah"]:
        with pytest.raises(NoVoteHere):
            operations.vote(group_campaign=drive.asked, choice="YES", by=drive.chama.users[name], at=AT)


def test_ruth_writes_down_what_lucy_says_at_the_table(drive: Drive, table: OneTable) -> None:
    drive.says("lucy", by="ruth")
    kept = Vote.objects.get()
    assert (kept.member, kept.cast_by) == (drive.chama.members["lucy"], drive.chama.ruth)
    assert kept.meeting_id == table.meeting_id
    drive.says("lucy", "NO", by="ruth", meeting_id=table.meeting_id)
    assert drive.poll == (0, 1, 7)


def test_without_an_open_meeting_nothing_is_taken_down(drive: Drive) -> None:
    with pytest.raises(NoOpenMeeting) as refused:
        drive.says("lucy", by="ruth")
    assert (refused.value.code, refused.value.status) == ("no_open_meeting", 422)


def test_a_meeting_that_is_none_of_hers_is_not_found(drive: Drive, table: OneTable) -> None:
    for name, by in [("lucy", "ruth"), ("alice", "alice")]:
        with pytest.raises(NotFound):
            drive.says(name, by=by, meeting_id=new_id())


@pytest.mark.parametrize("by", ["mary", "grace", "esther", "alice", "joseph", "daniel"])
def test_nobody_else_votes_for_another(drive: Drive, table: OneTable, by: str) -> None:
    with pytest.raises(OnlyHerOwnVote):
        drive.says("lucy", by=by)


def test_who_stands_in_for_the_offices_writes_down_too(drive: Drive, table: OneTable) -> None:
    for name, office in [("mary", "CHAIR"), ("grace", "TREASURER"), ("ruth", "SECRETARY"), ("esther", "COMMITTEE")]:
        drive.chama.end(name, RoleName(office))
    drive.says("lucy", by="daniel")
    assert Act.objects.get(verb="campaign.voted").in_place_of_office


def test_ruth_votes_for_herself_without_a_meeting(drive: Drive) -> None:
    operations.vote(
        group_campaign=drive.asked, choice="NO", by=drive.chama.ruth, at=AT, member=drive.chama.members["ruth"]
    )
    assert Vote.objects.get().meeting_id is None


def test_a_member_of_baraka_has_no_vote_in_umoja(drive: Drive, table: OneTable) -> None:
    with pytest.raises(NotFound):
        drive.says("jane", by="ruth")


# Members come and go


def test_who_has_left_votes_no_more_and_her_vote_counts_no_more(drive: Drive) -> None:
    drive.says("alice")
    leaves(drive, "alice")
    assert drive.poll == (0, 0, 6)
    with pytest.raises(MemberInactive):
        drive.says("alice", by="alice")


def test_somebody_leaves_and_the_night_counts_anew(drive: Drive) -> None:
    """Three of seven are no majority; of five they are."""
    for name in ["mary", "grace", "ruth"]:
        drive.says(name)
    for name in ["alice", "peter"]:
        leaves(drive, name)
    assert drive.status == "PROPOSED"
    assert operations.close_votes(at=AT + DAY) == 1
    row = drive.now
    assert (row.status, row.decided_at) == ("ACCEPTED", AT + DAY)
    assert Act.objects.get(verb="campaign.accepted").actor_id is None


def test_what_was_decided_stays_told_as_it_was(drive: Drive) -> None:
    drive.accepted()
    leaves(drive, "alice", at=AT + DAY)
    Member.objects.filter(pk=drive.chama.members["alice"].pk).update(left_on=TODAY + DAY)
    assert drive.poll == (4, 0, 7)
    return_to_group(member=drive.chama.members["alice"], at=AT + 2 * DAY, by=drive.chama.daniel)
    assert drive.poll == (4, 0, 7)


# It closes


def test_until_the_last_second_a_vote_counts(drive: Drive) -> None:
    assert drive.says("alice", at=drive.asked.voting_deadline).status == "PROPOSED"
    assert operations.close_votes(at=drive.asked.voting_deadline) == 0


def test_a_vote_that_comes_too_late_closes_it(drive: Drive) -> None:
    drive.says("alice")
    late = drive.asked.voting_deadline + SECOND
    with pytest.raises(CampaignNotOpen):
        drive.says("peter", at=late)
    row = drive.now
    assert (row.status, row.decided_at) == ("REJECTED", late)
    assert drive.poll == (1, 0, 7)
    assert operations.close_votes(at=late) == 0


def test_a_vote_that_comes_too_late_closes_as_won_what_was_won(drive: Drive) -> None:
    for name in ["mary", "grace", "ruth"]:
        drive.says(name)
    for name in ["alice", "peter"]:
        leaves(drive, name)
    with pytest.raises(CampaignNotOpen):
        drive.says("esther", "NO", at=drive.asked.voting_deadline + SECOND)
    assert drive.status == "ACCEPTED"


def test_the_night_closes_what_is_past_its_deadline_and_nothing_else(drive: Drive) -> None:
    other = drive.assigned(drive.tank, "Baraka", voting_deadline=AT + 30 * DAY)
    assert operations.close_votes(at=AT + 15 * DAY) == 1
    other.refresh_from_db()
    assert (drive.status, other.status) == ("REJECTED", "PROPOSED")
    assert operations.close_votes(at=AT + 15 * DAY) == 0


# Reminders


def test_who_has_not_voted_is_reminded_once_on_the_day_before(drive: Drive) -> None:
    drive.says("alice")
    drive.says("mary", "NO")
    assert operations.remind_voters(at=AT + 12 * DAY) == 0
    assert operations.remind_voters(at=AT + 13 * DAY) == 4
    assert operations.remind_voters(at=AT + 13 * DAY) == 0
    assert operations.remind_voters(at=drive.asked.voting_deadline - SECOND) == 0
    told = Message.objects.filter(template="campaign_vote_reminder")
    assert {message.user.name.split()[0] for message in told} == {"Grace", "Ruth", "Esther", "Peter"}


def test_nobody_is_reminded_of_what_is_closed(drive: Drive) -> None:
    drive.accepted()
    assert operations.remind_voters(at=AT + 13 * DAY) == 0
    assert operations.remind_voters(at=AT + 15 * DAY) == 0
