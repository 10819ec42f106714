"""Answers that span rooms: members with their balances, groups with their figures. Nothing here writes."""

from reports.queries.figures import (
    GroupFigures,
    MonthOfSavings,
    Totals,
    group_figures,
    savings_by_month,
    totals,
)
from reports.queries.roster import MemberDetail, RosterRow, detail, roster
from reports.queries.summary import GroupSummary, MonthProgress, group_summary

__all__ = [
    "GroupFigures",
    "GroupSummary",
    "MemberDetail",
    "MonthOfSavings",
    "MonthProgress",
    "RosterRow",
    "Totals",
    "detail",
    "group_figures",
    "group_summary",
    "roster",
    "savings_by_month",
    "totals",
]
