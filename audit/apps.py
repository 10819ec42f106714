"""Audit: see models for what this room keeps. Its guards come and go with the migrations."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from audit import guards


def _before_migrate(using: str, **kwargs: Any) -> None:
    """SQLite alters a table by building it anew: the guards step aside."""
    if connections[using].vendor == "sqlite" and guards.table_stands(connections[using]):
        guards.remove(connections[using])


def _after_migrate(using: str, **kwargs: Any) -> None:
    if guards.table_stands(connections[using]):
        guards.install(connections[using])


class AuditConfig(AppConfig):
    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pre_migrate.connect(_before_migrate, sender=self)
        post_migrate.connect(_after_migrate, sender=self)
        checks.register(guards.guards_stand, checks.Tags.database)
