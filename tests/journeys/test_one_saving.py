"""The main job: Mary records one saving for Alice, everybody sees it, and the books prove themselves."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from core.periods import today
from ledger.verify import check_books, verify_chain
from tests.conftest import Sign, World, data

pytestmark = pytest.mark.django_db


def figures(client: APIClient, world: World) -> dict[str, Decimal]:
    """Cash, TRF and savings as the three reports show them."""
    group = world.umoja.id
    trf = data(client.get(f"/api/groups/{group}/trf-balance"))
    trial = data(client.get(f"/api/groups/{group}/trial-balance"))
    ledger = data(client.get(f"/api/groups/{group}/cash-ledger"))
    assert trf["difference"] == "0.00"
    assert trial["difference"] == "0.00"
    savings = next(row for row in trial["accounts"] if row["code"] == "2010")
    return {
        "trf": Decimal(trf["trf"]),
        "cash": Decimal(ledger["closing_balance"]),
        "savings": Decimal(savings["credit"]),
    }


def test_mary_records_137_50_for_alice_once(world: World, signed_in: Sign, fresh_key: Callable[[], str]) -> None:
    mary = signed_in("mary")
    before = figures(mary, world)
    body = {
        "member_id": str(world.member("alice").id),
        "amount": "137.50",
        "transaction_type": "DEPOSIT",
        "contribution_type": "REGULAR",
        "payment_method": "CASH",
        "offline_sync_id": fresh_key(),
    }

    first = mary.post("/api/transactions", body, format="json")
    again = mary.post("/api/transactions/", body, format="json")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert again.json()["id"] == first.json()["id"]
    row = first.json()
    assert row["status"] == "VERIFIED"
    assert row["amount"] == "137.50"
    assert row["recorded_by"] == str(world.user("mary").id)
    assert row["reversed"] is False

    after = figures(mary, world)
    assert {name: after[name] - before[name] for name in after} == dict.fromkeys(after, Decimal("137.50"))
    newest = data(mary.get(f"/api/groups/{world.umoja.id}/cash-ledger?from={today()}&page_size=200"))["results"][-1]
    assert newest["entry_number"] == row["entry_number"]
    assert (newest["category"], newest["subcategory"], newest["amount"]) == ("CASH_IN", "regular_savings", "137.50")
    assert newest["balance_after"] == str(after["cash"])

    chain = data(mary.get(f"/api/groups/{world.umoja.id}/verify-chain"))
    assert chain["intact"] is True
    assert chain["broken_at"] is None
    assert chain["entries"] == row["entry_number"]
    assert verify_chain(world.umoja).intact
    assert check_books(world.umoja) == []


def test_the_same_key_with_another_amount_is_refused(
    world: World, signed_in: Sign, fresh_key: Callable[[], str]
) -> None:
    mary = signed_in("mary")
    body = {
        "member_id": str(world.member("alice").id),
        "amount": "137.50",
        "transaction_type": "DEPOSIT",
        "contribution_type": "REGULAR",
        "payment_method": "CASH",
    }
    key = fresh_key()
    assert mary.post("/api/transactions", body, format="json", headers={"Idempotency-Key": key}).status_code == 201
    other = mary.post("/api/transactions", body | {"amount": "138.50"}, format="json", headers={"Idempotency-Key": key})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_alice_saves_for_herself_and_grace_verifies(world: World, signed_in: Sign) -> None:
    alice, grace = signed_in("alice"), signed_in("grace")
    before = figures(grace, world)
    pending = alice.post(
        "/api/savings-groups/savings/record/",
        {
            "group_id": str(world.umoja.id),
            "saving_type_code": "PERSONAL",
            "amount": 250,
            "transaction_type": "DEPOSIT",
            "mobile_money_transaction_id": "SJK1TESTAB",
            "mobile_money_provider": "MPESA",
            "mobile_money_phone": "0700000014",
        },
        format="json",
    )
    assert (pending.status_code, pending.json()["status"]) == (201, "PENDING")
    assert figures(grace, world) == before

    path = f"/api/savings-groups/transactions/{pending.json()['id']}/verify/"
    own = alice.post(path, {"action": "approve"}, format="json")
    assert own.status_code == 403
    verified = data(grace.post(path, {"action": "approve"}, format="json"))
    assert (verified["status"], verified["verified_by"]) == ("VERIFIED", str(world.user("grace").id))
    twice = grace.post(path, {"action": "approve"}, format="json")
    assert (twice.status_code, twice.json()["code"]) == (409, "already_verified")
    assert figures(grace, world)["savings"] - before["savings"] == Decimal("250.00")


def test_a_mistake_is_reversed_never_edited(world: World, signed_in: Sign) -> None:
    grace = signed_in("grace")
    before = figures(grace, world)
    wrong = data(
        grace.post(
            "/api/transactions",
            {
                "member_id": str(world.member("lucy").id),
                "amount": "5000.00",
                "transaction_type": "DEPOSIT",
                "contribution_type": "REGULAR",
                "payment_method": "CASH",
            },
            format="json",
        )
    )
    reversal = grace.post(f"/api/transactions/{wrong['id']}/reverse", {"reason": "Counted twice"}, format="json")
    assert reversal.status_code == 200, reversal.content
    assert figures(grace, world) == before
    again = grace.post(f"/api/transactions/{wrong['id']}/reverse", {"reason": "Counted twice"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_reversed")
    assert data(grace.get(f"/api/transactions/{wrong['id']}"))["reversed"] is True
    assert check_books(world.umoja) == []
