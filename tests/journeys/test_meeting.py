"""A whole meeting: the roll, the box, what everybody brought, the count that does not agree, the seal, and after it.

After every act the books of the group are asked to prove themselves.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from core.periods import today
from ledger.models import Voucher
from ledger.queries.trf import trf_sheet
from ledger.verify import check_books
from meetings.models import Attendance, Meeting
from members.models import Member
from notifications.models import Message
from tablebanking.demo_meetings import in_pieces
from tests.conftest import Sign, World, data

pytestmark = pytest.mark.django_db
LATE, ABSENT = "lucy", "Hannah Wangui"


def proved(world: World) -> None:
    assert check_books(world.umoja) == []
    assert trf_sheet(group=world.umoja, on=today()).difference == 0


def post(client: APIClient, path: str, body: dict[str, Any] | None = None, **headers: Any) -> Any:
    return client.post(f"/api/{path}", body or {}, format="json", **headers)


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def roll(world: World, **unusual: str) -> dict[str, Any]:
    """Everybody is here, but for who is named."""
    late = {str(world.member(name).pk): status for name, status in unusual.items()}
    hannah = Member.objects.get(person__name=ABSENT)
    members = Member.objects.filter(group=world.umoja, is_active=True)
    marks = {str(member.pk): "PRESENT" for member in members} | {str(hannah.pk): "ABSENT"} | late
    return {
        "meeting_date": today().isoformat(),
        "records": [{"member_id": member, "status": status} for member, status in marks.items()],
    }


def counted(moment: str, amount: Decimal, **more: str) -> dict[str, Any]:
    pieces = {f"{worth:f}".removesuffix(".00"): count for worth, count in in_pieces(amount).items()}
    return {"moment": moment, "denominations": pieces, **more}


def brought(world: World, name: str, *lines: dict[str, str], **more: str) -> dict[str, Any]:
    return {"member_id": str(world.member(name).pk), "lines": list(lines), "payment_method": "CASH", **more}


def line(kind: str, amount: str, **more: str) -> dict[str, str]:
    return {"kind": kind, "amount": amount, **more}


@pytest.fixture
def table(world: World, signed_in: Sign) -> dict[str, Any]:
    """Today's meeting, the roll called: Lucy late, Hannah absent."""
    path = f"savings-groups/groups/{world.umoja.pk}/attendance/"
    return dict(data(post(signed_in("ruth"), path, roll(world, **{LATE: "LATE"}))))


def test_the_roll_is_called_twice_and_fines_once(world: World, signed_in: Sign, table: dict[str, Any]) -> None:
    assert (table["status"], table["attendance"]["late"], table["attendance"]["absent"]) == ("OPEN", 1, 1)
    ruth, path = signed_in("ruth"), f"savings-groups/groups/{world.umoja.pk}/attendance/"
    again = data(post(ruth, path, roll(world, **{LATE: "LATE"})))
    assert again["id"] == table["id"]
    fines = data(signed_in("lucy").get("/api/savings-groups/my-attendance/"))["fines"]
    assert [(fine["amount"], fine["amount_due"], fine["status"]) for fine in fines] == [
        ("50.00", "50.00", "OUTSTANDING")
    ]
    data(post(ruth, path, roll(world)))
    assert data(signed_in("lucy").get("/api/savings-groups/my-attendance/"))["fines"] == []
    assert refused(post(signed_in("jane"), path, roll(world))) == (404, "not_found")
    assert refused(post(signed_in("peter"), path, roll(world))) == (403, "forbidden")


def test_from_the_roll_to_the_seal_and_after(
    world: World, signed_in: Sign, table: dict[str, Any], fresh_key: Callable[[], str]
) -> None:
    grace, mary = signed_in("grace"), signed_in("mary")
    here = f"meetings/{table['id']}"
    opening = data(post(grace, f"{here}/count", counted("OPENING", Decimal(table["book_cash"]))))
    assert opening["difference"] in {None, "0.00"}
    before = Decimal(opening["book_cash"])

    key = fresh_key()
    peters = brought(world, "peter", line("REGULAR", "500"), line("WELFARE", "100"), offline_sync_id=key)
    first = data(post(grace, f"{here}/collections", peters))
    again = post(grace, f"{here}/collections", peters)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert [row["id"] for row in data(again)["transactions"]] == [row["id"] for row in first["transactions"]]
    own = data(post(grace, f"{here}/collections", brought(world, "grace", line("REGULAR", "1000"))))
    assert [row["status"] for row in own["transactions"]] == ["VERIFIED"]
    by_phone = brought(world, "lucy", line("REGULAR", "500"), line("FINE", "50"), payment_method="MPESA",
                       transaction_id="SQQ88LUCY")  # fmt: skip
    paid = data(post(grace, f"{here}/collections", by_phone))
    assert [row["id"] for row in data(post(grace, f"{here}/collections", by_phone))["transactions"]] == [
        row["id"] for row in paid["transactions"]
    ]
    assert data(signed_in("lucy").get("/api/savings-groups/my-attendance/"))["fines"][0]["status"] == "PAID"
    alices = brought(world, "alice", line("REGULAR", "800"), line("LOAN_REPAYMENT", "2000"))
    data(post(grace, f"{here}/collections", alices))
    too_much = brought(world, "peter", line("REGULAR", "500"), line("FINE", "1"))
    assert refused(post(grace, f"{here}/collections", too_much)) == (422, "overpayment")
    tea = {"kind": "EXPENSE", "amount": "300", "meeting_id": table["id"], "reason": "Tea and bread"}
    data(post(grace, f"groups/{world.umoja.pk}/cash-movements", tea))
    proved(world)

    should_be = before + 500 + 100 + 1000 + 800 + 2000 - 300
    assert refused(post(grace, f"{here}/seal")) == (422, "count_missing")
    closing = data(post(grace, f"{here}/count", counted("CLOSING", should_be - 50, explanation="A note is missing")))
    assert (closing["book_cash"], closing["counted_cash"], closing["difference"]) == (
        f"{should_be:.2f}", f"{should_be - 50:.2f}", "-50.00",
    )  # fmt: skip
    short = Voucher.objects.get(meeting_id=table["id"], kind="COUNT")
    assert (short.amount, short.entry is not None) == (Decimal("50.00"), True)
    proved(world)

    sealed = data(post(grace, f"{here}/seal", {"confirmed_by": [str(world.member("mary").pk)]}))
    assert sealed["status"] == "SEALED"
    steps = {step["step"]: (step["status"], step["total"]) for step in sealed["steps"]}
    assert steps["SAVINGS"] == ("DONE", "2800.00")
    assert steps["LOANS"] == ("SKIPPED", "0.00")
    told = Message.objects.filter(template="meeting_sealed", once__contains=table["id"])
    assert told.count() == Member.objects.filter(group=world.umoja, is_active=True).count()

    for path, body in (
        (f"{here}/collections", brought(world, "peter", line("REGULAR", "500"))),
        (f"{here}/count", counted("CLOSING", should_be)),
        (f"{here}/seal", {}),
        (f"savings-groups/groups/{world.umoja.pk}/attendance/", roll(world)),
        (f"groups/{world.umoja.pk}/cash-movements", tea),
    ):
        assert refused(post(grace, path, body)) == (409, "meeting_sealed"), path
    welfare = next(row for row in first["transactions"] if row["contribution_type"] == "WELFARE")
    undone = data(post(mary, f"transactions/{welfare['id']}/reverse", {"reason": "It was meant for savings"}))
    assert undone["reversed"] is True
    assert Voucher.objects.get(reverses=welfare["id"]).meeting_id is None
    proved(world)


def test_a_code_is_checked_by_anybody_and_breaks_with_a_changed_row(world: World) -> None:
    newest = Meeting.objects.filter(group=world.umoja, status="SEALED").latest("meeting_date")
    nobody = APIClient()
    found = data(nobody.get(f"/api/receipts/{newest.seal_code}"))
    assert found["kind"] == "SEAL"
    assert [(match["group"], match["status"]) for match in found["matches"]] == [("Umoja", "INTACT")]
    assert found["matches"][0]["date"] == newest.meeting_date.isoformat()
    assert refused(nobody.get("/api/receipts/00000000000")) == (404, "not_found")

    with connection.cursor() as cursor:
        # As somebody would who goes round every guard.
        cursor.execute("SET LOCAL session_replication_role = replica")
        Attendance.objects.filter(meeting=newest, status="LATE").update(status="PRESENT")
        cursor.execute("SET LOCAL session_replication_role = origin")
    broken = data(nobody.get(f"/api/receipts/{newest.seal_code}"))
    assert [match["status"] for match in broken["matches"]] == ["BROKEN"]


def test_a_receipt_is_found_by_its_code_without_a_name(world: World) -> None:
    paper = Voucher.objects.filter(group=world.umoja, status="VERIFIED", kind="CONTRIBUTION").latest("id")
    found = data(APIClient().get(f"/api/receipts/{paper.code}"))
    assert found["kind"] == "RECEIPT"
    assert [(match["amount"], match["status"]) for match in found["matches"]] == [(f"{paper.amount:.2f}", "VERIFIED")]
    assert paper.member is not None
    assert paper.member.person.name not in str(found)
