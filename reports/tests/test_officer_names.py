"""An officer goes by the name that the organisation wrote, wherever its groups and their cash are shown."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.money import kes
from core.periods import now, today
from groups.models import BankingGroup, Organisation, RoleName
from groups.tests.conftest import MakeGroup
from ledger.models import Voucher
from members.models import Member
from officers.models import Officer
from officers.operations import activate, exit_officer, register_officer, suspend, unassign
from officers.queries import names_of
from reports.tests.conftest import As, Give, MakeUser
from reports.tests.desk import At, text, told
from reports.tests.test_hand_over_pages import give_over
from reports.tests.test_officer_pages import carried, daniel, grace, joseph
from savings.operations import contribute
from users.models import User

__all__ = ["carried", "daniel", "grace", "joseph"]
pytestmark = pytest.mark.django_db
ADMIN = "/api/savings-groups/admin/groups/"


def serve(group: BankingGroup, name: str, by: User, phone: str = "") -> Officer:
    """A field officer of the group, written down under this name."""
    where, number = group.organisation, phone or f"07330{Officer.objects.count():05}"
    post = register_officer(name=name, phone=number, organisation=where, by=by, at=now(), groups=[group])
    return activate(officer=post, by=by, at=now())


@pytest.fixture
def samuel(make_user: MakeUser, umoja: BankingGroup, daniel: User) -> Officer:
    """He signed in long before Daniel wrote him down as Sammy, by his number."""
    user = make_user("Samuel Kiprono")
    user.set_password("milk-and-maize-2026")
    user.save()
    return serve(umoja, "Sammy", daniel, user.phone)


def test_an_officer_carries_cash_under_the_name_the_organisation_wrote(
    at_desk: At, umoja: BankingGroup, samuel: Officer, grace: User, alice: Member, joseph: Officer, carried: Voucher
) -> None:
    hand_over = reverse("hand-over-page", args=[umoja.pk])
    to_him = {"source": "OFFICER", "to": str(samuel.user_id)}
    pages = [
        at_desk(grace).get(reverse("group-page", args=[umoja.pk])),
        at_desk(grace).get(hand_over),
        give_over(at_desk(joseph.user), umoja, step="review", **to_him),
    ]
    assert told(give_over(at_desk(joseph.user), umoja, **to_him)) == [
        "Recorded. It moves when Sammy confirms that the cash arrived."
    ]
    pages.append(at_desk(grace).get(reverse("group-waiting-page", args=[umoja.pk])))
    for page in map(text, pages):
        assert "Sammy" in page
        assert "Samuel" not in page


def test_what_a_former_officer_left_behind_stands_under_that_name_too(
    at_desk: At, umoja: BankingGroup, samuel: Officer, grace: User, daniel: User, alice: Member
) -> None:
    contribute(member=alice, kind="REGULAR", amount=kes("90"), by=samuel.user, at=now(), on=today())
    suspend(officer=samuel, by=daniel, at=now())
    page = at_desk(grace).get(reverse("hand-over-page", args=[umoja.pk]))
    assert dict(page.context["page"].sources)[str(samuel.user_id)] == "Hands of Sammy: 90.00"
    assert "Samuel" not in text(page)


def test_in_another_organisation_he_goes_by_the_name_written_there(
    at_desk: At, umoja: BankingGroup, neema: BankingGroup, samuel: Officer, sarah: User, alice: Member, grace: User
) -> None:
    """Where two organisations know him, each reads its own name; a new post's name is the one that counts."""
    phone = samuel.user.phone
    there = register_officer(name="Kip", phone=phone, organisation=neema.organisation, by=sarah, at=now())
    activate(officer=there, by=sarah, at=now())
    pamoja = umoja.organisation_id
    asked = [(pamoja, samuel.user_id), (neema.organisation_id, samuel.user_id), (pamoja, grace.pk)]
    assert names_of(asked) == {asked[0]: "Sammy", asked[1]: "Kip"}
    unassign(officer=samuel, group=umoja, by=sarah, at=now())
    exit_officer(officer=samuel, by=sarah, at=now())
    assert names_of(asked)[asked[0]] == "Sammy"
    register_officer(name="Sam", phone=phone, organisation=umoja.organisation, by=sarah, at=now())
    assert names_of(asked)[asked[0]] == "Sam"


def test_many_papers_that_wait_ask_no_more_questions_than_one(
    at_desk: At, umoja: BankingGroup, samuel: Officer, joseph: Officer, carried: Voucher, django_assert_num_queries: Any
) -> None:
    browser, waiting = at_desk(joseph.user), reverse("group-waiting-page", args=[umoja.pk])
    for to in ("CASH_BOX", str(samuel.user_id)):
        give_over(browser, umoja, amount="10", to=to)
    browser.get(waiting)
    with CaptureQueriesContext(connection) as few:
        assert len(browser.get(waiting).context["acts"]) == 2
    asked = len(few)
    for to in ("CASH_BOX", str(samuel.user_id), "CASH_BOX"):
        give_over(browser, umoja, amount="10", to=to)
    with django_assert_num_queries(asked):
        assert len(browser.get(waiting).context["acts"]) == 5


def test_the_administrators_read_the_name_their_organisation_wrote(
    daniel: User, umoja: BankingGroup, samuel: Officer, give: Give, signed_in: As
) -> None:
    """Where he sits at the table too, he is an office holder by the name he goes by there."""
    [row] = signed_in(daniel).get(ADMIN).json()["results"]
    assert row["field_officers"] == [{"user_id": str(samuel.user_id), "name": "Sammy"}]
    give(samuel.user, RoleName.TREASURER, umoja)
    [row] = signed_in(daniel).get(ADMIN).json()["results"]
    seat = {"user_id": str(samuel.user_id), "name": "Samuel Kiprono", "office": "TREASURER"}
    assert row["office_holders"] == [seat]


def test_many_groups_with_officers_ask_no_more_questions_than_one(
    sarah: User, pamoja: Organisation, make_group: MakeGroup, signed_in: As, django_assert_num_queries: Any
) -> None:
    client = signed_in(sarah)
    serve(make_group(pamoja, "Umoja"), "Officer of Umoja", sarah)
    client.get(ADMIN)
    with CaptureQueriesContext(connection) as few:
        assert client.get(ADMIN).json()["count"] == 1
    for name in ("Baraka", "Amani", "Neema"):
        serve(make_group(pamoja, name), f"Officer of {name}", sarah)
    with django_assert_num_queries(len(few)):
        found = client.get(ADMIN).json()["results"]
    assert [row["field_officers"][0]["name"] for row in found] == [
        f"Officer of {name}" for name in ("Amani", "Baraka", "Neema", "Umoja")
    ]
