"""Ledger: see models for what this room keeps. The guards come and go with the migrations."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from ledger import guards
from ledger.checks import guards_stand


def _before_migrate(using: str, **kwargs: Any) -> None:
    """SQLite alters a table by building it anew, and a trigger that mentions it makes that fail: they step aside."""
    if connections[using].vendor == "sqlite":
        guards.remove(connections[using])


def _after_migrate(using: str, **kwargs: Any) -> None:
    if guards.tables_stand(connections[using]):
        guards.install(connections[using])


class LedgerConfig(AppConfig):
    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not before all tables are known.
        from ledger import closings, verify

        verify.register(closings.closings_are_proved)
        pre_migrate.connect(_before_migrate, sender=self)
        post_migrate.connect(_after_migrate, sender=self)
        checks.register(guards_stand, checks.Tags.database)
