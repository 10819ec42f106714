"""The verbs of ends, one act each: a member leaves, a month or a year is closed, a surplus is shared."""

from cycles.operations.closing import close_period
from cycles.operations.leaving import (
    AmountChanged,
    Departure,
    HasLeft,
    PapersWait,
    StillOwes,
    WroteTheKin,
    leave,
)
from cycles.operations.sharing import FiguresChanged, NothingToDistribute, YearNotClosed
from cycles.operations.sharing_approve import approve
from cycles.operations.sharing_declare import declare
from cycles.operations.sharing_parts import Handing
from cycles.operations.sharing_pay import hold_everybody, pay, pay_all
from cycles.operations.sharing_preview import preview, preview_all
from cycles.operations.years import EarlierYearOpen, YearNotOver, close_year

__all__ = [
    "AmountChanged",
    "Departure",
    "EarlierYearOpen",
    "FiguresChanged",
    "Handing",
    "HasLeft",
    "NothingToDistribute",
    "PapersWait",
    "StillOwes",
    "WroteTheKin",
    "YearNotClosed",
    "YearNotOver",
    "approve",
    "close_period",
    "close_year",
    "declare",
    "hold_everybody",
    "leave",
    "pay",
    "pay_all",
    "preview",
    "preview_all",
]
