"""What somebody asks about herself over HTTP: her memberships, her loans, and who has no attendance yet."""

import pytest

from core.ids import new_id
from core.periods import now, today
from groups.models import BankingGroup, GroupRole
from members.models import Member, Person
from members.operations import join, leave
from reports.tests.conftest import As, user_of
from users.models import User

pytestmark = pytest.mark.django_db

LOANS, ATTENDANCE = "/api/savings-groups/my-loans/", "/api/savings-groups/my-attendance/"


def test_mary_reads_her_memberships(mary: Member, baraka: BankingGroup, sarah: User, signed_in: As) -> None:
    second = join(group=baraka, person=Person.objects.get(pk=mary.person_id), at=now(), on=today(), by=sarah)
    client = signed_in(user_of(mary))
    rows = client.get("/api/savings-groups/my-membership/").json()["groups"]
    assert [(row["group_name"], row["member_id"], row["office"]) for row in rows] == [
        ("Umoja", str(mary.id), "CHAIR"),
        ("Baraka", str(second.id), None),
    ]
    assert rows[0] == {
        "group_id": str(mary.group_id),
        "group_name": "Umoja",
        "group_code": "GRP-UMOJA",
        "group_status": "ACTIVE",
        "member_id": str(mary.id),
        "member_number": 1,
        "account_number": mary.account_number,
        "office": "CHAIR",
        "joined_on": mary.joined_on.isoformat(),
        "is_active": True,
        "meeting_day": "THURSDAY",
        "meeting_venue": "",
    }
    narrowed = client.get(f"/api/savings-groups/my-membership?group={baraka.id}").json()["groups"]
    assert [row["group_name"] for row in narrowed] == ["Baraka"]


def test_a_group_that_is_not_hers_is_not_found(mary: Member, baraka: BankingGroup, signed_in: As) -> None:
    client = signed_in(user_of(mary))
    for group in (baraka.id, new_id()):
        assert client.get(f"/api/savings-groups/my-membership?group={group}").status_code == 404
    assert client.get("/api/savings-groups/my-membership?group=umoja").status_code == 400
    assert client.get("/api/savings-groups/my-membership?member=1").status_code == 400


def test_staff_have_no_memberships(sarah: User, umoja: BankingGroup, signed_in: As) -> None:
    assert signed_in(sarah).get("/api/savings-groups/my-membership").json() == {"groups": []}
    assert GroupRole.objects.filter(user=sarah).count() == 1


def test_who_left_still_reads_that_she_was_there(mary: Member, daniel: User, signed_in: As) -> None:
    leave(member=mary, on=today(), at=now(), by=daniel)
    (row,) = signed_in(user_of(mary)).get("/api/savings-groups/my-membership").json()["groups"]
    assert (row["is_active"], row["office"]) == (False, None)


@pytest.mark.parametrize("slash", ["", "/"])
def test_mary_has_no_loans_here_and_no_meetings(mary: Member, signed_in: As, slash: str) -> None:
    client = signed_in(user_of(mary))
    loans = client.get(LOANS.rstrip("/") + slash)
    assert (loans.status_code, loans.json()) == (200, {"count": 0, "next": None, "previous": None, "results": []})
    attendance = client.get(ATTENDANCE.rstrip("/") + slash)
    assert (attendance.status_code, attendance.json()) == (200, {"records": [], "rate": None, "fines": []})


@pytest.mark.parametrize("path", [LOANS, ATTENDANCE])
def test_of_a_group_that_is_not_hers_she_asks_in_vain(
    mary: Member, baraka: BankingGroup, signed_in: As, path: str
) -> None:
    client = signed_in(user_of(mary))
    assert client.get(f"{path}?group={mary.group_id}").status_code == 200
    assert [client.get(f"{path}?group={group}").status_code for group in (baraka.id, new_id())] == [404, 404]
    assert [client.get(path + query).status_code for query in ("?group=umoja", "?group=", "?member=1")] == [400] * 3


def test_her_list_of_loans_is_leafed_through_like_every_list(mary: Member, signed_in: As) -> None:
    client = signed_in(user_of(mary))
    assert client.get(LOANS + "?page_size=10&page=1").status_code == 200
    assert client.get(LOANS + "?page_size=none").status_code == 400
    assert client.get(LOANS + "?ordering=name").status_code == 400
