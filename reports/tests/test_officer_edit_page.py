"""An officer's name and phone are put right on a page; what is refused stands beside its field."""

from typing import Any

import pytest
from django.test import Client

from audit.models import Act
from core.periods import now
from groups.models import BankingGroup, RoleName
from groups.operations import give_role
from members.models import Member
from officers.models import Officer
from officers.operations import exit_officer, unassign
from reports.tests.conftest import MakeUser, user_of
from reports.tests.desk import At, text, told
from reports.tests.test_officer_pages import address, daniel, grace, joseph
from users.models import OneTimeCode, User

__all__ = ["daniel", "grace", "joseph"]
pytestmark = pytest.mark.django_db


def set_right(browser: Client, officer: Officer, **said: str) -> Any:
    known = {"name": "Joseph Mutua", "phone": "0733 000 901"}
    return browser.post(address(officer, "officer-edit-page"), known | said)


def test_his_page_leads_to_a_form_that_knows_him(at_desk: At, daniel: User, joseph: Officer) -> None:
    browser, form = at_desk(daniel), address(joseph, "officer-edit-page")
    assert form in text(browser.get(address(joseph)))
    answer = browser.get(form)
    page = text(answer)
    assert 'value="Joseph Mutua"' in page
    assert 'value="0733 000 901"' in page
    assert [section.name for section in answer.context["console"].sections if section.is_current] == ["Officers"]


def test_name_and_phone_are_set_right_and_the_new_number_is_sent_a_code(
    at_desk: At, daniel: User, joseph: Officer
) -> None:
    codes = OneTimeCode.objects.filter(user=joseph.user_id)
    before = set(codes.filter(used_at=None).values_list("pk", flat=True))
    done = set_right(at_desk(daniel), joseph, name=" Joseph Mutuku ", phone="0733 000 999")
    assert (done.status_code, done["Location"]) == (302, address(joseph))
    assert told(done) == ["The particulars are saved."]
    now_he = Officer.objects.select_related("user__data_key").get()
    assert (now_he.name, now_he.user.name, now_he.user.phone) == ("Joseph Mutuku", "Joseph Mutuku", "254733000999")
    assert before
    assert not before & set(codes.filter(used_at=None).values_list("pk", flat=True))
    assert Act.objects.filter(verb="officer.edited", actor_id=daniel.pk).count() == 1


def test_saving_what_stands_already_changes_nothing(at_desk: At, daniel: User, joseph: Officer) -> None:
    assert set_right(at_desk(daniel), joseph).status_code == 302
    assert not Act.objects.filter(verb="officer.edited").exists()


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": "  "}, "name", "This field is required."),
        ({"phone": ""}, "phone", "This field is required."),
        ({"phone": "12"}, "phone", "Write a Kenyan mobile number"),
    ],
)
def test_what_cannot_be_set_is_said_beside_its_field(
    at_desk: At, daniel: User, joseph: Officer, wrong: dict[str, str], field: str, words: str
) -> None:
    page = text(set_right(at_desk(daniel), joseph, **wrong), 422)
    assert f'id="id_{field}_error"' in page
    assert words in page
    assert "autofocus" in page
    assert Officer.objects.get().name == "Joseph Mutua"


def test_a_number_that_somebody_else_signs_in_with_is_said_beside_its_field(
    at_desk: At, daniel: User, joseph: Officer, grace: User
) -> None:
    page = text(set_right(at_desk(daniel), joseph, name="Joe", phone=grace.phone), 422)
    assert 'id="id_phone_error"' in page
    assert "Somebody signs in with this phone number" in page
    assert Officer.objects.get().name == "Joseph Mutua"


def test_who_has_chosen_a_password_keeps_his_number_and_gets_a_name(at_desk: At, daniel: User, joseph: Officer) -> None:
    joseph.user.set_password("milk-and-maize-2026")
    joseph.user.save()
    browser = at_desk(daniel)
    page = text(set_right(browser, joseph, phone="0733 000 999"), 422)
    assert 'id="id_phone_error"' in page
    assert set_right(browser, joseph, name="Joe Mutua").status_code == 302
    assert Officer.objects.get().name == "Joe Mutua"
    assert User.objects.get(pk=joseph.user_id).check_password("milk-and-maize-2026")


def test_whoever_has_left_stays_as_he_was_written(
    at_desk: At, daniel: User, joseph: Officer, umoja: BankingGroup
) -> None:
    unassign(officer=joseph, group=umoja, by=daniel, at=now())
    exit_officer(officer=joseph, by=daniel, at=now())
    browser = at_desk(daniel)
    assert address(joseph, "officer-edit-page") not in text(browser.get(address(joseph)))
    page = text(set_right(browser, joseph, name="Joe"), 422)
    assert "cannot be done with an officer in that state" in page
    assert Officer.objects.get().name == "Joseph Mutua"


def test_only_who_manages_officers_sets_them_right(
    at_desk: At, sarah: User, joseph: Officer, mary: Member, make_user: MakeUser
) -> None:
    form = address(joseph, "officer-edit-page")
    assert form not in text(at_desk(joseph.user).get(address(joseph)))
    for user, status in [(joseph.user, 403), (user_of(mary), 403), (make_user("Jane"), 404)]:
        assert at_desk(user).get(form).status_code == status
        assert set_right(at_desk(user), joseph, name="Joe").status_code == status
    give_role(user=joseph.user, role=RoleName.SERVICE_ADMIN, organisation=joseph.organisation, at=now(), by=sarah)
    assert form not in text(at_desk(joseph.user).get(address(joseph)))
    assert "nobody changes their own post" in text(set_right(at_desk(joseph.user), joseph, name="Joe"), 422)
    assert Officer.objects.get().name == "Joseph Mutua"
