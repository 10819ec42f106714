"""The gate of the API: strict JSON, money fields, problem documents."""

import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from rest_framework import exceptions, serializers

from core.api.fields import AmountIn, AmountOut, DayIn, PhoneIn, WordIn
from core.api.parsers import StrictJSONParser
from core.api.problems import field_errors, problem, problem_response
from core.errors import Invalid, MakerIsChecker, Refusal
from core.middleware import HostileInput, OptionalSlash


def parse(text: str | bytes) -> Any:
    raw = text.encode() if isinstance(text, str) else text
    return StrictJSONParser().parse(io.BytesIO(raw), "application/json", {"encoding": "utf-8"})


def test_numbers_arrive_without_passing_through_floats() -> None:
    assert parse('{"amount": 0.1, "n": 3}') == {"amount": Decimal("0.1"), "n": 3}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[1]",
        '"text"',
        "{",
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": 1e9999999999999999999}',
        '{"a": 1e-9999999999999999999}',
        '{"a": 1, "a": 2}',
        '{"a": "\\u0000"}',
        '{"\\u0000": 1}',
        '{"a": "\\ud800"}',
        '{"a": ' + "9" * 41 + "}",
        '{"a": 0.' + "1" * 41 + "}",
        '{"a": ' + "[" * 25 + "]" * 25 + "}",
        '{"a": ' + '{"a": ' * 25 + "1" + "}" * 25 + "}",
        '{"a": ' + "[" * 100_000,
        b'{"a": "\xff"}',
    ],
)
def test_what_only_an_attacker_sends_is_refused(body: str | bytes) -> None:
    with pytest.raises(exceptions.ParseError):
        parse(body)


class Body(serializers.Serializer[Any]):
    amount = AmountIn()
    phone = PhoneIn()
    word = WordIn(max_length=10)


def errors_of(**changes: Any) -> set[str]:
    body = Body(data={"amount": "1.00", "phone": "0712345678", "word": "hello"} | changes)
    body.is_valid()
    return set(body.errors)


@pytest.mark.parametrize("amount", ["137.50", 137, "0.01", "999999999.99", Decimal("5.5")])
def test_amounts_as_number_or_text(amount: Any) -> None:
    assert errors_of(amount=amount) == set()


@pytest.mark.parametrize(
    "amount",
    [
        *["1.005", "0", "-5", 0, -1, True, None, [], {}, "NaN", "1e3", "Infinity", "1000000000.00", "", " 5", "٥"],
        *["1,000", Decimal("1e400"), Decimal("1.001"), 1.5],
    ],
)
def test_amounts_that_are_none(amount: Any) -> None:
    assert errors_of(amount=amount) == {"amount"}


def test_phones_and_words_are_read_strictly() -> None:
    assert errors_of(phone="12345") == {"phone"}
    assert errors_of(word=5) == {"word"}
    assert errors_of(word=True) == {"word"}
    assert errors_of(word="a\u202eb") == {"word"}
    assert errors_of(word="far too long a word") == {"word"}


def test_amounts_go_out_with_two_decimals() -> None:
    assert AmountOut().to_representation(Decimal("5")) == "5.00"
    assert AmountIn().to_representation(Decimal("5.1")) == "5.10"


class Throttled(Refusal):
    code = "throttled"
    status = 429


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (MakerIsChecker(), 422, "maker_is_checker"),
        (Invalid(field="amount"), 400, "invalid"),
        (exceptions.ValidationError({"amount": ["no"]}), 400, "invalid"),
        (exceptions.ParseError(), 400, "invalid"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.AuthenticationFailed(), 401, "token_invalid"),
        (exceptions.PermissionDenied(), 403, "forbidden"),
        (PermissionDenied(), 403, "forbidden"),
        (Http404(), 404, "not_found"),
        (exceptions.NotFound(), 404, "not_found"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/csv"), 415, "unsupported_media_type"),
        (RequestDataTooBig(), 413, "too_large"),
        (exceptions.Throttled(wait=7), 429, "throttled"),
    ],
)
def test_every_refusal_is_a_problem_document(error: Exception, status: int, code: str) -> None:
    answer = problem_response(error, {})
    assert answer is not None
    assert answer.status_code == status
    assert answer.data["code"] == code
    assert answer.data["status"] == status
    assert set(answer.data) >= {"type", "title", "status", "detail", "code", "errors"}
    assert answer.content_type == "application/problem+json"


def test_headers_that_tell_what_to_do() -> None:
    signed_out = problem_response(exceptions.NotAuthenticated(), {})
    assert signed_out is not None
    assert signed_out["WWW-Authenticate"] == "Bearer"
    busy = problem_response(Throttled(retry_after=12.3), {})
    assert busy is not None
    assert busy["Retry-After"] == "12"
    assert "retry_after" not in busy.data


def test_a_bug_is_not_dressed_up_as_a_refusal() -> None:
    assert problem_response(ZeroDivisionError(), {}) is None
    assert problem_response(OperationalError("disk I/O error"), {}) is None


class LockNotAvailable(Exception):
    sqlstate = "55P03"


def test_waiting_too_long_for_a_book_is_said_as_such() -> None:
    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = LockNotAvailable()
    answer = problem_response(error, {})
    assert answer is not None
    assert answer.data["code"] == "in_progress"


def test_field_errors_name_their_place() -> None:
    detail = exceptions.ValidationError({"lines": [{"amount": ["wrong"]}, {}], "non_field_errors": ["odd"]}).detail
    assert [(row["field"], row["detail"]) for row in field_errors(detail)] == [("lines.0.amount", "wrong"), ("", "odd")]


def test_problems_outside_the_framework_look_the_same() -> None:
    answer = problem(401, "not_authenticated", "Sign in first.")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert json.loads(answer.content)["title"] == "Unauthorized"


@pytest.mark.parametrize(
    ("asked", "seen"), [("/api/groups/", "/api/groups"), ("/api/groups", "/api/groups"), ("/groups/", "/groups/")]
)
def test_api_paths_lose_their_trailing_slash_and_pages_keep_it(asked: str, seen: str) -> None:
    def echo(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.path_info)

    assert OptionalSlash(echo)(RequestFactory().get(asked)).content.decode() == seen  # type: ignore[attr-defined]


def test_a_nul_byte_in_the_address_is_refused() -> None:
    gate = HostileInput(lambda _request: HttpResponse("in"))
    assert gate(RequestFactory().get("/api/groups?search=%00")).status_code == 400
    assert gate(RequestFactory().get("/api/groups%00")).status_code == 400
    assert gate(RequestFactory().get("/api/groups", headers={"X-Forwarded-For": "1.1.1.1\0"})).status_code == 400
    assert gate(RequestFactory(headers={"cookie": 'sessionid="aaaaaaaa\\000"'}).get("/healthz")).status_code == 400
    assert gate(RequestFactory().get("/api/groups?search=umoja")).status_code == 200


@pytest.mark.parametrize(
    "day", ["2026-1-5", "２０２６-11-20", "20261120", "2026-W01-1", "1800-01-01", "2026-02-30", 5, ""]
)
def test_days_have_one_spelling_and_an_end_in_the_past(day: Any) -> None:
    with pytest.raises(exceptions.ValidationError):
        DayIn().run_validation(day)


def test_a_day_is_a_day() -> None:
    assert DayIn().run_validation("2026-11-20") == dt.date(2026, 11, 20)
