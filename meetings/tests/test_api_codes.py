"""Anybody looks a receipt or a seal up by its code: amount, date and group, no names, twenty times a minute."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from core.codes import short_code
from core.ids import new_id
from meetings.guards import TABLES
from meetings.models import Attendance, Meeting
from meetings.tests.sitting import Sitting
from savings.tests.doors import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("meetings.tests.urls")]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def look(umoja: Sitting, code: str, name: str | None = None) -> Any:
    return umoja.door(name).get(f"receipts/{code}")


def test_somebody_who_never_signed_in_finds_a_receipt(umoja: Sitting) -> None:
    paper = umoja.world.brings("alice", "137.50")
    for written in (paper.code, paper.code.lower(), f"{paper.code[:5]}-{paper.code[5:]}"):
        answer = look(umoja, written)
        assert answer.status_code == 200
        assert answer.json() == {
            "kind": "RECEIPT",
            "matches": [
                {
                    "group": "Umoja",
                    "date": umoja.today,
                    "amount": "137.50",
                    "entry_number": umoja.world.fresh(paper).entry.number,  # type: ignore[union-attr]  # it is posted
                    "status": "VERIFIED",
                }
            ],
        }
    assert look(umoja, paper.code, "kevin").json() == answer.json()
    umoja.world.reverses("mary", paper)
    assert look(umoja, paper.code).json()["matches"][0]["status"] == "REVERSED"


def test_nobody_is_named(umoja: Sitting, sealed: Meeting) -> None:
    paper = umoja.world.brings("alice", "137.50")
    for code in (paper.code, sealed.seal_code):
        said = look(umoja, code).content.decode().lower()
        ids = [str(row.pk) for row in (*umoja.world.members.values(), *umoja.world.users.values())]
        assert [word for word in (*umoja.world.users, *ids) if word in said] == []


def test_a_paper_that_waits_has_no_receipt_yet(umoja: Sitting) -> None:
    paper = umoja.world.brings("alice", "137.50", by="alice")
    assert refused(look(umoja, paper.code)) == (404, "not_found")


def test_a_seal_is_found_and_a_changed_row_breaks_it(umoja: Sitting, sealed: Meeting) -> None:
    told = look(umoja, sealed.seal_code).json()
    assert told == {
        "kind": "SEAL",
        "matches": [
            {
                "group": "Umoja",
                "date": umoja.today,
                "amount": "120000.00",
                "entry_number": sealed.entries,
                "status": "INTACT",
            }
        ],
    }
    TABLES.remove(connection)
    Attendance.objects.filter(meeting=sealed, member=umoja.world.members["peter"]).update(status="ABSENT")
    assert look(umoja, sealed.seal_code).json()["matches"][0]["status"] == "BROKEN"


def test_an_unknown_code_and_a_slip_of_the_pen_are_not_found(umoja: Sitting, sealed: Meeting) -> None:
    code = sealed.seal_code
    slip = ("1" if code[0] == "0" else "0") + code[1:]
    for wrong in (short_code(new_id()), slip, code[:-1], code + "0", "x", "%00", "%F0%9F", "0" * 300, "..", "a b"):
        answer = look(umoja, wrong)
        assert answer.status_code in {400, 404}, wrong
        assert answer["Content-Type"] == "application/problem+json"
        cache.clear()
    assert refused(look(umoja, slip)) == (404, "not_found")
    assert refused(look(umoja, f"{code}?names=yes")) == (400, "invalid")


def test_the_twenty_first_look_up_in_a_minute_waits(umoja: Sitting, sealed: Meeting) -> None:
    """Whoever asks, and whatever she finds."""
    codes = [sealed.seal_code, short_code(new_id())] * 10
    assert [look(umoja, code, "kevin").status_code for code in codes] == [200, 404] * 10
    answer = look(umoja, sealed.seal_code)
    assert refused(answer) == (429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 60
    elsewhere = umoja.door(None).client.get(f"/api/receipts/{sealed.seal_code}", REMOTE_ADDR="10.1.2.3")
    assert elsewhere.status_code == 200
