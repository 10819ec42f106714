"""The TRF sheet over HTTP: its pinned shape, whose rows it lists, what is refused, what is overdue beside its loans."""

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.ids import new_id
from core.periods import now, today
from groups.models import RoleName
from groups.operations import give_role
from ledger.tests import reading
from ledger.tests.builders import NOON, make_user
from members.models import Member
from users.models import User

pytestmark = pytest.mark.django_db
# The doors read the clock, so these books are of the real day.
TODAY = today()
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)


class Books(reading.Books):
    today, now = TODAY, now()


@pytest.fixture
def books(db: None) -> Books:
    books = Books()
    give_role(user=books.tom, role=RoleName.TREASURER, group=books.group, at=NOON, by=None)
    sign_in(books.alice)
    return books


def sign_in(member: Member) -> User:
    member.person.user = make_user(member.person.name)
    member.person.save()
    give_role(user=member.person.user, role=RoleName.MEMBER, group=member.group, at=NOON, by=None)
    return member.person.user


def ask(user: User | None, books: Books, /, **asked: str) -> Any:
    client = APIClient()
    client.force_authenticate(user=user)
    return client.get(f"/api/groups/{books.group.pk}/trf-balance", asked)


def sheet_of(books: Books, by: User | None = None, /, **asked: str) -> Any:
    response = ask(by or books.tom, books, **asked)
    assert response.status_code == 200, response.json()
    return response.json()


def test_the_trf_sheet_has_its_pinned_shape(books: Books) -> None:
    books.save("137.50")
    sheet = sheet_of(books)
    assert set(sheet) >= {
        "on", "assets", "claims", "trf", "claims_total", "difference", "cash_by_place", "held_for_others",
        "brought_forward", "flows", "members",
    }  # fmt: skip
    assert (sheet["on"], sheet["trf"], sheet["claims_total"], sheet["difference"]) == (
        TODAY.isoformat(), "137.50", "137.50", "0.00",
    )  # fmt: skip
    assert {"head": "cash_box", "amount": "137.50", "label": "Cash box", "arrears": None} in sheet["assets"]
    assert {"head": "members_savings", "amount": "137.50", "label": "Members' savings"} in sheet["claims"]
    assert sheet["cash_by_place"] == {"CASH_BOX": "137.50", "BANK": "0.00", "MPESA": "0.00", "OFFICER": "0.00"}
    assert set(sheet["held_for_others"]) == {"total", "social", "ecd", "campaigns", "unallocated", "projects"}
    assert sheet["brought_forward"] == {
        "on": YESTERDAY.isoformat(),
        "cash": "0.00",
        "loan_fund_cash": "0.00",
        "trf": "0.00",
    }
    assert sheet["flows"] == [{"head": "regular_savings", "label": "Regular savings", "in": "137.50", "out": "0.00"}]
    assert sheet["members"][0]["savings"] == {
        "brought_forward": "0.00", "in": "137.50", "out": "0.00", "carried_forward": "137.50",
    }  # fmt: skip


def test_what_is_overdue_stands_beside_each_line_of_loans_and_nowhere_else(books: Books) -> None:
    beside = {line["head"]: line["arrears"] for line in sheet_of(books)["assets"] if line["arrears"] is not None}
    assert beside == {"short_term_loans": "0.00", "long_term_loans": "0.00"}


def test_a_member_sees_the_whole_fund_and_her_own_row_only(books: Books) -> None:
    books.save("137.50")
    books.save("80.00", books.beth)
    hers = sheet_of(books, books.alice.person.user)
    assert [row["member_name"] for row in hers["members"]] == ["Alice"]
    everybody = sheet_of(books)
    assert [row["member_name"] for row in everybody["members"]] == ["Alice", "Beth"]
    assert hers["trf"] == everybody["trf"] == "217.50"


def test_from_opens_the_period_of_the_sheet(books: Books) -> None:
    books.save("100.00", on=YESTERDAY)
    before = YESTERDAY.isoformat()
    sheet = sheet_of(books, None, **{"from": before, "on": before})
    assert (sheet["from"], sheet["on"], sheet["flows"][0]["in"]) == (before, before, "100.00")


def test_strangers_find_nothing_and_nobody_reads_without_signing_in(books: Books) -> None:
    jane = sign_in(Books(name="Baraka").alice)
    assert (ask(jane, books).status_code, ask(None, books).status_code) == (404, 401)
    client = APIClient()
    client.force_authenticate(user=jane)
    assert client.get(f"/api/groups/{new_id()}/trf-balance").status_code == 404


WRONG: list[tuple[dict[str, str], str]] = [
    ({"on": TOMORROW.isoformat()}, "on"),
    ({"from": "2026-03-20", "on": "2026-03-19"}, "from"),
    ({"to": "2026-03-19"}, "to"),
    ({"from": "0001-01-01"}, "from"),
]


@pytest.mark.parametrize(("asked", "field"), WRONG)
def test_what_cannot_be_asked_is_refused_by_name(books: Books, asked: dict[str, str], field: str) -> None:
    answer = ask(books.tom, books, **asked)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
