"""The roll: fines follow it once, it is put right until the seal, and it knows who belonged to the group that day."""

import datetime as dt
from decimal import Decimal

import pytest

from audit.models import Act
from core.errors import Invalid, MakerIsChecker, NotFound
from core.money import kes
from groups.models import BankingGroup
from groups.operations import GroupSuspended
from ledger.operations import DateInFuture, PeriodClosed, close_month
from meetings import operations, queries
from meetings.models import Attendance, Meeting
from meetings.operations import Mark, MeetingSealed
from meetings.tests.gathering import DAY, Gathering
from members.models import Member
from members.operations import MemberInactive
from members.queries import member_by_id
from savings import operations as savings
from savings.models import Fine
from savings.operations import FinePaid

pytestmark = pytest.mark.django_db


def test_who_is_late_or_absent_is_fined_by_the_rules_and_once(gathering: Gathering) -> None:
    gathering.all_here(alice="LATE", peter="ABSENT", lucy="EXCUSED")
    gathering.all_here(alice="LATE", peter="ABSENT", lucy="EXCUSED")
    assert (gathering.fines("alice"), gathering.fines("peter")) == (
        [("LATE", "OUTSTANDING")],
        [("ABSENT", "OUTSTANDING")],
    )
    late, absent = Fine.objects.order_by("amount")
    assert (late.amount, late.clause, absent.amount, absent.clause) == (
        kes("50"),
        "fine_late",
        kes("100"),
        "fine_absent",
    )
    assert late.constitution is not None
    marks = gathering.view.attendance
    assert (marks.present, marks.late, marks.excused, marks.absent, marks.rate) == (4, 1, 1, 1, Decimal("83.3"))


def test_a_roll_put_right_takes_back_the_fine_it_imposed(gathering: Gathering) -> None:
    gathering.marks(alice="LATE")
    gathering.marks(alice="PRESENT")
    assert (gathering.fines("alice"), gathering.status("alice")) == ([("LATE", "CANCELLED")], "PRESENT")
    gathering.marks(alice="LATE")
    gathering.marks(alice="ABSENT")
    standing = [fine for fine in gathering.fines("alice") if fine[1] == "OUTSTANDING"]
    assert standing == [("ABSENT", "OUTSTANDING")]


def test_a_fine_that_was_paid_is_taken_back_first(gathering: Gathering) -> None:
    gathering.marks(alice="LATE")
    paid = savings.pay_fine(
        member=gathering.members["alice"], amount=kes("20"), by=gathering.chama.grace, at=gathering.chama.at,
        on=gathering.chama.today,
    )  # fmt: skip
    for status in ("PRESENT", "ABSENT"):
        with pytest.raises(FinePaid):
            gathering.marks(alice=status)
    assert gathering.status("alice") == "LATE"
    gathering.chama.reverses("mary", paid)
    gathering.marks(alice="PRESENT")
    assert gathering.status("alice") == "PRESENT"


def test_what_was_waived_stays_waived_however_she_is_marked(gathering: Gathering) -> None:
    gathering.marks(alice="LATE")
    savings.waive(fine=Fine.objects.get(), by=gathering.chama.mary, at=gathering.chama.at, reason="The bus broke down")
    gathering.marks(alice="ABSENT")
    gathering.marks(alice="PRESENT")
    assert gathering.fines("alice") == [("LATE", "WAIVED")]


def test_a_part_of_the_roll_leaves_the_others_unmarked(gathering: Gathering) -> None:
    gathering.marks(alice="PRESENT")
    gathering.marks(peter="PRESENT")
    assert Attendance.objects.count() == 2
    assert "NOT_MARKED" in gathering.lacks()
    assert Act.objects.filter(verb="roll.called").count() == 2
    gathering.marks(peter="PRESENT")
    assert Act.objects.filter(verb="roll.called").count() == 2, "nothing changed, and nothing is said"


def test_a_day_without_a_meeting_gets_an_extraordinary_one(gathering: Gathering) -> None:
    yesterday = gathering.chama.today - DAY
    meeting = gathering.marks(on=yesterday, alice="PRESENT")
    assert (meeting.status, meeting.is_extraordinary, meeting.meeting_date) == ("OPEN", True, yesterday)
    assert gathering.marks(on=yesterday, peter="PRESENT").pk == meeting.pk


def test_a_planned_meeting_is_opened_by_its_roll(gathering: Gathering) -> None:
    chama, day = gathering.chama, gathering.chama.today - DAY
    planned = operations.schedule(group=chama.umoja, meeting_date=day, by=chama.grace, at=chama.at)
    meeting = gathering.marks(on=day, alice="PRESENT")
    assert (meeting.pk, meeting.status, meeting.is_extraordinary) == (planned.pk, "OPEN", False)
    assert meeting.opened_by == chama.ruth


def test_nobody_calls_the_roll_of_a_day_to_come(gathering: Gathering) -> None:
    with pytest.raises(DateInFuture):
        gathering.marks(on=gathering.chama.today + DAY, alice="PRESENT")


def test_nobody_puts_the_roll_right_after_the_seal(gathering: Gathering) -> None:
    gathering.is_over()
    with pytest.raises(MeetingSealed):
        gathering.marks(alice="LATE")
    assert Fine.objects.count() == 0


def test_a_suspended_group_opens_no_meeting(gathering: Gathering) -> None:
    group = gathering.chama.umoja
    group.status = BankingGroup.Status.SUSPENDED
    group.save()
    with pytest.raises(GroupSuspended):
        gathering.marks(on=gathering.chama.today - DAY, alice="PRESENT")
    assert gathering.marks(alice="PRESENT").pk == gathering.id


def test_jane_is_a_stranger_to_the_roll_of_umoja(gathering: Gathering) -> None:
    with pytest.raises(NotFound):
        gathering.marks(alice="PRESENT", jane="PRESENT")
    assert Attendance.objects.count() == 0


def test_only_who_belonged_to_the_group_that_day_is_marked(gathering: Gathering) -> None:
    today = gathering.chama.today
    peter = gathering.members["peter"]

    def stands(**columns: object) -> None:
        Member.objects.filter(pk=peter.pk).update(**columns)
        gathering.members["peter"] = member_by_id(peter.pk)

    stands(joined_on=today + DAY)
    with pytest.raises(MemberInactive, match="member_inactive"):
        gathering.marks(peter="PRESENT")
    stands(joined_on=dt.date(2025, 1, 15), left_on=today - DAY, is_active=False)
    with pytest.raises(MemberInactive):
        gathering.marks(peter="PRESENT")
    stands(left_on=None)
    with pytest.raises(MemberInactive):
        gathering.marks(peter="PRESENT")
    stands(left_on=today)
    gathering.marks(peter="PRESENT")
    assert gathering.status("peter") == "PRESENT"


def test_a_roll_names_each_member_once_and_somebody(gathering: Gathering) -> None:
    alice = gathering.members["alice"]
    for marks in ([], [Mark(alice, "PRESENT"), Mark(alice, "LATE")], [Mark(alice, "HERE")]):
        with pytest.raises(Invalid):
            operations.mark(
                group=gathering.group, meeting_date=gathering.chama.today, marks=marks, by=gathering.chama.ruth,
                at=gathering.chama.at,
            )  # fmt: skip


def test_how_often_they_come(gathering: Gathering) -> None:
    gathering.all_here(alice="LATE", peter="EXCUSED", lucy="ABSENT")
    before = gathering.on(gathering.chama.today - 7 * DAY)
    before.marks(alice="ABSENT", peter="EXCUSED")
    members = [gathering.members[name] for name in ("mary", "alice", "peter", "lucy", "jane")]
    found = queries.rates(members)
    assert [found[member.pk] for member in members] == [Decimal("100.0"), Decimal("50.0"), None, Decimal("0.0"), None]
    days = [row.meeting.meeting_date for row in queries.records_of(gathering.chama.alice)]
    assert days == [gathering.chama.today, gathering.chama.today - 7 * DAY]
    assert Meeting.objects.count() == 2


@pytest.mark.parametrize(("was", "wanted"), [("ABSENT", "PRESENT"), ("LATE", "EXCUSED"), ("ABSENT", "LATE")])
def test_nobody_takes_back_her_own_fine_with_a_mark(gathering: Gathering, was: str, wanted: str) -> None:
    gathering.marks(grace=was)
    with pytest.raises(MakerIsChecker):
        gathering.marks(by="grace", grace=wanted, alice="PRESENT")
    assert (gathering.status("grace"), gathering.status("alice")) == (was, None)
    assert gathering.fines("grace") == [(was, "OUTSTANDING")]
    gathering.marks(by="mary", grace="PRESENT")
    assert gathering.fines("grace") == [(was, "CANCELLED")]


def test_a_mark_of_ones_own_that_fines_nobody_is_put_right_alone(gathering: Gathering) -> None:
    gathering.marks(by="grace", grace="EXCUSED")
    gathering.marks(by="grace", grace="PRESENT")
    assert gathering.status("grace") == "PRESENT"


def test_no_meeting_begins_in_a_month_that_is_closed(gathering: Gathering) -> None:
    chama = gathering.chama
    day = chama.today - 40 * DAY
    planned = operations.schedule(group=chama.umoja, meeting_date=day, by=chama.grace, at=chama.at)
    close_month(group=chama.umoja, month=day, at=chama.at, actor=chama.sarah)
    with pytest.raises(PeriodClosed):
        operations.open_meeting(meeting=planned, by=chama.grace, at=chama.at)
    for on in (day, day - DAY):
        with pytest.raises(PeriodClosed):
            gathering.marks(on=on, alice="ABSENT")
    assert Meeting.objects.filter(status="OPEN").count() == 1
    assert gathering.fines("alice") == []
