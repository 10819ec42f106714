"""Filters by name: what a list does not know is refused, never silently ignored."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend, FilterSet, OrderingFilter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

COMMON = {"page", "page_size"}


def refuse_unknown(request: Request, known: set[str]) -> None:
    """400 for any query parameter outside `known` and the paging words."""
    unknown = sorted(set(request.query_params) - known - COMMON)
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "This list has no such filter."))


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter that refuses unknown names and wrong values, `ordering` and `search` included."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filters: type[FilterSet] | None = getattr(view, "filterset_class", None)
        refuse_unknown(request, set(filters.base_filters) if filters else set())
        chosen: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return chosen


class Ordering(OrderingFilter):
    """Ties are broken by id, so that no row stands on two pages and none on no page."""

    def filter(self, qs: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        ordered: QuerySet[Any] = super().filter(qs, value)
        return ordered.order_by(*ordered.query.order_by, "pk")
