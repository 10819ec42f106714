"""Cycles: see models for what this room keeps. It goes along when papers are taken back."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    name = "cycles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not before all tables are known.
        from cycles.operations import sharing_back, years
        from savings.operations import followers

        for kind, follower in (years.FOLLOWERS | sharing_back.FOLLOWERS).items():
            followers.register(kind, follower)
