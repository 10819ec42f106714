"""The admin looks at the books and changes nothing, whoever asks."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory

from core.tests.lasting import lasting
from groups.models import LoanTerms, RoleName
from groups.operations import give_role
from ledger.models import Account, ClosedPeriod, Entry, Line, Voucher
from ledger.operations import close_month
from ledger.tests.builders import NOON, TODAY
from ledger.tests.reading import Books
from members.models import NextOfKin
from users.models import User

pytestmark = pytest.mark.django_db
LOOKED_AT = [Account, Entry, Voucher, ClosedPeriod]


@pytest.fixture(autouse=True)
def _own_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "ledger.tests.urls"


@pytest.fixture
@lasting
def books(db: None) -> Books:
    books = Books()
    give_role(user=books.tom, role=RoleName.SYSTEM_ADMIN, at=NOON, by=None)
    books.paper("137.50")
    close_month(group=books.group, month=TODAY.replace(month=1), at=NOON, actor=books.tom)
    return books


def office(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(model: Any, rest: str = "") -> str:
    return f"/admin/ledger/{model._meta.model_name}/{rest}"


@pytest.mark.parametrize("model", LOOKED_AT)
def test_the_system_admin_reads_lists_and_rows(books: Books, model: Any) -> None:
    client = office(books.tom)
    row = model.objects.first()
    assert client.get(address(model)).status_code == 200
    page = client.get(address(model, f"{row.pk}/change/"))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content


@pytest.mark.parametrize("model", LOOKED_AT)
def test_even_the_system_admin_adds_changes_and_deletes_nothing(books: Books, model: Any) -> None:
    client = office(books.tom)
    row = model.objects.first()
    kept = model.objects.count()
    assert client.get(address(model, "add/")).status_code == 403
    assert client.post(address(model, f"{row.pk}/change/"), {"kind": "OPENING"}).status_code == 403
    assert client.post(address(model, f"{row.pk}/delete/"), {"post": "yes"}).status_code == 403
    client.post(address(model), {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"})
    assert model.objects.count() == kept


def test_the_lines_beside_an_entry_are_for_looking(books: Books) -> None:
    entry = Entry.objects.get()
    page = office(books.tom).get(address(Entry, f"{entry.pk}/change/")).content.decode()
    assert "137.50" in page
    request = RequestFactory().get("/")
    request.user = books.tom
    (inline,) = admin.site.get_model_admin(Entry).get_inline_instances(request, entry)
    assert inline.model is Line
    assert not inline.has_add_permission(request, entry)
    assert not inline.has_change_permission(request, entry)
    assert not inline.has_delete_permission(request, entry)


def test_what_people_wrote_stays_sealed(books: Books) -> None:
    paper = Voucher.objects.get()
    page = office(books.tom).get(address(Voucher, f"{paper.pk}/change/")).content.decode()
    assert "reason" not in page.lower()
    assert "data key" not in page.lower()


def test_a_treasurer_does_not_enter_the_admin(books: Books) -> None:
    give_role(user=books.faith, role=RoleName.TREASURER, group=books.group, at=NOON, by=None)
    assert office(books.faith).get(address(Entry)).status_code == 302


@pytest.mark.parametrize(
    ("model", "many"),
    [(Entry, "entries"), (Account, "accounts"), (LoanTerms, "loan terms"), (NextOfKin, "next of kin")],
)
def test_the_admin_writes_many_in_right_english(model: Any, many: str) -> None:
    assert str(model._meta.verbose_name_plural) == many
