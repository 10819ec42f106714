"""Reading fiscal years: which days one has in a group, which are closed, and which still have to be."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Case, F, Max, Min, QuerySet, Sum, When

from core.money import ZERO
from cycles.models import ClosedYear
from cycles.rules import years as rules
from cycles.rules.closing import RESULTS, SURPLUS, Part
from cycles.rules.years import FiscalYear
from groups.models import BankingGroup, Constitution
from groups.queries import in_force
from ledger.models import Entry, Line
from ledger.queries.balances import in_own_sense
from ledger.rules import OF_A_SUBJECT


def _calendar(group: BankingGroup) -> rules.BeginsIn:
    """In which month a year begins, by the version in force on any day. One query."""
    versions = list(Constitution.objects.adopted().filter(group=group).order_by("version"))
    return lambda day: in_force(versions, day).fiscal_year_starts_in


def fiscal_year(group: BankingGroup, year: int) -> FiscalYear | None:
    """The days of the fiscal year of this name; None where no year begins in that calendar year."""
    return rules.fiscal_year(year, _calendar(group))


def fiscal_year_of(group: BankingGroup, day: dt.date) -> FiscalYear:
    """The fiscal year that holds a day."""
    return rules.year_of(day, _calendar(group))


def shown() -> QuerySet[ClosedYear]:
    return ClosedYear.objects.select_related("group", "closed_by", "voucher__entry")


def closed_year(group: BankingGroup, year: int) -> ClosedYear | None:
    """The closing of a year, where it is closed."""
    return shown().filter(group=group, fiscal_year=year).first()


def last_closed_day(group: BankingGroup) -> dt.date | None:
    """The last day of the newest closed year."""
    day: dt.date | None = ClosedYear.objects.filter(group=group).aggregate(day=Max("ends_on"))["day"]
    return day


def first_year_open(group: BankingGroup, before: dt.date) -> FiscalYear | None:
    """The oldest year with entries before a day that is not closed."""
    closed = last_closed_day(group)
    entries = Entry.objects.filter(group=group, booked_on__lt=before)
    since = entries.filter(booked_on__gt=closed) if closed else entries
    first: dt.date | None = since.aggregate(day=Min("booked_on"))["day"]
    return rules.year_of(first, _calendar(group)) if first else None


def results_of(group: BankingGroup, last: dt.date) -> list[Part]:
    """What stands on income and costs at the end of a day and belongs to no closed year: by account and member, loans
    written off by loan. Costs as much as was posted since the last closed year."""
    closed = last_closed_day(group)
    lines = Line.objects.filter(account__group=group, account__code__in=RESULTS, entry__booked_on__lte=last)
    since = lines.filter(entry__booked_on__gt=closed) if closed else lines
    by_name = since.annotate(about=Case(When(account__code__in=OF_A_SUBJECT, then=F("subject_id"))))
    rows = by_name.values_list("account__code", "member", "about").annotate(total=Sum("amount"))
    return [Part(*row) for row in rows.order_by("account__code", "member", "about")]


def by_account(parts: Iterable[Part]) -> dict[str, Decimal]:
    """Account code → its sum, in its own sense."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for part in parts:
        sums[part.code] += in_own_sense(part.code, part.amount)
    return dict(sums)


def carried(closed: ClosedYear) -> Decimal:
    """What the surplus took of a closed year, below zero for a loss."""
    if closed.voucher is None:
        return ZERO
    lines = Line.objects.filter(entry=closed.voucher.entry_id, account__code=SURPLUS)
    return in_own_sense(SURPLUS, lines.aggregate(total=Sum("amount"))["total"] or ZERO)
