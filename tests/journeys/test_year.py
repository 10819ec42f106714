"""A year of a group: saved, fined, spent; months and year closed; the surplus looked at, agreed, declared, paid.

The group is founded on the first day of last year, so the year is over whatever the day is on which this runs.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.money import kes
from core.periods import NAIROBI, today
from groups import operations as groups
from groups.models import BankingGroup, RoleName
from ledger.models import ClosedPeriod, Entry
from ledger.queries.balances import account_balances
from ledger.queries.trf import trf_sheet
from ledger.verify import check_books
from members import operations as members
from members.models import Member
from savings import operations as savings
from savings.operations import Movement
from tests.conftest import Sign, World, data

pytestmark = pytest.mark.django_db
YEAR = today().year - 1
SAVED = {"mary": 7_000, "grace": 3_000, "peter": 10_000, "alice": 5_000, "esther": 2_500}


@dataclass(frozen=True)
class Amani:
    """A second group of the same people."""

    group: BankingGroup
    members: dict[str, Member]

    def proved(self) -> None:
        assert check_books(self.group) == []
        assert trf_sheet(group=self.group, on=today()).difference == 0


def instant(day: dt.date, hour: int = 15) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=NAIROBI)


def post(client: APIClient, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"/api/{path}", body or {}, format="json")


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def amani(world: World) -> Amani:
    """Five members, 27,500.00 saved, 3,000.00 of fines brought, 1,000.00 spent: a profit of 2,000.00."""
    first = dt.date(YEAR, 1, 1)
    daniel, grace = world.user("daniel"), world.user("grace")
    group = groups.create_group(
        organisation=world.umoja.organisation, at=instant(first, 8), by=daniel, name="Amani", group_code="AMN-009",
        county="Kitui", constituency="Kitui Central", ward="Miambani", location="Kaveta", village="Mulundi",
        meeting_day="MONDAY", meeting_venue="Chapel", registration_date=first, target_amount=kes(0),
    )  # fmt: skip
    people = {
        name: members.join(group=group, person=world.member(name).person, at=instant(first, 9), on=first, by=daniel)
        for name in SAVED
    }
    for name, office in (("mary", RoleName.CHAIR), ("grace", RoleName.TREASURER)):
        groups.give_role(user=world.user(name), role=office, group=group, at=instant(first, 10), by=daniel)
    day = dt.date(YEAR, 3, 10)
    for name, amount in SAVED.items():
        by = world.user("mary") if name == "grace" else grace
        savings.contribute(member=people[name], kind="REGULAR", amount=kes(amount), by=by, at=instant(day), on=day)
    for month in (4, 6, 9):
        day = dt.date(YEAR, month, 5)
        savings.impose(
            member=people["peter"], amount=kes(1_000), reason="Left the field gate open", due_on=day, by=grace,
            at=instant(day), on=day,
        )  # fmt: skip
        savings.pay_fine(member=people["peter"], amount=kes(1_000), by=grace, at=instant(day), on=day)
    day = dt.date(YEAR, 10, 2)
    pens = Movement(kind="EXPENSE", amount=kes(1_000), reason="A new cash box")
    savings.move_cash(group=group, movement=pens, by=grace, at=instant(day), on=day)
    return Amani(group, people)


def test_the_year_is_closed_and_its_surplus_shared(world: World, signed_in: Sign, amani: Amani) -> None:
    daniel, mary, grace, peter = (signed_in(name) for name in ("daniel", "mary", "grace", "peter"))
    here = f"groups/{amani.group.pk}"
    amani.proved()

    looked = data(post(mary, f"{here}/dividends", {"fiscal_year": YEAR}))
    assert (looked["status"], looked["total_profit"], looked["distributable"]) == ("PREVIEW", "2000.00", "1400.00")
    assert {row["member_name"]: row["dividend_amount"] for row in looked["allocations"]} == {
        "Mary Wanjiku": "356.36", "Grace Atieno": "152.73", "Peter Kamau": "509.09", "Alice Wambui": "254.55",
        "Esther Moraa": "127.27",
    }  # fmt: skip
    assert sum(Decimal(row["dividend_amount"]) for row in looked["allocations"]) == Decimal("1400.00")
    assert refused(post(mary, f"{here}/dividends/{YEAR}/approve")) == (422, "year_not_closed")
    assert refused(post(peter, f"{here}/dividends", {"fiscal_year": YEAR})) == (403, "forbidden")
    own = data(peter.get(f"/api/{here}/dividends/{YEAR}"))
    assert [row["member_name"] for row in own["allocations"]] == ["Peter Kamau"]

    asked = post(grace, f"{here}/periods/{YEAR}-01/close")
    assert (asked.status_code, asked.json()["status"]) == (202, "PROPOSED")
    assert not ClosedPeriod.objects.filter(group=amani.group).exists()
    closed = data(post(daniel, f"{here}/periods/{YEAR}-03/close"))
    assert (closed["status"], closed["balances"]["2010"]) == ("CLOSED", "27500.00")
    back = {
        "member_id": str(amani.members["peter"].pk), "amount": "500", "transaction_type": "DEPOSIT",
        "contribution_type": "REGULAR", "payment_method": "CASH", "contribution_date": f"{YEAR}-02-01",
    }  # fmt: skip
    assert refused(post(grace, "transactions", back)) == (422, "period_closed")
    data(post(daniel, f"{here}/years/{YEAR}/close"))
    data(post(daniel, f"{here}/years/{YEAR}/close"))
    assert Entry.objects.filter(group=amani.group, kind="YEAR_CLOSE").count() == 1
    held = account_balances(amani.group)
    assert (held["4050"], held["5010"], held["3010"]) == (kes(0), kes(0), kes(2_000))
    # From March on, in which money first moved.
    assert ClosedPeriod.objects.filter(group=amani.group).count() == 10
    income = data(daniel.get(f"/api/{here}/income-statement?from={YEAR}-01-01&to={YEAR}-12-31"))
    assert "2000.00" in str(income)
    amani.proved()

    half = data(post(mary, f"{here}/dividends/{YEAR}/approve"))
    assert half["status"] == "PREVIEW"
    agreed = data(post(grace, f"{here}/dividends/{YEAR}/approve"))
    assert agreed["status"] == "APPROVED"
    assert refused(post(grace, f"{here}/dividends/{YEAR}/pay", {"member_id": str(amani.members["peter"].pk)}))[0] == 409
    declared = data(post(grace, f"{here}/dividends/{YEAR}/declare"))
    assert declared["status"] == "DECLARED"
    assert account_balances(amani.group)["2060"] == kes(1_400)
    amani.proved()

    keeps: dict[str, Any] = {"member_id": str(amani.members["peter"].pk), "keep": True}
    data(post(grace, f"{here}/dividends/{YEAR}/pay", keeps))
    assert account_balances(amani.group)["2010"] == Decimal("28009.09")
    for name, payer in (("mary", grace), ("alice", grace), ("esther", grace), ("grace", signed_in("joseph"))):
        if name == "grace":
            groups.give_role(
                user=world.user("joseph"), role=RoleName.FIELD_OFFICER, group=amani.group, at=instant(today(), 1),
                by=world.user("daniel"),
            )  # fmt: skip
            hers = {"member_id": str(amani.members[name].pk)}
            assert refused(post(grace, f"{here}/dividends/{YEAR}/pay", hers)) == (422, "maker_is_checker")
        body: dict[str, Any] = {"member_id": str(amani.members[name].pk), "payment_method": "CASH"}
        if name == "grace":
            body = {"member_id": str(amani.members[name].pk), "keep": True}
        last = data(post(payer, f"{here}/dividends/{YEAR}/pay", body))
    assert last["status"] == "PAID"
    assert account_balances(amani.group)["2060"] == kes(0)
    amani.proved()


def test_a_share_out_is_tried_before_the_vote(world: World, signed_in: Sign, amani: Amani) -> None:
    mary, daniel = signed_in("mary"), signed_in("daniel")
    here = f"groups/{amani.group.pk}"
    data(post(daniel, f"{here}/years/{YEAR}/close"))
    tried = data(post(mary, f"{here}/share-out", {"fiscal_year": YEAR}))
    assert (tried["status"], tried["distributable"]) == ("PREVIEW", "2000.00")
    peters = next(row for row in tried["allocations"] if row["member_name"] == "Peter Kamau")
    assert peters["dividend_amount"] == "727.27"
    assert Entry.objects.filter(group=amani.group, kind="SHARE_OUT").count() == 0
    amani.proved()
