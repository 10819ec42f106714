"""What somebody reads of her meetings and fines: `my-attendance`, and the rate beside her name."""

import datetime as dt
from typing import Any

import pytest

from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup
from meetings import operations
from meetings.models import Meeting
from meetings.operations import Mark
from members.models import Member
from members.operations import join
from reports.tests.conftest import As, Enrol, user_of
from savings.operations import impose, pay_fine, waive
from users.models import User

pytestmark = pytest.mark.django_db
PATH = "/api/savings-groups/my-attendance/"
# The session, the marks, the fines, and what is still to pay of them.
QUESTIONS = 4


def roll(back: int, by: User, **marks: Member) -> Meeting:
    """A meeting some days ago: `roll(3, ruth, LATE=alice)`."""
    group = next(iter(marks.values())).group
    said = [Mark(member, status.rstrip("_")) for status, member in marks.items()]
    day = today() - dt.timedelta(days=back)
    return operations.mark(group=group, meeting_date=day, marks=said, by=by, at=now())


@pytest.fixture
@lasting
def attended(alice: Member, peter: Member, ruth: User, old: None) -> list[Meeting]:
    """Alice was here, late, absent and excused; Peter was late at the first and stands on no other roll."""
    return [
        roll(4, ruth, PRESENT=alice, LATE=peter),
        roll(3, ruth, LATE=alice),
        roll(2, ruth, ABSENT=alice),
        roll(1, ruth, EXCUSED=alice),
    ]


@pytest.fixture
@lasting
def old(alice: Member, peter: Member) -> None:
    """They joined before these meetings."""
    Member.objects.filter(pk__in=[alice.pk, peter.pk]).update(joined_on=today() - dt.timedelta(days=30))
    for member in (alice, peter):
        member.joined_on = today() - dt.timedelta(days=30)


def test_alice_reads_how_she_was_marked_newest_first(alice: Member, attended: list[Meeting], signed_in: As) -> None:
    told = signed_in(user_of(alice)).get(PATH).json()
    assert told["records"] == [
        {
            "meeting_id": str(meeting.pk),
            "group_id": str(alice.group_id),
            "meeting_date": meeting.meeting_date.isoformat(),
            "status": status,
        }
        for meeting, status in zip(attended[::-1], ["EXCUSED", "ABSENT", "LATE", "PRESENT"], strict=True)
    ]
    assert told["rate"] == "66.7"


def test_her_fines_say_what_is_still_to_pay(
    alice: Member, mary: Member, ruth: User, attended: list[Meeting], signed_in: As
) -> None:
    why: dict[str, Any] = {"by": ruth, "at": now(), "on": today(), "due_on": today()}
    shouted = impose(member=alice, amount=kes("30"), reason="Shouted", **why)
    waived = impose(member=alice, amount=kes("20"), reason="No receipt book", **why)
    waive(fine=waived, by=user_of(mary), at=now(), reason="It was found")
    pay_fine(member=alice, amount=kes("10"), fine=shouted, by=ruth, at=now(), on=today())
    told = signed_in(user_of(alice)).get(PATH).json()["fines"]
    assert {row["reason"]: (row["amount"], row["amount_due"], row["status"]) for row in told} == {
        "No receipt book": ("20.00", "0.00", "WAIVED"),
        "Shouted": ("30.00", "20.00", "OUTSTANDING"),
        "Stayed away": ("100.00", "100.00", "OUTSTANDING"),
        "Came late": ("50.00", "50.00", "OUTSTANDING"),
    }
    assert told[0].keys() == {"id", "group_id", "amount", "amount_due", "reason", "status", "due_date"}
    assert {row["group_id"] for row in told} == {str(alice.group_id)}


def test_a_fine_that_was_never_due_is_not_there(
    alice: Member, ruth: User, attended: list[Meeting], signed_in: As
) -> None:
    roll(2, ruth, EXCUSED=alice)
    told = signed_in(user_of(alice)).get(PATH).json()
    assert [row["reason"] for row in told["fines"]] == ["Came late"]
    assert told["rate"] == "100.0"


def test_nobody_reads_what_another_was_fined(peter: Member, attended: list[Meeting], signed_in: As) -> None:
    told = signed_in(user_of(peter)).get(PATH).json()
    assert ([row["status"] for row in told["records"]], told["rate"]) == (["LATE"], "100.0")
    assert [row["amount"] for row in told["fines"]] == ["50.00"]


def test_she_narrows_it_to_one_of_her_groups(
    alice: Member, baraka: BankingGroup, ruth: User, sarah: User, attended: list[Meeting], signed_in: As
) -> None:
    there = join(group=baraka, person=alice.person, at=now(), on=today(), by=sarah)
    roll(0, ruth, ABSENT=there)
    client = signed_in(user_of(alice))
    whole, hers = client.get(PATH).json(), client.get(f"{PATH}?group={baraka.id}").json()
    assert (len(whole["records"]), whole["rate"], len(whole["fines"])) == (5, "50.0", 3)
    assert ([row["status"] for row in hers["records"]], hers["rate"]) == (["ABSENT"], "0.0")
    assert [row["group_id"] for row in hers["fines"]] == [str(baraka.id)]


def test_it_costs_the_same_for_four_meetings_and_for_twelve(
    alice: Member, ruth: User, attended: list[Meeting], signed_in: As, django_assert_num_queries: Any
) -> None:
    client = signed_in(user_of(alice))
    for more in (range(0), range(5, 13)):
        for back in more:
            roll(back, ruth, LATE=alice)
        with django_assert_num_queries(QUESTIONS):
            told = client.get(PATH).json()
    assert (len(told["records"]), len(told["fines"])) == (12, 10)


def test_the_rate_stands_beside_each_name(
    alice: Member, peter: Member, ruth: User, attended: list[Meeting], enrol: Enrol, signed_in: As
) -> None:
    enrol(alice.group, "Lucy Nyambura", sign_in=False)
    path = f"/api/groups/{alice.group_id}/members"
    rows = {row["member_name"]: row for row in signed_in(ruth).get(path).json()["results"]}
    rates = {name: row["attendance_rate"] for name, row in rows.items()}
    assert rates == {"Alice Wambui": "66.7", "Peter Kamau": "100.0", "Lucy Nyambura": None}
    assert signed_in(ruth).get(f"/api/members/{alice.pk}").json()["attendance_rate"] == "66.7"


def test_a_plain_member_reads_her_own_rate_and_no_other(
    alice: Member, peter: Member, attended: list[Meeting], signed_in: As
) -> None:
    client, path = signed_in(user_of(peter)), f"/api/groups/{alice.group_id}/members"
    rates = {row["member_name"]: row["attendance_rate"] for row in client.get(path).json()["results"]}
    assert rates == {"Alice Wambui": None, "Peter Kamau": "100.0"}
    assert client.get(f"/api/members/{alice.pk}").json()["attendance_rate"] is None
