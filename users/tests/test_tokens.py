"""Forged, bent and worn-out tokens: none of them opens anything."""

import base64
import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings as conf
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core.periods import now
from users.models import Session, User
from users.operations import Tokens
from users.operations.sessions import open_session
from users.tests.people import MARY, me, person, post
from users.tokens import Access, TokenInvalid, read_refresh_token

Pair = tuple[str, str]
SHORT_KEYS = pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")


def pem(private: Any) -> Pair:
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret.decode(), public.decode()


KEYS: dict[str, Callable[[], Pair]] = {
    "RS256": lambda: pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
    "ES256": lambda: pem(ec.generate_private_key(ec.SECP256R1())),
    "EdDSA": lambda: pem(ed25519.Ed25519PrivateKey.generate()),
}


@pytest.fixture
def tokens(grace: User) -> Tokens:
    return open_session(user=grace, at=now())


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def sign(payload: dict[str, Any], key: str | None = None, algorithm: str = "HS256", **headers: Any) -> str:
    return jwt.encode(payload, key or conf.JWT_SECRET_KEY, algorithm=algorithm, headers=headers)


def b64(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(payload: dict[str, Any], name: str) -> str:
    return f"{b64({'alg': name, 'typ': 'JWT'})}.{b64(payload)}."


def edited(token: str, **changes: Any) -> str:
    """Another payload under the old signature."""
    header, _payload, signature = token.split(".")
    return f"{header}.{b64(claims(token) | changes)}.{signature}"


def without(token: str, name: str) -> str:
    return sign({key: value for key, value in claims(token).items() if key != name})


YESTERDAY = int((now() - dt.timedelta(days=1)).timestamp())
TOMORROW = int((now() + dt.timedelta(days=1)).timestamp())
STRANGER = str(uuid4())

FORGERIES: dict[str, Callable[[str], str]] = {
    "alg none": lambda token: unsigned(claims(token), "none"),
    "alg None": lambda token: unsigned(claims(token), "None"),
    "alg nOnE with the old signature": lambda token: unsigned(claims(token), "nOnE") + token.split(".")[2],
    "no signature": lambda token: token.rsplit(".", 1)[0] + ".",
    "two parts": lambda token: token.rsplit(".", 1)[0],
    "another key": lambda token: sign(claims(token), key="x" * 40),
    "the secret key of the site": lambda token: sign(claims(token), key=conf.SECRET_KEY),
    "HS384": lambda token: sign(claims(token), algorithm="HS384"),
    "HS512": lambda token: sign(claims(token), algorithm="HS512"),
    "RS256": lambda token: sign(claims(token), key=KEYS["RS256"]()[0], algorithm="RS256"),
    "a kid that points at a file": lambda token: sign(claims(token), key="x" * 40, kid="../../dev/null"),
    "a kid that is SQL": lambda token: sign(claims(token), key="x" * 40, kid="' UNION SELECT 'x"),
    "a key of its own": lambda token: sign(claims(token), key="x" * 40, jwk={"kty": "oct", "k": "eHh4"}),
    "a key from elsewhere": lambda token: sign(claims(token), key="x" * 40, jku="http://127.0.0.1:1/keys"),
    "expired": lambda token: sign(claims(token) | {"exp": YESTERDAY}),
    "no end": lambda token: without(token, "exp"),
    "an end that is no number": lambda token: sign(claims(token) | {"exp": "never"}),
    "not yet": lambda token: sign(claims(token) | {"nbf": TOMORROW}),
    "issued tomorrow": lambda token: sign(claims(token) | {"iat": TOMORROW}),
    "another audience": lambda token: sign(claims(token) | {"aud": "elsewhere"}),
    "no audience": lambda token: without(token, "aud"),
    "another issuer": lambda token: sign(claims(token) | {"iss": "elsewhere"}),
    "no issuer": lambda token: without(token, "iss"),
    "type refresh": lambda token: sign(claims(token) | {"token_type": "refresh"}),
    "no type": lambda token: without(token, "token_type"),
    "no id": lambda token: without(token, "jti"),
    "no session": lambda token: without(token, "sid"),
    "no user": lambda token: without(token, "sub"),
    "a session that is no id": lambda token: sign(claims(token) | {"sid": "1 OR 1=1"}),
    "a session that is a number": lambda token: sign(claims(token) | {"sid": 7}),
    "a session that never was": lambda token: sign(claims(token) | {"sid": STRANGER}),
    "another user": lambda token: sign(claims(token) | {"sub": STRANGER}),
    "edited user": lambda token: edited(token, sub=STRANGER),
    "edited end": lambda token: edited(token, exp=TOMORROW),
    "edited type": lambda token: edited(token, token_type="refresh"),
    "nonsense": lambda _token: "nonsense",
    "three dots": lambda _token: "...",
    "not base64": lambda _token: "ä.ö.ü",
    "a very long one": lambda token: token + "A" * 5000,
}


def refused(answer: Any) -> bool:
    return bool(
        answer.status_code == 401
        and answer.json()["code"] == "token_invalid"
        and answer["WWW-Authenticate"] == "Bearer"
        and answer["Content-Type"] == "application/problem+json"
    )


@SHORT_KEYS
@pytest.mark.parametrize("name", FORGERIES)
def test_no_forged_access_token_is_believed(tokens: Tokens, name: str) -> None:
    assert me(tokens.access).status_code == 200
    assert refused(me(FORGERIES[name](tokens.access)))


REFRESH_FORGERIES = {name: make for name, make in FORGERIES.items() if "type" not in name and "long" not in name}


@SHORT_KEYS
@pytest.mark.parametrize("name", REFRESH_FORGERIES)
def test_no_forged_refresh_token_is_believed(tokens: Tokens, name: str) -> None:
    assert refused(post("refresh", {"refresh_token": FORGERIES[name](tokens.refresh)}))
    assert Session.objects.get().ended_at is None
    assert post("refresh", {"refresh_token": tokens.refresh}).status_code == 200


def test_a_refresh_token_opens_no_door_and_an_access_token_renews_nothing(tokens: Tokens) -> None:
    assert refused(me(tokens.refresh))
    assert refused(post("refresh", {"refresh_token": tokens.access}))


def test_marys_session_does_not_speak_for_grace(tokens: Tokens, grace: User) -> None:
    mary = person(MARY)
    assert refused(me(sign(claims(tokens.access) | {"sub": str(mary.pk)})))


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_key_pair_takes_the_place_of_the_shared_key(grace: User, settings: Any, algorithm: str) -> None:
    old = open_session(user=grace, at=now())
    private, public = KEYS[algorithm]()
    pair = {"ALGORITHM": algorithm, "SIGNING_KEY": private, "VERIFYING_KEY": public}
    settings.SIMPLE_JWT = settings.SIMPLE_JWT | pair
    new = open_session(user=grace, at=now())
    assert jwt.get_unverified_header(new.access)["alg"] == algorithm
    assert me(new.access).status_code == 200
    assert post("refresh", {"refresh_token": new.refresh}).status_code == 200
    assert refused(me(old.access))


def test_the_public_key_cannot_be_used_as_a_shared_one(grace: User, settings: Any) -> None:
    """The swap of HS256 for RS256: signed with what everybody may know."""
    private, public = KEYS["RS256"]()
    pair = {"ALGORITHM": "RS256", "SIGNING_KEY": private, "VERIFYING_KEY": public}
    settings.SIMPLE_JWT = settings.SIMPLE_JWT | pair
    payload = claims(open_session(user=grace, at=now()).access)
    head = f"{b64({'alg': 'HS256', 'typ': 'JWT'})}.{b64(payload)}"
    digest = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = base64.urlsafe_b64encode(digest.sign(head.encode(), public.encode())).rstrip(b"=").decode()
    assert refused(me(f"{head}.{signature}"))


def test_no_token_at_all_is_not_an_invalid_one(db: None) -> None:
    answer = APIClient().get("/api/auth/me")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["code"] == "not_authenticated"
    assert refused(me(""))
    assert refused(me("two words"))


def test_a_token_says_who_and_which_session_and_no_more(tokens: Tokens, grace: User) -> None:
    said = claims(tokens.access)
    assert set(said) == {"token_type", "exp", "jti", "sub", "sid", "aud", "iss"}
    assert (said["sub"], said["sid"]) == (str(grace.pk), str(tokens.session_id))


def test_one_query_tells_whether_user_and_session_live(tokens: Tokens, grace: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert me(tokens.access).status_code == 200
    assert len(asked) == 1


def test_a_deactivated_user_is_refused_at_her_next_request(tokens: Tokens, grace: User) -> None:
    User.objects.filter(pk=grace.pk).update(is_active=False)
    assert refused(me(tokens.access))
    assert refused(post("refresh", {"refresh_token": tokens.refresh}))


@pytest.mark.parametrize("bent", [{"ended_at": now()}, {"expires_at": now()}])
def test_a_session_that_has_ended_is_refused_at_the_next_request(tokens: Tokens, bent: dict[str, Any]) -> None:
    Session.objects.update(**bent)
    assert refused(me(tokens.access))
    assert refused(post("refresh", {"refresh_token": tokens.refresh}))


def test_an_access_token_lives_half_an_hour_and_a_refresh_token_a_week(tokens: Tokens) -> None:
    minutes = (claims(tokens.access)["exp"] - now().timestamp()) / 60
    days = (claims(tokens.refresh)["exp"] - now().timestamp()) / 86400
    assert 29 < minutes <= 30
    assert 6.9 < days <= 7


def test_a_token_made_long_ago_is_refused(grace: User) -> None:
    old = open_session(user=grace, at=now() - dt.timedelta(days=8))
    assert refused(me(old.access))
    with pytest.raises(TokenInvalid):
        read_refresh_token(old.refresh)


def test_claims_that_are_no_ids_are_refused_even_when_we_signed_them(tokens: Tokens) -> None:
    token = Access.of(Session.objects.get(), identifier=uuid4(), expires_at=now() + dt.timedelta(hours=1))
    token["sid"] = ["a", "list"]
    assert refused(me(str(token)))
