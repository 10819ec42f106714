"""The reading doors: who may read what, the pinned shapes, and what is refused."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils.translation import override
from rest_framework.test import APIClient

from core.ids import new_id
from core.periods import now, today
from core.tests.lasting import lasting
from groups.models import RoleName
from groups.operations import give_role
from ledger.models import Entry
from ledger.operations import Draft, post_many
from ledger.tests import reading
from ledger.tests.builders import NOON, fresh_key, make_user, saving
from ledger.tests.reading import papers_of_one_meeting
from members.models import Member
from users.models import User

pytestmark = pytest.mark.django_db
# The doors read the clock, so these books are of the real day.
TODAY = today()
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
BEFORE = YESTERDAY.isoformat()
NEW_YEAR = TODAY.replace(month=1, day=1)
OLD_YEAR = NEW_YEAR - dt.timedelta(days=1)
FOR_READERS = ["cash-ledger", "trial-balance", "income-statement", "balance-sheet"]
FOR_MEMBERS = ["verify-chain"]
ROUTES = [*FOR_READERS, *FOR_MEMBERS]


@pytest.fixture(autouse=True)
def _own_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "ledger.tests.urls"


class Books(reading.Books):
    today, now = TODAY, now()


@pytest.fixture
@lasting
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


def path(books: Books, route: str) -> str:
    return f"/api/groups/{books.group.pk}/{route}"


def get(user: User | None, address: str, **asked: str) -> Any:
    client = APIClient()
    client.force_authenticate(user=user)
    return client.get(address, asked)


def answer(books: Books, route: str, **asked: str) -> Any:
    response = get(books.tom, path(books, route), **asked)
    assert response.status_code == 200, response.json()
    return response.json()


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    body: dict[str, Any] = response.json()
    assert body["code"] == code
    return body


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_reads_without_signing_in(books: Books, route: str) -> None:
    refused(get(None, path(books, route)), 401, "not_authenticated")


@pytest.mark.parametrize("route", ROUTES)
def test_jane_finds_nothing_of_umoja(books: Books, route: str) -> None:
    baraka = Books(name="Baraka")
    jane = sign_in(baraka.alice)
    refused(get(jane, path(books, route)), 404, "not_found")
    refused(get(jane, f"/api/groups/{new_id()}/{route}"), 404, "not_found")


@pytest.mark.parametrize("route", FOR_READERS)
def test_a_plain_member_may_not_read_the_whole_books(books: Books, route: str) -> None:
    refused(get(books.alice.person.user, path(books, route)), 403, "forbidden")


@pytest.mark.parametrize("route", FOR_MEMBERS)
def test_a_plain_member_may_prove_the_books_of_her_group(books: Books, route: str) -> None:
    assert get(books.alice.person.user, path(books, route)).status_code == 200


def test_the_cashbook_of_the_other_plan_is_the_same_ledger(books: Books) -> None:
    books.save("137.50")
    other = f"/api/savings-groups/groups/{books.group.pk}/cashbook/"
    assert get(books.tom, other).json() == answer(books, "cash-ledger")
    refused(get(books.alice.person.user, other), 403, "forbidden")


def test_the_cash_ledger_has_its_pinned_shape(books: Books) -> None:
    paper = books.paper("137.50", on=YESTERDAY)
    assert answer(books, "cash-ledger") == {
        "from": YESTERDAY.isoformat(),
        "to": TODAY.isoformat(),
        "opening_balance": "0.00",
        "closing_balance": "137.50",
        "results": [
            {
                "entry_number": 1,
                "transaction_date": YESTERDAY.isoformat(),
                "category": "CASH_IN",
                "subcategory": "regular_savings",
                "amount": "137.50",
                "place": "CASH_BOX",
                "description": "Regular savings: Alice",
                "reference_doc": str(paper.pk),
                "balance_after": "137.50",
                "lines": 1,
            }
        ],
        "next": None,
    }


def test_pages_follow_their_links_to_the_end(books: Books) -> None:
    for amount in ("1.00", "2.00", "3.00"):
        books.save(amount)
    first = answer(books, "cash-ledger", page_size="2", place="CASH_BOX")
    assert first["next"].startswith("http://testserver/api/groups/")
    second = get(books.tom, first["next"]).json()
    assert [row["balance_after"] for row in first["results"] + second["results"]] == ["1.00", "3.00", "6.00"]
    assert (second["closing_balance"], second["next"]) == ("6.00", None)


def test_page_sizes_above_two_hundred_count_as_two_hundred(books: Books) -> None:
    drafts = [Draft("CONTRIBUTION", TODAY, fresh_key(), saving(books.alice, "1.00")) for _entry in range(201)]
    post_many(group=books.group, drafts=drafts, at=books.now, actor=books.tom)
    page = answer(books, "cash-ledger", page_size="100000")
    assert (len(page["results"]), page["closing_balance"]) == (200, "201.00")
    assert len(get(books.tom, page["next"]).json()["results"]) == 1


def test_lines_of_a_meeting_fold_when_asked(books: Books) -> None:
    meeting = papers_of_one_meeting(books)
    rows = answer(books, "cash-ledger", group_by="meeting")["results"]
    assert [(row["subcategory"], row["amount"], row["place"], row["lines"]) for row in rows] == [
        ("regular_savings", "850.00", None, 3),
        ("welfare", "200.00", "CASH_BOX", 1),
    ]
    assert rows[0]["reference_doc"] == str(meeting)


def test_the_period_narrows_the_ledger(books: Books) -> None:
    books.save("10.00", on=YESTERDAY)
    books.save("5.00")
    page = answer(books, "cash-ledger", **{"from": TODAY.isoformat(), "to": TODAY.isoformat()})
    assert (page["opening_balance"], page["closing_balance"], len(page["results"])) == ("10.00", "15.00", 1)


def test_the_trial_balance_has_its_pinned_shape(books: Books) -> None:
    books.save("137.50")
    trial = answer(books, "trial-balance")
    assert {"code": "1010", "name": "Cash box", "debit": "137.50", "credit": "0.00"} in trial["accounts"]
    assert {"code": "2010", "name": "Members' savings", "debit": "0.00", "credit": "137.50"} in trial["accounts"]
    assert (trial["on"], trial["debits"], trial["credits"], trial["difference"]) == (
        TODAY.isoformat(), "137.50", "137.50", "0.00",
    )  # fmt: skip
    assert answer(books, "trial-balance", on=YESTERDAY.isoformat())["debits"] == "0.00"


def test_the_income_statement_is_of_this_year_unless_asked(books: Books) -> None:
    books.does("pays a fine", "100.00", OLD_YEAR)
    books.does("pays appreciation", "25.00")
    this_year = answer(books, "income-statement")
    assert (this_year["from"], this_year["to"], this_year["profit"]) == (
        NEW_YEAR.isoformat(),
        TODAY.isoformat(),
        "25.00",
    )
    assert (this_year["appreciation_fees"], this_year["difference"]) == ("25.00", "0.00")
    last_year = answer(books, "income-statement", to=OLD_YEAR.isoformat())
    assert {"code": "4050", "name": "Fines", "amount": "100.00"} in last_year["income"]


def test_the_balance_sheet_states_its_difference(books: Books) -> None:
    books.save("137.50")
    sheet = answer(books, "balance-sheet")
    assert (sheet["on"], sheet["assets_total"], sheet["liabilities_total"], sheet["equity_total"]) == (
        TODAY.isoformat(), "137.50", "137.50", "0.00",
    )  # fmt: skip
    assert (sheet["result"], sheet["difference"]) == ("0.00", "0.00")


def test_the_chain_is_told_with_its_head(books: Books) -> None:
    books.save("1.00")
    newest: Entry = books.save("2.00")
    assert answer(books, "verify-chain") == {"intact": True, "entries": 2, "head": newest.hash, "broken_at": None}


WRONG = [
    ("cash-ledger", {"unknown": "1"}, "unknown"),
    ("cash-ledger", {"ordering": "amount"}, "ordering"),
    ("cash-ledger", {"from": "2026-3-1"}, "from"),
    ("cash-ledger", {"from": "20260301"}, "from"),
    ("cash-ledger", {"from": "2026-02-30"}, "from"),
    ("cash-ledger", {"from": ""}, "from"),
    ("cash-ledger", {"to": TOMORROW.isoformat()}, "to"),
    ("cash-ledger", {"from": "2026-03-20", "to": "2026-03-19"}, "from"),
    ("cash-ledger", {"place": "POCKET"}, "place"),
    ("cash-ledger", {"group_by": "member"}, "group_by"),
    ("cash-ledger", {"page_size": "0"}, "page_size"),
    ("cash-ledger", {"page_size": "many"}, "page_size"),
    ("cash-ledger", {"cursor": "forged"}, "cursor"),
    ("cash-ledger", {"cursor": "éè:x:y"}, "cursor"),
    ("trial-balance", {"on": "yesterday"}, "on"),
    ("trial-balance", {"cursor": "x"}, "cursor"),
    ("income-statement", {"to": "9999-12-31"}, "to"),
    ("balance-sheet", {"on": "٢٠٢٦-٠٣-٠١"}, "on"),
    ("verify-chain", {"on": "2026-03-01"}, "on"),
]


@pytest.mark.parametrize(("route", "asked", "field"), WRONG)
def test_what_cannot_be_asked_is_refused_by_name(books: Books, route: str, asked: dict[str, str], field: str) -> None:
    body = refused(get(books.tom, path(books, route), **asked), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == [field]


def test_an_id_that_is_none_is_no_address(books: Books) -> None:
    assert get(books.tom, "/api/groups/umoja/trial-balance").status_code == 404
    assert get(books.tom, f"/api/groups/{uuid.UUID(int=0)}/trial-balance").status_code == 404


@pytest.mark.parametrize("route", ROUTES)
def test_the_books_are_not_written_here(books: Books, route: str) -> None:
    client = APIClient()
    client.force_authenticate(user=books.tom)
    assert client.post(path(books, route), {}, format="json").status_code == 405


def test_words_are_the_readers_and_figures_are_not(books: Books) -> None:
    books.save("1500.00")
    with override("sw"):
        assert answer(books, "trial-balance")["debits"] == "1500.00"
