"""Identifiers: UUIDv7, made where a thing is born, so rows sort by birth and a phone can make its own."""

import uuid

from uuid_utils.compat import uuid7

NIL = uuid.UUID(int=0)


def new_id() -> uuid.UUID:
    return uuid7()
