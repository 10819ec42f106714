"""The pages of: field officers and the cash they carry."""

from typing import Any

urlpatterns: list[Any] = []
