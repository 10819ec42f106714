"""The pages around the door, with the real templates."""

from typing import Any

import pytest
from django.test import Client

from audit.models import Act
from users.models import Session, User
from users.tests.people import GRACE, MARY, PASSWORD, person

FORM = {"phone": "0700 000 012", "password": PASSWORD}


@pytest.fixture
def browser() -> Client:
    return Client()


def test_the_door_asks_for_phone_and_password(db: None, browser: Client) -> None:
    page = browser.get("/sign-in/")
    assert page.status_code == 200
    assert 'name="phone"' in page.content.decode()
    assert 'autocomplete="current-password"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_grace_comes_in_with_a_new_session_key(grace: User, browser: Client) -> None:
    browser.get("/sign-in/")
    before = browser.session.session_key
    answer = browser.post("/sign-in/", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert browser.get("/").content == b"home of Grace"
    assert browser.session.session_key not in {None, before}
    assert not Session.objects.exists()


def test_whoever_is_in_already_is_sent_home(grace: User, browser: Client) -> None:
    browser.post("/sign-in/", FORM)
    assert browser.get("/sign-in/")["Location"] == "/"


@pytest.mark.parametrize(
    ("wanted", "comes_to"),
    [
        ("/groups/1/", "/groups/1/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("\\\\elsewhere.example", "/"),
        ("", "/"),
    ],
)
def test_she_goes_on_to_the_page_she_wanted_if_it_is_one_of_ours(
    grace: User, browser: Client, wanted: str, comes_to: str
) -> None:
    assert browser.post("/sign-in/", FORM | {"next": wanted})["Location"] == comes_to


@pytest.mark.parametrize("guess", [{"password": "not-this-one"}, {"phone": "0799999999"}, {"phone": "grace"}])
def test_a_wrong_guess_says_no_more_than_that(grace: User, browser: Client, guess: dict[str, str]) -> None:
    page = browser.post("/sign-in/", FORM | guess)
    assert page.status_code == 422
    assert "Phone number or password is wrong" in page.content.decode()
    assert "not-this-one" not in page.content.decode()


def test_an_empty_form_is_marked(db: None, browser: Client) -> None:
    page = browser.post("/sign-in/", {})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"phone", "password"}


def test_after_five_failures_the_page_says_wait(grace: User, browser: Client) -> None:
    for _ in range(5):
        browser.post("/sign-in/", FORM | {"password": "not-this-one"})
    page = browser.post("/sign-in/", FORM)
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert "Wait a little" in page.content.decode()


def test_page_and_api_count_together(grace: User, browser: Client) -> None:
    for _ in range(5):
        browser.post("/sign-in/", FORM | {"password": "not-this-one"})
    answer = browser.post("/api/auth/login", FORM, content_type="application/json")
    assert answer.status_code == 429


def test_the_page_wants_its_token(grace: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    for path in ("/sign-in/", "/sign-out/", "/language/"):
        assert careful.post(path, FORM).status_code == 403


def test_grace_signs_out_by_a_button_not_by_a_link(grace: User, browser: Client) -> None:
    browser.post("/sign-in/", FORM)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.get("/").content == b"home of Grace"
    assert browser.post("/sign-out/")["Location"] == "/sign-in/"
    assert browser.post("/sign-out/")["Location"] == "/sign-in/"
    assert list(Act.objects.order_by("at").values_list("verb", flat=True)) == ["users.signed_in", "users.signed_out"]
    assert browser.get("/")["Location"].startswith("/sign-in/")


def test_a_new_password_ends_the_page_session_too(grace: User, browser: Client) -> None:
    browser.post("/sign-in/", FORM)
    grace.set_password("sukuma-wiki-2026")
    grace.save()
    assert browser.get("/")["Location"].startswith("/sign-in/")


def test_a_deactivated_user_is_out_at_her_next_page(grace: User, browser: Client) -> None:
    browser.post("/sign-in/", FORM)
    User.objects.update(is_active=False)
    assert browser.get("/")["Location"].startswith("/sign-in/")


def test_somebody_elses_sign_in_leaves_nothing_of_the_first_session(grace: User, browser: Client) -> None:
    person(MARY, name="Mary", password=PASSWORD)
    browser.post("/sign-in/", FORM)
    session = browser.session
    session["note"] = "of Grace"
    session.save()
    browser.post("/sign-in/", FORM | {"phone": MARY})
    assert browser.get("/").content == b"home of Mary"
    assert "note" not in browser.session


# Language.


def test_the_browsers_language_at_the_door(db: None) -> None:
    assert Client(headers={"Accept-Language": "sw"}).get("/sign-in/")["Content-Language"] == "sw"
    assert Client(headers={"Accept-Language": "fr"}).get("/sign-in/")["Content-Language"] == "en"


def test_a_language_chosen_at_the_door_stays_with_the_browser(db: None, browser: Client) -> None:
    answer = browser.post("/language/", {"language": "sw", "next": "/sign-in/"})
    assert answer["Location"] == "/sign-in/"
    assert browser.get("/sign-in/")["Content-Language"] == "sw"


def test_a_language_chosen_inside_stays_with_the_person(grace: User, browser: Client) -> None:
    browser.post("/sign-in/", FORM)
    browser.post("/language/", {"language": "sw"})
    grace.refresh_from_db()
    assert grace.language == "sw"
    elsewhere = Client(headers={"Accept-Language": "en"})
    elsewhere.post("/sign-in/", FORM)
    assert elsewhere.get("/")["Content-Language"] == "sw"


@pytest.mark.parametrize("chosen", ["xx", "", "../en", None])
def test_a_language_we_do_not_speak_changes_nothing(grace: User, browser: Client, chosen: Any) -> None:
    browser.post("/sign-in/", FORM)
    answer = browser.post("/language/", {} if chosen is None else {"language": chosen})
    assert answer.status_code == 302
    assert "django_language" not in answer.cookies
    grace.refresh_from_db()
    assert grace.language == "en"


def test_a_person_whose_language_is_gone_reads_the_browsers(grace: User, browser: Client) -> None:
    User.objects.update(language="xx")
    browser.post("/sign-in/", FORM)
    assert browser.get("/", headers={"Accept-Language": "sw"})["Content-Language"] == "sw"


def test_the_phone_is_asked_for_as_a_phone(db: None, browser: Client) -> None:
    assert 'type="tel"' in browser.get("/sign-in/").content.decode()
    assert GRACE not in browser.get("/sign-in/").content.decode()
