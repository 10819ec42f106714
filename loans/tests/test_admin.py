"""The admin looks at loans and changes nothing, whoever asks; what people wrote about them stays sealed."""

import datetime as dt
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.tests.lasting import lasting
from loans import operations
from loans.models import Loan, LoanApproval, LoanChange, Penalty, Repayment, Witness
from loans.tests.asking import pays_back
from loans.tests.world import World

pytestmark = pytest.mark.django_db
LOOKED_AT = [Loan, Witness, LoanApproval, LoanChange, Repayment, Penalty]
# Of what was written: the purpose, a note, a reason; and what seals them.
SECRETS = ("A cow", "Watch her cousin", "Moved away", "sealed", "data_key", "Data key")


@pytest.fixture
@lasting
def world(db: None) -> World:
    """Peter's loan was paid out forty days ago and is late; Joseph would write it off."""
    world = World()
    loan = world.applies("peter")
    world.approves("joseph", loan, notes="Watch her cousin")
    world.approves("mary", loan)
    loan = operations.disburse(loan=loan, method="CASH", by=world.grace, at=world.at, on=world.today)
    pays_back(world, loan, "1000")
    world.moves_to(world.today + dt.timedelta(days=40))
    assert operations.charge_penalties(on=world.today, at=world.at) == 1
    operations.write_off(loan=loan, by=world.joseph, at=world.at, reason="Moved away")
    return world


@pytest.fixture
def office(world: World, client: Client) -> Client:
    client.force_login(world.sarah, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(model: Any, rest: str = "") -> str:
    return f"/admin/loans/{model._meta.model_name}/{rest}"


def test_every_table_of_this_room_is_there() -> None:
    assert all(admin.site.is_registered(model) for model in LOOKED_AT)


def test_the_system_admin_reads_lists_and_rows_and_nothing_that_is_sealed(office: Client) -> None:
    for model in LOOKED_AT:
        row = model._default_manager.first()
        assert row is not None
        for path in (address(model), address(model, f"{row.pk}/change/"), f"{address(model)}?q=Peter"):
            answer = office.get(path)
            assert answer.status_code == 200, path
            page = answer.content.decode()
            assert 'name="_save"' not in page
            assert [secret for secret in SECRETS if secret in page] == [], path


def test_even_the_system_admin_adds_changes_and_deletes_nothing(office: Client) -> None:
    for model in LOOKED_AT:
        row, kept = model._default_manager.first(), model._default_manager.count()
        assert row is not None
        assert office.get(address(model, "add/")).status_code == 403
        assert office.post(address(model, f"{row.pk}/change/"), {"amount": "1"}).status_code == 403
        assert office.post(address(model, f"{row.pk}/delete/"), {"post": "yes"}).status_code == 403
        office.post(address(model), {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"})
        assert model._default_manager.count() == kept


def test_sealed_columns_are_not_read_letter_by_letter(office: Client) -> None:
    for model, column in ((Loan, "purpose_sealed"), (LoanApproval, "notes_sealed"), (LoanChange, "reason_sealed")):
        assert office.get(f"{address(model)}?{column}__startswith=a").status_code in {302, 400}


def test_others_do_not_get_in(world: World, client: Client) -> None:
    client.force_login(world.mary, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address(Loan)).status_code in {302, 403, 404}


def test_a_list_costs_the_same_for_one_loan_and_for_three(world: World, office: Client) -> None:
    asked = []
    for names in ((), ("alice", "mary")):
        for name in names:
            world.saves(name, "6000")
            world.applies(name, "3000")
        with CaptureQueriesContext(connection) as questions:
            page = office.get(address(Loan)).content
        asked.append(len(questions))
    assert b"LN-0003" in page
    assert asked[0] == asked[1]
