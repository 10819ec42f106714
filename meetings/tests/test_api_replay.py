"""Sent again with its key, everything happens once; and lists ask the same questions for any number of rows."""

from typing import Any

import pytest

from core.ids import new_id
from ledger.models import Voucher
from meetings.models import CashCount, Meeting
from meetings.tests.sitting import DAY, Sitting, line
from savings.tests.doors import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("meetings.tests.urls")]
# Questions to the database for a list of meetings, and for one.
LIST, ONE = 15, 20
KEY = {"Idempotency-Key": "the phone of Grace, 7"}


def twice(umoja: Sitting, path: str, body: Any) -> tuple[Any, Any]:
    """The two answers to one submission."""
    first, second = (umoja.door().post(path, body, **KEY) for _ in range(2))
    assert first.status_code == second.status_code < 300, first.content
    assert (first.headers.get("Idempotent-Replayed"), second.headers["Idempotent-Replayed"]) == (None, "true")
    return first.json(), second.json()


def test_a_meeting_is_planned_once(umoja: Sitting) -> None:
    first, second = twice(umoja, umoja.meetings, {"meeting_date": umoja.today})
    assert first == second
    other = umoja.door().post(umoja.meetings, {"meeting_date": umoja.today, "venue": "Elsewhere"}, **KEY)
    assert refused(other) == (422, "idempotency_mismatch")
    assert Meeting.objects.count() == 1


def test_a_collection_is_taken_once(umoja: Sitting, meeting: Meeting) -> None:
    path = f"meetings/{meeting.pk}/collections"
    body = umoja.brings(meeting, line("REGULAR"), line("WELFARE", "50"))
    first, second = twice(umoja, path, body)
    assert first == second
    assert Voucher.objects.filter(bundle_id=first["bundle_id"]).count() == 2
    assert Voucher.objects.filter(meeting_id=meeting.pk).count() == 2
    in_the_body = umoja.door().post(path, body | {"offline_sync_id": KEY["Idempotency-Key"]})
    assert in_the_body.json() == first
    less = umoja.door().post(path, umoja.brings(meeting, line("REGULAR")), **KEY)
    assert refused(less) == (422, "idempotency_mismatch")


def test_a_line_taken_back_meanwhile_is_still_the_first_answer(umoja: Sitting, meeting: Meeting) -> None:
    path, body = f"meetings/{meeting.pk}/collections", umoja.brings(meeting, line("REGULAR"))
    first = umoja.door().post(path, body, **KEY).json()
    paper = first["transactions"][0]["id"]
    assert umoja.door("mary").post(f"transactions/{paper}/reverse", {"reason": "Twice"}).status_code == 200
    again = umoja.door().post(path, body, **KEY).json()
    assert (again["bundle_id"], again["transactions"][0]["reversed"]) == (first["bundle_id"], True)


def test_a_refused_collection_may_be_sent_again_with_its_key(umoja: Sitting, meeting: Meeting) -> None:
    path, body = f"meetings/{meeting.pk}/collections", umoja.brings(meeting, line("FINE", "50"))
    assert refused(umoja.door().post(path, body, **KEY)) == (422, "overpayment")
    umoja.fined(amount="50")
    assert umoja.door().post(path, body, **KEY).status_code == 201


def test_the_box_is_counted_once(umoja: Sitting, meeting: Meeting) -> None:
    body = {"moment": "CLOSING", "denominations": {"1000": 119}}
    first, second = twice(umoja, f"meetings/{meeting.pk}/count", body)
    assert first == second
    assert CashCount.objects.count() == Voucher.objects.filter(kind="COUNT").count() == 1


def test_the_box_between_meetings_is_counted_once(umoja: Sitting) -> None:
    first, second = twice(umoja, umoja.counts, {"denominations": {"1000": 119}})
    assert first == second
    assert CashCount.objects.count() == Voucher.objects.filter(kind="COUNT").count() == 1


def test_roll_opening_and_seal_are_answered_again(umoja: Sitting) -> None:
    planned = umoja.plans()
    twice(umoja, f"meetings/{planned.pk}/open", {})
    twice(umoja, umoja.roll, umoja.marks(peter="LATE"))
    umoja.counted(planned)
    first, second = twice(umoja, f"meetings/{planned.pk}/seal", {"notes": "Tea"})
    assert first == second
    elsewhere = umoja.door().post(f"meetings/{new_id()}/seal", {"notes": "Tea"}, **KEY)
    assert refused(elsewhere) == (404, "not_found")


def test_a_list_costs_the_same_for_two_meetings_and_for_eight(umoja: Sitting, django_assert_num_queries: Any) -> None:
    door, day = umoja.door(), umoja.world.today
    for count in (2, 6):
        for _ in range(count):
            day -= DAY
            meeting = umoja.meeting(door.post(umoja.roll, umoja.marks(day.isoformat(), alice="LATE")))
            umoja.counted(meeting, thousands=120)
        with django_assert_num_queries(LIST):
            rows = door.get(umoja.meetings).json()["results"]
    assert len(rows) == 8
    assert all(row["closing_count"] for row in rows)


def test_a_meeting_costs_the_same_however_many_owe_something(
    umoja: Sitting, meeting: Meeting, django_assert_num_queries: Any
) -> None:
    door = umoja.door()
    umoja.fined("peter")
    umoja.lent("peter")
    for names in ((), ("alice", "mary", "lucy")):
        for name in names:
            umoja.fined(name)
        if names:
            umoja.lent("alice")
        with django_assert_num_queries(ONE):
            assert door.get(f"meetings/{meeting.pk}").status_code == 200
