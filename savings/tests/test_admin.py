"""The admin looks at fines and changes nothing; why they were imposed or waived stays sealed."""

import pytest
from django.test import Client

from savings.models import Fine
from savings.tests.chama import Chama

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/savings/fine/"


@pytest.fixture
def office(chama: Chama, client: Client) -> Client:
    client.force_login(chama.sarah, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_system_admin_reads_fines_and_nothing_that_is_sealed(chama: Chama, office: Client) -> None:
    fine = chama.waives("mary", chama.fines("alice", reason="Her phone rang"), reason="She was ill")
    for path in (ADDRESS, f"{ADDRESS}?q=Alice", f"{ADDRESS}{fine.pk}/change/"):
        answer = office.get(path)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        assert "100.00" in page
        assert [secret for secret in ("phone", "ill", "sealed", "data_key") if f" {secret}" in page] == []
        assert 'name="_save"' not in page


def test_even_the_system_admin_changes_nothing(chama: Chama, office: Client) -> None:
    fine = chama.fines("alice")
    assert office.get(f"{ADDRESS}add/").status_code == 403
    assert office.post(f"{ADDRESS}{fine.pk}/change/", {"status": "PAID"}).status_code == 403
    assert office.post(f"{ADDRESS}{fine.pk}/delete/", {"post": "yes"}).status_code == 403
    assert chama.owes(fine) == [("OUTSTANDING", "100.00")]
    assert str(Fine.objects.get()) == f"{chama.members['alice'].pk} OTHER"
