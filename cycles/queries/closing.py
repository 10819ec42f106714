"""Reading what is closed: months with what the accounts held at their end, and what somebody asked to have closed."""

import datetime as dt
from decimal import Decimal

from django.db.models import Q, QuerySet

from core.money import ZERO
from core.periods import month_start
from cycles.models import ClosedYear, ClosingProposal
from groups.models import BankingGroup
from ledger.models import ClosedPeriod
from ledger.queries.balances import in_own_sense
from ledger.rules import CHART


def closed_months(group: BankingGroup) -> QuerySet[ClosedPeriod]:
    """The newest first."""
    return ClosedPeriod.objects.filter(group=group).select_related("closed_by").order_by("-month")


def closed_month(group: BankingGroup, month: dt.date) -> ClosedPeriod | None:
    return closed_months(group).filter(month=month_start(month)).first()


def closed_years(group: BankingGroup) -> QuerySet[ClosedYear]:
    """The newest first."""
    rows = ClosedYear.objects.filter(group=group).select_related("closed_by", "voucher__entry")
    return rows.order_by("-fiscal_year")


def closing_balances(period: ClosedPeriod) -> dict[str, Decimal]:
    """Account code → what it held at the end of the month, in its own sense; every account of the chart."""
    kept = dict(period.balances.values_list("code", "amount"))
    return {code: in_own_sense(code, kept.get(code, ZERO)) for code in CHART}


def open_proposals(group: BankingGroup) -> QuerySet[ClosingProposal]:
    """What was asked for and is not closed yet, the oldest first."""
    months = [f"{month:%Y-%m}" for month in closed_months(group).values_list("month", flat=True)]
    years = [str(year) for year in closed_years(group).values_list("fiscal_year", flat=True)]
    rows = ClosingProposal.objects.filter(~Q(period__in=[*months, *years]), group=group)
    return rows.select_related("proposed_by").order_by("proposed_at")
