"""Looks at the keys before anybody signs in with them."""

from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

SHORTEST_KEY = 32
KINDS: dict[str, tuple[type, ...]] = {
    "RS256": (rsa.RSAPrivateKey,),
    "ES256": (ec.EllipticCurvePrivateKey,),
    "EdDSA": (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey),
}


@register("security")
def check_token_keys(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Long enough for HS256, or a pair that belongs together and fits its algorithm."""
    jwt = settings.SIMPLE_JWT
    algorithm, signing, verifying = jwt["ALGORITHM"], str(jwt["SIGNING_KEY"]), str(jwt["VERIFYING_KEY"])
    if algorithm == "HS256":
        if len(signing.encode()) >= SHORTEST_KEY:
            return []
        return [Error("JWT_SECRET_KEY is shorter than 32 bytes.", hint="Make a longer one.", id="users.E001")]
    if algorithm not in KINDS:
        return [Error("JWT_ALGORITHM must be HS256, RS256, ES256 or EdDSA.", id="users.E002")]
    if _is_pair(signing, verifying, KINDS[algorithm]):
        return []
    return [Error(f"JWT_PRIVATE_KEY and JWT_PUBLIC_KEY are no key pair for {algorithm}.", id="users.E003")]


def _is_pair(signing: str, verifying: str, kinds: tuple[type, ...]) -> bool:
    try:
        private = load_pem_private_key(signing.encode(), password=None)
        public = load_pem_public_key(verifying.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return isinstance(private, kinds) and private.public_key().public_bytes(*form) == public.public_bytes(*form)
