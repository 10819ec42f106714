"""The policy matrix: every route and method, as every kind of person, towards four kinds of scope.

Expected answers are worked out here from the policy file and the permission table alone; nothing is read from views.
Strangers get 404, people in scope without the word 403, the anonymous 401. A route the policy file does not name fails.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.test import APIClient

from campaigns import operations as campaigns
from campaigns.models import GroupCampaign, TargetCampaign
from campaigns.operations import Idea
from core.api.permissions import OPEN
from core.files import Clean
from core.money import kes
from core.periods import now, today
from cycles.models import Run
from groups.models import OFFICES, BankingGroup, GroupRole, RoleName
from groups.permissions import GRANTS, Reach
from ledger.models import Voucher
from ledger.vouchers import Draft, draft
from loans.models import Loan
from meetings.models import Meeting
from members.models import IdentityDocument, Member
from members.operations import documents
from officers import operations as officers
from officers.models import Officer
from savings.models import Fine
from tablebanking import demo, policy
from tests.conftest import PHONES, World
from users.models import User

pytestmark = pytest.mark.django_db

R = RoleName
# What each person of the demo world is, towards a group of: Umoja, Baraka (same organisation), Neema (another one).
PEOPLE: dict[str, tuple[RoleName | None, RoleName | None, RoleName | None]] = {
    "sarah": (R.SYSTEM_ADMIN, R.SYSTEM_ADMIN, R.SYSTEM_ADMIN),
    "daniel": (R.SERVICE_ADMIN, R.SERVICE_ADMIN, None),
    "faith": (R.AUDITOR, R.AUDITOR, None),
    "joseph": (R.FIELD_OFFICER, R.FIELD_OFFICER, None),
    "mary": (R.CHAIR, None, None),
    "grace": (R.TREASURER, None, None),
    "ruth": (R.SECRETARY, None, None),
    "esther": (R.COMMITTEE, None, None),
    "alice": (R.MEMBER, None, None),
    "jane": (None, R.MEMBER, None),
    "samuel": (None, None, R.SERVICE_ADMIN),
    "kevin": (None, None, R.MEMBER),
}
SCOPES = ("Umoja", "Baraka", "Neema", "nowhere")
# Somebody in each group, who is not one of the people above who try to act, except where she is the member herself.
SUBJECTS = {"Umoja": "lucy", "Baraka": "jane", "Neema": "kevin"}

# These two are members themselves, and the rows their groups lend to the test are their own.
OWN_ROWS = {"jane": "Baraka", "kevin": "Neema"}

# Baraka and Neema have no office holders: their service admins stand in for them.
STAND_INS = {("daniel", "Baraka"), ("samuel", "Neema")}

# An organisation's rows are its staff's alone; an officer's row is also her own.
STAFF_ROLES = {R.SYSTEM_ADMIN, R.SERVICE_ADMIN, R.AUDITOR}
OF_AN_ORGANISATION = {"organisation_id", "officer_id"}
# Lists that are nobody else's business at all: not even empty.
STAFF_LISTS = {"organisations", "admin-groups", "officers", "active-locations"}

# Where a word that reaches only one's own rows is still enough to be answered (about others: limited, or only oneself).
OWN_IS_ENOUGH = {
    "trf-balance",
    "verify-chain",
    "member-detail",
    "group-transactions",
    "group-loans",
    "campaign-vote",
    "campaign-contribute",
    "dividends",
    "dividend-year",
    "dividend-statements-pdf",
    "share-outs",
    "share-out-year",
    "share-out-statements-pdf",
} | {name for name in policy.API if name.endswith("members") and policy.API[name].get("GET")}
# The word with which such a row is seen: to whoever does not see it, it is not there, whatever she asks to do with it.
SIGHT = {
    "loan_id": "loans:read",
    "transaction_id": "transactions:read",
    "repayment_id": "transactions:read",
    "fine_id": "transactions:read",
}
# What is no id and names nothing by itself: a month and a year that are over.
FIXED: dict[str, object] = {"period": "2020-01", "year": 2020}
# Answers about the whole group: there are no own rows in them.
WHOLE_BOOKS = {"cash-ledger", "cashbook", "trial-balance", "income-statement", "balance-sheet", "financial-summary"}
# What is brought to a table is taken down by who keeps it, and by nobody for herself.
AT_THE_TABLE = {"meeting-collections"}
# Where the id that decides stands in the body.
BODIES: dict[tuple[str, str], str] = {
    ("transactions", "POST"): "member",
    ("savings-record", "POST"): "member",
    ("members", "POST"): "group",
    ("loans", "POST"): "borrower",
    ("loans-apply", "POST"): "borrower",
    # Whose loan it is decides who takes it back, and the verb says so: a body that cannot be read stops before it.
    ("loan-cancel", "POST"): "unreadable",
}


@pytest.fixture(autouse=True)
def nothing_is_pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may have a paper is asked here; how it is printed, a second or two each, is asked in `reports`."""
    monkeypatch.setattr("reports.papers.render", lambda _page, **_whose: b"%PDF-")


def due_towards(name: str, scope: str, route: str, method: str, names: list[str]) -> set[int] | None:
    """The refusal due to somebody towards the row that a path or body names; None where the gate must let her in."""
    kind = BODIES.get((route, method))
    if not (names or kind):
        return due_without_a_row(name, route, method)
    role = None if scope == "nowhere" else PEOPLE[name][SCOPES.index(scope)]
    own = is_own(name, scope, route, names)
    if OF_AN_ORGANISATION & set(names) and role not in STAFF_ROLES and not own and scope != "nowhere":
        # Who is in the organisation's groups may know that its officers exist, and no more.
        return {403, 404}
    stands_in = (name, scope) in STAND_INS
    sight = [SIGHT[each] for each in names if each in SIGHT]
    if role and not own and any(reach_of(word, role, stands_in=stands_in) is not Reach.ALL for word in sight):
        return {404}
    return expected(route, method, role, exists=scope != "nowhere", own=own, stands_in=stands_in)


def due_without_a_row(name: str, route: str, method: str) -> set[int] | None:
    """A list shows everybody what she may see; making something new is for who holds the word anywhere at all."""
    word = policy.API[route][method]
    if word in {OPEN, policy.HERSELF} or (method == "GET" and route not in STAFF_LISTS):
        return None
    return None if holds(name, word) else {403}


def holds(name: str, word: str) -> bool:
    return any(
        role is not None and reach_of(word, role, stands_in=(name, scope) in STAND_INS)
        for role, scope in zip(PEOPLE[name], SCOPES, strict=False)
    )


def is_own(name: str, scope: str, route: str, names: list[str]) -> bool:
    if "officer_id" in names:
        return name == "joseph" and scope in {"Umoja", "Baraka"}
    if "organisation_id" in names:
        return False
    return OWN_ROWS.get(name) == scope and route not in WHOLE_BOOKS | AT_THE_TABLE


def routes() -> Iterator[tuple[str, URLPattern]]:
    def walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                space = f"{pattern.namespace}:" if pattern.namespace else ""
                yield from walk(pattern.url_patterns, prefix + space)
            else:
                yield f"{prefix}{pattern.name or ''}", pattern

    yield from walk(get_resolver().url_patterns)


def parameters(route: str) -> list[str]:
    """The names of a route's path parameters."""
    pattern = next(pattern for name, pattern in routes() if name == route)
    return list(pattern.pattern.converters)


def path_of(route: str, **ids: object) -> str:
    return reverse(route, kwargs=ids)


def test_every_route_is_in_the_policy_file() -> None:
    undeclared = {
        name for name, _ in routes() if not name.startswith("admin:") and policy.word_for(name, "GET") is None
    }
    assert undeclared == set()


def test_the_policy_file_names_no_route_that_does_not_exist() -> None:
    existing = {name for name, _ in routes()}
    assert (set(policy.API) | set(policy.PAGES)) - existing == set()


def test_every_word_is_granted_to_somebody() -> None:
    words = {word for methods in [*policy.API.values(), *policy.PAGES.values()] for word in methods.values()}
    assert words - set(GRANTS) == {OPEN, policy.HERSELF}


def reach_of(word: str, role: RoleName, *, stands_in: bool) -> Reach | None:
    """How far the table lets a role go; who stands in for offices has theirs as well."""
    reaches = {GRANTS[word].get(each) for each in (role, *(OFFICES if stands_in else ()))}
    return Reach.ALL if Reach.ALL in reaches else Reach.OWN if Reach.OWN in reaches else None


def expected(
    route: str, method: str, role: RoleName | None, *, exists: bool, own: bool, stands_in: bool = False
) -> set[int] | None:
    """The refusal due, or None when the gate must let this person through."""
    word = policy.API[route][method]
    if word in {OPEN, policy.HERSELF}:
        return None
    if role is None or not exists:
        return {404}
    reach = reach_of(word, role, stands_in=stands_in)
    if reach is None:
        return {403}
    if reach is Reach.OWN and not own and route not in OWN_IS_ENOUGH:
        return {403, 404}
    return None


def officer_of(group: BankingGroup) -> Officer:
    """Somebody who serves the group's organisation; Neema's has nobody yet, and gets somebody for the test."""
    known = Officer.objects.filter(organisation=group.organisation_id, status="ACTIVE").first()
    return known or officers.register_officer(
        name="Newly Sent", phone="0799000002", organisation=group.organisation, at=now(), by=admin_of(group).user
    )


def paper_of(member: Member) -> IdentityDocument:
    return documents.keep_document(
        member=member,
        kind=IdentityDocument.Kind.ID_FRONT,
        clean=Clean(media_type="image/jpeg", data=b"already washed", pages=1),
        by=User.objects.earliest("id"),
        at=now(),
    )


def loan_of(member: Member) -> Loan:
    """An application of hers that nobody has looked at yet."""
    return Loan.objects.create(
        group=member.group,
        member=member,
        number=900,
        loan_type="SHORT_TERM",
        amount=kes("5.00"),
        months=1,
        slot="LOAN",
        recorded_by=User.objects.earliest("id"),
        applied_at=now(),
        applied_on=today(),
        data_key=member.person.data_key,
    )


def repayment_of(member: Member) -> Voucher:
    """The paper of a repayment of hers, not posted."""
    paper = Draft(
        group=member.group,
        kind="REPAYMENT",
        detail="SHORT_TERM",
        amount=kes("5.00"),
        recorded_by=User.objects.earliest("id"),
        at=now(),
        on=today(),
        member=member,
    )
    return draft(paper)[0]


def campaign_of(group: BankingGroup) -> TargetCampaign:
    """A campaign of the group's organisation that the group was not asked about yet."""
    idea = Idea(name="Roof", target_amount=kes("5.00"), starts_on=today(), ends_on=today() + dt.timedelta(days=30))
    by = admin_of(group).user
    return campaigns.create_campaign(organisation=group.organisation, idea=idea, by=by, at=now())


def asked_about(group: BankingGroup) -> GroupCampaign:
    return campaigns.assign(campaign=campaign_of(group), group=group, by=admin_of(group).user, at=now())


def fine_of(member: Member) -> Fine:
    """A fine of hers that the system admin of the demo world imposed."""
    return Fine.objects.create(
        group=member.group,
        member=member,
        cause="OTHER",
        amount=kes("5.00"),
        imposed_on=today(),
        due_on=today(),
        imposed_by=User.objects.earliest("id"),
        imposed_at=now(),
        data_key=member.person.data_key,
    )


def admin_of(group: BankingGroup) -> GroupRole:
    staff = GroupRole.objects.filter(organisation=group.organisation_id, role=R.SERVICE_ADMIN, until__isnull=True)
    return staff.earliest("since")


def meeting_of(group: BankingGroup) -> Meeting:
    """A meeting that is planned for a day on which no other is."""
    return Meeting.objects.create(group=group, meeting_date=today() + dt.timedelta(days=400), data_key=group.data_key)


def looked_at(group: BankingGroup, year: int) -> None:
    """Somebody looked at what a year would share out, by either name, and left it at that."""
    for kind in Run.Kind.values:
        figures = {"profit": kes("1.00"), "fees": kes("0"), "distributable": kes("0.70"), "percent": 70}
        days = {"starts_on": dt.date(2020, 1, 1), "ends_on": dt.date(2020, 12, 31), "computed_at": now()}
        kept = figures | days | {"basis": "CLOSING_BALANCE"}
        Run.objects.get_or_create(group=group, kind=kind, fiscal_year=year, defaults=kept)


Known = uuid.UUID | str


class Ids:
    """An id of each kind in each scope, found or made when it is first asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.groups = {"Umoja": world.umoja, "Baraka": world.baraka, "Neema": world.neema}
        self.known: dict[tuple[str, str], Known] = {}

    def one(self, kind: str, scope: str) -> Known:
        if (kind, scope) not in self.known:
            self.known[kind, scope] = uuid.uuid4() if scope == "nowhere" else self._real(kind, scope)
        return self.known[kind, scope]

    def _real(self, kind: str, scope: str) -> Known:
        group, person = self.groups[scope], SUBJECTS[scope]
        kinds: dict[str, Callable[[], Known]] = {
            "group_id": lambda: group.id,
            "member_id": lambda: self.world.member(person).id,
            "transaction_id": lambda: Voucher.objects.filter(group=group).exclude(kind="REPAYMENT").latest("id").id,
            "organisation_id": lambda: group.organisation_id,
            "officer_id": lambda: officer_of(group).id,
            "document_id": lambda: paper_of(self.world.member(person)).id,
            "loan_id": lambda: loan_of(self.world.member(person)).id,
            "repayment_id": lambda: repayment_of(self.world.member(person)).id,
            "fine_id": lambda: fine_of(self.world.member(person)).id,
            "role_id": lambda: admin_of(group).id,
            "campaign_id": lambda: campaign_of(group).id,
            "group_campaign_id": lambda: asked_about(group).id,
            "meeting_id": lambda: meeting_of(group).id,
            "code": lambda: Voucher.objects.filter(group=group, entry__isnull=False).latest("id").code,
        }
        return kinds[kind]()

    def fill(self, names: list[str], scope: str) -> dict[str, object]:
        if "year" in names and scope in self.groups:
            looked_at(self.groups[scope], 2020)
        return {name: FIXED.get(name) or self.one(name, scope) for name in names}

    def body(self, kind: str | None, scope: str) -> dict[str, Any]:
        """A whole body, right but for the id it names."""
        if kind == "member":
            return {
                "member_id": str(self.one("member_id", scope)),
                "amount": "5.00",
                "transaction_type": "DEPOSIT",
                "contribution_type": "REGULAR",
                "saving_type_code": "PERSONAL",
                "payment_method": "CASH",
            }
        if kind == "borrower":
            return {
                "member_id": str(self.one("member_id", scope)),
                "loan_type": "SHORT_TERM",
                "amount": "5.00",
                "duration_months": 1,
                "purpose": "Nothing much",
                "witnesses": [],
            }
        if kind == "unreadable":
            return {"reason": 7}
        if kind == "group":
            return {
                "group_id": str(self.one("group_id", scope)),
                "member_name": "Nobody Yet",
                "id_number": "1234567",
                "phone": "0799000001",
                "date_of_birth": "1990-01-01",
                "next_of_kin": [],
            }
        return {}


def tokens(names: Iterator[str] | list[str]) -> dict[str, APIClient]:
    clients = {}
    for name in names:
        client = APIClient()
        answer = client.post("/api/auth/login", {"phone": PHONES[name], "password": demo.PASSWORD}, format="json")
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")
        clients[name] = client
    return clients


def attempt(client: APIClient, method: str, path: str, body: dict[str, Any]) -> int:
    """The status, with whatever it did undone."""
    with transaction.atomic():
        status = client.generic(method, path, *_content(method, body)).status_code
        transaction.set_rollback(True)
    return status


def _content(method: str, body: dict[str, Any]) -> tuple[str, str]:
    return ("", "") if method == "GET" else (json.dumps(body), "application/json")


CELLS = [(route, method) for route, methods in policy.API.items() for method in methods]


def test_each_route_answers_each_person_as_the_policy_says(world: World) -> None:
    ids, clients = Ids(world), tokens(list(PEOPLE))
    wrong, cells = [], 0
    for route, method in CELLS:
        kind = BODIES.get((route, method))
        names = parameters(route)
        scopes = SCOPES if names or kind else ("Umoja",)
        for scope in scopes:
            path, body = path_of(route, **ids.fill(names, scope)), ids.body(kind, scope)
            for name in PEOPLE:
                due = due_towards(name, scope, route, method, names)
                status = attempt(clients[name], method, path, body)
                cells += 1
                gate_open = status < 500 and (status not in {401, 403, 404} or policy.API[route][method] == OPEN)
                if (status not in due) if due else not gate_open:
                    wrong.append((route, method, scope, name, status, due))
    assert not wrong, "\n".join(map(str, wrong))
    assert cells > 1000


@pytest.mark.parametrize(("route", "method"), CELLS)
def test_the_anonymous_are_asked_to_sign_in(world: World, route: str, method: str) -> None:
    path = path_of(route, **Ids(world).fill(parameters(route), "Umoja"))
    answer = APIClient().generic(method, path, *_content(method, {}))
    if policy.API[route][method] == OPEN:
        assert answer.status_code not in {403, 404, 500}
    else:
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "not_authenticated"


def test_a_deactivated_person_and_an_ended_role_are_out_at_the_next_request(world: World) -> None:
    clients = tokens(["grace", "mary"])
    path = f"/api/groups/{world.umoja.id}/trial-balance"
    assert clients["grace"].get(path).status_code == 200
    world.user("grace").roles.filter(group=world.umoja).update(until="2026-01-01T00:00:00Z")
    assert clients["grace"].get(path).status_code == 404
    grace = world.user("grace")
    grace.is_active = False
    grace.save()
    assert clients["grace"].get("/api/auth/me").status_code == 401


def test_paths_answer_with_and_without_their_slash(world: World) -> None:
    client = tokens(["mary"])["mary"]
    ids = Ids(world)
    for route, method in CELLS:
        path = path_of(route, **ids.fill(parameters(route), "Umoja"))
        assert attempt(client, method, path, {}) == attempt(client, method, f"{path}/", {}), path


def test_a_member_sees_only_public_words_of_others(world: World) -> None:
    alice = tokens(["alice"])["alice"]
    rows = alice.get(f"/api/groups/{world.umoja.id}/members?page_size=200").json()["results"]
    assert len(rows) == Member.objects.filter(group=world.umoja).count()
    for row in rows:
        if row["id"] == str(world.member("alice").id):
            assert row["phone"] == PHONES["alice"]
        else:
            assert row["phone"] is None
            assert row["balances"] is None
