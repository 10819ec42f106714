"""Where the act being done comes from: the caller's address, kept for the length of a request.

A context variable, so that parallel requests never see each other's. Jobs and commands have none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_address: ContextVar[str] = ContextVar("origin_address", default="")


def current_address() -> str:
    """The caller's address, or "" outside a request."""
    return _address.get()


@contextmanager
def acting_from(address: str) -> Iterator[None]:
    """Acts recorded within come from this address; afterwards all is as before."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)
