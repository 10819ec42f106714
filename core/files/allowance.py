"""How many files one person may send: drawing them anew is the dearest work that a stranger can make this server do.

Counted in the cache, by the calendar's own minutes and hours: every file that is about to be decoded, whatever becomes
of it. A cache that is emptied forgets; then somebody may send a few more.
"""

import datetime as dt
from uuid import UUID

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal

MINUTE, HOUR = 60, 3600
# Ten times what one officer sends on a registration day: forty people with three pictures each, every one taken twice.
# The minute is for a phone that was without a network and then sends all it has.
ALLOWED = {MINUTE: 240, HOUR: 2_400}


class TooManyFiles(Refusal):
    code = "throttled"
    status = 429
    detail = _("You sent many files in a short time. Wait a little, then send this one again.")


def count_files(*, sender: UUID, files: int, at: dt.datetime) -> None:
    """So many more of hers are about to be decoded. Refused: `throttled`, with the seconds until she may send again."""
    if not files:
        return
    moment = int(at.timestamp())
    full = [seconds for seconds in ALLOWED if _sent(sender, files, moment, seconds) > ALLOWED[seconds]]
    if full:
        raise TooManyFiles(retry_after=max(seconds - moment % seconds for seconds in full))


def _sent(sender: UUID, files: int, moment: int, seconds: int) -> int:
    """How many in this minute or hour, these included; kept for longer than it lasts, so that it ends by its name."""
    key, kept_for = f"files:{sender}:{seconds}:{moment // seconds}", 2 * seconds
    cache.add(key, 0, kept_for)
    sent: int = cache.incr(key, files)
    cache.touch(key, kept_for)
    return sent
