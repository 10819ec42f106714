"""Sealing: bound to its place, readable after a rotation, gone with its key."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.test import override_settings

from core.encryption import KeyDestroyed, KeyMissing, Sealed, digest, master_keys, new_wrapped_key, seal, unseal, unwrap

OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()


class Key:
    """A data key as rows have it, without a database."""

    def __init__(self, *, alive: bool = True) -> None:
        self.cipher = AESGCM(AESGCM.generate_key(256))
        self.alive = alive

    def seal(self, text: str, context: str) -> bytes:
        return seal(self.cipher, text, context)

    def open(self, token: bytes, context: str) -> str:
        if not self.alive:
            raise KeyDestroyed
        return unseal(self.cipher, token, context)


class Meta:
    label = "tests.Row"


class Row:
    _meta = Meta()
    secret = Sealed()
    other = Sealed()
    secret_sealed: bytes
    other_sealed: bytes

    def __init__(self, pk: int, key: Key) -> None:
        self.pk = pk
        self.data_key = key


@pytest.fixture
def row() -> Row:
    return Row(1, Key())


def test_what_is_sealed_reads_back_and_does_not_show(row: Row) -> None:
    row.secret = "12345678"
    assert row.secret == "12345678"
    assert b"12345678" not in row.secret_sealed


def test_the_same_text_seals_differently_each_time(row: Row) -> None:
    row.secret = row.other = "same"
    first = row.secret_sealed
    row.secret = "same"
    assert first != row.secret_sealed != row.other_sealed


def test_a_ciphertext_moved_to_another_row_or_field_does_not_open(row: Row) -> None:
    row.secret = "hers"
    row.other_sealed = row.secret_sealed
    with pytest.raises(InvalidTag):
        _ = row.other
    neighbour = Row(2, row.data_key)
    neighbour.secret_sealed = row.secret_sealed
    with pytest.raises(InvalidTag):
        _ = neighbour.secret


def test_empty_is_empty_and_an_erased_person_reads_as_nothing(row: Row) -> None:
    row.secret = ""
    assert row.secret == ""
    row.secret = "something"
    row.data_key.alive = False
    assert row.secret == ""


def test_the_attribute_is_emptied_never_deleted() -> None:
    with pytest.raises(TypeError):
        Row.secret.deleter(None)


def test_an_old_master_key_still_opens_after_a_rotation() -> None:
    with override_settings(ENCRYPTION_KEYS=[OLD]):
        name, wrapped = new_wrapped_key("here")
        plain = unwrap(name, wrapped, "here")
    with override_settings(ENCRYPTION_KEYS=[NEW, OLD]):
        assert next(iter(master_keys())) == "new"
        assert unwrap(name, wrapped, "here") == plain
        assert new_wrapped_key("here")[0] == "new"
    with override_settings(ENCRYPTION_KEYS=[NEW]), pytest.raises(KeyMissing):
        unwrap(name, wrapped, "here")


def test_digests_differ_by_purpose_and_by_key() -> None:
    assert digest("phone", "254700000001") != digest("id", "254700000001")
    before = digest("phone", "254700000001")
    with override_settings(DIGEST_KEY="another-key"):
        assert digest("phone", "254700000001") != before
