"""The records of people: names for the system admin, and nothing that identifies them."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from core.tests.lasting import lasting
from groups.models import BankingGroup
from members.models import Member, NextOfKin, OfficeProposal, Person
from members.operations import register
from members.operations.verification import verify_id
from members.tests.conftest import AT, LUCY, TODAY, MakeUser
from members.tests.papers import shelf, uploaded
from users.models import User

__all__ = ["shelf"]


@pytest.fixture
@lasting
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


RECORDS = ["identitydocument", "idverification", "officeproposal"]


@pytest.fixture
def verified(lucy: Member, ruth: User, make_user: MakeUser, shelf: Path) -> dict[str, Any]:
    """Lucy with a card, a verdict on it and a proposal: the key of each record."""
    document = uploaded(lucy, ruth)
    event = verify_id(member=lucy, document=None, method="DOCUMENT", by=make_user("Mary Wanjiku"), at=AT)
    proposal = OfficeProposal.objects.create(member=lucy, office="CHAIR", proposed_by=ruth, proposed_at=AT)
    return dict(zip(RECORDS, [document.pk, event.pk, proposal.pk], strict=True))


@pytest.mark.parametrize("model", RECORDS)
def test_papers_and_verdicts_are_rows_that_nobody_changes(
    sarah: User, lucy: Member, verified: dict[str, Any], client: Client, model: str
) -> None:
    client.force_login(sarah)
    one = f"/admin/members/{model}/{verified[model]}"
    for path in (f"/admin/members/{model}/?q=Lucy", f"{one}/change/"):
        answer = client.get(path)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "Ruth Chebet" in page or "Mary Wanjiku" in page
        for secret in ("23456789", lucy.person.id_number_digest, "sealed", "data:image", "/documents/"):
            assert secret not in page, secret
    assert client.post(f"{one}/change/", {"kind": "PHOTO"}).status_code == 403
    assert client.post(f"{one}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"/admin/members/{model}/?person__id_number_digest__startswith=a").status_code in {302, 400}


def test_kin_have_no_record_page() -> None:
    assert not admin.site.is_registered(NextOfKin)
