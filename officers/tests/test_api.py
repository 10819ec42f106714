"""Officers over HTTP: the list, one of them, registering, putting right, moving."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act
from core.periods import now
from groups.access import standing
from groups.operations import edit_organisation
from notifications.models import Message
from officers.models import Officer, OfficerChange
from officers.operations import exit_officer, track, unassign
from officers.tests.service import Service, fix, refused
from savings.tests.chama import AT
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("officers.tests.urls")]
SHAPE = {
    "id", "user", "organisation", "name", "phone", "status", "is_active", "assigned_groups", "last_known_location",
    "device_info", "last_sync_at", "agrees_with_office", "week",
}  # fmt: skip


def listed(service: Service, who: str, **asked: str) -> Any:
    return service.client(who).get("/api/officers", asked)


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def one(service: Service, name: str = "joseph", verb: str = "") -> str:
    return f"/api/officers/{service.posts[name].pk}{verb and '/' + verb}"


# Reading


def test_the_list_is_in_the_pinned_shape(service: Service) -> None:
    service.brings("alice", "700", by="joseph", at=now(), on=now().date())
    instant = now()
    track(officer=service.posts["joseph"], fixes=[fix(recorded_at=instant)], at=instant)
    answer = listed(service, "daniel")
    assert names(answer) == ["Brian", "Joseph"]
    joseph = answer.json()["results"][1]
    assert set(joseph) == SHAPE
    assert joseph["user"] == str(service.joseph.pk)
    assert joseph["phone"] == service.joseph.phone
    assert (joseph["status"], joseph["is_active"]) == ("ACTIVE", True)
    assert joseph["assigned_groups"] == [str(service.umoja.pk)]
    assert joseph["last_known_location"]["lat"] == 0.284
    assert joseph["last_known_location"]["lng"] == 34.752
    assert joseph["week"] == {"visits": 1, "entries": 1, "collected": "700.00"}
    assert joseph["device_info"] is joseph["last_sync_at"] is joseph["agrees_with_office"] is None
    assert answer.json()["results"][0]["last_known_location"] is None


def test_filters_search_and_order(service: Service) -> None:
    service.register("alice", service.baraka)
    assert names(listed(service, "daniel", status="REGISTERED")) == [service.alice.name]
    assert names(listed(service, "daniel", group=str(service.baraka.pk))) == [service.alice.name]
    assert names(listed(service, "daniel", search="jos")) == ["Joseph"]
    assert names(listed(service, "daniel", ordering="-name"))[0] == "Joseph"
    for wrong in [{"colour": "red"}, {"ordering": "height"}, {"status": "GONE"}, {"group": "7"}]:
        assert refused(listed(service, "daniel", **wrong)) == (400, "invalid")
    assert refused(listed(service, "daniel", group=str(service.neema.pk))) == (404, "not_found")


def test_an_officer_finds_herself_alone_and_others_nothing(service: Service) -> None:
    assert names(listed(service, "joseph")) == ["Joseph"]
    assert refused(listed(service, "mary")) == (403, "forbidden")
    assert refused(service.client().get("/api/officers")) == (401, "not_authenticated")
    assert service.client("joseph").get(one(service)).status_code == 200
    assert refused(service.client("joseph").get(one(service, "brian"))) == (403, "forbidden")
    assert refused(service.client("kevin").get(one(service))) == (404, "not_found")
    assert refused(service.client("daniel").get(f"/api/officers/{uuid.uuid4()}")) == (404, "not_found")


def test_the_list_costs_the_same_however_many_there_are(service: Service) -> None:
    with CaptureQueriesContext(connection) as two:
        listed(service, "daniel")
    for name in ["alice", "peter", "jane"]:
        service.register(name, service.umoja, service.baraka)
    with CaptureQueriesContext(connection) as five:
        assert listed(service, "daniel").json()["count"] == 5
    assert len(five) == len(two)


def test_who_is_shown_where_others_are_leaves_an_act(service: Service) -> None:
    listed(service, "daniel")
    assert not Act.objects.filter(verb="officers.located").exists()
    track(officer=service.posts["joseph"], fixes=[fix()], at=AT)
    listed(service, "joseph")
    assert not Act.objects.filter(verb="officers.located").exists()
    listed(service, "daniel")
    assert Act.objects.get(verb="officers.located").facts["officers"] == [str(service.posts["joseph"].pk)]


# Registering


def registering(service: Service, who: str, **said: Any) -> Any:
    key = said.pop("key", None)
    headers = {"Idempotency-Key": key} if key else {}
    body = {"name": "Naomi Wairimu", "phone": "0733 000 902"} | said
    return service.client(who).post("/api/officers", body, format="json", headers=headers)


def test_daniel_registers_for_his_own_organisation(service: Service) -> None:
    answer = registering(service, "daniel", assigned_groups=[str(service.umoja.pk)])
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert set(row) == SHAPE
    assert (row["status"], row["is_active"]) == ("REGISTERED", False)
    assert row["phone"] == "254733000902"
    assert row["assigned_groups"] == [str(service.umoja.pk)]
    assert Officer.objects.get(pk=row["id"]).organisation == service.pamoja


def test_the_same_registration_sent_again_is_the_first_one(service: Service) -> None:
    first, again = registering(service, "daniel", key="k1"), registering(service, "daniel", key="k1")
    assert first.json()["id"] == again.json()["id"]
    assert again["Idempotent-Replayed"] == "true"
    assert refused(registering(service, "daniel", key="k1", name="Other")) == (422, "idempotency_mismatch")
    assert refused(registering(service, "daniel")) == (409, "officer_exists")


def test_where_somebody_registers(service: Service) -> None:
    neema = str(service.neema.organisation_id)
    assert refused(registering(service, "sarah")) == (400, "invalid")
    assert refused(registering(service, "daniel", organisation=neema)) == (404, "not_found")
    assert refused(registering(service, "daniel", assigned_groups=[str(service.neema.pk)])) == (404, "not_found")
    assert refused(registering(service, "faith")) == (403, "forbidden")
    assert refused(registering(service, "joseph")) == (403, "forbidden")
    assert registering(service, "sarah", organisation=neema).status_code == 201


@pytest.mark.parametrize("wrong", [{"phone": "12"}, {"name": ""}, {"name": 7}, {"assigned_groups": ["7"]}])
def test_a_wrong_body_is_explained(service: Service, wrong: dict[str, Any]) -> None:
    answer = registering(service, "daniel", **wrong)
    assert refused(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["field"].split(".")[0] in wrong


def test_the_answer_does_not_tell_whose_number_it_is(service: Service) -> None:
    """Whoever asks with a stranger's number reads the name she wrote herself, here and wherever officers are shown."""
    service.kevin.set_password("milk-and-maize-2026")
    service.kevin.save()
    answer = registering(service, "daniel", name="Some Body", phone=service.kevin.phone)
    assert answer.status_code == 201
    row = answer.json()
    assert row["name"] == "Some Body"
    shown = [answer, listed(service, "daniel"), service.client("daniel").get(f"/api/officers/{row['id']}")]
    assert not [one for one in shown if service.kevin.name in one.content.decode()]
    assert names(listed(service, "daniel", search="body")) == ["Some Body"]
    assert names(listed(service, "daniel", search=service.kevin.name)) == []
    assert names(listed(service, "daniel", ordering="-name"))[0] == "Some Body"
    assert Message.objects.filter(user=service.kevin, template="role_given").count() == 1


def test_the_map_calls_an_officer_as_the_organisation_does(service: Service) -> None:
    Officer.objects.filter(pk=service.posts["joseph"].pk).update(name="J. Mutua")
    instant = now()
    track(officer=service.post("joseph"), fixes=[fix(recorded_at=instant)], at=instant)
    features = service.client("daniel").get("/api/officers/active-locations").json()["features"]
    assert [one["properties"]["name"] for one in features] == ["J. Mutua"]


def test_what_an_organisation_at_rest_answers(service: Service) -> None:
    service.register("alice", service.umoja)
    edit_organisation(organisation=service.pamoja, at=AT, by=service.sarah, is_active=False)
    assert refused(registering(service, "daniel")) == (422, "organisation_inactive")
    answer = service.client("daniel").post(one(service, "alice", verb="activate"))
    assert refused(answer) == (422, "organisation_inactive")


def test_a_number_whose_sign_in_was_closed_is_refused_beside_its_field(service: Service) -> None:
    User.objects.filter(pk=service.kevin.pk).update(is_active=False)
    answer = registering(service, "daniel", phone=service.kevin.phone)
    assert refused(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["field"] == "phone"


# Putting right


def test_name_and_groups_are_put_right_and_the_groups_are_the_whole_list(service: Service) -> None:
    body = {"name": "Joseph Mutua", "assigned_groups": [str(service.baraka.pk)]}
    row = service.client("daniel").patch(one(service), body, format="json").json()
    assert (row["name"], row["assigned_groups"]) == ("Joseph Mutua", [str(service.baraka.pk)])
    assert not standing(service.joseph, service.umoja).roles
    assert standing(service.joseph, service.baraka).is_field_officer


def test_what_putting_right_refuses(service: Service) -> None:
    daniel, path = service.client("daniel"), one(service)
    service.joseph.set_password("milk-and-maize-2026")
    service.joseph.save()
    service.visits("700")
    assert refused(daniel.patch(path, {"phone": "0733000903"}, format="json")) == (422, "known_elsewhere")
    assert refused(daniel.patch(path, {"assigned_groups": []}, format="json")) == (422, "cash_not_handed_over")
    stranger = {"assigned_groups": [str(service.neema.pk)]}
    assert refused(daniel.patch(path, stranger, format="json")) == (404, "not_found")
    assert refused(service.client("sarah").patch(path, stranger, format="json")) == (400, "invalid")
    assert refused(service.client("faith").patch(path, {"name": "X"}, format="json")) == (403, "forbidden")


# Moving


def test_suspended_activated_and_gone(service: Service) -> None:
    daniel = service.client("daniel")
    suspended = daniel.post(one(service, verb="suspend"), {"reason": "Away"}, format="json")
    assert (suspended.status_code, suspended.json()["status"]) == (200, "SUSPENDED")
    assert OfficerChange.objects.get(officer=service.posts["joseph"], status="SUSPENDED").reason == "Away"
    assert refused(daniel.post(one(service, verb="suspend"))) == (409, "invalid_transition")
    assert daniel.post(one(service, verb="activate")).json()["status"] == "ACTIVE"
    unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    assert daniel.post(one(service, verb="exit")).json()["status"] == "EXITED"


def test_what_keeps_her_is_named_in_the_answer(service: Service) -> None:
    answer = service.client("daniel").post(one(service, verb="exit"))
    assert refused(answer) == (422, "groups_not_handed_over")
    assert answer.json()["groups"] == [str(service.umoja.pk)]


@pytest.mark.parametrize("verb", ["suspend", "activate", "exit"])
def test_nobody_moves_an_officer_without_the_word(service: Service, verb: str) -> None:
    for who, due in [("faith", 403), ("joseph", 403), ("mary", 403), ("kevin", 404)]:
        assert service.client(who).post(one(service, verb=verb)).status_code == due
    assert service.post("joseph").status == "ACTIVE"


def test_who_has_left_is_still_found(service: Service) -> None:
    unassign(officer=service.posts["joseph"], group=service.umoja, by=service.daniel, at=AT)
    exit_officer(officer=service.posts["joseph"], by=service.daniel, at=AT)
    assert names(listed(service, "faith", status="EXITED")) == ["Joseph"]
