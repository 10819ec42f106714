"""How lists of transactions are narrowed and ordered."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import DateField
from django_filters import rest_framework as filters
from rest_framework import exceptions

from core.api.fields import DayIn
from core.api.filters import Ordering
from ledger.models import Voucher
from savings.models import Fine
from savings.operations.dues import FINE_PAYMENT
from savings.queries import CONTRIBUTION, WITHDRAWAL
from savings.rules import FINE, FUNDS

KINDS = (
    "CONTRIBUTION", "WITHDRAWAL", "FINE_PAYMENT", "FEE", "REPAYMENT", "DISBURSEMENT", "MOVEMENT", "PAYOUT", "EXPENSE",
    "CAMPAIGN", "DIVIDEND", "COUNT", "OPENING", "REVERSAL",
)  # fmt: skip


def _choices(words: Iterable[str]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


class Day(DateField):
    """A day as bodies spell it: YYYY-MM-DD and not before the books."""

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        try:
            return DayIn().to_internal_value(value)
        except exceptions.ValidationError as error:
            raise ValidationError(str(DayIn.default_error_messages["not_a_day"])) from error


class DayFilter(filters.DateFilter):
    field_class = Day


class TransactionFilters(filters.FilterSet):
    group = filters.UUIDFilter(field_name="group_id")
    member = filters.UUIDFilter(field_name="member_id")
    kind = filters.ChoiceFilter(choices=_choices(KINDS))
    status = filters.ChoiceFilter(choices=Voucher.Status.choices)
    method = filters.ChoiceFilter(choices=Voucher.Method.choices)
    contribution_type = filters.ChoiceFilter(choices=_choices([*FUNDS, FINE]), method="of_contribution_type")
    # `from` is a word of Python's own: renamed below.
    from_ = DayFilter(field_name="booked_on", lookup_expr="gte")
    to = DayFilter(field_name="booked_on", lookup_expr="lte")
    search = filters.CharFilter(field_name="member__person__name", lookup_expr="icontains", max_length=100)
    ordering = Ordering(fields=[("id", "recorded_at"), ("booked_on", "contribution_date"), ("amount", "amount")])

    def of_contribution_type(self, vouchers: QuerySet[Voucher], name: str, kind: str) -> QuerySet[Voucher]:
        return vouchers.filter(detail=kind, kind__in=[CONTRIBUTION, FINE_PAYMENT, WITHDRAWAL])


TransactionFilters.base_filters["from"] = TransactionFilters.base_filters.pop("from_")


class FineFilters(filters.FilterSet):
    """Those that were cancelled were never due, so there is no word for them."""

    status = filters.ChoiceFilter(choices=[one for one in Fine.Status.choices if one[0] != Fine.Status.CANCELLED])
    ordering = Ordering(fields=[("imposed_on", "imposed_on"), ("due_on", "due_date"), ("amount", "amount")])
