"""The pages by which somebody gets her own password: the first one, and another one after forgetting it."""

import base64
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session as DjangoSession
from django.test import Client

from audit.models import Act
from core.encryption import master_keys
from core.periods import now
from users.asked import COOKIE
from users.models import OneTimeCode, Session, User
from users.operations import invite
from users.operations.sessions import open_session
from users.tests.lent import Sent
from users.tests.people import GRACE, MARY, PASSWORD, person

CHOSEN = "sukuma-wiki-2026"
MOVED = re.compile(r'value="[^"]*"|csrf|0[0-9 ]{9,}')


@pytest.fixture
def browser() -> Client:
    return Client()


@pytest.fixture
def mary(db: None) -> User:
    """She was registered, and has never signed in."""
    return person(MARY, name="Mary")


@pytest.fixture
def code(mary: User, grace: User, outbox: list[Sent]) -> str:
    invite(user=mary, by=grace, at=now())
    return outbox[-1].words["code"]


def filled(code: str, **more: str) -> dict[str, str]:
    return {"phone": "0700 000 011", "code": code, "password": CHOSEN, "again": CHOSEN} | more


def body(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:300]
    return str(answer.content.decode())


def test_the_door_shows_both_ways_to_a_password(db: None, browser: Client) -> None:
    page = body(browser.get("/sign-in/"))
    assert 'href="/activate/"' in page
    assert 'href="/forgotten/"' in page


def test_mary_chooses_her_first_password_and_is_in(browser: Client, mary: User, code: str) -> None:
    browser.get("/activate/")
    before = browser.session.session_key
    answer = browser.post("/activate/", filled(f"{code[:4].lower()} {code[4:]}"))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert browser.get("/").content == b"home of Mary"
    assert browser.session.session_key not in {None, before}
    mary.refresh_from_db()
    assert mary.check_password(CHOSEN)
    assert list(Act.objects.filter(actor_id=mary.pk).order_by("at").values_list("verb", flat=True)) == [
        "users.activated",
        "users.signed_in",
    ]


def test_nothing_of_somebody_elses_session_is_left(browser: Client, grace: User, code: str) -> None:
    browser.post("/sign-in/", {"phone": GRACE, "password": PASSWORD})
    session = browser.session
    session["note"] = "of Grace"
    session.save()
    before = session.session_key
    browser.post("/activate/", filled(code))
    assert browser.get("/").content == b"home of Mary"
    assert "note" not in browser.session
    assert browser.session.session_key != before


def test_an_address_fills_in_neither_number_nor_code(browser: Client, db: None) -> None:
    page = browser.get("/activate/", {"phone": "0700 000 011", "code": "ABCDEFGH"})
    assert 'value="0700 000 011"' not in body(page)
    assert [page.context["form"][name].value() or "" for name in ("phone", "code")] == ["", ""]


def test_the_number_reaches_the_next_page_and_stands_in_no_address_and_no_row(browser: Client, db: None) -> None:
    asked = browser.post("/forgotten/", {"phone": "0700 000 099"})
    assert asked["Location"] == "/activate/?new=yes"
    assert 'value="0700 000 099"' in body(browser.get(asked["Location"]))
    kept = asked.cookies[COOKIE]
    assert "700" not in kept.value.partition(":")[0] + kept["path"]
    assert (kept["path"], kept["max-age"], kept["httponly"], kept["samesite"]) == ("/activate/", 900, True, "Lax")
    assert b"0700 000 099" not in base64.urlsafe_b64decode(kept.value.partition(":")[2])
    assert not DjangoSession.objects.exists()


def test_a_number_that_was_typed_is_text_and_not_markup(browser: Client, db: None) -> None:
    browser.post("/forgotten/", {"phone": '"><script>alert(1)</script>'})
    assert "<script>alert" not in body(browser.get("/activate/"))


@pytest.mark.parametrize(
    "cookie", ["", "x", "{name}:", "{name}:!!!", "{name}:AAAA", "{name}:" + "QUFB" * 20, "old:AAAA"]
)
def test_a_cookie_that_is_not_ours_fills_in_nothing(browser: Client, db: None, cookie: str) -> None:
    browser.cookies[COOKIE] = cookie.format(name=next(iter(master_keys())))
    page = browser.get("/activate/")
    assert page.status_code == 200
    assert page.context["form"]["phone"].value() == ""


def test_over_a_secure_line_the_number_goes_back_over_secure_lines_alone(browser: Client, db: None) -> None:
    assert not browser.post("/forgotten/", {"phone": MARY}).cookies[COOKIE]["secure"]
    assert browser.post("/forgotten/", {"phone": MARY}, secure=True).cookies[COOKIE]["secure"]


def test_once_she_is_in_the_number_is_forgotten(browser: Client, code: str) -> None:
    browser.post("/forgotten/", {"phone": MARY})
    browser.post("/activate/", filled("ZZZZZZZZ"))
    assert browser.cookies[COOKIE].value
    answer = browser.post("/activate/", filled(code))
    assert answer.status_code == 302
    assert (answer.cookies[COOKIE].value, answer.cookies[COOKIE]["path"]) == ("", "/activate/")


def test_the_cursor_waits_in_the_first_empty_field(browser: Client, db: None) -> None:
    browser.post("/forgotten/", {"phone": MARY})
    page = browser.get("/activate/")
    fields = page.context["form"].fields
    assert [name for name, field in fields.items() if field.widget.attrs.get("autofocus")] == ["code"]


def test_the_code_works_once(browser: Client, code: str) -> None:
    browser.post("/activate/", filled(code))
    again = body(Client().post("/activate/", filled(code)), 422)
    assert "Phone number and code do not fit" in again


def test_passwords_that_differ_are_said_at_the_second(browser: Client, mary: User, code: str) -> None:
    answer = browser.post("/activate/", filled(code, again="sukuma-wiki-2025"))
    assert "The two passwords differ" in body(answer, 422)
    assert list(answer.context["form"].errors) == ["again"]
    assert CHOSEN not in body(answer, 422)
    mary.refresh_from_db()
    assert not mary.has_usable_password()


def test_a_weak_password_is_said_at_its_field_and_the_code_stays_good(browser: Client, code: str) -> None:
    answer = browser.post("/activate/", filled(code, password="kuku", again="kuku"))
    assert list(answer.context["form"].errors) == ["password"]
    assert answer.status_code == 422
    assert f'value="{code}"' in body(answer, 422)
    assert browser.post("/activate/", filled(code)).status_code == 302


def test_an_empty_form_marks_every_field(browser: Client, db: None) -> None:
    answer = browser.post("/activate/", {})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"phone", "code", "password", "again"}
    assert "Please look at the marked fields." in body(answer, 422)


def test_whoever_guesses_codes_is_told_to_wait(browser: Client, code: str) -> None:
    for _guess in range(5):
        browser.post("/activate/", filled("ZZZZZZZZ"))
    answer = browser.post("/activate/", filled(code))
    assert "Wait a little" in body(answer, 429)
    assert int(answer["Retry-After"]) > 0


def test_where_the_sign_in_makes_her_wait_the_password_counts_all_the_same(
    browser: Client, mary: User, code: str
) -> None:
    for _guess in range(5):
        browser.post("/sign-in/", {"phone": MARY, "password": "not-this-one"})
    answer = browser.post("/activate/", filled(code))
    assert answer["Location"] == "/sign-in/"
    assert "Your password is chosen. Sign in with it." in body(browser.get("/sign-in/"))
    mary.refresh_from_db()
    assert mary.check_password(CHOSEN)


def test_grace_who_forgot_chooses_anew_and_her_other_sessions_end(
    browser: Client, grace: User, outbox: list[Sent]
) -> None:
    open_session(user=grace, at=now())
    asked = browser.post("/forgotten/", {"phone": "0700 000 012"})
    page = body(browser.get(asked["Location"]))
    assert "A new password" in page
    assert "If somebody signs in with this number, a code is on its way." in page
    assert 'value="0700 000 012"' in page
    browser.post("/activate/?new=yes", filled(outbox[-1].words["code"], phone="0700 000 012"))
    assert browser.get("/").content == b"home of Grace"
    assert Session.objects.get().ended_at is not None


def what_they_see(phone: str, code: str = "ZZZZZZZZ") -> list[tuple[int, str, str]]:
    """Status, address to go to and text of each answer, without what the visitor typed herself."""
    browser, seen = Client(), []
    asked = browser.post("/forgotten/", {"phone": phone})
    assert asked.headers.keys() >= {"Location", "Cache-Control"}
    seen.append((asked.status_code, asked["Location"], ""))
    pages = (browser.get(asked["Location"]), browser.post("/activate/", filled(code, phone=phone)))
    return seen + [(page.status_code, "", MOVED.sub("", page.content.decode())) for page in pages]


def test_a_stranger_learns_nothing_about_any_number(grace: User, mary: User, outbox: list[Sent]) -> None:
    """Known, unknown, gone and never activated: the same pages, to the letter; a text that is no number, too."""
    person("254700000099", name="Gone", password=PASSWORD, is_active=False)
    known, *others = [what_they_see(phone) for phone in (GRACE, MARY, "0700000099", "0799999999", "grace")]
    assert known[0][0] == 302
    assert [other == known for other in others] == [True] * 4
    assert [sent.user for sent in outbox] == [grace]


def test_asking_too_often_looks_like_asking(browser: Client, grace: User, outbox: list[Sent]) -> None:
    answers = [browser.post("/forgotten/", {"phone": GRACE}) for _asked in range(5)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/activate/?new=yes")}
    assert len(outbox) == 3


def test_an_empty_number_is_asked_for_again(browser: Client, db: None) -> None:
    answer = browser.post("/forgotten/", {"phone": ""})
    assert list(answer.context["form"].errors) == ["phone"]
    assert answer.status_code == 422
    assert not OneTimeCode.objects.exists()


def test_page_and_api_count_guesses_together(browser: Client, code: str) -> None:
    for _guess in range(5):
        browser.post("/activate/", filled("ZZZZZZZZ"))
    told = {name: value for name, value in filled(code).items() if name != "again"}
    assert browser.post("/api/auth/activate", told, content_type="application/json").status_code == 429


@pytest.mark.parametrize("path", ["/activate/", "/forgotten/"])
def test_the_pages_want_their_token_and_are_not_kept(db: None, browser: Client, path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path, {}).status_code == 403
    assert "no-store" in browser.get(path)["Cache-Control"]


@pytest.mark.parametrize("path", ["/sign-in/", "/activate/", "/forgotten/"])
def test_the_pages_speak_swahili(db: None, path: str) -> None:
    assert Client(headers={"Accept-Language": "sw"}).get(path)["Content-Language"] == "sw"
