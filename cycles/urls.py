"""Leaving a group, below api/."""

from typing import Any

urlpatterns: list[Any] = []
