"""How often one address may look codes up: enough for a table that checks its receipts, too few to try codes out.

Counted in the cache, in minutes that begin with the first look-up. A cache that is emptied forgets.
"""

import datetime as dt

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from users.operations.attempts import address_digest

ALLOWED, MINUTE = 20, 60


class TooManyLookUps(Refusal):
    code = "throttled"
    status = 429
    detail = _("You checked many codes in a short time. Wait a little, then check this one again.")


def count_look_up(*, address: str, at: dt.datetime) -> None:
    """One more from this address. Refused: `throttled`, with the seconds until it may ask again."""
    who, moment = address_digest(address, "look-up"), int(at.timestamp())
    since = _minute_of(who, moment)
    key = f"look-ups:{who}:{since}"
    cache.add(key, 0, 2 * MINUTE)
    asked = cache.incr(key)
    cache.touch(key, 2 * MINUTE)
    if asked > ALLOWED:
        raise TooManyLookUps(retry_after=since + MINUTE - moment)


def _minute_of(who: str, moment: int) -> int:
    """When the minute began in which this address is asking."""
    since: int | None = cache.get(f"look-ups:{who}")
    if since is None or not since <= moment < since + MINUTE:
        since = moment
        cache.set(f"look-ups:{who}", since, MINUTE)
    return since
