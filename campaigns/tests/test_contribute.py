"""Money for the tank: when it is taken, who records it, and when there is enough."""

import datetime as dt

import pytest

from audit.models import Act
from campaigns import operations, queries
from campaigns.operations import CampaignNotOpen
from campaigns.tests.drive import DAY, ENDS_ON, Drive, OneTable
from core.errors import MakerIsChecker, NotFound
from core.ids import new_id
from core.money import ZERO, kes
from groups.operations import adopt_constitution, suspend_group
from groups.operations.groups import GroupSuspended
from ledger.models import Entry
from ledger.operations import DateInFuture, InsufficientFund
from ledger.vouchers import ReceiptAlreadyUsed
from members.operations import MemberInactive
from members.operations.leaving import leave
from notifications.models import Message
from savings.access import campaign_for
from savings.operations import Table, reject
from savings.operations.doors import OnlyForHerself
from savings.tests.chama import AT, TODAY

pytestmark = pytest.mark.django_db


def test_grace_records_what_alice_brings(drive: Drive) -> None:
    paper = drive.accepted().brings("alice", "300")
    assert (paper.kind, paper.detail, paper.status) == ("CAMPAIGN", "CONTRIBUTION", "VERIFIED")
    assert (paper.subject_id, paper.to_place) == (drive.asked.pk, "1010")
    chama = drive.chama
    assert (chama.holds("1010"), chama.holds("2050", "alice"), chama.holds("2050")) == (kes("300"),) * 3
    assert drive.money == (kes("300"), kes("300"))
    assert queries.brought_by([drive.asked])[drive.asked.pk] == {chama.members["alice"].pk: kes("300")}
    assert "Campaign contribution" in Message.objects.get(template="transaction_receipt").body
    assert Act.objects.filter(verb="campaign.contributed", subject_id=paper.pk).exists()
    assert chama.books_are_proven


def test_what_a_field_officer_takes_is_in_his_hands(drive: Drive) -> None:
    drive.accepted().brings("alice", "300", by="joseph")
    assert (drive.chama.holds("1040", "joseph"), drive.money[0]) == (kes("300"), kes("300"))


@pytest.mark.parametrize("by", ["alice", "grace"])
def test_what_somebody_records_for_herself_waits(drive: Drive, by: str) -> None:
    paper = drive.accepted().brings(by, "300", by=by)
    assert (paper.status, drive.money) == ("PENDING", (ZERO, ZERO))
    with pytest.raises(MakerIsChecker):
        drive.chama.verifies(by, paper)
    drive.chama.verifies("mary", paper)
    assert (drive.chama.fresh(paper).status, drive.money[0]) == ("VERIFIED", kes("300"))
    assert drive.chama.holds("1010") == kes("300")
    assert drive.chama.books_are_proven


def test_cash_that_alice_recorded_goes_to_the_hands_of_who_verifies(drive: Drive) -> None:
    paper = drive.accepted().brings("alice", "300", by="alice")
    drive.chama.verifies("joseph", paper)
    assert drive.chama.holds("1040", "joseph") == kes("300")


def test_what_waits_may_be_turned_down(drive: Drive) -> None:
    paper = drive.accepted().brings("alice", "300", by="alice", method="MPESA", receipt_number="SJK1")
    reject(voucher=paper, by=drive.chama.mary, at=AT, reason="Never came")
    assert (drive.chama.fresh(paper).status, drive.money[0]) == ("REJECTED", ZERO)
    assert drive.brings("alice", "300", method="MPESA", receipt_number="SJK1").status == "VERIFIED"


def test_her_own_line_at_the_table_is_witnessed_by_all(drive: Drive, table: OneTable) -> None:
    before_all = Table(table.meeting_id, new_id(), is_witnessed=True)
    paper = drive.accepted().brings("grace", "300", by="grace", table=before_all)
    assert (paper.status, paper.meeting_id) == ("VERIFIED", table.meeting_id)
    assert drive.brings("grace", "10", by="grace", table=Table(table.meeting_id)).status == "PENDING"


def test_a_table_that_is_not_there_is_not_found(drive: Drive) -> None:
    with pytest.raises(NotFound):
        drive.accepted().brings("alice", "300", table=Table(new_id()))


def test_a_member_records_nothing_for_another(drive: Drive) -> None:
    with pytest.raises(OnlyForHerself):
        drive.accepted().brings("peter", "300", by="alice")


def test_a_second_pair_of_eyes_is_asked_here_too(drive: Drive) -> None:
    adopt_constitution(
        group=drive.chama.umoja, effective_on=TODAY, at=AT, by=drive.chama.sarah, second_pair_of_eyes=True
    )
    assert drive.accepted().brings("alice", "300").status == "PENDING"


# When it is taken


def test_nothing_is_taken_before_the_group_has_said_yes(drive: Drive) -> None:
    with pytest.raises(CampaignNotOpen) as refused:
        drive.brings("alice", "300")
    assert (refused.value.code, refused.value.status) == ("campaign_not_open", 422)
    assert Entry.objects.count() == 0


def test_nothing_is_taken_for_what_was_turned_down(drive: Drive) -> None:
    for name in ["mary", "grace", "ruth", "esther"]:
        drive.says(name, "NO")
    with pytest.raises(CampaignNotOpen):
        drive.brings("alice", "300")


def test_the_day_of_the_act_counts(drive: Drive) -> None:
    drive.accepted()
    end = dt.datetime.combine(ENDS_ON, AT.timetz())
    assert drive.brings("alice", "1", at=end, on=ENDS_ON).status == "VERIFIED"
    for at, on in [(AT, TODAY - DAY), (end + DAY, ENDS_ON + DAY)]:
        with pytest.raises(CampaignNotOpen):
            drive.brings("alice", "1", at=at, on=on)
    # Brought in time, and written down a day later.
    assert drive.brings("alice", "1", at=end + DAY, on=ENDS_ON).status == "VERIFIED"
    with pytest.raises(DateInFuture):
        drive.brings("alice", "1", on=TODAY + DAY)


def test_a_suspended_group_takes_nothing(drive: Drive) -> None:
    drive.accepted()
    suspend_group(group=drive.chama.umoja, reason="Quarrel", at=AT, by=drive.chama.daniel)
    alice = drive.chama.members["alice"]
    alice.refresh_from_db()
    with pytest.raises(GroupSuspended):
        drive.brings("alice", "1")


def test_who_has_left_brings_nothing(drive: Drive) -> None:
    drive.accepted()
    leave(member=drive.chama.members["alice"], on=TODAY, at=AT, by=drive.chama.daniel)
    with pytest.raises(MemberInactive):
        drive.brings("alice", "1")


def test_a_member_of_baraka_is_a_stranger_to_it(drive: Drive) -> None:
    with pytest.raises(NotFound):
        drive.accepted().brings("jane", "1")


# Receipts


def test_one_receipt_pays_once(drive: Drive) -> None:
    first = drive.accepted().brings("alice", "300", method="MPESA", receipt_number="SJK1")
    assert drive.brings("alice", "300", method="MPESA", receipt_number="sjk 1") == first
    with pytest.raises(ReceiptAlreadyUsed):
        drive.brings("alice", "301", method="MPESA", receipt_number="SJK1")
    assert (drive.chama.holds("1030"), drive.money[0]) == (kes("300"), kes("300"))


def test_the_receipt_of_the_last_shilling_is_answered_again(drive: Drive) -> None:
    first = drive.accepted().brings("alice", "1000", method="MPESA", receipt_number="SJK1")
    assert drive.status == "COMPLETED"
    assert drive.brings("alice", "1000", method="MPESA", receipt_number="SJK1") == first


def test_an_officer_with_her_receipt_verifies_what_she_recorded(drive: Drive) -> None:
    drive.accepted().brings("alice", "1000", by="alice", method="MPESA", receipt_number="SJK1")
    assert drive.brings("alice", "1000", method="MPESA", receipt_number="SJK1").status == "VERIFIED"
    assert drive.status == "COMPLETED"


# When there is enough


def test_at_its_target_it_is_completed_and_not_a_cent_before(drive: Drive) -> None:
    drive.accepted().brings("alice", "999.99")
    assert drive.status == "ACCEPTED"
    drive.brings("peter", "0.01", at=AT + dt.timedelta(seconds=1))
    assert (drive.status, drive.now.completed_at) == ("COMPLETED", AT + dt.timedelta(seconds=1))
    assert Act.objects.filter(verb="campaign.completed", actor_id=drive.chama.grace.pk).count() == 1
    with pytest.raises(CampaignNotOpen):
        drive.brings("peter", "1")


def test_what_comes_beyond_the_target_is_taken(drive: Drive) -> None:
    drive.accepted().brings("alice", "1500")
    assert (drive.status, drive.money[0]) == ("COMPLETED", kes("1500"))


def test_what_waited_completes_it_when_it_is_verified(drive: Drive) -> None:
    paper = drive.accepted().brings("alice", "1000", by="alice")
    assert drive.status == "ACCEPTED"
    drive.chama.verifies("mary", paper)
    assert drive.status == "COMPLETED"


def test_what_was_brought_in_time_is_verified_also_when_it_is_over(drive: Drive) -> None:
    paper = drive.accepted().brings("alice", "50", by="alice")
    drive.brings("peter", "1000")
    drive.chama.verifies("mary", paper)
    assert (drive.status, drive.money[0]) == ("COMPLETED", kes("1050"))


def test_who_left_meanwhile_brings_nothing_after_all(drive: Drive) -> None:
    paper = drive.accepted().brings("alice", "50", by="alice")
    leave(member=drive.chama.members["alice"], on=TODAY, at=AT, by=drive.chama.daniel)
    with pytest.raises(MemberInactive):
        drive.chama.verifies("mary", paper)


def test_a_reversal_takes_it_back_and_reopens_nothing(drive: Drive) -> None:
    drive.accepted()
    first, second = drive.brings("alice", "600"), drive.brings("peter", "400")
    drive.chama.reverses("mary", second)
    assert (drive.status, drive.money) == ("COMPLETED", (kes("600"), kes("600")))
    drive.chama.reverses("mary", first)
    assert drive.money == (ZERO, ZERO)
    assert queries.brought_by([drive.asked])[drive.asked.pk] == {}
    assert drive.chama.books_are_proven


# It ends


def test_the_night_after_its_last_day_it_is_completed(drive: Drive) -> None:
    drive.accepted().brings("alice", "5")
    assert operations.end_campaigns(on=ENDS_ON, at=AT) == 0
    assert operations.end_campaigns(on=ENDS_ON + DAY, at=AT) == 1
    assert (drive.status, drive.now.completed_at) == ("COMPLETED", AT)
    assert operations.end_campaigns(on=ENDS_ON + DAY, at=AT) == 0


def test_what_is_still_voted_on_does_not_end(drive: Drive) -> None:
    assert operations.end_campaigns(on=ENDS_ON + DAY, at=AT) == 0


# It is spent


def test_two_office_holders_spend_what_was_brought(drive: Drive) -> None:
    drive.accepted().brings("alice", "600")
    drive.chama.brings("peter", "1000")
    paid = drive.chama.moves("CAMPAIGN_PAYOUT", "250", group_campaign_id=drive.asked.pk)
    drive.chama.verifies("mary", paid)
    assert drive.money == (kes("600"), kes("350"))
    more = drive.chama.moves("CAMPAIGN_PAYOUT", "350.01", group_campaign_id=drive.asked.pk)
    with pytest.raises(InsufficientFund):
        drive.chama.verifies("mary", more)
    drive.chama.reverses("grace", paid)
    assert drive.money == (kes("600"), kes("600"))


def test_a_campaign_of_another_group_is_no_purse(drive: Drive) -> None:
    theirs = drive.assigned(drive.tank, "Baraka")
    assert campaign_for(drive.chama.umoja, drive.asked.pk) == drive.asked.pk
    for unknown in [theirs.pk, drive.tank.pk, new_id()]:
        with pytest.raises(NotFound):
            campaign_for(drive.chama.umoja, unknown)
