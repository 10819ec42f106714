"""How lists of loans are narrowed and ordered."""

import re

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from core.api.filters import Ordering
from groups.models import LoanType
from loans.models import Loan, Status

# LN-0007, ln7 or 7.
_NUMBER = re.compile(r"(?:LN-?)?0*(\d{1,9})", re.ASCII | re.IGNORECASE)


class OwnLoanFilters(filters.FilterSet):
    """What the borrower narrows her own list by."""

    status = filters.ChoiceFilter(choices=Status.choices)
    loan_type = filters.ChoiceFilter(choices=LoanType.choices)
    ordering = Ordering(fields=("applied_at", "amount", "outstanding"))


class LoanFilters(OwnLoanFilters):
    group_id = filters.UUIDFilter()
    member_id = filters.UUIDFilter()
    search = filters.CharFilter(method="by_words", max_length=100)

    def by_words(self, loans: QuerySet[Loan], name: str, value: str) -> QuerySet[Loan]:
        """Part of the borrower's name, or the number of the loan."""
        found = Q(member__person__name__icontains=value)
        if number := _NUMBER.fullmatch(value.strip()):
            found |= Q(number=int(number[1]))
        return loans.filter(found)
