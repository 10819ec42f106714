"""Serializer fields of the contract: money in and out, phone numbers, receipt numbers, plain text."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.money import NotMoney, kes
from core.phones import NotAPhone, normalise_phone

AMOUNT = {"type": "string", "format": "decimal", "pattern": r"^-?\d+\.\d{2}$", "example": "1500.00"}


@extend_schema_field(
    {"oneOf": [{"type": "string", "pattern": r"^\d{1,9}(\.\d{1,2})?$"}, {"type": "number", "minimum": 0.01}]}
)
class AmountIn(serializers.Field[Decimal, Any, str, Any]):
    """An amount above zero: a number or a string with at most two decimals, at most 999,999,999.99."""

    default_error_messages = {
        "not_money": _("Write an amount in shillings with at most two decimals, such as 1500.00."),
        "not_positive": _("The amount must be above zero."),
    }

    def to_internal_value(self, data: Any) -> Decimal:
        plain = not isinstance(data, str) or (data.isascii() and data.replace(".", "", 1).replace("-", "", 1).isdigit())
        try:
            amount = kes(data) if plain else self.fail("not_money")
        except NotMoney:
            self.fail("not_money")
        if amount <= 0:
            self.fail("not_positive")
        return amount

    def to_representation(self, value: Decimal) -> str:
        return f"{value:.2f}"


@extend_schema_field(AMOUNT)
class AmountOut(serializers.Field[Decimal, Any, str, Any]):
    """An amount as a string with two decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Decimal) -> str:
        return f"{value:.2f}"


@extend_schema_field({"type": "number", "example": 71.7})
class MeasureOut(serializers.Field[Decimal, Any, Any, Any]):
    """A figure that is no money, such as the points of a score: a number, as exact as it is shown to people."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Decimal) -> int | float:
        return int(value) if value == value.to_integral_value() else float(value)


class PhoneIn(serializers.CharField):
    """A phone number in any of its spellings; comes out as 2547XXXXXXXX or 2541XXXXXXXX."""

    default_error_messages = {"not_a_phone": _("Write a Kenyan mobile number, such as 0712345678.")}

    def to_internal_value(self, data: Any) -> str:
        try:
            return normalise_phone(super().to_internal_value(data))
        except NotAPhone:
            self.fail("not_a_phone")


def can_be_seen(text: str) -> bool:
    """Nothing in it hides, or turns what stands around it."""
    return all(letter.isprintable() for letter in text)


class WordIn(serializers.CharField):
    """One line of text: a name, a reason, a number as people write it. Numbers and booleans are not text."""

    default_error_messages = {
        "not_text": _("Write text."),
        "control": _("Remove the characters that cannot be seen."),
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("not_text")
        text = str(super().to_internal_value(data))
        if not can_be_seen(text):
            self.fail("control")
        return text


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
EARLIEST_DAY = dt.date(1900, 1, 1)


class DayIn(serializers.DateField):
    """A day as YYYY-MM-DD and in no other spelling; no books are older than 1900."""

    default_error_messages = {
        "not_a_day": _("Write a day as YYYY-MM-DD."),
        "too_early": _("No books are that old."),
    }

    def to_internal_value(self, value: Any) -> dt.date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.fail("not_a_day")
        day = super().to_internal_value(value)
        if day < EARLIEST_DAY:
            self.fail("too_early")
        return day
