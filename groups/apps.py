"""Groups: see models for what this room keeps. The guards of its constitutions come and go with the migrations."""

from django.apps import AppConfig

from groups.guards import CONSTITUTIONS


class GroupsConfig(AppConfig):
    name = "groups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        CONSTITUTIONS.watch(self)
