"""Field officers, below api/."""

from typing import Any

urlpatterns: list[Any] = []
