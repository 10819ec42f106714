"""The records of officers: the system admin looks, nobody changes them here, nobody else comes in."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from officers.models import Assignment, Officer, OfficerChange, PositionFix
from officers.operations import track
from officers.tests.service import Service, fix
from savings.tests.chama import AT

pytestmark = [pytest.mark.django_db, pytest.mark.urls("officers.tests.urls")]
KEPT = [Officer, OfficerChange, Assignment, PositionFix]


@pytest.mark.parametrize("model", KEPT)
def test_sarah_looks_at_every_record_and_changes_none(service: Service, client: Client, model: Any) -> None:
    track(officer=service.posts["joseph"], fixes=[fix()], at=AT)
    client.force_login(service.sarah, backend="django.contrib.auth.backends.ModelBackend")
    path, row = f"/admin/officers/{model._meta.model_name}/", model.objects.all()[:1].get()
    assert client.get(path).status_code == 200
    page = client.get(f"{path}{row.pk}/change/")
    assert page.status_code == 200
    assert b"reason_sealed" not in page.content
    assert client.post(f"{path}{row.pk}/change/", {"status": "EXITED"}).status_code == 403
    assert client.get(f"{path}add/").status_code == 403
    assert client.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_daniel_does_not_come_in(service: Service, client: Client) -> None:
    client.force_login(service.daniel, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/officers/officer/").status_code == 302


def test_no_record_of_officers_allows_actions() -> None:
    for model in KEPT:
        assert admin.site.get_model_admin(model).actions is None
