"""The days somebody asks for in the address bar, read kindly: what makes no sense is said and replaced."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.periods import month_start


@dataclass(frozen=True)
class Asked:
    """From the first to the last day; `refused` says what was wrong with what was asked."""

    first: dt.date
    last: dt.date
    refused: str = ""


def asked_days(query: Mapping[str, str], on: dt.date) -> Asked:
    """`from` and `to`; without them, this month up to today. Days to come are cut to today."""
    usual = Asked(month_start(on), on)
    try:
        first = dt.date.fromisoformat(query.get("from") or usual.first.isoformat())
        last = dt.date.fromisoformat(query.get("to") or on.isoformat())
    except ValueError:
        return Asked(usual.first, usual.last, _("These days could not be read, so this month is shown."))
    last = min(last, on)
    if first > last:
        return Asked(usual.first, usual.last, _("The first day lies after the last one, so this month is shown."))
    return Asked(first, last)
