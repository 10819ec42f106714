"""How a group's meetings are narrowed and ordered."""

from django_filters import rest_framework as filters

from core.api.filters import Ordering
from meetings.models import Meeting
from savings.api.filters import DayFilter


class MeetingFilters(filters.FilterSet):
    status = filters.ChoiceFilter(choices=Meeting.Status.choices)
    # `from` is a word of Python's own: renamed below.
    from_ = DayFilter(field_name="meeting_date", lookup_expr="gte")
    to = DayFilter(field_name="meeting_date", lookup_expr="lte")
    ordering = Ordering(fields=["meeting_date"])


MeetingFilters.base_filters["from"] = MeetingFilters.base_filters.pop("from_")
