"""Positions over HTTP: an officer's own phone sends them, staff look at the map, every look leaves an act."""

import datetime as dt
import uuid
from typing import Any

import pytest

from audit.models import Act
from core.periods import business_day, now
from officers.models import PositionFix
from officers.operations import suspend
from officers.tests.service import Service, refused, sent
from savings.tests.chama import AT

pytestmark = [pytest.mark.django_db, pytest.mark.urls("officers.tests.urls")]
MINUTE = dt.timedelta(minutes=1)


def address(service: Service, name: str = "joseph") -> str:
    return f"/api/officers/{service.posts[name].pk}/track"


def send(service: Service, body: Any, *, by: str = "joseph", about: str = "joseph") -> Any:
    return service.client(by).post(address(service, about), body, format="json")


def test_one_position_is_answered_with_the_newest(service: Service) -> None:
    instant = now()
    alice = str(service.members["alice"].pk)
    body = sent(instant, latitude=-1.2863894, battery_level=64, member_id=alice, activity_type="MEMBER_VISIT")
    answer = send(service, body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["stored"] == 1
    newest = answer.json()["newest"]
    assert (newest["latitude"], newest["longitude"], newest["accuracy"]) == (-1.286389, 34.752, 20.0)
    assert (newest["member_id"], newest["battery_level"]) == (alice, 64)
    assert dt.datetime.fromisoformat(newest["recorded_at"]) == instant


def test_a_list_is_taken_and_sent_again_stored_once(service: Service) -> None:
    instant = now()
    body = [sent(instant - MINUTE * turn) for turn in range(3)]
    assert send(service, body).json()["stored"] == 3
    again = send(service, body)
    assert (again.status_code, again.json()["stored"]) == (201, 0)
    assert PositionFix.objects.count() == 3


def test_somebody_elses_positions_are_not_hers_to_send(service: Service) -> None:
    assert refused(send(service, sent(now()), about="brian")) == (403, "forbidden")
    assert refused(send(service, sent(now()), by="daniel")) == (403, "forbidden")
    assert refused(send(service, sent(now()), by="mary")) == (403, "forbidden")
    assert refused(send(service, sent(now()), by="kevin")) == (404, "not_found")
    stranger = service.client("joseph").post(f"/api/officers/{uuid.uuid4()}/track", sent(now()), format="json")
    assert refused(stranger) == (404, "not_found")
    assert not PositionFix.objects.exists()


def test_suspended_she_sends_nothing(service: Service) -> None:
    suspend(officer=service.posts["joseph"], by=service.daniel, at=AT)
    assert refused(send(service, sent(now()))) == (403, "forbidden")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latitude", 90.1), ("latitude", "0.28"), ("latitude", True), ("latitude", None), ("longitude", -180.5),
        ("longitude", [1]), ("accuracy", -1), ("accuracy", 100_001), ("activity_type", "SLEEPING"),
        ("battery_level", 101), ("battery_level", 64.5), ("battery_level", -1), ("recorded_at", "2026-03-20T09:00:00"),
        ("recorded_at", "yesterday"), ("recorded_at", 7), ("recorded_at", "2000-01-01T00:00:00+03:00"),
        ("recorded_at", "0001-01-01T00:00:00+14:00"), ("recorded_at", "2999-01-01T00:00:00Z"),
        ("recorded_at", "2026-13-41T00:00:00Z"), ("member_id", "7"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_explained_beside_its_field(service: Service, field: str, value: Any) -> None:
    answer = send(service, sent(now()) | {field: value})
    assert refused(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["field"] == field
    assert not PositionFix.objects.exists()


def test_a_list_says_where_it_is_wrong_and_nothing_of_it_is_kept(service: Service) -> None:
    answer = send(service, [sent(now()), sent(now()) | {"latitude": 91}])
    assert refused(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["field"].endswith("latitude")
    assert not PositionFix.objects.exists()


@pytest.mark.parametrize("body", [[], [7], "here", [[]]])
def test_what_is_no_position_is_refused(service: Service, body: Any) -> None:
    assert refused(send(service, body)) == (400, "invalid")


def test_more_than_five_hundred_are_refused(service: Service) -> None:
    instant = now()
    assert refused(send(service, [sent(instant - MINUTE * turn) for turn in range(501)])) == (400, "invalid")


def test_a_member_of_another_group_is_not_found(service: Service) -> None:
    for name in ["jane", "kevin"]:
        body = sent(now()) | {"member_id": str(service.members[name].pk)}
        assert refused(send(service, body)) == (404, "not_found")


# The trail


def test_the_trail_is_the_newest_first_and_pages_by_cursor(service: Service) -> None:
    instant = now()
    send(service, [sent(instant - MINUTE * turn) for turn in range(5)])
    first = service.client("joseph").get(address(service), {"page_size": "2"}).json()
    second = service.client("joseph").get(first["next"]).json()
    times = [row["recorded_at"] for row in first["results"] + second["results"]]
    assert len(times) == 4
    assert times == sorted(times, reverse=True)
    assert refused(service.client("joseph").get(address(service), {"page_size": "0"})) == (400, "invalid")
    assert refused(service.client("joseph").get(address(service), {"colour": "red"})) == (400, "invalid")


def test_the_trail_is_asked_for_by_days(service: Service) -> None:
    instant = now()
    send(service, [sent(instant - dt.timedelta(days=turn)) for turn in range(4)])
    today = business_day(instant)
    asked = {"from": str(today - dt.timedelta(days=2)), "to": str(today - dt.timedelta(days=1))}
    assert len(service.client("daniel").get(address(service), asked).json()["results"]) == 2
    assert refused(service.client("daniel").get(address(service), {"from": "7"})) == (400, "invalid")
    assert service.client("daniel").get(address(service), {"to": "9999-12-31"}).status_code == 200


def test_who_reads_anothers_trail_leaves_an_act(service: Service) -> None:
    send(service, sent(now()))
    service.client("joseph").get(address(service))
    assert not Act.objects.filter(verb="officers.located").exists()
    assert service.client("faith").get(address(service)).status_code == 200
    act = Act.objects.get(verb="officers.located")
    assert (act.actor_id, act.subject_id) == (service.faith.pk, service.posts["joseph"].pk)
    assert refused(service.client("brian").get(address(service))) == (403, "forbidden")
    assert refused(service.client("kevin").get(address(service))) == (404, "not_found")


# The map


def test_the_map_is_geojson_of_who_is_on_duty(service: Service) -> None:
    instant = now()
    send(service, sent(instant, battery_level=64))
    send(service, sent(instant - MINUTE * 31), by="brian", about="brian")
    answer = service.client("daniel").get("/api/officers/active-locations").json()
    assert answer["type"] == "FeatureCollection"
    (joseph,) = answer["features"]
    assert joseph["type"] == "Feature"
    assert joseph["geometry"] == {"type": "Point", "coordinates": [34.752, 0.284]}
    assert set(joseph["properties"]) == {
        "officer_id", "name", "recorded_at", "accuracy", "activity_type", "battery_level",
    }  # fmt: skip
    assert joseph["properties"]["officer_id"] == str(service.posts["joseph"].pk)
    assert (joseph["properties"]["name"], joseph["properties"]["accuracy"]) == ("Joseph", 20.0)


def test_an_officer_sees_herself_alone_on_the_map(service: Service) -> None:
    for name in ["joseph", "brian"]:
        send(service, sent(now()), by=name, about=name)
    found = service.client("joseph").get("/api/officers/active-locations").json()["features"]
    assert [one["properties"]["name"] for one in found] == ["Joseph"]


def test_every_look_at_the_map_leaves_an_act(service: Service) -> None:
    service.client("daniel").get("/api/officers/active-locations")
    send(service, sent(now()))
    service.client("joseph").get("/api/officers/active-locations")
    looks = Act.objects.filter(verb="officers.located").order_by("id")
    assert [act.actor_id for act in looks] == [service.daniel.pk, service.joseph.pk]


def test_the_map_is_for_those_who_may_locate(service: Service) -> None:
    for who, due in [("sarah", 200), ("faith", 200), ("mary", 403), ("kevin", 403)]:
        assert service.client(who).get("/api/officers/active-locations").status_code == due
    assert service.client().get("/api/officers/active-locations").status_code == 401
    assert refused(service.client("daniel").get("/api/officers/active-locations?x=1")) == (400, "invalid")
