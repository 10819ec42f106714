"""The server against its own OpenAPI document: generated requests meet no server error, answers fit.

Each as three people: the treasurer, a plain member and the system admin. Cases are counted, derandomised, undone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from core.periods import now, today
from cycles.operations import preview
from tablebanking import demo
from tests.conftest import PHONES, World

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "25"))
CHECKS = (not_a_server_error, content_type_conformance, response_schema_conformance)
# Ends the session it is called with, or signs others in: tried by their own tests.
SESSIONS = ("/api/auth/",)
PEOPLE = ("grace", "alice", "sarah")


def operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/schema?format=json", WSGIHandler())
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # a document that does not parse fails here
        if not operation.path.startswith(SESSIONS):
            yield operation


def token(name: str) -> str:
    answer = APIClient().post("/api/auth/login", {"phone": PHONES[name], "password": demo.PASSWORD}, format="json")
    return f"Bearer {answer.json()['access_token']}"


def real_ids(world: World) -> dict[str, str]:
    """Ids that exist, so that requests get past the gate."""
    voucher = world.umoja.vouchers.latest("id")
    member = world.member("alice")
    repaid = member.loans.latest("id").repayments.latest("id")
    asked = world.umoja.campaigns.get(status="PROPOSED")
    looked_at = preview(group=world.umoja, year=today().year, kind="DIVIDEND", by=world.user("mary"), at=now())
    return {
        "group_id": str(world.umoja.id),
        "member_id": str(member.id),
        "transaction_id": str(voucher.id),
        "loan_id": str(repaid.loan_id),
        "repayment_id": str(repaid.id),
        "meeting_id": str(world.umoja.meetings.latest("meeting_date").id),
        "fine_id": str(world.umoja.fines.latest("imposed_on").id),
        "group_campaign_id": str(asked.id),
        "campaign_id": str(asked.campaign_id),
        "year": str(looked_at.fiscal_year),
        "code": world.umoja.vouchers.filter(entry__isnull=False).latest("id").code,
    }


@contextmanager
def one_connection() -> Iterator[None]:
    """As in Django's own test client: a request does not close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def explore(operation: Any, tokens: dict[str, str], ids: dict[str, str]) -> None:
    """Send generated requests, half of them about rows that exist, as everybody in turn; what they did is undone."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), existing=st.booleans())
    def attempt(case: Any, existing: bool) -> None:
        if existing:
            case.path_parameters = {key: ids.get(key, value) for key, value in (case.path_parameters or {}).items()}
        for name, authorization in tokens.items():
            with transaction.atomic():
                try:
                    case.call_and_validate(headers={"Authorization": authorization}, checks=CHECKS)
                except (FailureGroup, Failure) as found:
                    found.add_note(f"asked by {name}")
                    raise
                transaction.set_rollback(True)

    attempt()


def test_generated_requests_meet_no_server_error(world: World) -> None:
    tokens, ids = {name: token(name) for name in PEOPLE}, real_ids(world)
    wrong, tried = [], 0
    with one_connection():
        for operation in operations():
            tried += 1
            try:
                explore(operation, tokens, ids)
            except (FailureGroup, Failure) as found:
                said = [*getattr(found, "__notes__", []), *map(str, getattr(found, "exceptions", [found]))]
                wrong.append(f"{operation.label}: {'; '.join(said)}"[:1500])
    assert not wrong, "\n".join(wrong)
    assert tried >= 25
