"""How lists of runs are narrowed and ordered."""

from django_filters import rest_framework as filters

from core.api.filters import Ordering
from cycles.models import Run


class RunFilters(filters.FilterSet):
    status = filters.ChoiceFilter(choices=Run.Status.choices)
    ordering = Ordering(fields=("fiscal_year", "computed_at"))
