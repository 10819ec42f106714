"""Audit: see models for what this room keeps. Its guards come and go with the migrations."""

from django.apps import AppConfig

from audit.guards import LOG


class AuditConfig(AppConfig):
    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        LOG.watch(self)
