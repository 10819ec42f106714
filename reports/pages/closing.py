"""Closing by a page: which months and years run, are over, were asked for or are closed, and what closing one does.

The review is a rehearsal: the very operation runs, its figures are read, and everything is rolled back.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.money import ZERO
from core.periods import NAIROBI, add_months, month_end, month_start
from cycles.models import ClosedYear, ClosingProposal
from cycles.operations import close_period, close_year
from cycles.queries import closing as queries
from cycles.queries import years
from cycles.rules.years import FiscalYear
from groups.access import standing
from groups.models import BankingGroup
from groups.permissions import Reach
from ledger.closings import months_to_close
from ledger.models import Book, ClosedPeriod, ClosingBalance
from ledger.queries import account_balances, first_booked_on
from ledger.queries.balances import in_own_sense
from ledger.rules import CHART
from reports.pages import words
from reports.pages.record import Change
from users.models import User

RUNS, OVER, PROPOSED, CLOSED = "RUNS", "OVER", "PROPOSED", "CLOSED"
CLOSE, PROPOSE = "close", "propose"
MONTHS_SHOWN = 14
Account = tuple[str, Decimal]


@dataclass(frozen=True)
class PeriodRow:
    """A month or a year: how it stands, who asked for its close or closed it, and the proof that was kept."""

    key: str
    name: str
    state: str
    said: str
    act: str
    entries: int | None = None
    head: str = ""
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True)
class ClosingPage:
    years: tuple[PeriodRow, ...]
    months: tuple[PeriodRow, ...]
    has_older: bool
    standing_order: str


@dataclass(frozen=True)
class Review:
    """What closing does, before it is done; `is_asked` where it only asks the service admin."""

    key: str
    sentence: str
    is_asked: bool
    months: tuple[str, ...]
    entries: int
    changes: tuple[Change, ...]
    held: tuple[Account, ...]


def closing_page(group: BankingGroup, user: User, on: dt.date, *, with_all: bool) -> ClosingPage:
    """The newest months first; `with_all` reaches back to the first entry."""
    here, first = standing(user, group), first_booked_on(group)
    act = "" if here.may("periods:close") is not Reach.ALL else CLOSE if here.is_service_admin else PROPOSE
    asked = _asked_for(group)
    since = month_start(first or on)
    wanted = list(_months_back(on, since))
    shown = wanted if with_all else wanted[:MONTHS_SHOWN]
    return ClosingPage(
        years=tuple(_years(group, since, on, act, asked)),
        months=tuple(_months(group, shown, on, act, asked)),
        has_older=len(shown) < len(wanted),
        standing_order=_standing_order(group),
    )


def _asked_for(group: BankingGroup) -> dict[str, list[ClosingProposal]]:
    asked: dict[str, list[ClosingProposal]] = {}
    for proposal in queries.open_proposals(group):
        asked.setdefault(proposal.period, []).append(proposal)
    return asked


def _standing_order(group: BankingGroup) -> str:
    day = group.organisation.months_close_on_day
    if day is None:
        return ""
    return _("By standing order of %(name)s, each month is closed on day %(day)s of the month after it.") % {
        "name": group.organisation.name,
        "day": day,
    }


def _months_back(on: dt.date, since: dt.date) -> Iterator[dt.date]:
    month = month_start(on)
    while month >= since:
        yield month
        month = add_months(month, -1)


def _months(
    group: BankingGroup, shown: Sequence[dt.date], on: dt.date, act: str, asked: Mapping[str, list[ClosingProposal]]
) -> Iterator[PeriodRow]:
    closed = {period.month: period for period in queries.closed_months(group).filter(month__in=shown)}
    kept = _kept(closed.values())
    for month in shown:
        period, key = closed.get(month), f"{month:%Y-%m}"
        if period is not None:
            yield _closed_month(period, kept.get(period.pk, {}))
        else:
            yield _open_row(key, month_name(month), month_end(month) >= on, act, asked.get(key, []))


def _kept(periods: Iterable[ClosedPeriod]) -> dict[object, dict[str, Decimal]]:
    """What the accounts held at the end of each of these months. One query."""
    kept: dict[object, dict[str, Decimal]] = {}
    rows = ClosingBalance.objects.filter(period__in=[period.pk for period in periods])
    for period, code, amount in rows.values_list("period", "code", "amount"):
        kept.setdefault(period, {})[code] = in_own_sense(code, amount)
    return kept


def _closed_month(period: ClosedPeriod, held: Mapping[str, Decimal]) -> PeriodRow:
    return PeriodRow(
        key=f"{period.month:%Y-%m}",
        name=month_name(period.month),
        state=CLOSED,
        said=_closed_words(period.closed_by, period.closed_at),
        act="",
        entries=period.entries,
        head=period.head_hash,
        accounts=_accounts(held),
    )


def _accounts(held: Mapping[str, Decimal]) -> tuple[Account, ...]:
    return tuple((str(line.name), held[code]) for code, line in CHART.items() if held.get(code))


def _closed_words(by: User | None, at: dt.datetime) -> str:
    day = words.full_day(at.astimezone(NAIROBI).date())
    if by is None:
        return _("Closed by standing order on %(day)s") % {"day": day}
    return _("Closed by %(name)s on %(day)s") % {"name": by.name, "day": day}


def _open_row(key: str, name: str, runs: bool, act: str, asked: Sequence[ClosingProposal]) -> PeriodRow:
    if runs:
        return PeriodRow(key, name, RUNS, "", "")
    said = [
        _("%(name)s asked on %(day)s to close it")
        % {"name": one.proposed_by.name, "day": words.full_day(one.proposed_at.astimezone(NAIROBI).date())}
        for one in asked
    ]
    return PeriodRow(key, name, PROPOSED if asked else OVER, ", ".join(said), act)


def _years(
    group: BankingGroup, since: dt.date, on: dt.date, act: str, asked: Mapping[str, list[ClosingProposal]]
) -> Iterator[PeriodRow]:
    closed = {year.fiscal_year: year for year in queries.closed_years(group)}
    for span in years_of(group, since, on):
        year = closed.get(span.year)
        if year is not None:
            yield _closed_year(year)
        else:
            yield _open_row(str(span.year), year_name(span), span.last >= on, act, asked.get(str(span.year), []))


def years_of(group: BankingGroup, since: dt.date, on: dt.date) -> Iterator[FiscalYear]:
    """The fiscal years from the running one back to the one that holds `since`."""
    day = on
    while day >= since:
        span = years.fiscal_year_of(group, day)
        yield span
        day = span.first - dt.timedelta(days=1)


def _closed_year(year: ClosedYear) -> PeriodRow:
    entry = year.voucher.entry if year.voucher else None
    said = _closed_words(year.closed_by, year.closed_at)
    if entry is not None:
        said = _("%(said)s, entry %(number)d") % {"said": said, "number": entry.number}
    return PeriodRow(
        str(year.fiscal_year), year_name(FiscalYear(year.fiscal_year, year.starts_on, year.ends_on)), CLOSED, said, ""
    )


def month_name(month: dt.date) -> str:
    return f"{words.month(month)} {month.year}"


def year_name(span: FiscalYear) -> str:
    """2026; where it is not a calendar year, with its days."""
    if (span.first.month, span.first.day, span.last.month, span.last.year) == (1, 1, 12, span.year):
        return str(span.year)
    days = {"year": span.year, "first": words.full_day(span.first), "last": words.full_day(span.last)}
    return _("%(year)s (%(first)s to %(last)s)") % days


# The review, and the act


def review(group: BankingGroup, key: str, *, by: User, at: dt.datetime) -> Review:
    """Rehearse the close and say what it does. Refused: whatever the operation refuses."""
    last, entries = _last_day(group, key), Book.objects.filter(group=group).values_list("entries", flat=True).first()
    months = months_to_close(group, last)
    before = _figures(group, key)
    with transaction.atomic():
        done = close(group, key, by=by, at=at)
        after = _figures(group, key)
        transaction.set_rollback(True)
    is_asked = isinstance(done, ClosingProposal)
    return Review(
        key=key,
        sentence=_sentence(group, key, is_asked=is_asked),
        is_asked=is_asked,
        months=tuple(month_name(month) for month in months),
        entries=entries or 0,
        changes=tuple(Change(word, before[word], after[word]) for word in after) if not is_asked else (),
        held=_accounts({code: amount for code, amount in account_balances(group, last).items() if code[0] in "123"}),
    )


def close(group: BankingGroup, key: str, *, by: User, at: dt.datetime) -> ClosedPeriod | ClosedYear | ClosingProposal:
    """Close what the key names ("2026-10", "2026"), or ask for it. Sent again, it is answered as it is."""
    if "-" in key:
        return close_period(group=group, month=_month(key), by=by, at=at)
    return close_year(group=group, year=int(key), by=by, at=at)


def done_words(done: ClosedPeriod | ClosedYear | ClosingProposal) -> str:
    if isinstance(done, ClosingProposal):
        return _("Asked for. The service admin closes it.")
    if isinstance(done, ClosedYear):
        return _("The year %(year)s is closed.") % {"year": done.fiscal_year}
    return _("%(month)s is closed.") % {"month": month_name(done.month)}


def _month(key: str) -> dt.date:
    return dt.date(int(key[:4]), int(key[5:]), 1)


def _last_day(group: BankingGroup, key: str) -> dt.date:
    if "-" in key:
        return month_end(_month(key))
    span = years.fiscal_year(group, int(key))
    if span is None:
        raise NotFound
    return span.last


def _figures(group: BankingGroup, key: str) -> dict[str, Decimal]:
    """Of a year: what is earned and spent and not yet carried over, and what the surplus holds. A month moves none."""
    if "-" in key:
        return {}
    held = account_balances(group, _last_day(group, key))
    income = sum((amount for code, amount in held.items() if code[0] == "4"), ZERO)
    costs = sum((amount for code, amount in held.items() if code[0] == "5"), ZERO)
    return {
        _("Income not yet closed"): income,
        _("Costs not yet closed"): costs,
        str(CHART["3010"].name): held["3010"],
    }


def _sentence(group: BankingGroup, key: str, *, is_asked: bool) -> str:
    if "-" in key:
        name = month_name(_month(key))
        said = _("You ask the service admin to close %(name)s.") if is_asked else _("%(name)s is closed.")
        return said % {"name": name}
    span = years.fiscal_year(group, int(key))
    name = year_name(span) if span else key
    said = _("You ask the service admin to close the year %(name)s.") if is_asked else _("The year %(name)s is closed.")
    return said % {"name": name}
