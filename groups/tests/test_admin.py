"""The records of groups: the system admin looks, nobody changes them here, nobody else comes in."""

import pytest
from django.contrib import admin
from django.test import Client

from groups.models import (
    BankingGroup,
    Constitution,
    GroupRole,
    LoanTerms,
    Organisation,
    RoleName,
    StatusChange,
    WelfareEvent,
)
from groups.operations import suspend_group
from groups.tests.conftest import AT, Give, MakeUser
from users.models import User

KEPT = [Organisation, BankingGroup, Constitution, LoanTerms, WelfareEvent, GroupRole, StatusChange]


@pytest.mark.parametrize("model", KEPT)
def test_sarah_looks_at_every_record_and_changes_none(
    sarah: User, umoja: BankingGroup, client: Client, model: type[BankingGroup]
) -> None:
    suspend_group(group=umoja, reason="The books were lost", at=AT, by=sarah)
    client.force_login(sarah)
    path, row = f"/admin/groups/{model._meta.model_name}/", model.objects.all()[:1].get()
    assert client.get(path).status_code == 200
    shown = client.get(f"{path}{row.pk}/change/")
    assert shown.status_code == 200
    assert "The books were lost" not in shown.content.decode()
    assert client.post(f"{path}{row.pk}/change/", {"name": "Mine"}).status_code == 403
    assert client.get(f"{path}add/").status_code == 403
    assert client.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_mary_does_not_come_in(umoja: BankingGroup, make_user: MakeUser, give: Give, client: Client) -> None:
    mary = make_user("Mary Wanjiku")
    give(mary, RoleName.CHAIR, umoja)
    client.force_login(mary)
    assert client.get("/admin/groups/bankinggroup/").status_code == 302


def test_no_record_of_the_groups_allows_actions() -> None:
    for model in KEPT:
        assert admin.site.get_model_admin(model).actions is None
