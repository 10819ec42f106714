"""Core: words and tools without tables that every room may use."""

from django.apps import AppConfig
from django.core import checks

from core.paper.checks import pdfs_can_be_made


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        checks.register(pdfs_can_be_made)
