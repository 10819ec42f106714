"""A group's rules over HTTP: who reads, proposes, adopts and declines them, and what is said back."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.ids import new_id
from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup, Constitution, Organisation, RoleName
from groups.operations import adopt_constitution, decline_proposal, end_role, propose_constitution
from groups.queries import constitution_on
from ledger.judgement import InsufficientFund
from ledger.operations import post
from ledger.queries import trf_sheet
from ledger.rules import credit, debit
from ledger.tests.builders import fresh_key
from members.models import Member
from reports.tests.conftest import As, Bring, Enrol, Give, MakeUser, user_of
from savings.operations import Movement, move_cash
from users.models import User

pytestmark = pytest.mark.django_db

TODAY = today()
SOON = TODAY + dt.timedelta(days=30)
Ask = Callable[..., Any]


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    return user


@pytest.fixture
@lasting
def grace(umoja: BankingGroup, enrol: Enrol, give: Give) -> Member:
    member = enrol(umoja, "Grace Atieno")
    give(user_of(member), RoleName.TREASURER, umoja)
    return member


def path(group: BankingGroup) -> str:
    return f"/api/groups/{group.id}/constitution"


def send(client: APIClient, group: BankingGroup, **body: Any) -> Any:
    return client.post(path(group), {"effective_on": SOON.isoformat()} | body, format="json")


def refused(answer: Any) -> tuple[int, str, list[str]]:
    body = answer.json()
    return answer.status_code, body["code"], [error["field"] for error in body["errors"]]


def listed(client: APIClient, group: BankingGroup, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(path(group) + query)
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


# Reading


def test_a_member_reads_the_rules_in_force_with_everything_they_say(
    umoja: BankingGroup, alice: Member, signed_in: As
) -> None:
    [row] = listed(signed_in(user_of(alice)), umoja)
    assert (row["status"], row["version"], row["in_force"], row["effective_on"]) == ("ADOPTED", 1, True, "2025-01-15")
    assert (row["fine_late"], row["withdrawal_percent"], row["savings_multiple"]) == ("50.00", "50.00", "3.00")
    assert (row["withdrawal_window_months"], row["in_duplum"], row["open_loans"]) == (12, True, "ONE")
    assert row["loan_terms"][0] == {
        "loan_type": "SHORT_TERM",
        "method": "FLAT",
        "rate_percent": "10.00",
        "shortest_months": 1,
        "longest_months": 3,
        "rounding_unit": "0.01",
    }
    assert row["welfare_events"][0] == {"event": "BEREAVEMENT", "maximum": "10000.00", "months_of_membership": 3}
    assert (row["adopted_by_name"], row["proposed_by"], row["declined_at"], row["changes"]) == (
        "Sarah Njeri",
        None,
        None,
        [],
    )


def test_versions_stand_newest_first_each_with_its_changes(
    umoja: BankingGroup, alice: Member, mary: Member, daniel: User, signed_in: As
) -> None:
    adopt_constitution(group=umoja, effective_on=TODAY, at=now(), by=daniel, fine_late="60")
    adopt_constitution(group=umoja, effective_on=SOON, at=now(), by=daniel, fine_absent="0")
    propose_constitution(group=umoja, effective_on=SOON, at=now(), by=user_of(mary), minimum_contribution="600")
    rows = listed(signed_in(user_of(alice)), umoja)
    assert [(row["status"], row["version"], row["in_force"]) for row in rows] == [
        ("PROPOSED", None, False),
        ("ADOPTED", 3, False),
        ("ADOPTED", 2, True),
        ("ADOPTED", 1, False),
    ]
    assert [[change["words"] for change in row["changes"]] for row in rows] == [
        ["1.1 Least regular savings in a month: 500.00 → 600.00"],
        ["2.2 Fine for being absent: 100.00 → none"],
        ["2.1 Fine for coming late: 50.00 → 60.00"],
        [],
    ]
    assert rows[0]["proposed_by_name"] == "Mary Wanjiku"
    assert rows[2]["changes"] == [
        {
            "clause": "2.1",
            "rule": "fine_late",
            "label": "Fine for coming late",
            "before": "50.00",
            "after": "60.00",
            "words": "2.1 Fine for coming late: 50.00 → 60.00",
        }
    ]


def test_the_list_is_filtered_ordered_and_paged(umoja: BankingGroup, daniel: User, signed_in: As) -> None:
    adopt_constitution(group=umoja, effective_on=TODAY, at=now(), by=daniel, fine_late="60")
    client = signed_in(daniel)
    assert [row["version"] for row in listed(client, umoja, "?ordering=version")] == [1, 2]
    assert listed(client, umoja, "?status=PROPOSED") == []
    assert [row["version"] for row in listed(client, umoja, "?page_size=1&page=2")] == [1]
    for query in ("?colour=red", "?status=OLD", "?ordering=name"):
        assert client.get(path(umoja) + query).status_code == 400


def test_the_list_costs_the_same_however_long_it_is(
    umoja: BankingGroup, daniel: User, alice: Member, signed_in: As, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(user_of(alice))
    for fine in range(60, 66):
        adopt_constitution(group=umoja, effective_on=TODAY, at=now(), by=daniel, fine_late=fine)
    listed(client, umoja)
    with django_assert_max_num_queries(18):
        assert len(listed(client, umoja)) == 7


def test_why_a_proposal_fell_is_read_by_those_who_may_propose(
    umoja: BankingGroup, mary: Member, alice: Member, daniel: User, signed_in: As
) -> None:
    proposal = propose_constitution(group=umoja, effective_on=SOON, at=now(), by=user_of(mary), fine_late="70")
    decline_proposal(proposal=proposal, reason="Ask Alice first", at=now(), by=daniel)
    for person, reason in ((user_of(mary), "Ask Alice first"), (daniel, "Ask Alice first"), (user_of(alice), "")):
        [row] = listed(signed_in(person), umoja, "?status=DECLINED")
        assert (row["reason"], row["declined_by"], row["adopted_by"]) == (reason, str(daniel.pk), None)


def test_strangers_find_nothing_and_readers_propose_nothing(
    umoja: BankingGroup, alice: Member, jane: Member, ruth: User, sarah: User, give: Give, mary: Member, signed_in: As
) -> None:
    stranger = signed_in(user_of(jane))
    assert (stranger.get(path(umoja)).status_code, send(stranger, umoja, fine_late="1").status_code) == (404, 404)
    for reader in (user_of(alice), ruth, sarah):
        assert signed_in(reader).get(path(umoja)).status_code == 200
        assert refused(send(signed_in(reader), umoja, fine_late="1"))[:2] == (403, "forbidden")
    assert APIClient().get(path(umoja)).status_code == 401
    assert not Constitution.objects.filter(status="PROPOSED").exists()


# Proposing and adopting


def test_the_chair_proposes_and_the_service_admin_adopts(
    umoja: BankingGroup, mary: Member, daniel: User, signed_in: As
) -> None:
    answer = send(
        signed_in(user_of(mary)), umoja, fine_late="70", loan_terms=[{"loan_type": "LONG_TERM", "rate_percent": 10}]
    )
    assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (202, "PROPOSED", None)
    proposal = answer.json()
    assert [change["words"] for change in proposal["changes"]] == [
        "2.1 Fine for coming late: 50.00 → 70.00",
        "5.3 Loans of the type Long-term: rate 12 % → 10 %",
    ]
    assert constitution_on(umoja, SOON).version == 1
    answer = signed_in(daniel).post(path(umoja), {"proposal": proposal["id"]}, format="json")
    assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "ADOPTED", 2)
    assert (answer.json()["adopted_by"], answer.json()["proposed_by"]) == (str(daniel.pk), str(user_of(mary).pk))
    assert constitution_on(umoja, SOON).fine_late == kes("70")


def test_the_treasurer_proposes_too_and_the_day_may_be_moved(
    umoja: BankingGroup, grace: Member, daniel: User, signed_in: As
) -> None:
    proposal = send(signed_in(user_of(grace)), umoja, welfare_events=[]).json()
    assert proposal["welfare_events"] == []
    body = {"proposal": proposal["id"], "action": "adopt", "effective_on": TODAY.isoformat()}
    answer = signed_in(daniel).post(path(umoja), body, format="json")
    assert (answer.json()["effective_on"], answer.json()["in_force"]) == (TODAY.isoformat(), True)


def test_the_service_admin_s_own_call_adopts(umoja: BankingGroup, mary: Member, daniel: User, signed_in: As) -> None:
    answer = send(signed_in(daniel), umoja, minimum_contribution=600)
    assert (answer.status_code, answer.json()["version"], answer.json()["proposed_by"]) == (201, 2, None)
    assert answer.json()["minimum_contribution"] == "600.00"


def test_in_a_group_without_office_holders_the_service_admin_adopts(
    baraka: BankingGroup, daniel: User, signed_in: As
) -> None:
    assert send(signed_in(daniel), baraka, fine_late="0").status_code == 201


def test_who_adopted_as_service_admin_and_proposed_as_chair_is_one_person(
    umoja: BankingGroup, mary: Member, pamoja: Organisation, give: Give, signed_in: As
) -> None:
    user = user_of(mary)
    proposal = propose_constitution(group=umoja, effective_on=SOON, at=now(), by=user, fine_late="70")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    answer = signed_in(user).post(path(umoja), {"proposal": str(proposal.pk)}, format="json")
    assert refused(answer)[:2] == (422, "maker_is_checker")


def test_a_proposal_is_declined_with_a_reason(umoja: BankingGroup, mary: Member, daniel: User, signed_in: As) -> None:
    proposal = send(signed_in(user_of(mary)), umoja, fine_late="70").json()
    client, verdict = signed_in(daniel), {"proposal": proposal["id"], "action": "decline", "reason": "Too much"}
    answer = client.post(path(umoja), verdict, format="json")
    assert (answer.status_code, answer.json()["status"], answer.json()["reason"]) == (200, "DECLINED", "Too much")
    assert refused(client.post(path(umoja), verdict, format="json"))[:2] == (409, "invalid_transition")
    assert refused(client.post(path(umoja), {"proposal": proposal["id"]}, format="json"))[:2] == (
        409,
        "invalid_transition",
    )


def test_the_chair_settles_no_proposal(umoja: BankingGroup, mary: Member, grace: Member, signed_in: As) -> None:
    proposal = send(signed_in(user_of(grace)), umoja, fine_late="70").json()
    answer = signed_in(user_of(mary)).post(path(umoja), {"proposal": proposal["id"]}, format="json")
    assert refused(answer)[:2] == (403, "forbidden")


def test_a_proposal_of_another_group_is_a_stranger_s(
    umoja: BankingGroup, baraka: BankingGroup, mary: Member, daniel: User, signed_in: As
) -> None:
    proposal = send(signed_in(user_of(mary)), umoja, fine_late="70").json()
    for where, which in ((baraka, proposal["id"]), (umoja, str(new_id()))):
        answer = signed_in(daniel).post(path(where), {"proposal": which}, format="json")
        assert refused(answer)[:2] == (404, "not_found")


def test_a_proposal_from_before_other_rules_says_so(
    umoja: BankingGroup, mary: Member, daniel: User, signed_in: As
) -> None:
    proposal = send(signed_in(user_of(mary)), umoja, fine_late="70").json()
    assert proposal["is_outdated"] is False
    adopt_constitution(group=umoja, effective_on=TODAY, at=now(), by=daniel, fine_absent="90")
    [row] = listed(signed_in(daniel), umoja, "?status=PROPOSED")
    assert row["is_outdated"] is True
    answer = signed_in(daniel).post(path(umoja), {"proposal": proposal["id"]}, format="json")
    assert refused(answer)[:2] == (409, "proposal_outdated")


# What a body may say


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"fine_for_talking": "5"}, ["fine_for_talking"]),
        ({"version": 9, "status": "ADOPTED", "fine_late": "1"}, ["status", "version"]),
        ({"fine_late": "-1"}, ["fine_late"]),
        ({"fine_late": None}, ["fine_late"]),
        ({"withdrawal_percent": 100.01}, ["withdrawal_percent"]),
        ({"committee_quorum": 1, "in_duplum": "yes"}, ["committee_quorum", "in_duplum"]),
        ({"committee_from": "300000"}, ["system_admin_above"]),
        ({"loan_terms": [{"loan_type": "LONG_TERM", "colour": "red"}]}, ["loan_terms.0.colour"]),
        ({"loan_terms": [{"rate_percent": 5}]}, ["loan_terms.0.loan_type"]),
        ({"loan_terms": [{"loan_type": "SHORT_TERM", "shortest_months": 4}]}, ["loan_terms.0.longest_months"]),
        ({"welfare_events": [{"event": "FIRE"}]}, ["welfare_events.0.maximum"]),
        ({"welfare_events": "none"}, ["welfare_events"]),
        ({"fine_late": "1", "effective_on": "2020-01-01"}, ["effective_on"]),
        ({"fine_late": "1", "effective_on": "9999-12-31"}, ["effective_on"]),
        ({"fine_late": "1", "effective_on": "tomorrow"}, ["effective_on"]),
        ({"fine_late": "1", "action": "adopt"}, ["action"]),
        ({"proposal": "8"}, ["proposal"]),
        ({"proposal": str(new_id()), "fine_late": "1"}, ["fine_late"]),
        ({"proposal": str(new_id()), "reason": "Good"}, ["reason"]),
        ({"proposal": str(new_id()), "action": "decline"}, ["effective_on", "reason"]),
    ],
)
def test_what_makes_no_sense_is_named_and_nothing_is_dropped(
    umoja: BankingGroup, daniel: User, signed_in: As, body: dict[str, Any], fields: list[str]
) -> None:
    assert refused(send(signed_in(daniel), umoja, **body)) == (400, "invalid", fields)
    assert Constitution.objects.filter(group=umoja).count() == 1


def test_a_text_needs_its_day(umoja: BankingGroup, daniel: User, signed_in: As) -> None:
    answer = signed_in(daniel).post(path(umoja), {"fine_late": "1"}, format="json")
    assert refused(answer) == (400, "invalid", ["effective_on"])


def test_a_text_that_changes_nothing_is_refused(umoja: BankingGroup, mary: Member, daniel: User, signed_in: As) -> None:
    for person in (user_of(mary), daniel):
        assert refused(send(signed_in(person), umoja, fine_late="50.00"))[:2] == (422, "nothing_changes")


def test_sent_twice_it_is_proposed_adopted_and_settled_once(
    umoja: BankingGroup, mary: Member, daniel: User, signed_in: As
) -> None:
    chair, admin = signed_in(user_of(mary)), signed_in(daniel)
    acts: list[tuple[APIClient, dict[str, Any]]] = [
        (chair, {"effective_on": SOON.isoformat(), "fine_late": "70", "offline_sync_id": "one"}),
        (admin, {"effective_on": SOON.isoformat(), "fine_absent": "70", "offline_sync_id": "two"}),
    ]
    for client, body in acts:
        first, again = (client.post(path(umoja), body, format="json") for _ in range(2))
        assert (first.status_code, first.json()) == (again.status_code, again.json())
        assert again["Idempotent-Replayed"] == "true"
    other = chair.post(path(umoja), acts[0][1] | {"fine_late": "71"}, format="json")
    assert refused(other)[:2] == (422, "idempotency_mismatch")
    assert Constitution.objects.filter(group=umoja).count() == 3


def test_an_office_lost_is_a_proposal_less_at_the_next_request(
    umoja: BankingGroup, mary: Member, grace: Member, signed_in: As
) -> None:
    client = signed_in(user_of(mary))
    assert send(client, umoja, fine_late="70").status_code == 202
    end_role(role=user_of(mary).roles.get(role="CHAIR", until__isnull=True), at=now(), by=None)
    assert send(client, umoja, fine_late="80").status_code == 403


# The pool of the project fund


def test_ending_the_pool_may_leave_the_loan_fund_short_and_nothing_leaves_it_until_it_is_made_good(
    umoja: BankingGroup, mary: Member, grace: Member, daniel: User, ruth: User, bring: Bring, signed_in: As
) -> None:
    """As with a write-off: the rule is a fact; money may come in, none goes out of what is not there."""
    assert send(signed_in(daniel), umoja, pool_project_fund=True, effective_on=TODAY.isoformat()).status_code == 201
    bring(mary, "1000")
    bring(mary, "500", kind="PROJECT")
    loan = [
        debit("1110", kes("1200"), member=mary.pk, subject=new_id()),
        credit("1010", kes("1200"), head="short_term_loan"),
    ]
    post(group=umoja, kind="DISBURSEMENT", on=TODAY, at=now(), actor=ruth, key=fresh_key(), legs=loan)
    assert trf_sheet(group=umoja, on=TODAY, members=()).loan_fund_cash == kes("300")

    assert send(signed_in(daniel), umoja, pool_project_fund=False, effective_on=TODAY.isoformat()).status_code == 201
    assert trf_sheet(group=umoja, on=TODAY, members=()).loan_fund_cash == kes("-200")
    expense = Movement(kind="EXPENSE", amount=kes("10"), reason="Pens")
    with pytest.raises(InsufficientFund):
        move_cash(group=umoja, movement=expense, by=user_of(grace), at=now(), on=TODAY)
    bring(mary, "210")
    assert move_cash(group=umoja, movement=expense, by=user_of(grace), at=now(), on=TODAY).amount == kes("10")
