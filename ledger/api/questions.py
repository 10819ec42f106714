"""What may be asked of the books: days, periods, places. Whatever else stands in the query is refused."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from core.api.fields import DayIn
from core.periods import today
from ledger.queries.cash import CODE_OF_PLACE

LARGEST_PAGE = 200


class PastDayIn(DayIn):
    """A day that has come: YYYY-MM-DD, today at the latest."""

    default_error_messages = {"future": _("That day has not come yet. Use today or a day before.")}

    def to_internal_value(self, value: Any) -> dt.date:
        day = super().to_internal_value(value)
        if day > today():
            self.fail("future")
        return day


class Question(serializers.Serializer[object]):
    """The query of a request, read strictly."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """The asked values by name; 400 for an unknown name or a wrong value."""
        asked = cls(data=request.query_params.dict())
        unknown = sorted(set(request.query_params) - set(asked.fields))
        if unknown:
            raise ValidationError(dict.fromkeys(unknown, _("Nothing of this name can be asked here.")))
        asked.is_valid(raise_exception=True)
        return {str(name): asked.validated_data.get(name) for name in asked.fields}


class NoQuestion(Question):
    """A route that takes no query."""


class DayQuestion(Question):
    on = PastDayIn(required=False, help_text=_("The day; today unless given."))


class PeriodQuestion(Question):
    """From a day to a day; `from` is a word of Python's, so both are named by their text."""

    last_day = "to"

    def get_fields(self) -> dict[str, Any]:
        first = PastDayIn(required=False, help_text=_("The first day."))
        last = PastDayIn(required=False, help_text=_("The last day; today unless given."))
        return {"from": first, self.last_day: last, **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("from"), attrs.get(self.last_day)
        if first and last and first > last:
            raise ValidationError({"from": _("The first day is after the last one.")})
        return attrs


class SheetQuestion(PeriodQuestion):
    """The sheet's own day ends its period."""

    last_day = "on"


class CashQuestion(PeriodQuestion):
    place = serializers.ChoiceField(list(CODE_OF_PLACE), required=False)
    group_by = serializers.ChoiceField(["meeting"], required=False)
    page_size = serializers.RegexField(
        r"\A0*[1-9][0-9]*\Z", max_length=9, required=False, help_text=_("At most 200; 50 unless given.")
    )
    cursor = serializers.CharField(max_length=300, required=False)

    def validate_page_size(self, value: str) -> int:
        return min(int(value), LARGEST_PAGE)
