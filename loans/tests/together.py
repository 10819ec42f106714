"""Several acts at the same moment, in threads."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from core.errors import Refusal
from users.tests.people import in_parallel


def at_once(works: Sequence[Callable[[], Any]]) -> Counter[str]:
    """In threads; how often each was refused, and how often it went through."""
    results = in_parallel(list(works))
    assert len(results) == len(works), "a thread died of something that is no refusal"
    return Counter(result.code if isinstance(result, Refusal) else "done" for result in results)
