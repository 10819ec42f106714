"""How many failures are too many, and what a one-time code looks like. Pure: no database, no clock.

A guess is counted before it is checked, so the figures here are upper bounds for guesses made at once as well.
"""

import datetime as dt
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

CODE_LENGTH = 8
# Without 0 O 1 I L U: what is read aloud or copied from a cracked screen stays what it was.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_GUESSES = 10
ACTIVATION_LIFE = dt.timedelta(days=7)
RESET_LIFE = dt.timedelta(minutes=15)
KNOWN_FOR = dt.timedelta(days=30)


@dataclass(frozen=True)
class Limits:
    """Failures allowed within the window: for an account from one address, for an account, for an address."""

    window: dt.timedelta
    pair: int
    account: int
    address: int


SIGN_IN = Limits(window=dt.timedelta(minutes=15), pair=5, account=10, address=50)
# A whole meeting may share one hotspot: the address is allowed more than the phone.
RESET = Limits(window=dt.timedelta(hours=1), pair=3, account=3, address=30)
# An invitation is sent at most so often to one person; the code that was sent lives on meanwhile.
INVITE_AGAIN_AFTER = dt.timedelta(minutes=10)
INVITES_A_DAY = 5
# Asking for a code takes so long whether or not somebody has the number: well above the work behind either answer.
RESET_TAKES = dt.timedelta(milliseconds=80)


@dataclass(frozen=True)
class Failure:
    account: str
    address: str
    at: dt.datetime


def waiting_time(
    failures: Sequence[Failure], limits: Limits, *, mine: Failure, known: bool = False
) -> dt.timedelta | None:
    """How long `mine` has to wait, given the earlier failures; None when it may be checked now.

    Where the account has signed in before (`known`), only its failures from that very address count: strangers cannot
    lock it out there.
    """
    recent = [failure for failure in failures if failure.at > mine.at - limits.window]
    account = [failure.at for failure in recent if failure.account == mine.account]
    address = [failure.at for failure in recent if failure.address == mine.address]
    pair = [one.at for one in recent if (one.account, one.address) == (mine.account, mine.address)]
    counted = [(pair, limits.pair)]
    if not known:
        counted += [(account, limits.account), (address, limits.address)]
    waits = [sorted(times)[-limit] + limits.window - mine.at for times, limit in counted if len(times) >= limit]
    return max(waits, default=None)


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the 64 bits of IPv6 that one household is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and not parsed.ipv4_mapped:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed.ipv4_mapped or parsed) if parsed.version == 6 else str(parsed)


def spelled(code: str) -> str:
    """A one-time code as it is compared: capitals, without blanks and dashes."""
    return code.upper().replace(" ", "").replace("-", "")
