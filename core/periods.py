"""Days and months. The business day is the day in Nairobi; the clock is read here and nowhere below."""

import calendar
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

NAIROBI = ZoneInfo("Africa/Nairobi")


def now() -> dt.datetime:
    """The instant, aware. Called at the edges only; the domain is told what day it is."""
    return dt.datetime.now(tz=dt.UTC)


def today() -> dt.date:
    """The business day: the date in Nairobi."""
    return business_day(now())


def business_day(instant: dt.datetime) -> dt.date:
    return instant.astimezone(NAIROBI).date()


def day_named(on: str | None) -> dt.date:
    """The day a job is done for: the business day, or the one that is named as YYYY-MM-DD. At the edges only."""
    return dt.date.fromisoformat(on) if on else today()


def instant_named(on: str | None) -> dt.datetime:
    """The instant a job is done for: now, or noon of another day that is named. At the edges only."""
    day = day_named(on)
    return now() if day == today() else dt.datetime.combine(day, dt.time(12), tzinfo=NAIROBI)


def month_start(day: dt.date) -> dt.date:
    return day.replace(day=1)


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: dt.date, months: int, anchor: int | None = None) -> dt.date:
    """The same day `months` later, or the month's last day; `anchor` is the day of month to return to."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    wanted = anchor or day.day
    return dt.date(year, month + 1, min(wanted, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both within."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last
