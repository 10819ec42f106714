"""Groups over HTTP: who sees which, what the lists can be asked, and what one group's figures say."""

import datetime as dt

import pytest
from rest_framework.test import APIClient

from core.ids import new_id
from core.periods import month_start, now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup, Organisation, RoleName
from groups.operations import end_role
from groups.tests.conftest import MakeGroup
from ledger.vouchers import reverse
from members.models import Member
from reports.tests.conftest import As, Bring, Enrol, Give, MakeUser, user_of
from users.models import User

pytestmark = pytest.mark.django_db

LAST_MONTH = month_start(today()) - dt.timedelta(days=1)
LISTS = ["/api/savings-groups", "/api/groups", "/api/savings-groups/", "/api/groups/"]


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    return user


@pytest.mark.parametrize("path", LISTS)
def test_mary_s_list_holds_umoja_with_its_fields(mary: Member, jane: Member, signed_in: As, path: str) -> None:
    answer = signed_in(user_of(mary)).get(path)
    assert answer.status_code == 200
    umoja = mary.group
    assert answer.json() == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "id": str(umoja.id),
                "name": "Umoja",
                "group_code": "GRP-UMOJA",
                "county": "Kiambu",
                "constituency": "",
                "ward": "",
                "county_code": "022",
                "constituency_code": "",
                "ward_code": "",
                "location": "",
                "village": "",
                "meeting_day": "THURSDAY",
                "meeting_venue": "",
                "registration_date": "2025-01-15",
                "status": "ACTIVE",
                "organisation": str(umoja.organisation_id),
                "organisation_name": "Pamoja",
                "target_amount": "0.00",
                "members_count": 1,
            }
        ],
    }


def names(client: APIClient, query: str = "") -> list[str]:
    answer = client.get(f"/api/groups{query}")
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def test_each_sees_the_groups_in_her_scope(
    daniel: User, sarah: User, jane: Member, umoja: BankingGroup, neema: BankingGroup, signed_in: As
) -> None:
    assert names(signed_in(daniel)) == ["Baraka", "Umoja"]
    assert names(signed_in(sarah)) == ["Baraka", "Neema", "Umoja"]
    assert names(signed_in(user_of(jane))) == ["Baraka"]


def test_the_list_is_filtered_searched_and_ordered(
    sarah: User, umoja: BankingGroup, baraka: BankingGroup, neema: BankingGroup, signed_in: As
) -> None:
    BankingGroup.objects.filter(pk=baraka.pk).update(status="SUSPENDED", county="Nakuru")
    BankingGroup.objects.filter(pk=neema.pk).update(registration_date=dt.date(2024, 1, 1), village="Kwa Umoja")
    client = signed_in(sarah)
    assert names(client, "?status=SUSPENDED") == ["Baraka"]
    assert names(client, "?county=kiambu") == ["Neema", "Umoja"]
    assert names(client, "?search=umoja") == ["Neema", "Umoja"]
    assert names(client, "?search=GRP-BAR") == ["Baraka"]
    assert names(client, "?search=%25") == []
    assert names(client, "?ordering=-name") == ["Umoja", "Neema", "Baraka"]
    assert names(client, "?ordering=registration_date")[0] == "Neema"
    assert names(client, "?page_size=1&page=2") == ["Neema"]
    assert names(client, "?page_size=1000") == ["Baraka", "Neema", "Umoja"]


@pytest.mark.parametrize(
    "query",
    [
        "?colour=green",
        "?status=OPEN",
        "?ordering=target_amount",
        "?ordering=-",
        "?page_size=0",
        "?page_size=x",
        "?organisation=1",
    ],
)
def test_what_the_list_does_not_know_is_refused(mary: Member, signed_in: As, query: str) -> None:
    answer = signed_in(user_of(mary)).get(f"/api/groups{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["errors"]


@pytest.mark.parametrize("query", ["?page=99", "?page=x", "?page=0"])
def test_a_page_that_is_not_there_is_not_found(mary: Member, signed_in: As, query: str) -> None:
    assert signed_in(user_of(mary)).get(f"/api/groups{query}").status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_groups(
    sarah: User, pamoja: Organisation, make_group: MakeGroup, signed_in: As, django_assert_num_queries: object
) -> None:
    client = signed_in(sarah)
    make_group(pamoja, "Umoja")
    # Session, roles, count, page, head counts.
    with django_assert_num_queries(5):  # type: ignore[operator]  # a pytest-django fixture
        assert len(names(client)) == 1
    for number in range(12):
        make_group(pamoja, f"Group{number}")
    with django_assert_num_queries(5):  # type: ignore[operator]  # a pytest-django fixture
        assert len(names(client)) == 13


PATHS = ["/api/groups/{}", "/api/savings-groups/{}", "/api/savings-groups/groups/{}/financial-summary"]


@pytest.mark.parametrize("path", PATHS)
def test_jane_and_an_unknown_id_get_the_same_answer(
    jane: Member, umoja: BankingGroup, signed_in: As, path: str
) -> None:
    client = signed_in(user_of(jane))
    stranger, nowhere = client.get(path.format(umoja.id)), client.get(path.format(new_id()))
    assert stranger.status_code == nowhere.status_code == 404
    assert stranger.json() == nowhere.json()
    assert stranger.json()["code"] == "not_found"
    assert stranger["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", [*PATHS, "/api/groups"])
def test_the_anonymous_are_asked_to_sign_in(umoja: BankingGroup, path: str) -> None:
    answer = APIClient().get(path.format(umoja.id))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_role_that_ended_counts_at_the_next_request(mary: Member, umoja: BankingGroup, signed_in: As) -> None:
    client = signed_in(user_of(mary))
    path = PATHS[2].format(umoja.id)
    assert client.get(path).status_code == 200
    end_role(role=user_of(mary).roles.get(role="CHAIR"), at=now(), by=None)
    assert client.get(path).status_code == 403
    end_role(role=user_of(mary).roles.get(role="MEMBER", until=None), at=now(), by=None)
    assert client.get(path).status_code == 404
    assert client.get("/api/groups").json()["count"] == 0


def test_a_plain_member_reads_her_group_but_not_its_whole_report(
    alice: Member, umoja: BankingGroup, signed_in: As
) -> None:
    client = signed_in(user_of(alice))
    assert client.get(PATHS[0].format(umoja.id)).json()["financial_summary"] is None
    refused = client.get(PATHS[2].format(umoja.id))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_the_summary_adds_up(
    mary: Member, alice: Member, peter: Member, umoja: BankingGroup, bring: Bring, signed_in: As
) -> None:
    BankingGroup.objects.filter(pk=umoja.pk).update(target_amount="20000.00")
    bring(alice, "500.00")
    bring(peter, "499.99")
    bring(mary, "1000.50", on=LAST_MONTH)
    bring(peter, "70.00", "WELFARE")
    bring(peter, "30.00", "ECD")
    bring(peter, "20.00", "PROJECT")
    summary = signed_in(user_of(mary)).get(PATHS[2].format(umoja.id)).json()
    assert summary == {
        "on": today().isoformat(),
        "funds": {"PERSONAL": "2000.49", "SOCIAL": "70.00", "ECD": "30.00", "PROJECT": "20.00"},
        "cash": "2120.49",
        "cash_by_place": {"CASH_BOX": "2120.49", "BANK": "0.00", "MPESA": "0.00", "OFFICER": "0.00"},
        "loans": {"SHORT_TERM": "0.00", "LONG_TERM": "0.00", "PROJECT": "0.00"},
        "loans_outstanding": "0.00",
        "trf": "2000.49",
        "claims_total": "2000.49",
        "difference": "0.00",
        "month": {
            "month": f"{today():%Y-%m}",
            "contributed": "999.99",
            "target_amount": "20000.00",
            "minimum_contribution": "500.00",
            "members_reached": 1,
            "members_count": 3,
        },
    }
    detail = signed_in(user_of(mary)).get(PATHS[0].format(umoja.id)).json()
    assert detail["financial_summary"] == summary
    assert detail["members_count"] == 3


def test_a_past_day_has_the_figures_of_that_day(
    mary: Member, alice: Member, umoja: BankingGroup, bring: Bring, signed_in: As
) -> None:
    bring(alice, "500.00", on=LAST_MONTH)
    bring(alice, "700.00")
    client = signed_in(user_of(mary))
    past = client.get(PATHS[2].format(umoja.id) + f"?on={LAST_MONTH}").json()
    assert (past["cash"], past["trf"], past["difference"]) == ("500.00", "500.00", "0.00")
    assert past["month"]["month"] == f"{LAST_MONTH:%Y-%m}"
    assert past["month"]["contributed"] == "500.00"


def test_what_was_reversed_does_not_count_for_the_month(
    mary: Member, alice: Member, umoja: BankingGroup, bring: Bring, signed_in: As
) -> None:
    wrong = bring(alice, "900.00")
    reverse(voucher=wrong, by=user_of(mary), at=now(), reason="counted twice")
    month = signed_in(user_of(mary)).get(PATHS[2].format(umoja.id)).json()["month"]
    assert (month["contributed"], month["members_reached"]) == ("0.00", 0)


@pytest.mark.parametrize("query", ["?on=2999-01-01", "?on=yesterday", "?on=2026-02-30", "?of=2026-01-01"])
def test_a_day_that_cannot_be_asked_is_refused(mary: Member, umoja: BankingGroup, signed_in: As, query: str) -> None:
    answer = signed_in(user_of(mary)).get(PATHS[2].format(umoja.id) + query)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_one_group_takes_no_questions(mary: Member, umoja: BankingGroup, signed_in: As) -> None:
    assert signed_in(user_of(mary)).get(PATHS[0].format(umoja.id) + "?expand=all").status_code == 400


@pytest.mark.parametrize(("method", "status"), [("post", 403), ("patch", 403), ("put", 405), ("delete", 405)])
def test_a_chair_only_reads_her_group(
    mary: Member, umoja: BankingGroup, signed_in: As, method: str, status: int
) -> None:
    client = signed_in(user_of(mary))
    path = "/api/groups" if method == "post" else PATHS[0].format(umoja.id)
    assert getattr(client, method)(path, {"name": "Mine"}, format="json").status_code == status
    umoja.refresh_from_db()
    assert (umoja.name, BankingGroup.objects.count()) == ("Umoja", 1)


def test_members_who_left_are_not_counted(
    mary: Member, alice: Member, enrol: Enrol, umoja: BankingGroup, signed_in: As
) -> None:
    Member.objects.filter(pk=alice.pk).update(is_active=False, left_on=today())
    assert signed_in(user_of(mary)).get("/api/groups").json()["results"][0]["members_count"] == 1
