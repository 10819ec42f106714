"""Groups side by side as the pages show them: each one's fund counted from both sides, and all of them together."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import ZERO
from core.periods import month_start
from groups.models import BankingGroup
from reports import queries
from reports.charts import LineChart, savings_line
from reports.pages import words
from reports.queries import GroupFigures, MonthOfSavings

MONTHS_SHOWN = 6


@dataclass(frozen=True)
class GroupRow:
    """One group's books in one line; the difference is what it has less whose it is."""

    href: str
    name: str
    code: str
    place: str
    members: int
    savings: Decimal
    cash: Decimal
    fund: Decimal
    difference: Decimal


@dataclass(frozen=True)
class Totals:
    """All groups together."""

    title: str
    scope: str
    members: int
    savings: Decimal
    savings_change: Decimal
    since: dt.date
    cash: Decimal
    fund: Decimal
    proven: int
    total: int


@dataclass(frozen=True)
class Survey:
    """The groups somebody may look at, their sums, and how their savings went."""

    on: dt.date
    rows: tuple[GroupRow, ...]
    totals: Totals | None
    chart: LineChart | None
    chart_title: str


def survey(groups: QuerySet[BankingGroup], on: dt.date) -> Survey:
    """All of them are read together: the number of statements does not grow with the number of groups."""
    listed = list(groups.select_related("organisation").order_by("name", "id"))
    if not listed:
        return Survey(on, (), None, None, "")
    figures = queries.group_figures(listed, on)
    months = queries.savings_by_month(listed, on, MONTHS_SHOWN)
    return Survey(
        on=on,
        rows=tuple(_row(one) for one in figures),
        totals=_totals(figures, months, on),
        chart=savings_line([(words.short_month(month.month), month.balance) for month in months]),
        chart_title=_title(months),
    )


def _row(one: GroupFigures) -> GroupRow:
    return GroupRow(
        href=reverse("group-page", args=[one.group.id]),
        name=one.group.name,
        code=one.group.group_code,
        place=one.group.county,
        members=one.members_count,
        savings=one.savings,
        cash=one.cash,
        fund=one.trf,
        difference=one.difference,
    )


def _totals(figures: Sequence[GroupFigures], months: Sequence[MonthOfSavings], on: dt.date) -> Totals:
    together = queries.totals(figures)
    names = {one.group.organisation.name for one in figures}
    if len(figures) == 1:
        title = _("%(name)s in figures") % {"name": figures[0].group.name}
    elif len(names) == 1:
        title = _("%(name)s in figures") % {"name": names.pop()}
    else:
        title = _("All groups in figures")
    said = {"groups": together.groups_count, "members": together.members_count}
    return Totals(
        title=title,
        scope=_("%(groups)d groups, %(members)d members") % said
        if len(figures) > 1
        else _("%(members)d members") % said,
        members=together.members_count,
        savings=together.savings,
        savings_change=months[-1].net if months else ZERO,
        since=month_start(on),
        cash=together.cash,
        fund=together.trf,
        proven=together.agreeing,
        total=together.groups_count,
    )


def _title(months: Sequence[MonthOfSavings]) -> str:
    """The sentence that the line amounts to."""
    rise = months[-1].balance - months[0].balance
    said = {"amount": words.round_amount(abs(rise)), "month": words.month(months[0].month)}
    if rise < 0:
        return _("Savings fell by %(amount)s since the end of %(month)s") % said
    return _("Savings grew by %(amount)s since the end of %(month)s") % said
