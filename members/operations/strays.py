"""Sealed files that no row names: a process that was killed while it kept a document leaves one behind."""

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.core.files.storage import Storage, storages

from members.models import IdentityDocument

# Whoever is keeping a document right now has written its file already, and its row does not show yet.
LEFT_FOR = dt.timedelta(days=1)
# Processes are killed one at a time. Where this many files have no row, it is rows that are missing: then the files are
# all there is, and none of them goes.
MOST_AT_ONCE = 100
BATCH = 500
_logger = logging.getLogger(__name__)


def forget_stray_files(*, at: dt.datetime) -> int:
    """Delete sealed documents that no row has named for a day; how many went.

    None where there are more than a hundred: the log says so, and somebody looks at the database first. What was not
    named by us stays too.
    """
    storage = storages["documents"]
    strays = [name for name in _without_row(_names(storage)) if _has_lain(storage, name, at - LEFT_FOR)]
    if len(strays) > MOST_AT_ONCE:
        _logger.error("%d documents have no row; none was deleted", len(strays))
        return 0
    for name in strays:
        storage.delete(name)
    return len(strays)


def _names(storage: Storage) -> list[str]:
    """The files that are named as documents are; nothing where no document was ever kept."""
    try:
        _folders, files = storage.listdir("")
    except FileNotFoundError:
        return []
    return [name for name in files if _is_an_id(name)]


def _is_an_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _without_row(names: Sequence[str]) -> Iterable[str]:
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        named = set(map(str, IdentityDocument.objects.filter(pk__in=batch).values_list("pk", flat=True)))
        yield from (name for name in batch if name not in named)


def _has_lain(storage: Storage, name: str, before: dt.datetime) -> bool:
    """Was it written before then? What went meanwhile, with the act it was a part of, was not."""
    try:
        return storage.get_modified_time(name) < before
    except FileNotFoundError:
        return False
