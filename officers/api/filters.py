"""How the list of officers and a trail are narrowed and ordered."""

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from core.api.filters import Ordering
from core.periods import NAIROBI
from officers.models import Officer, PositionFix
from savings.api.filters import DayFilter


class OfficerFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=Officer.Status.choices)
    group = filters.UUIDFilter(method="serving")
    search = filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=100)
    ordering = Ordering(
        fields=(("name", "name"), ("status", "status"), ("registered_at", "registered_at")),
    )

    def serving(self, officers: QuerySet[Officer], name: str, group: UUID) -> QuerySet[Officer]:
        return officers.filter(assignments__group=group, assignments__until__isnull=True)


class TrailFilter(filters.FilterSet):
    """From a day to a day, in Nairobi. The cursor is the pager's own word."""

    cursor = filters.CharFilter(method="untouched", max_length=300)
    # `from` is a word of Python's own: renamed below.
    from_ = DayFilter(method="since")
    to = DayFilter(method="until")

    def untouched(self, fixes: QuerySet[PositionFix], name: str, value: str) -> QuerySet[PositionFix]:
        return fixes

    def since(self, fixes: QuerySet[PositionFix], name: str, day: dt.date) -> QuerySet[PositionFix]:
        return fixes.filter(recorded_at__gte=dt.datetime.combine(day, dt.time(), tzinfo=NAIROBI))

    def until(self, fixes: QuerySet[PositionFix], name: str, day: dt.date) -> QuerySet[PositionFix]:
        # The day itself is within; the last day there is has no next one.
        end = dt.datetime.combine(day, dt.time.max, tzinfo=NAIROBI)
        return fixes.filter(recorded_at__lte=end)


TrailFilter.base_filters["from"] = TrailFilter.base_filters.pop("from_")
