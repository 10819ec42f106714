"""Papers that show who a member is, and the verdict on them, below api/."""

from typing import Any

urlpatterns: list[Any] = []
