"""Meetings: see models for what this room keeps. It says which tables are open, and guards what was sealed."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    default_auto_field = "django.db.models.BigAutoField"
