"""Short words for telling lives of loans in tests."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from core.money import ZERO
from loans.rules.life import Happening, History, Payment, Reschedule, Row, State, WriteOff, told
from loans.rules.plan import Terms

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
START = dt.date(2026, 1, 20)
NAMES = UUID(int=1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def terms(method: str, principal: str, rate: str, months: int, **more: Any) -> Terms:
    return Terms(method, Decimal(principal), Decimal(rate), months, more.pop("start", START), **more)


def name(number: int) -> UUID:
    return uuid5(NAMES, str(number))


def paid(on: str, amount: str, number: int = 1) -> Payment:
    return Payment(day(on), NOON + dt.timedelta(minutes=number), name(number), Decimal(amount))


def rescheduled(on: str, months: int) -> Reschedule:
    return Reschedule(day(on), NOON, months)


def written_off(on: str) -> WriteOff:
    return WriteOff(day(on), NOON)


def history(of: Terms, *happenings: Happening, penalty: str = "5", in_duplum: bool = True) -> History:
    return History(of, happenings, Decimal(penalty), in_duplum)


def on(text: str, of: Terms, *happenings: Happening, **more: Any) -> State:
    return told(history(of, *happenings, **more), day(text))


def split(state: State, number: int = 1) -> list[str]:
    """Penalty, interest, principal, savings of a payment."""
    return [str(part) for part in state.splits[name(number)].parts]


def asked(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    return [(str(row.principal), str(row.interest)) for row in rows]


def whole(rows: tuple[Row, ...]) -> Decimal:
    return sum((row.principal for row in rows), ZERO)
