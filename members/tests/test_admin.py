"""The records of people: names for the system admin, and nothing that identifies them."""

import pytest
from django.contrib import admin
from django.test import Client

from groups.models import BankingGroup
from members.models import Member, NextOfKin, Person
from members.operations import register
from members.tests.conftest import AT, LUCY, TODAY
from users.models import User


@pytest.fixture
def lucy(umoja: BankingGroup, ruth: User) -> Member:
    return register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth)


@pytest.mark.parametrize("model", ["person", "member"])
def test_sarah_reads_names_and_no_identity(sarah: User, lucy: Member, client: Client, model: str) -> None:
    client.force_login(sarah)
    key = lucy.pk if model == "member" else lucy.person_id
    for path in (f"/admin/members/{model}/", f"/admin/members/{model}/{key}/change/"):
        answer = client.get(path)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "Lucy Nyambura" in page
        for secret in ("23456789", "700000016", "1988", "Gathogo", lucy.person.id_number_digest, "sealed"):
            assert secret not in page, secret


@pytest.mark.parametrize("model", ["person", "member"])
def test_nobody_changes_people_in_the_records(sarah: User, lucy: Member, client: Client, model: str) -> None:
    client.force_login(sarah)
    key = lucy.pk if model == "member" else lucy.person_id
    assert client.get(f"/admin/members/{model}/add/").status_code == 403
    assert client.post(f"/admin/members/{model}/{key}/change/", {"name": "Mine"}).status_code == 403
    assert client.post(f"/admin/members/{model}/{key}/delete/", {"post": "yes"}).status_code == 403
    assert Person.objects.get(pk=lucy.person_id).name == "Lucy Nyambura"


def test_kin_have_no_record_page() -> None:
    assert not admin.site.is_registered(NextOfKin)
