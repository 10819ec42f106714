"""A campaign: proposed by the organisation, taken up at the seventh yes of twelve, brought to, spent."""

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import GroupCampaign
from core.periods import today
from ledger.verify import check_books
from tests.conftest import Sign, World, data

pytestmark = pytest.mark.django_db


def post(client: APIClient, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"/api/{path}", body or {}, format="json")


def test_umoja_takes_up_a_campaign_and_brings_it_home(world: World, signed_in: Sign) -> None:
    daniel, grace = signed_in("daniel"), signed_in("grace")
    idea = {
        "name": "Beehives for the hill",
        "target_amount": "1000.00",
        "start_date": today().isoformat(),
        "end_date": (today() + dt.timedelta(days=30)).isoformat(),
    }
    campaign = data(post(daniel, "target-campaigns/", idea))
    here = f"savings-groups/groups/{world.umoja.pk}/target-campaigns"
    asked = data(post(daniel, f"{here}/{campaign['id']}/assign/"))
    assert (asked["status"], asked["eligible_voters"], asked["my_vote"]) == ("PROPOSED", 12, None)
    mine = f"{here}/{asked['id']}"
    early = post(grace, f"{mine}/contribute/", {"amount": "100", "payment_method": "CASH"})
    assert (early.status_code, early.json()["code"]) == (422, "campaign_not_open")
    assert post(signed_in("jane"), f"{mine}/vote/", {"vote": "YES"}).status_code == 404

    for name in ("mary", "grace", "ruth", "alice", "peter", "lucy"):
        said = data(post(signed_in(name), f"{mine}/vote/", {"vote": "YES"}))
        assert (said["status"], said["my_vote"]) == ("PROPOSED", "YES")
    data(post(signed_in("lucy"), f"{mine}/vote/", {"vote": "NO"}))
    again = data(post(signed_in("lucy"), f"{mine}/vote/", {"vote": "YES"}))
    assert (again["yes_votes"], again["no_votes"], again["status"]) == (6, 0, "PROPOSED")
    seventh = data(post(signed_in("esther"), f"{mine}/vote/", {"vote": "YES"}))
    assert (seventh["yes_votes"], seventh["status"]) == (7, "ACCEPTED")

    body = {"amount": "600", "payment_method": "CASH", "member_id": str(world.member("peter").pk)}
    paid = data(post(grace, f"{mine}/contribute/", body))
    assert paid["status"] == "VERIFIED"
    shown = {row["id"]: row for row in data(grace.get(f"/api/{here}/"))["results"]}[asked["id"]]
    assert (shown["status"], shown["contributed"]) == ("ACCEPTED", "600.00")
    body = {"amount": "400", "payment_method": "CASH", "member_id": str(world.member("alice").pk)}
    data(post(grace, f"{mine}/contribute/", body))
    shown = {row["id"]: row for row in data(grace.get(f"/api/{here}/"))["results"]}[asked["id"]]
    assert (shown["status"], shown["contributed"]) == ("COMPLETED", "1000.00")

    spent = {"kind": "CAMPAIGN_PAYOUT", "amount": "900", "group_campaign_id": asked["id"], "reason": "Six hives"}
    waits = data(post(grace, f"groups/{world.umoja.pk}/cash-movements", spent))
    assert waits["status"] == "PENDING"
    out = data(post(signed_in("mary"), f"savings-groups/transactions/{waits['id']}/verify/", {"action": "approve"}))
    assert out["status"] == "VERIFIED"
    assert check_books(world.umoja) == []
    too_much = post(grace, f"groups/{world.umoja.pk}/cash-movements", spent | {"amount": "200"})
    verdict = post(
        signed_in("mary"), f"savings-groups/transactions/{too_much.json().get('id')}/verify/", {"action": "approve"}
    )
    assert "insufficient_fund" in {too_much.json().get("code"), verdict.json().get("code")}


def test_the_demo_world_votes_on_a_tank(world: World, signed_in: Sign) -> None:
    tank = GroupCampaign.objects.get(group=world.umoja, status="PROPOSED")
    rows = data(signed_in("peter").get(f"/api/savings-groups/groups/{world.umoja.pk}/target-campaigns/"))["results"]
    shown = {row["id"]: row for row in rows}[str(tank.pk)]
    assert (shown["yes_votes"], shown["no_votes"], shown["my_vote"]) == (4, 1, "YES")
