"""The pages of: organisations, groups and their rules."""

from typing import Any

urlpatterns: list[Any] = []
