"""Campaigns at the door: who creates, who is asked, who votes and brings, and what each of them is shown."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import GroupCampaign, TargetCampaign
from campaigns.tests.drive import Drive, OneTable
from core.ids import new_id
from core.money import kes
from core.periods import today
from groups.models import RoleName
from groups.operations import give_role
from ledger.models import Voucher
from savings.tests.doors import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("campaigns.tests.urls")]

SOON = dt.timedelta(days=3)


def body(**words: Any) -> dict[str, Any]:
    usual = {
        "name": "A roof",
        "target_amount": "2500.50",
        "start_date": today().isoformat(),
        "end_date": (today() + dt.timedelta(days=30)).isoformat(),
    }
    return usual | words


def here(drive: Drive, group: str = "Umoja") -> str:
    return f"savings-groups/groups/{drive.chama.groups[group].pk}/target-campaigns"


@pytest.fixture
def running(drive: Drive, door: Any) -> Drive:
    """A campaign of these very days, that Umoja was asked about."""
    made = door("daniel").post("target-campaigns", body(name="A tank", target_amount="1000")).json()
    asked = door("daniel").post(f"{here(drive)}/{made['id']}/assign").json()
    drive.asked = GroupCampaign.objects.get(pk=asked["id"])
    return drive


def said(drive: Drive, door: Any, name: str, vote: str = "YES", **words: Any) -> Any:
    return door(name).post(f"{here(drive)}/{drive.asked.pk}/vote", {"vote": vote} | words)


def brought(drive: Drive, door: Any, name: str, **words: Any) -> Any:
    given = {"amount": "300", "payment_method": "CASH"} | words
    return door(name).post(f"{here(drive)}/{drive.asked.pk}/contribute", given)


def everybody_says_yes(drive: Drive, door: Any) -> None:
    for name in ("mary", "grace", "ruth", "esther"):
        assert said(drive, door, name).status_code == 200


# Created


def test_daniel_creates_and_is_answered_with_what_was_kept(drive: Drive, door: Any) -> None:
    answer = door("daniel").post("target-campaigns/", body(description="Iron sheets", amount_per_member=50))
    assert answer.status_code == 201
    shown = answer.json()
    assert shown | body(description="Iron sheets", amount_per_member="50.00") == shown
    assert (shown["organisation_name"], shown["groups_asked"], shown["contributed"]) == ("Pamoja", 0, "0.00")


def test_a_system_admin_names_the_organisation(drive: Drive, door: Any) -> None:
    answer = door("sarah").post("target-campaigns", body())
    assert refused(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["field"] == "organisation"
    pamoja = str(drive.chama.umoja.organisation_id)
    assert door("sarah").post("target-campaigns", body(organisation=pamoja)).json()["organisation"] == pamoja
    assert refused(door("sarah").post("target-campaigns", body(organisation=str(new_id())))) == (404, "not_found")


def test_who_serves_two_organisations_names_one(drive: Drive, door: Any) -> None:
    tumaini = drive.chama.groups["Neema"].organisation
    stranger = door("daniel").post("target-campaigns", body(organisation=str(tumaini.pk)))
    assert refused(stranger) == (404, "not_found")
    give_role(user=drive.chama.daniel, role=RoleName.SERVICE_ADMIN, organisation=tumaini, at=drive.chama.at, by=None)
    assert refused(door("daniel").post("target-campaigns", body())) == (400, "invalid")
    assert door("daniel").post("target-campaigns", body(organisation=str(tumaini.pk))).status_code == 201


@pytest.mark.parametrize("name", ["faith", "joseph", "mary", "alice"])
def test_nobody_else_creates(drive: Drive, door: Any, name: str) -> None:
    assert refused(door(name).post("target-campaigns", body())) == (403, "forbidden")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", 7),
        ("target_amount", "0"),
        ("target_amount", 1.005),
        ("amount_per_member", "-5"),
        ("start_date", "20.3.2026"),
        ("end_date", "2001-01-01"),
    ],
)
def test_wrong_fields_are_named(drive: Drive, door: Any, field: str, value: object) -> None:
    answer = door("daniel").post("target-campaigns", body(**{field: value}))
    assert refused(answer) == (400, "invalid")
    assert {error["field"] for error in answer.json()["errors"]} == {field}


def test_sent_twice_it_is_created_once(drive: Drive, door: Any) -> None:
    before = TargetCampaign.objects.count()
    first, again = (door("daniel").post("target-campaigns", body(), **{"Idempotency-Key": "one"}) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert again["Idempotent-Replayed"] == "true"
    assert TargetCampaign.objects.count() == before + 1


# Listed


def test_each_sees_the_campaigns_of_her_scope(drive: Drive, door: Any) -> None:
    roof = drive.founded(name="A roof")
    drive.assigned(roof, "Baraka")

    def names(name: str) -> list[str]:
        return [row["name"] for row in door(name).get("target-campaigns").json()["results"]]

    assert names("daniel") == names("faith") == names("sarah") == ["A roof", "A water tank"]
    assert names("joseph") == names("mary") == names("alice") == ["A water tank"]
    assert (names("jane"), names("kevin")) == (["A roof"], [])


def test_the_list_is_searched_and_ordered(drive: Drive, door: Any) -> None:
    drive.founded(name="A roof")
    found = door("daniel").get("target-campaigns?search=TANK").json()["results"]
    assert [row["name"] for row in found] == ["A water tank"]
    ordered = door("daniel").get("target-campaigns?ordering=name").json()["results"]
    assert [row["name"] for row in ordered] == ["A roof", "A water tank"]
    for wrong in ["ordering=colour", "colour=red", "page_size=0"]:
        assert refused(door("daniel").get(f"target-campaigns?{wrong}")) == (400, "invalid")


def test_what_other_groups_bring_is_theirs(drive: Drive, door: Any) -> None:
    drive.accepted().brings("alice", "600")
    [row] = door("daniel").get("target-campaigns").json()["results"]
    assert (row["groups_asked"], row["groups_taking_part"], row["contributed"]) == (1, 1, "600.00")
    drive.assigned(drive.tank, "Baraka")
    [row] = door("jane").get("target-campaigns").json()["results"]
    assert (row["groups_asked"], row["groups_taking_part"], row["contributed"]) == (1, 0, "0.00")


def test_a_group_campaign_in_its_pinned_shape(drive: Drive, door: Any) -> None:
    drive.accepted().brings("alice", "600")
    [row] = door("alice").get(here(drive)).json()["results"]
    pinned = {
        "id": str(drive.asked.pk),
        "campaign_id": str(drive.tank.pk),
        "group_id": str(drive.chama.umoja.pk),
        "status": "ACCEPTED",
        "yes_votes": 4,
        "no_votes": 0,
        "eligible_voters": 7,
        "target_amount": "1000.00",
        "contributed": "600.00",
        "my_vote": None,
    }
    assert row | pinned == row
    assert (row["votes_needed"], row["my_contributed"], row["left"], row["members"]) == (4, "600.00", "600.00", None)
    assert dt.datetime.fromisoformat(row["voting_deadline"]) == drive.asked.voting_deadline


def test_who_reads_transactions_sees_each_members_part(drive: Drive, door: Any) -> None:
    drive.accepted().brings("alice", "600")
    for name in ["mary", "joseph", "daniel", "faith"]:
        [row] = door(name).get(here(drive)).json()["results"]
        parts = {part["member_name"].split()[0]: (part["contributed"], part["has_voted"]) for part in row["members"]}
        assert (parts["Alice"], parts["Mary"], len(parts)) == (("600.00", False), ("0.00", True), 7)
    assert door("mary").get(here(drive)).json()["results"][0]["my_vote"] == "YES"


def test_a_list_of_campaigns_costs_the_same_however_long(drive: Drive, door: Any) -> None:
    drive.accepted().brings("alice", "600")

    def cost(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert door("daniel").get(path).status_code == 200
        return len(queries)

    short = [cost(path) for path in (here(drive), "target-campaigns")]
    for number in range(5):
        drive.assigned(drive.founded(name=f"Number {number}"))
    assert [cost(path) for path in (here(drive), "target-campaigns")] == short


def test_the_list_of_a_group_is_narrowed_by_status(drive: Drive, door: Any) -> None:
    for status, count in [("PROPOSED", 1), ("ACCEPTED", 0)]:
        assert door("alice").get(f"{here(drive)}?status={status}").json()["count"] == count
    assert refused(door("alice").get(f"{here(drive)}?status=WON")) == (400, "invalid")
    assert refused(door("jane").get(here(drive))) == (404, "not_found")


# Assigned


def test_daniel_asks_baraka_until_a_day(drive: Drive, door: Any) -> None:
    made = door("daniel").post("target-campaigns", body()).json()
    path = f"{here(drive, 'Baraka')}/{made['id']}/assign"
    until = today() + SOON
    answer = door("daniel").post(path, {"voting_deadline": until.isoformat()})
    assert answer.status_code == 201
    assert answer.json()["voting_deadline"].startswith(f"{until}T23:59:59")
    assert refused(door("daniel").post(path)) == (409, "already_assigned")


def test_a_deadline_is_an_instant_too(drive: Drive, door: Any) -> None:
    made = door("daniel").post("target-campaigns", body()).json()
    until = dt.datetime.combine(today() + SOON, dt.time(9, 30), tzinfo=dt.UTC)
    answer = door("sarah").post(f"{here(drive)}/{made['id']}/assign", {"voting_deadline": until.isoformat()})
    assert dt.datetime.fromisoformat(answer.json()["voting_deadline"]) == until


@pytest.mark.parametrize(
    "deadline",
    [
        "2001-01-01",
        "2001-01-01T00:00:00Z",
        "9999-12-31",
        "9999-12-31T23:59:59Z",
        "1066-10-14T09:00:00Z",
        "soon",
        7,
        "2026-13-01",
        "Tomorrow",
    ],
)
def test_a_deadline_that_is_none_is_named(drive: Drive, door: Any, deadline: object) -> None:
    made = door("daniel").post("target-campaigns", body()).json()
    answer = door("daniel").post(f"{here(drive)}/{made['id']}/assign", {"voting_deadline": deadline})
    assert refused(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["field"] == "voting_deadline"


def test_strangers_and_the_under_privileged_do_not_assign(drive: Drive, door: Any) -> None:
    made = door("daniel").post("target-campaigns", body()).json()
    path = f"{here(drive)}/{made['id']}/assign"
    for name in ["mary", "joseph", "faith", "alice"]:
        assert refused(door(name).post(path)) == (403, "forbidden")
    assert refused(door("jane").post(path)) == (404, "not_found")
    assert refused(door("daniel").post(f"{here(drive, 'Neema')}/{made['id']}/assign")) == (404, "not_found")
    assert refused(door("sarah").post(f"{here(drive, 'Neema')}/{made['id']}/assign")) == (404, "not_found")
    assert refused(door("daniel").post(f"{here(drive)}/{new_id()}/assign")) == (404, "not_found")


# Voted


def test_alice_votes_and_sees_her_vote(running: Drive, door: Any) -> None:
    answer = said(running, door, "alice", "NO")
    assert answer.status_code == 200
    assert (answer.json()["my_vote"], answer.json()["no_votes"]) == ("NO", 1)
    assert said(running, door, "alice").json()["my_vote"] == "YES"
    assert refused(said(running, door, "alice", "MAYBE")) == (400, "invalid")


def test_the_id_of_the_campaign_itself_is_not_the_group_s(running: Drive, door: Any) -> None:
    path = f"{here(running)}/{running.asked.campaign_id}/vote"
    assert refused(door("alice").post(path, {"vote": "YES"})) == (404, "not_found")
    path = f"{here(running, 'Baraka')}/{running.asked.pk}/vote"
    assert refused(door("jane").post(path, {"vote": "YES"})) == (404, "not_found")


def test_only_the_secretary_names_another_and_only_at_the_table(running: Drive, door: Any) -> None:
    lucy = str(running.chama.members["lucy"].pk)
    assert refused(said(running, door, "ruth", member_id=lucy)) == (422, "no_open_meeting")
    for name in ["mary", "grace", "alice", "joseph", "daniel"]:
        assert refused(said(running, door, name, member_id=lucy)) == (403, "forbidden")
    jane = str(running.chama.members["jane"].pk)
    assert refused(said(running, door, "ruth", member_id=jane)) == (404, "not_found")
    assert refused(said(running, door, "jane")) == (404, "not_found")


def test_the_secretary_takes_it_down_at_the_table(running: Drive, door: Any, table: OneTable) -> None:
    answer = said(running, door, "ruth", member_id=str(running.chama.members["lucy"].pk))
    assert (answer.json()["yes_votes"], answer.json()["my_vote"]) == (1, None)


def test_who_is_a_member_elsewhere_too_is_named_where_she_votes(running: Drive, door: Any) -> None:
    """Ruth keeps the minutes of Umoja; what a member of Baraka says has no place in them."""
    give_role(
        user=running.chama.ruth, role=RoleName.SECRETARY, group=running.chama.groups["Baraka"], at=running.chama.at,
        by=None,
    )  # fmt: skip
    jane = str(running.chama.members["jane"].pk)
    assert refused(said(running, door, "ruth", member_id=jane)) == (404, "not_found")


def test_after_the_vote_nobody_votes(running: Drive, door: Any) -> None:
    everybody_says_yes(running, door)
    assert refused(said(running, door, "alice")) == (422, "campaign_not_open")


# Brought


def test_grace_brings_in_what_alice_gave(running: Drive, door: Any) -> None:
    alice = str(running.chama.members["alice"].pk)
    assert refused(brought(running, door, "grace", member_id=alice)) == (422, "campaign_not_open")
    everybody_says_yes(running, door)
    answer = brought(running, door, "grace", member_id=alice)
    assert answer.status_code == 201
    paper = answer.json()
    assert (paper["kind"], paper["status"], paper["amount"]) == ("CAMPAIGN", "VERIFIED", "300.00")
    assert (paper["group_campaign"]["id"], paper["group_campaign"]["contributed"]) == (str(running.asked.pk), "300.00")


def test_alice_brings_her_own_and_nobody_else_s(running: Drive, door: Any) -> None:
    everybody_says_yes(running, door)
    answer = brought(running, door, "alice")
    assert (answer.status_code, answer.json()["status"]) == (201, "PENDING")
    peter = str(running.chama.members["peter"].pk)
    assert refused(brought(running, door, "alice", member_id=peter)) == (403, "forbidden")
    verified = door("mary").post(f"savings-groups/transactions/{answer.json()['id']}/verify", {"action": "approve"})
    assert verified.json()["status"] == "VERIFIED"
    assert running.money[0] == kes("300")


def test_money_is_sent_once(running: Drive, door: Any) -> None:
    everybody_says_yes(running, door)
    first, again = (brought(running, door, "alice", offline_sync_id="phone-7") for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert again["Idempotent-Replayed"] == "true"
    assert Voucher.objects.filter(kind="CAMPAIGN").count() == 1
    other = brought(running, door, "alice", offline_sync_id="phone-7", amount="301")
    assert refused(other) == (422, "idempotency_mismatch")


def test_who_belongs_to_no_group_there_names_a_member(running: Drive, door: Any) -> None:
    everybody_says_yes(running, door)
    assert refused(brought(running, door, "joseph")) == (400, "invalid")
    assert refused(brought(running, door, "daniel")) == (403, "forbidden")
    for stranger in [running.chama.members["jane"].pk, new_id()]:
        assert refused(brought(running, door, "grace", member_id=str(stranger))) == (404, "not_found")


def test_at_a_table_that_is_not_there_nothing_is_brought(running: Drive, door: Any, table: OneTable) -> None:
    everybody_says_yes(running, door)
    alice = str(running.chama.members["alice"].pk)
    at_the_table = brought(running, door, "joseph", member_id=alice, meeting_id=str(table.meeting_id))
    # Cash at the table goes into the box, also through an officer's hands.
    assert (at_the_table.status_code, running.chama.holds("1010")) == (201, kes("300"))
    elsewhere = brought(running, door, "joseph", member_id=alice, meeting_id=str(new_id()))
    assert refused(elsewhere) == (404, "not_found")


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", "0"), ("amount", True), ("payment_method", "GOATS"), ("transaction_id", "?"), ("member_id", "alice")],
)
def test_wrong_fields_of_money_are_named(running: Drive, door: Any, field: str, value: object) -> None:
    answer = brought(running, door, "grace", **{field: value})
    assert refused(answer) == (400, "invalid")
    assert {error["field"] for error in answer.json()["errors"]} == {field}


def test_the_anonymous_are_asked_to_sign_in(drive: Drive, door: Any) -> None:
    assert door().get("target-campaigns").status_code == 401
