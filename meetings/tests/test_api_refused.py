"""Who may not, whose row it is not, and what no table takes: named refusals, never a server error, nothing changed."""

from collections.abc import Callable
from typing import Any

import pytest

from audit.models import Act
from core.ids import new_id
from ledger.models import Voucher
from meetings.models import Attendance, CashCount, Meeting
from meetings.tests.sitting import DAY, Sitting, line
from savings.tests.doors import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("meetings.tests.urls")]

COUNTED = (Voucher, Meeting, Attendance, CashCount, Act)
NOT_DAYS = ["", "tomorrow", "2026-02-30", "2026-1-1", 5, True, [], {}, None, "99999-01-01", "1899-12-31"]
NOT_IDS = ["", "1", 5, True, [], {}, "' OR 1=1 --"]
NOT_PIECES: list[Any] = [
    None, [], "", 5, "120", {"1000": 1.0}, {"1000": "1"}, {"1000": True}, {"1000": -1}, {"1000": None}, {"1000": []},
    {"1000": 1_000_001}, {"1000": 10**39}, {"0.5": 1}, {"300": 1}, {"1000.00": 1}, {"": 1}, {"1000": 1_000_000},
]  # fmt: skip
NOT_AMOUNTS = ["1e400", "NaN", -5, 0, True, None, {}, "1,000", "10.005", "999999999999"]


def rows() -> list[int]:
    return [model.objects.count() for model in COUNTED]


def bodies(umoja: Sitting, meeting: Meeting) -> dict[str, tuple[str, Any]]:
    """Each door that writes, and a body that it takes."""
    path = f"meetings/{meeting.pk}"
    return {
        "plan": (umoja.meetings, {"meeting_date": (umoja.world.today + DAY).isoformat()}),
        "roll": (umoja.roll, umoja.marks()),
        "open": (f"{path}/open", {}),
        "count": (f"{path}/count", {"moment": "OPENING", "denominations": {"1000": 120}}),
        "collect": (f"{path}/collections", umoja.brings(meeting, line("REGULAR"))),
        "seal": (f"{path}/seal", {}),
        "outside": (umoja.counts, {"denominations": {"1000": 120}}),
    }


# Who may not


def test_strangers_find_no_meeting_and_no_group(umoja: Sitting, meeting: Meeting) -> None:
    before = rows()
    for name in ("jane", "kevin", "rose"):
        door = umoja.door(name)
        for path, body in bodies(umoja, meeting).values():
            assert refused(door.post(path, body)) == (404, "not_found"), (name, path)
        assert refused(door.get(umoja.meetings)) == (404, "not_found")
        assert refused(door.get(f"meetings/{meeting.pk}")) == (404, "not_found")
    assert refused(umoja.door().get(f"meetings/{new_id()}")) == (404, "not_found")
    assert rows() == before


@pytest.mark.parametrize("name", ["alice", "faith", "daniel", "sarah"])
def test_who_only_reads_meetings_writes_nothing(umoja: Sitting, meeting: Meeting, name: str) -> None:
    before = rows()
    for path, body in bodies(umoja, meeting).values():
        assert refused(umoja.door(name).post(path, body)) == (403, "forbidden"), path
    assert umoja.door(name).get(f"meetings/{meeting.pk}").status_code == 200
    assert rows() == before


def test_the_chair_runs_the_meeting_and_leaves_the_box_between_meetings_to_the_treasurer(
    umoja: Sitting, meeting: Meeting
) -> None:
    path, body = bodies(umoja, meeting)["outside"]
    assert [refused(umoja.door(name).post(path, body)) for name in ("mary", "ruth")] == [(403, "forbidden")] * 2
    assert umoja.door("joseph").post(path, body).status_code == 201


def test_the_anonymous_are_asked_to_sign_in(umoja: Sitting, meeting: Meeting) -> None:
    for path, body in bodies(umoja, meeting).values():
        assert refused(umoja.door(None).post(path, body)) == (401, "not_authenticated")


# Whose row it is not


def test_a_stranger_in_the_body_is_not_found(umoja: Sitting, meeting: Meeting) -> None:
    """Members, loans, fines and campaigns of others; all or nothing."""
    alice, jane, nobody = (umoja.id_of("alice"), umoja.id_of("jane"), str(new_id()))
    hers = {"loan_id": umoja.lent("alice"), "fine_id": umoja.fined("alice"), "group_campaign_id": umoja.asked("Baraka")}
    kinds = {"loan_id": "LOAN_REPAYMENT", "fine_id": "FINE", "group_campaign_id": "CAMPAIGN"}
    path, before = f"meetings/{meeting.pk}", rows()
    for name, row in hers.items():
        for wanted in (str(row.pk), nobody):
            lines = [line("REGULAR"), line(kinds[name], "10") | {name: wanted}]
            answer = umoja.door().post(f"{path}/collections", umoja.brings(meeting, *lines))
            assert refused(answer) == (404, "not_found"), name
    for stranger in (jane, nobody):
        mark = {"meeting_date": umoja.today, "records": [{"member_id": stranger, "status": "LATE"}]}
        collection = umoja.brings(meeting, line("REGULAR")) | {"member_id": stranger}
        for where, body in [
            (umoja.roll, mark),
            (f"{path}/collections", collection),
            (f"{path}/seal", {"confirmed_by": [alice, stranger]}),
        ]:
            assert refused(umoja.door().post(where, body)) == (404, "not_found"), where
    assert rows() == before


# What no table takes


def test_money_waits_for_the_meeting_to_begin(umoja: Sitting) -> None:
    planned = umoja.plans()
    for name in ("count", "collect", "seal"):
        path, body = bodies(umoja, planned)[name]
        assert refused(umoja.door().post(path, body)) == (409, "meeting_not_open"), name


def test_no_roll_is_called_on_a_day_that_has_not_come(umoja: Sitting) -> None:
    tomorrow = (umoja.world.today + DAY).isoformat()
    assert refused(umoja.door().post(umoja.roll, umoja.marks(tomorrow))) == (422, "date_in_future")


def test_nothing_is_sealed_without_roll_and_count(umoja: Sitting) -> None:
    planned = umoja.plans()
    umoja.door().post(f"meetings/{planned.pk}/open")
    seal = f"meetings/{planned.pk}/seal"
    assert refused(umoja.door().post(seal)) == (422, "roll_call_missing")
    umoja.door().post(umoja.roll, umoja.marks())
    assert refused(umoja.door().post(seal)) == (422, "count_missing")


def test_who_was_not_there_confirms_nothing(umoja: Sitting) -> None:
    meeting = umoja.meeting(umoja.door().post(umoja.roll, umoja.marks(peter="ABSENT")))
    umoja.counted(meeting)
    answer = umoja.door().post(f"meetings/{meeting.pk}/seal", {"confirmed_by": [umoja.id_of("peter")]})
    assert refused(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["field"] == "confirmed_by"


def test_a_collection_is_all_or_nothing(umoja: Sitting, meeting: Meeting) -> None:
    umoja.fined(amount="50")
    path, before = f"meetings/{meeting.pk}/collections", rows()
    answer = umoja.door().post(path, umoja.brings(meeting, line("REGULAR"), line("FINE", "50.01")))
    assert refused(answer) == (422, "overpayment")
    assert rows() == before


def test_a_repayment_that_could_be_for_several_loans_says_which(umoja: Sitting, meeting: Meeting) -> None:
    path = f"meetings/{meeting.pk}/collections"
    answer = umoja.door().post(path, umoja.brings(meeting, line("LOAN_REPAYMENT", "10")))
    assert refused(answer) == (400, "invalid")
    umoja.lent()
    told = umoja.door().post(path, umoja.brings(meeting, line("LOAN_REPAYMENT", "10"))).json()
    assert told["transactions"][0]["kind"] == "REPAYMENT"


Send = Callable[[str, Any], list[str]]


@pytest.fixture
def wrong(umoja: Sitting, meeting: Meeting) -> Send:
    """Sends a body that no door takes; the fields that were named, when nothing was changed."""

    def send(which: str, body: Any) -> list[str]:
        before, path = rows(), bodies(umoja, meeting)[which][0]
        answer = umoja.door().post(path, body)
        assert refused(answer) == (400, "invalid"), (body, answer.content)
        assert rows() == before
        return [error["field"] for error in answer.json()["errors"]]

    return send


def test_days_and_ids_that_are_none(umoja: Sitting, meeting: Meeting, wrong: Send) -> None:
    for day in NOT_DAYS:
        assert wrong("plan", {"meeting_date": day}) == ["meeting_date"]
        assert wrong("roll", umoja.marks() | {"meeting_date": day}) == ["meeting_date"]
    for some in NOT_IDS:
        assert wrong("plan", {"meeting_date": umoja.today, "id": some}) == ["id"]
        assert wrong("seal", {"confirmed_by": [some]})[0].startswith("confirmed_by")
        assert wrong("collect", umoja.brings(meeting, line("REGULAR"), member_id=some)) == ["member_id"]
        assert wrong("roll", {"meeting_date": umoja.today, "records": [{"member_id": some, "status": "LATE"}]}) == [
            "records.0.member_id"
        ]
    assert wrong("plan", {}) == ["meeting_date"]
    assert wrong("plan", {"meeting_date": umoja.today, "venue": "x" * 256}) == ["venue"]


def test_a_roll_that_says_nothing_or_twice(umoja: Sitting, wrong: Send) -> None:
    mark = umoja.marks()["records"][0]
    bad: list[Any] = [[], None, "all", {}, [5], [mark, mark], [mark | {"status": "HERE"}], [mark] * 501]
    for records in bad:
        assert wrong("roll", {"meeting_date": umoja.today, "records": records})[0].startswith("records")


def test_notes_and_coins_that_are_none(umoja: Sitting, wrong: Send) -> None:
    for pieces in NOT_PIECES:
        [field] = wrong("count", {"moment": "CLOSING", "denominations": pieces})
        assert field.startswith("denominations")
        assert wrong("outside", {"denominations": pieces}) == [field]
    both = wrong("outside", {"denominations": {"300": 1, "1000": -1, "50": 2}})
    assert sorted(both) == ["denominations.1000", "denominations.300"]
    assert wrong("outside", {}) == ["denominations"]
    for moment in (None, "", "OUTSIDE", "closing", 5):
        assert wrong("count", {"moment": moment, "denominations": {}}) == ["moment"]
    assert wrong("count", {"moment": "OPENING", "denominations": {}, "explanation": 7}) == ["explanation"]


def test_an_empty_box_is_counted_as_empty(umoja: Sitting, meeting: Meeting) -> None:
    answer = umoja.door().post(f"meetings/{meeting.pk}/count", {"moment": "OPENING", "denominations": {}})
    assert answer.json()["opening_count"]["counted"] == "0.00"


def test_lines_that_are_none(umoja: Sitting, meeting: Meeting, wrong: Send) -> None:
    for amount in NOT_AMOUNTS:
        assert wrong("collect", umoja.brings(meeting, {"kind": "REGULAR", "amount": amount})) == ["lines.0.amount"]
    loan = str(new_id())
    for lines, field in [
        ([], "lines"),
        ("all", "lines"),
        ([7], "lines.0"),
        ([line("GIFT")], "lines.0.kind"),
        ([line("CAMPAIGN")], "lines.0.group_campaign_id"),
        ([line("REGULAR") | {"loan_id": loan}], "lines.0.loan_id"),
        ([line("REGULAR"), line("WELFARE") | {"fine_id": "x"}], "lines.1.fine_id"),
        ([line("REGULAR"), line("REGULAR", "1")], "lines"),
        ([line("REGULAR", "999999999"), line("WELFARE", "999999999")], "lines"),
        ([line("REGULAR")] * 51, "lines"),
    ]:
        assert wrong("collect", umoja.brings(meeting) | {"lines": lines}) == [field]
    methods: list[tuple[dict[str, Any], str]] = [
        ({"payment_method": "GOAT"}, "payment_method"),
        ({"payment_method": None}, "payment_method"),
        ({"payment_method": "MPESA", "transaction_id": "a b-c!"}, "transaction_id"),
    ]
    for words, field in methods:
        assert wrong("collect", umoja.brings(meeting, line("REGULAR"), **words)) == [field]
    assert wrong("seal", {"notes": "x" * 2001}) == ["notes"]


@pytest.mark.parametrize("query", ["status=LOST", "from=yesterday", "to=2026-13-01", "ordering=venue", "colour=red"])
def test_a_list_refuses_what_it_does_not_know(umoja: Sitting, query: str) -> None:
    assert refused(umoja.door().get(f"{umoja.meetings}?{query}")) == (400, "invalid")


def test_a_meeting_is_asked_without_a_query(umoja: Sitting, meeting: Meeting) -> None:
    assert refused(umoja.door().get(f"meetings/{meeting.pk}?on=2026-01-01")) == (400, "invalid")


@pytest.mark.parametrize("day", ["1900-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_no_server_error(umoja: Sitting, day: str) -> None:
    umoja.lent()
    answer = umoja.door().post(umoja.meetings, {"meeting_date": day})
    assert answer.status_code in {201, 400, 422}
    if answer.status_code == 201:
        assert umoja.door().get(f"meetings/{answer.json()['id']}").status_code == 200
    assert umoja.door().get(umoja.meetings).status_code == 200
