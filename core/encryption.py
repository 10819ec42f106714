"""Personal data at rest: AES-256-GCM under a key per person, each wrapped by a master key that can rotate.

Destroying a person's key erases what it sealed everywhere at once. Every ciphertext is bound to its model, field and
row, so that rows cannot be swapped. Look-ups and uniqueness go by keyed digests, whose key is separate and stays.
"""

import base64
import functools
import hashlib
import hmac
import os
from typing import Any, Protocol, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


class KeyMissing(Exception):
    """A master key that something is sealed with is not configured."""


class KeyDestroyed(Exception):
    """The person was erased: what her key sealed cannot be read any more, by anybody."""


@functools.cache
def _ring(entries: tuple[str, ...]) -> dict[str, AESGCM]:
    pairs = (entry.split(":", 1) for entry in entries)
    return {name: AESGCM(base64.b64decode(key)) for name, key in pairs}


def master_keys() -> dict[str, AESGCM]:
    """All master keys by their id, the sealing one first."""
    return _ring(tuple(settings.ENCRYPTION_KEYS))


def seal(key: AESGCM, text: str, context: str) -> bytes:
    return seal_bytes(key, text.encode(), context)


def unseal(key: AESGCM, token: bytes, context: str) -> str:
    return unseal_bytes(key, token, context).decode()


def seal_bytes(key: AESGCM, data: bytes, context: str) -> bytes:
    """nonce | ciphertext | tag, bound to `context`."""
    nonce = os.urandom(_NONCE)
    return nonce + key.encrypt(nonce, data, context.encode())


def unseal_bytes(key: AESGCM, token: bytes, context: str) -> bytes:
    return key.decrypt(token[:_NONCE], token[_NONCE:], context.encode())


def new_wrapped_key(context: str) -> tuple[str, bytes]:
    """A fresh 256-bit key, wrapped by the sealing master key: (id of the master key, wrapped key)."""
    name, master = next(iter(master_keys().items()))
    return name, wrap(master, AESGCM.generate_key(256), context)


def wrap(master: AESGCM, key: bytes, context: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + master.encrypt(nonce, key, context.encode())


def unwrap(name: str, wrapped: bytes, context: str) -> bytes:
    master = master_keys().get(name)
    if master is None:
        raise KeyMissing(name)
    return master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], context.encode())


def digest(purpose: str, value: str) -> str:
    """Keyed digest for look-up and uniqueness; `purpose` keeps equal values of different kinds apart."""
    return hmac.new(settings.DIGEST_KEY.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


class DataKeyLike(Protocol):
    def seal(self, text: str, context: str) -> bytes: ...
    def open(self, token: bytes, context: str) -> str: ...


class Sealed(property):
    """A text attribute kept as ciphertext in `<name>_sealed`, under the row's `data_key`.

    Reads "" when nothing is kept or the person was erased. A property, so that `Model(name=…)` may set it.
    """

    def __init__(self) -> None:
        super().__init__(self._read, self._write)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def _context(self, row: Any) -> str:
        return f"{row._meta.label}.{self.name}.{row.pk}"

    def _read(self, row: Any) -> str:
        token = getattr(row, f"{self.name}_sealed")
        if not token:
            return ""
        try:
            return str(row.data_key.open(bytes(token), self._context(row)))
        except KeyDestroyed:
            return ""

    def _write(self, row: Any, text: str | None) -> None:
        sealed = row.data_key.seal(text, self._context(row)) if text else b""
        setattr(row, f"{self.name}_sealed", sealed)

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        return self if row is None else self._read(row)

    def deleter(self, fdel: Any) -> Self:
        raise TypeError("a sealed attribute is emptied, not deleted")
