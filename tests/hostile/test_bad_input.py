"""Bad input of every kind gets a problem document, changes nothing, and is never a server error."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import Act
from ledger.models import Book, Entry, Line, Voucher
from members.models import Member, Person
from tests.conftest import Sign, World
from users.models import Submission

pytestmark = pytest.mark.django_db

DEEP: Any = None
for _ in range(60):
    DEEP = [DEEP]

AMOUNTS = [
    "137.505", "NaN", "Infinity", "-Infinity", "1e400", "1e-5", "-1", "0", "0.00", "", " ", "1,000.00", "١٢", "0x10",
    "999999999999", True, False, None, [], {}, ["5"], {"amount": 5}, -5, 0, 1.005, "5\u0000", "5\n", "１００",
]  # fmt: skip
TEXTS = ["\u0000", "a\u0000b", "\u202eevil", "x" * 10_001, 5, True, [], {}, None]
IDS = ["", "1", "not-an-id", "00000000-0000-0000-0000-00000000000", 5, True, [], {}, "' OR 1=1 --", "\u0000", "%00"]
DATES = [
    "",
    "tomorrow",
    "2026-02-30",
    "0000-00-00",
    "99999-01-01",
    "2026-1-1T00:00",
    5,
    True,
    [],
    {},
    "2026-11-20\u0000",
]
RAW_BODIES = [
    b"", b"null", b"[]", b'"text"', b"5", b"{", b"\xff\xfe", b'{"amount": NaN}', b'{"amount": 1e999999}',
    b'{"amount": ' + b"9" * 100_000 + b"}", b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b"[" * 100_000,
    b'{"member_id": "\\ud800"}', b'{"member_id": "\\u0000"}', b'{"amount": 1, "amount": 2}',
]  # fmt: skip
COUNTED = (Entry, Line, Voucher, Book, Person, Member, Submission, Act)


def counts() -> list[int]:
    return [model.objects.count() for model in COUNTED]


def good(world: World) -> dict[str, Any]:
    return {
        "member_id": str(world.member("alice").id),
        "amount": "10.00",
        "transaction_type": "DEPOSIT",
        "contribution_type": "REGULAR",
        "payment_method": "CASH",
    }


def changes() -> Iterator[tuple[str, Any]]:
    for name, values in {
        "amount": AMOUNTS,
        "member_id": IDS,
        "contribution_date": DATES,
        "transaction_type": [*TEXTS, "deposit", "TRANSFER"],
        "contribution_type": [*TEXTS, "regular", "SAVINGS"],
        "payment_method": [*TEXTS, "cash", "CHEQUE"],
        "offline_sync_id": ["", "x" * 101, 5, True, [], {}, "a\u0000b"],
        "meeting_id": [value for value in IDS if value != ""],
    }.items():
        for value in values:
            yield name, value


def raw(client: APIClient, method: str, path: str, body: bytes, kind: str = "application/json") -> Any:
    """Exactly these bytes, which need not be text."""
    send: Any = client.generic
    return send(method, path, body, content_type=kind)


def refused(answer: Any) -> bool:
    return (
        400 <= answer.status_code < 500
        and answer["Content-Type"] == "application/problem+json"
        and set(answer.json()) >= {"type", "title", "status", "detail", "code", "errors"}
    )


def test_bad_values_in_a_transaction_are_refused_and_change_nothing(world: World, signed_in: Sign) -> None:
    mary, body, before = signed_in("mary"), good(world), counts()
    wrong = [
        (name, repr(value)[:40], answer.status_code)
        for name, value in changes()
        if not refused(answer := mary.post("/api/transactions", body | {name: value}, format="json"))
        and not (name == "contribution_date" and value is None)
    ]
    assert wrong == []
    assert counts() == before


POSTS = [
    "/api/transactions",
    "/api/savings-groups/savings/record",
    "/api/members",
    "/api/auth/login",
    "/api/auth/refresh",
    "/api/auth/activate",
    "/api/auth/reset",
    "/api/auth/password",
    "/api/groups/{group}/cash-movements",
    "/api/transactions/{voucher}/reverse",
    "/api/savings-groups/transactions/{voucher}/verify",
]


@pytest.mark.parametrize("path", POSTS)
def test_bodies_that_are_no_json_object_are_refused(world: World, signed_in: Sign, path: str) -> None:
    grace, before = signed_in("grace"), counts()
    voucher = Voucher.objects.filter(group=world.umoja, status="VERIFIED").latest("id")
    where = path.format(group=world.umoja.id, voucher=voucher.id)
    for body in RAW_BODIES:
        answer = raw(grace, "POST", where, body)
        assert refused(answer), (body[:30], answer.status_code, answer.content[:200])
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
    ):
        assert refused(raw(grace, "POST", where, b"amount=5", kind)), kind
    assert counts() == before


@pytest.mark.parametrize(
    "movement", ["BANKING", "HANDOVER", "EXPENSE", "CHARGE", "EXTERNAL_IN", "OPENING", "X", "", None, 5]
)
def test_cash_movements_without_sense_are_refused(world: World, signed_in: Sign, movement: Any) -> None:
    grace, before = signed_in("grace"), counts()
    path = f"/api/groups/{world.umoja.id}/cash-movements"
    for amount in AMOUNTS:
        assert refused(grace.post(path, {"kind": movement, "amount": amount, "reason": "x"}, format="json")), amount
    for place in ["NOWHERE", "9999", 5, [], {}, "1110", "\u0000", "2010"]:
        body = {"kind": movement, "amount": "1.00", "from": place, "to": place, "reason": "x"}
        assert refused(grace.post(path, body, format="json")), place
    assert counts() == before


QUERIES = [
    "surprise=1", "page_size=0", "page_size=-1", "page_size=abc", "page_size=1e9", "page_size=%D9%A1", "page=0",
    "page=abc", "page=99999999999999999999", "ordering=password", "ordering=-person__id_number_sealed",
    "cursor=%00", "cursor=abc",
    "status=%27%20OR%201=1", "group=not-an-id", "member=%00", "from=yesterday", "on=2026-02-30", "to=9999-99-99",
    "search=%00", "group=%20", "member=%20", "group=", "member=",
]  # fmt: skip
LISTS = [
    "/api/groups",
    "/api/groups/{group}/members",
    "/api/transactions",
    "/api/savings-groups/groups/{group}/transactions",
    "/api/savings-groups/my-transactions",
    "/api/groups/{group}/cash-ledger",
    "/api/groups/{group}/trf-balance",
    "/api/groups/{group}/trial-balance",
]


@pytest.mark.parametrize("path", LISTS)
def test_unknown_or_broken_filters_are_refused(world: World, signed_in: Sign, path: str) -> None:
    mary = signed_in("mary")
    where = path.format(group=world.umoja.id)
    for query in QUERIES:
        answer = mary.get(f"{where}?{query}")
        assert refused(answer), (query, answer.status_code, answer.content[:200])
    assert mary.get(where).status_code == 200


def test_page_size_above_the_cap_is_the_cap(world: World, signed_in: Sign) -> None:
    rows = signed_in("mary").get("/api/transactions?page_size=5000").json()["results"]
    assert len(rows) == 200


def test_ids_of_strangers_in_a_body_are_not_found(world: World, signed_in: Sign) -> None:
    mary, before = signed_in("mary"), counts()
    jane, kevin = str(world.member("jane").id), str(world.member("kevin").id)
    unknown = "018f0000-0000-7000-8000-000000000000"
    for stranger in (jane, kevin, unknown):
        answer = mary.post("/api/transactions", good(world) | {"member_id": stranger}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        record = {"member_id": stranger, "saving_type_code": "PERSONAL", "amount": "5", "transaction_type": "DEPOSIT"}
        answer = mary.post("/api/savings-groups/savings/record", record, format="json")
        assert answer.status_code == 404
        payout = {"kind": "WELFARE_PAYOUT", "amount": "5", "member_id": stranger, "reason": "x"}
        answer = mary.post(f"/api/groups/{world.umoja.id}/cash-movements", payout, format="json")
        assert answer.status_code == 404
    for group in (world.baraka.id, world.neema.id, unknown):
        body = {"group_id": str(group), "member_name": "A B", "id_number": "1234567", "phone": "0712345678"}
        body |= {"date_of_birth": "1990-01-01", "next_of_kin": []}  # type: ignore[dict-item]  # JSON is mixed
        assert mary.post("/api/members", body, format="json").status_code == 404
    assert counts() == before


SET_BY_THE_SERVER = {
    "id": "018f0000-0000-7000-8000-000000000001",
    "status": "PENDING",
    "recorded_by": "018f0000-0000-7000-8000-000000000002",
    "verified_by": "018f0000-0000-7000-8000-000000000002",
    "approved_by": "018f0000-0000-7000-8000-000000000002",
    "entry_number": 1,
    "reversed": True,
    "group_id": "018f0000-0000-7000-8000-000000000003",
    "is_staff": True,
    "role": "SYSTEM_ADMIN",
}


def test_nobody_sets_what_the_server_sets(world: World, signed_in: Sign) -> None:
    row = signed_in("mary").post("/api/transactions", good(world) | SET_BY_THE_SERVER, format="json").json()
    assert row["recorded_by"] == str(world.user("mary").id)
    assert row["group_id"] == str(world.umoja.id)
    assert row["status"] == "VERIFIED"
    assert row["verified_by"] is None
    assert row["id"] != SET_BY_THE_SERVER["id"]
    assert row["entry_number"] > 1
    assert row["reversed"] is False


def test_a_body_of_a_megabyte_is_too_large(world: World, signed_in: Sign) -> None:
    body = json.dumps(good(world) | {"padding": "x" * (1024 * 1024 + 10)})
    answer = signed_in("mary").generic("POST", "/api/transactions", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["/api", "/api/nothing", "/api/groups/not-an-id", "/api/groups/1/members", "/api/%00"])
def test_addresses_that_do_not_exist_are_problems_too(path: str) -> None:
    answer = APIClient().get(path)
    assert answer.status_code in {400, 404}
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_methods_that_a_path_lacks(world: World, signed_in: Sign, method: str) -> None:
    answer = raw(signed_in("mary"), method, f"/api/groups/{world.umoja.id}/trial-balance", b"{}")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
