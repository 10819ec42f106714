"""The admin looks at meetings and changes nothing, whoever asks; what was said at the table stays sealed."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.periods import now
from core.tests.lasting import lasting
from meetings import operations
from meetings.models import Attendance, CashCount, Denomination, Meeting
from meetings.tests.gathering import DAY, Gathering
from savings.tests.chama import Chama

pytestmark = pytest.mark.django_db
LOOKED_AT = [Meeting, Attendance, CashCount]
SECRETS = ("Under the lid", "Ruth brings tea", "_sealed", "data_key", "Data key")


@pytest.fixture
@lasting
def table(db: None) -> Gathering:
    """A sealed meeting at which fifty shillings were over."""
    table = Gathering(Chama(at=now()))
    table.all_here()
    table.counts("CLOSING", "50", "Under the lid")
    table.seals("mary", notes="Ruth brings tea")
    return table


@pytest.fixture
def office(table: Gathering, client: Client) -> Client:
    client.force_login(table.chama.sarah, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(model: Any, rest: str = "") -> str:
    return f"/admin/meetings/{model._meta.model_name}/{rest}"


def test_the_system_admin_reads_lists_and_rows_and_nothing_that_is_sealed(office: Client) -> None:
    for model in LOOKED_AT:
        assert admin.site.is_registered(model)
        row = model._default_manager.first()
        assert row is not None
        for path in (address(model), address(model, f"{row.pk}/change/"), f"{address(model)}?q=Umoja"):
            answer = office.get(path)
            assert answer.status_code == 200, path
            page = answer.content.decode()
            assert 'name="_save"' not in page
            assert [secret for secret in SECRETS if secret in page] == [], path
    count = CashCount.objects.get()
    assert "50.00" in office.get(address(CashCount, f"{count.pk}/change/")).content.decode()
    assert not admin.site.is_registered(Denomination)


def test_even_the_system_admin_adds_changes_and_deletes_nothing(office: Client) -> None:
    for model in LOOKED_AT:
        row, kept = model._default_manager.first(), model._default_manager.count()
        assert row is not None
        assert office.get(address(model, "add/")).status_code == 403
        assert office.post(address(model, f"{row.pk}/change/"), {"status": "OPEN"}).status_code == 403
        assert office.post(address(model, f"{row.pk}/delete/"), {"post": "yes"}).status_code == 403
        office.post(address(model), {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"})
        assert model._default_manager.count() == kept


def test_sealed_columns_are_not_read_letter_by_letter(office: Client) -> None:
    for model, column in ((Meeting, "notes_sealed"), (CashCount, "explanation_sealed"), (Meeting, "seal_hash")):
        assert office.get(f"{address(model)}?{column}__startswith=a").status_code in {302, 400}


def test_others_do_not_get_in(table: Gathering, client: Client) -> None:
    client.force_login(table.chama.mary, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address(Meeting)).status_code in {302, 403, 404}


def test_a_list_costs_the_same_for_one_meeting_and_for_three(table: Gathering, office: Client) -> None:
    chama = table.chama
    asked: dict[Any, list[int]] = {model: [] for model in LOOKED_AT}
    for more in (0, 2):
        for ahead in range(more):
            earlier = table.on(chama.today - (ahead + 1) * DAY)
            earlier.all_here()
            operations.count_cash(meeting=earlier.meeting, moment="CLOSING", pieces={}, by=chama.grace, at=chama.at)
        for model, times in asked.items():
            with CaptureQueriesContext(connection) as questions:
                office.get(address(model))
            times.append(len(questions))
    assert all(first == second for first, second in asked.values())
