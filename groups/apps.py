"""Groups: see models for what this room keeps. The guards of its constitutions come and go with the migrations."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from groups import guards


def _before_migrate(using: str, **kwargs: Any) -> None:
    """SQLite alters a table by building it anew: the guards step aside."""
    if connections[using].vendor == "sqlite" and guards.tables_stand(connections[using]):
        guards.remove(connections[using])


def _after_migrate(using: str, **kwargs: Any) -> None:
    if guards.tables_stand(connections[using]):
        guards.install(connections[using])


class GroupsConfig(AppConfig):
    name = "groups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pre_migrate.connect(_before_migrate, sender=self)
        post_migrate.connect(_after_migrate, sender=self)
        checks.register(guards.guards_stand, checks.Tags.database)
