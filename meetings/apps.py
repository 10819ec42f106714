"""Meetings: see models for what this room keeps. It says which tables are open and how often members come, and guards
what was sealed."""

from django.apps import AppConfig

from meetings.guards import TABLES


class MeetingsConfig(AppConfig):
    name = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not before all tables are known.
        from loans import attendance
        from meetings import queries, rules
        from meetings.keeper import KEEPER
        from meetings.operations.counting import DIFFERENCES
        from savings.operations import followers, tables

        TABLES.watch(self)
        tables.register(KEEPER)
        followers.register_confirmer(rules.COUNT, DIFFERENCES)
        attendance.register(queries.rates)
