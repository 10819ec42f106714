"""Officers as answers: the pinned shape, read for a whole page in a constant number of queries."""

from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request

from core.periods import now, today
from groups.access import visible_groups
from officers import queries
from officers.api.shapes import OfficerOut, Shown
from officers.models import Officer
from officers.operations import located
from savings.api.answers import caller


def officers_out(request: Request, officers: Sequence[Officer]) -> list[dict[str, Any]]:
    """Rows in the pinned shape. That somebody was shown where others are leaves its act."""
    user, fixes = caller(request), queries.newest_fixes(officers)
    served = {row.group_id for officer in officers for row in officer.running}  # type: ignore[attr-defined]  # prefetched
    shown = Shown(
        weeks=queries.weeks_of(officers, today()),
        fixes=fixes,
        scope=set(visible_groups(user).filter(pk__in=served).values_list("pk", flat=True)),
    )
    located(by=user, officers=[officer for officer in officers if officer.pk in fixes], at=now())
    return list(OfficerOut(officers, many=True, context={"shown": shown}).data)


def officer_out(request: Request, officer: Officer) -> dict[str, Any]:
    """One officer as she is now."""
    return officers_out(request, [queries.officer_by_id(officer.pk)])[0]
