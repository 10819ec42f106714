"""Statements over HTTP: whose, for which days, and page after page."""

import datetime as dt

import pytest

from core.codes import checks_out
from core.ids import new_id
from core.periods import today
from members.models import Member
from reports.tests.conftest import As, Bring, user_of
from users.models import User

pytestmark = pytest.mark.django_db


def path(member: Member, query: str = "") -> str:
    return f"/api/members/{member.pk}/statement{query}"


@pytest.mark.parametrize("slash", ["", "/"])
def test_alice_reads_her_own_statement(alice: Member, bring: Bring, signed_in: As, slash: str) -> None:
    bring(alice, "137.50")
    bring(alice, "20", "WELFARE")
    answer = signed_in(user_of(alice)).get(path(alice) + slash)
    assert answer.status_code == 200
    body = answer.json()
    first, second = body.pop("results")
    assert checks_out(body["account_number"])
    assert body == {
        "member_id": str(alice.pk),
        "member_name": "Alice Wambui",
        "member_number": alice.number,
        "account_number": alice.account_number,
        "group_id": str(alice.group_id),
        "group_name": "Umoja",
        "from": today().isoformat(),
        "to": today().isoformat(),
        "opening": {"PERSONAL": "0.00", "SOCIAL": "0.00", "ECD": "0.00", "PROJECT": "0.00"},
        "closing": {"PERSONAL": "137.50", "SOCIAL": "20.00", "ECD": "0.00", "PROJECT": "0.00"},
        "next": None,
    }
    code = first.pop("receipt_code")
    assert len(code) == 11
    assert first == {
        "transaction_date": today().isoformat(),
        "kind": "CONTRIBUTION",
        "fund": "PERSONAL",
        "entry_number": 1,
        "in": "137.50",
        "out": "0.00",
        "balances": {"PERSONAL": "137.50", "SOCIAL": "0.00", "ECD": "0.00", "PROJECT": "0.00"},
        "reversed": False,
    }
    assert (second["fund"], second["balances"]["SOCIAL"]) == ("SOCIAL", "20.00")


def test_alice_does_not_read_peter_s_ruth_does_and_jane_finds_nobody(
    alice: Member, peter: Member, jane: Member, ruth: User, signed_in: As
) -> None:
    assert signed_in(user_of(alice)).get(path(peter)).status_code == 403
    assert signed_in(ruth).get(path(peter)).status_code == 200
    assert signed_in(user_of(jane)).get(path(peter)).status_code == 404
    assert signed_in(ruth).get(f"/api/members/{new_id()}/statement").status_code == 404


def test_a_period_and_its_pages(alice: Member, ruth: User, bring: Bring, signed_in: As) -> None:
    for ago in (3, 2, 1, 0):
        bring(alice, "100", on=today() - dt.timedelta(days=ago))
    client = signed_in(ruth)
    since = (today() - dt.timedelta(days=2)).isoformat()
    page = client.get(path(alice, f"?from={since}&page_size=2")).json()
    assert (page["opening"]["PERSONAL"], page["closing"]["PERSONAL"]) == ("100.00", "400.00")
    assert [row["balances"]["PERSONAL"] for row in page["results"]] == ["200.00", "300.00"]
    last = client.get(page["next"]).json()
    assert [row["balances"]["PERSONAL"] for row in last["results"]] == ["400.00"]
    assert (last["next"], last["opening"], last["closing"]) == (None, page["opening"], page["closing"])


@pytest.mark.parametrize(
    "query",
    [
        "?from=yesterday",
        "?from=2026-13-01",
        "?to=2999-01-01",
        "?from=2020-02-01&to=2020-01-01",
        "?page_size=0",
        "?page_size=-1",
        "?cursor=x",
        "?member=1",
        "?from=1899-12-31",
    ],
)
def test_what_cannot_be_asked_is_refused(alice: Member, ruth: User, bring: Bring, signed_in: As, query: str) -> None:
    bring(alice, "100")
    answer = signed_in(ruth).get(path(alice, query))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
