"""What an attacker finds at the edges: cookies, caches, headers, the admin's query string, tokens that have died."""

import io

import pytest
from django.contrib import admin
from django.test import Client
from django_celery_beat.models import PeriodicTask
from rest_framework.test import APIClient

from core.admin import ReadOnlyAdmin
from core.api.throttling import UserThrottle
from tablebanking import demo, schedule
from tablebanking.wsgi import application
from tests.conftest import PHONES, Sign, World
from tests.hostile.test_contract import one_connection

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.mark.parametrize("path", ["/healthz", "/sign-in/", "/api/auth/me", "/api/schema"])
def test_a_nul_in_the_cookie_is_refused_before_the_database_sees_it(path: str) -> None:
    client = APIClient(HTTP_COOKIE='sessionid="aaaaaaaaaaaa\\000"')
    assert client.get(path).status_code == 400


def test_options_of_the_docs_is_no_server_error() -> None:
    assert APIClient().options("/api/docs").status_code == 405


def test_nobody_s_cache_keeps_somebody_s_money(world: World, signed_in: Sign, client: Client) -> None:
    api = signed_in("mary").get(f"/api/groups/{world.umoja.id}/trf-balance")
    assert api["Cache-Control"] == "private, no-store"
    client.force_login(world.user("mary"), backend=BACKEND)
    assert client.get("/")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in APIClient().get("/healthz")


def test_a_forged_header_makes_no_new_caller() -> None:
    request = Client().get("/healthz", headers={"X-Forwarded-For": "1.2.3.4"}).wsgi_request
    assert UserThrottle().get_ident(request) == "127.0.0.1"


def test_signing_out_works_when_the_access_token_has_died(world: World) -> None:
    client = APIClient()
    pair = client.post("/api/auth/login", {"phone": PHONES["mary"], "password": demo.PASSWORD}, format="json").json()
    client.credentials(HTTP_AUTHORIZATION="Bearer x.y.z")
    body = {"refresh_token": pair["refresh_token"]}
    assert client.post("/api/auth/logout", body, format="json").status_code == 200
    assert client.post("/api/auth/refresh", body, format="json").status_code == 401


def test_the_records_are_for_looking_only(world: World, client: Client) -> None:
    schedule.install()
    client.force_login(world.user("sarah"), backend=BACKEND)
    assert all(isinstance(each, ReadOnlyAdmin) for each in admin.site._registry.values())
    task = PeriodicTask.objects.get(name="prove-books")
    client.post("/admin/django_celery_beat/periodictask/", {"action": "disable_tasks", "_selected_action": task.pk})
    task.refresh_from_db()
    assert task.enabled
    assert client.get("/admin/django_celery_beat/periodictask/").status_code == 200
    assert client.post("/admin/django_celery_beat/periodictask/add/", {}).status_code == 403


def over_wsgi(path: str, query: str, body: bytes, kind: str) -> str:
    """The status line that the web server's door gives."""
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "wsgi.url_scheme": "http", "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip

    def begin(status: str, headers: list[tuple[str, str]], info: object = None) -> None:
        told.append(status)

    list(application(environ, begin))
    return told[0]


@pytest.mark.parametrize(
    "claim",
    [
        "idna", "undefined", "zlib_codec", "utf-16", "utf-7", "unicode_escape", "utf-8; charset=idna", "*=utf-8''idna",
        '"idna"', "UTF-8", "us-ascii",
    ],
)  # fmt: skip
def test_the_alphabet_of_a_request_is_utf_8_whatever_it_claims(world: World, claim: str) -> None:
    charset = f"charset{claim}" if claim.startswith("*") else f"charset={claim}"
    form = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xc3\xa9\r\n--x--\r\n'
    with one_connection():
        for body, kind in ((b"{}", "application/json"), (b"a=%C3%A9", "application/x-www-form-urlencoded")):
            for path in ("/api/auth/login", "/sign-in/"):
                status = over_wsgi(path, "q=%C3%A9", body, f"{kind}; {charset}")
                assert status[:1] == "4", (path, kind, status)
        assert over_wsgi("/sign-in/", "", form, f"multipart/form-data; boundary=x; {charset}")[:1] == "4"


HIDDEN = ["users/user/?password__startswith=argon2", "members/person/?id_number_digest__startswith=a"]


@pytest.mark.parametrize("question", HIDDEN)
def test_the_records_cannot_be_asked_for_what_they_hide(world: World, client: Client, question: str) -> None:
    client.force_login(world.user("sarah"), backend=BACKEND)
    answer = client.get(f"/admin/{question}")
    assert answer.status_code in {302, 400}


def test_the_record_page_takes_no_day_before_the_books(world: World, client: Client) -> None:
    client.force_login(world.user("mary"), backend=BACKEND)
    body = {
        "member": str(world.member("alice").id), "contribution_type": "REGULAR", "amount": "5",
        "payment_method": "CASH", "contribution_date": "0001-01-01", "step": "review",
        "offline_sync_id": "018f0000-0000-7000-8000-000000000001",
    }  # fmt: skip
    answer = client.post(f"/groups/{world.umoja.id}/record/", body)
    assert answer.status_code in {200, 422}
    assert "No books are that old" in answer.content.decode()
