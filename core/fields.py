"""Columns that several rooms use."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

from core.money import from_cents, to_cents

if TYPE_CHECKING:
    _MoneyBase = models.Field[Decimal | int | str, Decimal]
else:
    _MoneyBase = models.BigIntegerField


class MoneyField(_MoneyBase):
    """An amount: whole cents in the database, so that sums are exact on every engine; Decimal in Python."""

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else from_cents(int(value))

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(value)

    def get_prep_value(self, value: Any) -> int | None:
        return None if value is None else to_cents(Decimal(value))
