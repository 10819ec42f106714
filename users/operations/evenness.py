"""Answers that take the same time whatever was found out on the way to them."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_least(span: dt.timedelta) -> Iterator[None]:
    """Whatever happens inside, a refusal too, is over only when this time has passed."""
    ends = time.monotonic() + span.total_seconds()
    try:
        yield
    finally:
        time.sleep(max(0.0, ends - time.monotonic()))
