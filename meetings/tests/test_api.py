"""A meeting over HTTP: planned, opened, counted, collected at and sealed, in the pinned shapes."""

from typing import Any

import pytest

from core.codes import short_code
from core.ids import new_id
from ledger.models import Voucher
from meetings.tests.sitting import DAY, Sitting, line
from savings.models import Fine
from savings.tests.doors import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("meetings.tests.urls")]

SHAPE = {
    "id", "group_id", "meeting_date", "venue", "status", "attendance", "opening_count", "closing_count", "book_cash",
    "counted_cash", "difference", "explanation", "steps", "expected", "seal_code", "sealed_at", "confirmed_by",
}  # fmt: skip
COUNT = {"counted", "book", "difference", "denominations", "counted_by", "counted_at", "explanation"}
STEPS = [
    "ROLL_CALL", "OPENING_COUNT", "WELFARE", "SAVINGS", "FINES", "REPAYMENTS", "EXPENSES", "LOANS", "CLOSING_COUNT",
    "READ_ALOUD", "SEAL",
]  # fmt: skip


def steps(row: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {each["step"]: (each["status"], each["total"]) for each in row["steps"]}


# Planning and opening


def test_grace_plans_a_meeting_and_gets_the_pinned_shape(umoja: Sitting) -> None:
    answer = umoja.door().post(umoja.meetings, {"meeting_date": umoja.today, "venue": "Under the mango tree"})
    row = answer.json()
    assert answer.status_code == 201
    assert row.keys() >= SHAPE
    assert row == row | {
        "group_id": str(umoja.world.umoja.pk),
        "meeting_date": umoja.today,
        "venue": "Under the mango tree",
        "status": "SCHEDULED",
        "is_extraordinary": False,
        "attendance": {"present": 0, "late": 0, "excused": 0, "absent": 0, "rate": None},
        "opening_count": None,
        "closing_count": None,
        "book_cash": "120000.00",
        "counted_cash": None,
        "difference": None,
        "explanation": "",
        "notes": "",
        "seal_code": None,
        "sealed_at": None,
        "confirmed_by": [],
    }
    assert [each["step"] for each in row["steps"]] == STEPS
    assert {each["status"] for each in row["steps"]} == {"OPEN"}
    assert umoja.door().get(f"meetings/{row['id']}").json() == row


def test_a_phone_names_the_meeting_it_plans(umoja: Sitting) -> None:
    mine, body = str(new_id()), {"meeting_date": umoja.today}
    row = umoja.door().post(umoja.meetings, body | {"id": mine}).json()
    assert row["id"] == mine
    assert umoja.door().post(umoja.meetings, body | {"id": mine}).json()["id"] == mine
    assert refused(umoja.door().post(umoja.meetings, body | {"id": str(new_id())})) == (409, "meeting_exists")


def test_a_day_has_one_meeting(umoja: Sitting) -> None:
    umoja.plans()
    answer = umoja.door().post(umoja.meetings, {"meeting_date": umoja.today})
    assert refused(answer) == (409, "meeting_exists")
    assert answer.json()["errors"][0]["field"] == "meeting_date"


def test_it_is_opened_on_its_day_and_once(umoja: Sitting) -> None:
    today, tomorrow = umoja.plans(), umoja.plans(umoja.world.today + DAY)
    answer = umoja.door().post(f"meetings/{today.pk}/open")
    assert (answer.status_code, answer.json()["status"]) == (200, "OPEN")
    assert refused(umoja.door().post(f"meetings/{today.pk}/open")) == (409, "invalid_transition")
    assert refused(umoja.door().post(f"meetings/{tomorrow.pk}/open")) == (422, "date_in_future")


# The roll


def test_the_roll_opens_what_was_planned_and_imposes_the_fines_once(umoja: Sitting) -> None:
    planned = umoja.plans()
    said = umoja.marks(alice="LATE", peter="ABSENT", lucy="EXCUSED")
    for _ in range(2):
        answer = umoja.door("ruth").post(umoja.roll, said)
        row = answer.json()
        assert answer.status_code == 200
        assert (row["id"], row["status"]) == (str(planned.pk), "OPEN")
        assert row["attendance"] == {"present": 5, "late": 1, "excused": 1, "absent": 1, "rate": "85.7"}
    fines = Fine.objects.order_by("amount").values_list("member", "cause", "amount")
    alice, peter = (umoja.world.members[name].pk for name in ("alice", "peter"))
    assert [(who, cause, str(amount)) for who, cause, amount in fines] == [
        (alice, "LATE", "50.00"),
        (peter, "ABSENT", "100.00"),
    ]
    corrected = umoja.door("ruth").post(umoja.roll, umoja.marks(lucy="EXCUSED")).json()
    assert corrected["attendance"]["rate"] == "100.0"
    assert set(Fine.objects.values_list("status", flat=True)) == {"CANCELLED"}


def test_a_day_without_a_meeting_gets_an_extraordinary_one(umoja: Sitting) -> None:
    yesterday = (umoja.world.today - DAY).isoformat()
    row = umoja.door().post(umoja.roll, umoja.marks(yesterday)).json()
    assert (row["is_extraordinary"], row["status"], row["meeting_date"]) == (True, "OPEN", yesterday)


def test_what_the_table_expects_of_each_member(umoja: Sitting) -> None:
    umoja.fined("peter", "70")
    umoja.lent("alice")
    meeting = umoja.plans()
    row = umoja.door().get(f"meetings/{meeting.pk}").json()
    expected = {each["member_id"]: each["lines"] for each in row["expected"]}
    assert expected[umoja.id_of("peter")] == [{"kind": "FINE", "amount": "70.00"}]
    assert expected[umoja.id_of("lucy")] == [{"kind": "REGULAR", "amount": "500.00"}]
    assert umoja.id_of("alice") not in expected


# Counting


def test_the_box_is_counted_at_the_opening_and_posts_nothing(umoja: Sitting) -> None:
    meeting = umoja.opens()
    body = {"moment": "OPENING", "denominations": {"1000": 119, "200": 4, "0.50": 3, "5": 0}, "explanation": "Change"}
    answer = umoja.door().post(f"meetings/{meeting.pk}/count", body)
    count = answer.json()["opening_count"]
    assert answer.status_code == 200
    assert count.keys() >= COUNT
    assert count == count | {
        "counted": "119801.50",
        "book": "120000.00",
        "difference": "-198.50",
        "denominations": {"1000": 119, "200": 4, "0.50": 3},
        "counted_by": str(umoja.world.grace.pk),
        "explanation": "Change",
        "transaction_id": None,
        "reversed": False,
    }
    assert answer.json()["difference"] is None
    assert not Voucher.objects.filter(kind="COUNT").exists()


def test_fifty_shillings_short_are_an_entry_of_their_own(umoja: Sitting) -> None:
    meeting = umoja.opens()
    pieces = {"1000": 119, "500": 1, "200": 2, "50": 1}
    answer = umoja.counted(meeting, denominations=pieces, explanation="A note fell into the well")
    row, count = answer.json(), answer.json()["closing_count"]
    assert (row["book_cash"], row["counted_cash"], row["difference"]) == ("120000.00", "119950.00", "-50.00")
    assert row["explanation"] == count["explanation"] == "A note fell into the well"
    assert steps(row)["CLOSING_COUNT"] == ("DONE", "119950.00")
    paper = umoja.door().get(f"transactions/{count['transaction_id']}").json()
    assert (paper["kind"], paper["detail"], paper["amount"]) == ("COUNT", "CASH_SHORT", "50.00")
    assert (paper["status"], paper["meeting_id"], paper["entry_number"] > 0) == ("VERIFIED", str(meeting.pk), True)
    assert umoja.world.holds("5090") == umoja.world.holds("1010") - 119_900
    assert umoja.world.books_are_proven


# What members bring


def test_peter_brings_five_things_in_one_go(umoja: Sitting) -> None:
    fine, loan, campaign = umoja.fined(), umoja.lent(), umoja.asked()
    meeting = umoja.opens()
    lines = [
        line("REGULAR", "500.00"),
        line("WELFARE", "100.00"),
        line("FINE", "50.00", fine_id=fine),
        line("LOAN_REPAYMENT", "2000.00", loan_id=loan),
        line("CAMPAIGN", "25.00", group_campaign_id=campaign),
        line("FEE", "10.00"),
    ]
    answer = umoja.door().post(f"meetings/{meeting.pk}/collections", umoja.brings(meeting, *lines))
    told = answer.json()
    assert answer.status_code == 201, told
    assert told.keys() == {"bundle_id", "meeting_id", "member_id", "total", "transactions"}
    assert (told["meeting_id"], told["member_id"], told["total"]) == (str(meeting.pk), umoja.id_of("peter"), "2685.00")
    assert [(each["kind"], each["amount"]) for each in told["transactions"]] == [
        ("CONTRIBUTION", "500.00"),
        ("CONTRIBUTION", "100.00"),
        ("FINE_PAYMENT", "50.00"),
        ("REPAYMENT", "2000.00"),
        ("CAMPAIGN", "25.00"),
        ("FEE", "10.00"),
    ]
    assert {each["status"] for each in told["transactions"]} == {"VERIFIED"}
    assert {each["meeting_id"] for each in told["transactions"]} == {str(meeting.pk)}
    totals = steps(umoja.door().get(f"meetings/{meeting.pk}").json())
    assert totals["WELFARE"] == ("DONE", "100.00")
    assert totals["REPAYMENTS"] == ("DONE", "2000.00")
    assert totals["EXPENSES"] == ("OPEN", "0.00")
    assert umoja.world.books_are_proven


def test_grace_takes_down_her_own_line_in_front_of_everybody(umoja: Sitting) -> None:
    meeting = umoja.opens()
    body = umoja.brings(meeting, line("REGULAR"), name="grace")
    [paper] = umoja.door().post(f"meetings/{meeting.pk}/collections", body).json()["transactions"]
    assert (paper["status"], paper["recorded_by"]) == ("VERIFIED", str(umoja.world.grace.pk))


def test_a_payment_by_phone_names_its_receipt_and_is_taken_once(umoja: Sitting) -> None:
    meeting = umoja.opens()
    words = {"payment_method": "MPESA", "transaction_id": "qwe 123rty"}
    body = umoja.brings(meeting, line("REGULAR"), line("WELFARE", "50"), **words)
    first, second = (umoja.door().post(f"meetings/{meeting.pk}/collections", body).json() for _ in range(2))
    assert first["bundle_id"] == second["bundle_id"]
    assert Voucher.objects.filter(meeting_id=meeting.pk).count() == 2


# The seal


def test_a_meeting_from_roll_call_to_seal(umoja: Sitting) -> None:
    meeting = umoja.opens()
    umoja.door().post(f"meetings/{meeting.pk}/collections", umoja.brings(meeting, line("REGULAR", "1000")))
    umoja.counted(meeting, thousands=121)
    here = [umoja.id_of(name) for name in ("mary", "alice")]
    answer = umoja.door("mary").post(f"meetings/{meeting.pk}/seal", {"confirmed_by": here, "notes": "Ruth brings tea"})
    row = answer.json()
    assert answer.status_code == 200
    assert (row["status"], row["seal_code"]) == ("SEALED", short_code(meeting.pk))
    assert (row["book_cash"], row["counted_cash"], row["difference"]) == ("121000.00", "121000.00", "0.00")
    assert (sorted(row["confirmed_by"]), row["notes"]) == (sorted(here), "Ruth brings tea")
    assert row["missing"] == []
    assert (steps(row)["SEAL"], steps(row)["FINES"]) == (("DONE", None), ("SKIPPED", "0.00"))
    assert row["expected"] == []


def test_what_is_lacking_stands_on_it_and_keeps_nobody(umoja: Sitting) -> None:
    row = umoja.door().get(f"meetings/{umoja.sealed().pk}").json()
    assert [each["code"] for each in row["missing"]] == ["NOT_CONFIRMED"]
    assert all(each["detail"] for each in row["missing"])


def test_after_the_seal_nothing_is_added_but_a_reversal_under_a_later_meeting(umoja: Sitting) -> None:
    meeting = umoja.opens()
    body = umoja.brings(meeting, line("REGULAR"))
    [paper] = umoja.door().post(f"meetings/{meeting.pk}/collections", body).json()["transactions"]
    umoja.counted(meeting)
    umoja.door().post(f"meetings/{meeting.pk}/seal")
    later = umoja.meeting(umoja.door().post(umoja.roll, umoja.marks((umoja.world.today - DAY).isoformat())))
    for path, said in [
        ("collections", body),
        ("count", {"moment": "CLOSING", "denominations": {"1000": 1}}),
        ("seal", {}),
        ("open", {}),
    ]:
        assert refused(umoja.door().post(f"meetings/{meeting.pk}/{path}", said)) == (409, "meeting_sealed")
    assert refused(umoja.door().post(umoja.roll, umoja.marks())) == (409, "meeting_sealed")
    assert umoja.door("mary").post(f"transactions/{paper['id']}/reverse", {"reason": "Twice"}).status_code == 200
    assert Voucher.objects.get(kind="REVERSAL").meeting_id == later.pk


# Lists and what members see


def test_meetings_are_listed_newest_first_by_page(umoja: Sitting) -> None:
    days = [umoja.world.today + DAY * ahead for ahead in (7, 1, 3)]
    for day in days:
        umoja.plans(day)
    door = umoja.door("alice")
    page = door.get(f"{umoja.meetings}?page_size=2").json()
    assert (page["count"], page["previous"]) == (3, None)
    assert [row["meeting_date"] for row in page["results"]] == [days[0].isoformat(), days[2].isoformat()]
    assert page["results"][0].keys() >= SHAPE
    oldest = door.get(f"{umoja.meetings}?ordering=meeting_date").json()["results"]
    assert [row["meeting_date"] for row in oldest] == [day.isoformat() for day in sorted(days)]
    between = door.get(f"{umoja.meetings}?from={days[1]}&to={days[2]}&status=SCHEDULED").json()["results"]
    assert [row["meeting_date"] for row in between] == [days[2].isoformat(), days[1].isoformat()]
    assert door.get(f"{umoja.meetings}?status=SEALED").json()["results"] == []


def test_a_plain_member_reads_her_own_row_and_no_free_text(umoja: Sitting) -> None:
    meeting = umoja.opens()
    umoja.counted(meeting, thousands=119, explanation="Peter has it")
    row = umoja.door("agnes").get(f"meetings/{meeting.pk}").json()
    assert [each["member_id"] for each in row["expected"]] == [umoja.id_of("agnes")]
    assert (row["explanation"], row["closing_count"]["explanation"], row["notes"]) == (None, None, None)
    assert row["difference"] == "-1000.00"
    whole = umoja.door("faith").get(f"meetings/{meeting.pk}").json()
    assert (whole["explanation"], len(whole["expected"]) > 1) == ("Peter has it", True)
    listed = umoja.door("agnes").get(umoja.meetings).json()["results"]
    assert (listed[0]["explanation"], listed[0]["expected"]) == (None, [])


# The box between meetings


def test_a_difference_found_between_meetings_waits_for_somebody_else(umoja: Sitting) -> None:
    body = {"denominations": {"1000": 120, "50": 1}, "explanation": "Under the lid"}
    answer = umoja.door().post(umoja.counts, body)
    told = answer.json()
    assert answer.status_code == 201
    assert told.keys() == {"id", "counted", "book_cash", "difference", "counted_on", "transaction"}
    assert (told["counted"], told["book_cash"], told["difference"]) == ("120050.00", "120000.00", "50.00")
    paper = told["transaction"]
    assert (paper["kind"], paper["status"], paper["reason"]) == ("COUNT", "PENDING", "Under the lid")
    verify = f"transactions/{paper['id']}/verify"
    assert refused(umoja.door().post(verify, {"action": "approve"})) == (422, "maker_is_checker")
    assert umoja.door("mary").post(verify, {"action": "approve"}).json()["status"] == "VERIFIED"
    assert str(umoja.world.holds("4090")) == "50.00"
    assert umoja.door().post(umoja.counts, {"denominations": {"1000": 120, "50": 1}}).json()["transaction"] is None
